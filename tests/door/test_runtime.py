"""What a process is told once, and the caretaker of its loop."""

import asyncio
import fcntl
import gc
import json
import logging
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest
from textual import constants, screen

from core.rules.errors import Refusal
from tests.door.toy import Toy
from tests.story.terminal import Terminal
from tui.door.console import run_here
from tui.door.log import ACCOUNT, LOGGER, JsonLines, hear_the_loop, note, note_fault
from tui.door.runtime import Caretaker, settle

ROOT = Path(__file__).parents[2]


def test_trap_12_textual_is_told_to_keep_still_whatever_the_environment_says():
    settle()
    assert constants.TEXTUAL_ANIMATIONS == "none"
    assert constants.DISABLE_KITTY_KEY is True
    assert constants.ESCAPE_DELAY == 0.3
    assert screen.UPDATE_PERIOD == 1 / 15


async def test_trap_3_the_servers_standard_output_stays_its_own(house):
    stdout, stderr = sys.stdout, sys.stderr
    async with Terminal.connect(house.port, "li", password="pw-li") as li:
        await li.wait_for("王小明")
        async with Terminal.connect(house.port, "wang", password="pw-wang") as wang:
            await wang.wait_for("王小明")
            assert (sys.stdout, sys.stderr) == (stdout, stderr)
            await li.press("f10")
            await li.ended()
            assert (sys.stdout, sys.stderr) == (stdout, stderr)
    assert (sys.stdout, sys.stderr) == (stdout, stderr)


async def test_trap_2_nothing_collects_in_full_by_itself_and_the_policy_is_given_back():
    before = gc.get_threshold()
    caretaker = Caretaker()
    caretaker.start()
    assert gc.get_threshold()[2] >= 1_000_000
    await caretaker.stop()
    assert gc.get_threshold() == before


async def test_trap_2_garbage_is_collected_after_somebody_left_and_nobody_types(
    monkeypatch,
):
    monkeypatch.setattr("tui.door.runtime._QUIET_AFTER", 0.1)
    caretaker = Caretaker()
    caretaker.start()
    try:
        await asyncio.sleep(0.3)
        assert caretaker.collections == 0  # nobody left: nothing to collect
        caretaker.left()
        for _ in range(6):
            caretaker.touched("Roll")
            await asyncio.sleep(0.05)
        assert caretaker.collections == 0  # somebody types
        for _ in range(40):
            if caretaker.collections:
                break
            await asyncio.sleep(0.05)
        assert caretaker.collections == 1
    finally:
        await caretaker.stop()


async def test_trap_2_what_a_hundred_left_behind_is_collected_though_somebody_types(
    monkeypatch,
):
    monkeypatch.setattr("tui.door.runtime._QUIET_AFTER", 0.1)
    caretaker = Caretaker()
    caretaker.start()
    try:
        for count, collections in ((99, 0), (1, 1)):
            for _ in range(count):
                caretaker.left()
            # Somebody types all the time.
            caretaker._touched_at = asyncio.get_running_loop().time() + 60
            await asyncio.sleep(0.16)
            assert caretaker.collections == collections
    finally:
        await caretaker.stop()


async def test_trap_6_a_handler_that_holds_everybody_up_is_named(caplog):
    LOGGER.setLevel(logging.INFO)
    caretaker = Caretaker()
    caretaker.start()
    try:
        caretaker.touched("MonthScreen")
        await asyncio.sleep(0.01)
        time.sleep(0.45)
        await asyncio.sleep(0.05)
    finally:
        await caretaker.stop()
    assert caretaker.lags == 1
    said = [json.loads(r.getMessage()) for r in caplog.records if "lag" in r.getMessage()]
    assert said[0]["screen"] == "MonthScreen"
    assert said[0]["ms"] > 100


def test_a_line_is_one_json_object_without_a_raw_control_character(caplog):
    LOGGER.setLevel(logging.INFO)
    note("refused", name="a\x1b[2J\n\u202e" + "x" * 100, reason="password")
    line = JsonLines().format(caplog.records[-1])
    assert line.isascii()
    assert "\n" not in line
    said = json.loads(line)
    assert said["name"] == "a\x1b[2J\n\u202e" + "x" * 57
    assert said["at"].endswith("+08:00")


def test_a_fault_is_logged_by_type_and_place_of_the_whole_chain(caplog):
    name_of_a_child = "欧阳雨桐"
    fault = ValueError(name_of_a_child)
    fault.__cause__ = KeyError(name_of_a_child)
    token = ACCOUNT.set(7)
    note_fault(fault)
    ACCOUNT.reset(token)
    said = json.loads(caplog.records[-1].getMessage())
    assert said["account"] == 7
    assert [w for w in said["at"] if ":" not in w] == ["ValueError", "KeyError"]
    assert name_of_a_child not in str(said)


async def test_what_the_loop_complains_of_is_a_line_as_well_and_shows_no_object(caplog):
    LOGGER.setLevel(logging.INFO)
    name_of_a_child = "欧阳雨桐"
    loop = asyncio.get_running_loop()
    hear_the_loop()
    loop.call_exception_handler({"message": f"Resetting connection <{name_of_a_child}>"})
    loop.call_exception_handler({"message": "-", "exception": ValueError(name_of_a_child)})
    loop.set_exception_handler(None)
    said = [json.loads(record.getMessage()) for record in caplog.records]
    assert said[0] == {"event": "loop", "said": "Resetting connection"}
    assert (said[1]["event"], said[1]["at"][0]) == ("fault", "ValueError")
    assert name_of_a_child not in str(said)


class OwnTerminal:
    """A process of our own on a pty, whose other end is an emulator that answers."""

    def __init__(self) -> None:
        code = (
            "import asyncio, sys\n"
            "from tests.door.toy import Toy\n"
            "from tui.door.console import run_here\n"
            "sys.exit(asyncio.run(run_here(Toy('local'))))\n"
        )
        self.fd, theirs = pty.openpty()
        self.child = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=ROOT,
            env=os.environ | {"TERM": "xterm"},
            start_new_session=True,
        )
        self.modes = termios.tcgetattr(theirs)
        os.close(theirs)
        self.screen = pyte.Screen(80, 24)
        self.screen.write_process_input = lambda said: self.send(said.encode())
        self.stream = pyte.ByteStream(self.screen)
        self.received = bytearray()

    def send(self, data: bytes) -> None:
        os.write(self.fd, data)

    def until(self, words: str) -> None:
        words = words.replace(" ", "")
        while words not in "".join("".join(self.screen.display).split()):
            self.received.extend(data := os.read(self.fd, 65536))
            self.stream.feed(data)


@pytest.fixture
def own() -> Iterator[OwnTerminal]:
    terminal = OwnTerminal()
    try:
        yield terminal
    finally:
        terminal.child.kill()
        terminal.child.wait()
        os.close(terminal.fd)


def test_the_same_application_runs_on_the_terminal_of_this_process(own):
    own.until("local")
    own.send(b"\xff\x1b[48;999;999;0;0t\x1b[9999999999;1u")
    own.send(b"\x1b[B")
    own.until("> 到  02")
    own.send("李".encode())
    own.until("jump\ufffd李")  # the stray byte is shown, not fatal
    own.screen.resize(30, 100)
    fcntl.ioctl(own.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    own.child.send_signal(signal.SIGWINCH)
    own.until("28 张建国 local")
    own.send(b"\x1b[21~")
    own.until("")
    assert own.child.wait(20) == 0
    assert termios.tcgetattr(own.fd) == own.modes
    assert b"\x1b[6n" in own.received
    for asked in (b"?2026$p", b"?1000h", b"?2048"):
        assert asked not in own.received


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_terminal_that_hangs_up_ends_the_application(own, number):
    own.until("local")
    own.child.send_signal(number)
    assert own.child.wait(20) == 0


def test_without_a_terminal_the_command_says_so(own):
    with pytest.raises(Refusal, match="请在终端中执行此命令。"):
        asyncio.run(run_here(Toy()))


def test_the_toy_is_painted():
    assert Toy().ansi_color is True
