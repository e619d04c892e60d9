"""The thirteen traps of serving many sessions in one process, those that no other file shuts.

Every trap has a test that bears its number; the last test here sees to that.
"""

import ast
import asyncio
import gc
import re
import threading
import weakref
from pathlib import Path

import asyncssh
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.services.password import PasswordChecker
from tests.door.toy import Toy
from tests.story.terminal import Terminal, dial
from tui.door import limits
from tui.door.driver import ChannelDriver
from tui.door.wire import WIRE, Wire

TESTS = Path(__file__).parents[1]
TRAPS = 13

# Sequences that terminals with an extended keyboard send, and what Textual caches of them.
EXTENDED = b"\x1b[97;5u\x1b[1;2A\x1b[27;5;13~\x1b[57399u\x1b[<0;3;4M\x1b[?2026;2$y"
pieces = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            *(b"\x1b[9999999999;1u", b"\x1b[48;9999;9999;0;0t", b"\x1b[200~", b"\x1b[201~"),
            *(b"\x1b", b"\x1bO", b"\x1b[", b"\x1b]52;c;", b"\x90", b"\x9b", b"\xff\xfe"),
            *("张".encode()[:2], "张".encode("gbk"), b"\x00" * 9, b"\x05", b"9" * 300),
        ]
    ),
)


async def test_trap_1_no_closed_application_is_kept_by_a_key_that_it_read(house):
    refs = []
    for _ in range(3):
        async with Terminal.connect(house.port, "li", password="pw-li") as t:
            await t.wait_for("王小明")
            t.send(EXTENDED)
            await t.press("down", "f3")
            await t.wait_for("请填写")
            await t.type("张三")
        refs.append(weakref.ref(house.apps.pop()))
    async with asyncio.timeout(30):
        while house.door.sessions or any(ref() for ref in refs):
            gc.unfreeze()
            gc.collect()
            await asyncio.sleep(0.02)


async def test_trap_5_what_nobody_reads_is_a_bounded_heap_and_frames_are_dropped(house):
    async with Terminal.connect(house.port, "li", password="pw-li", window=4096) as t:
        await t.wait_for("王小明")
        t.chan.pause_reading()
        (session,) = house.door.sessions
        for i in range(60):
            t.chan.change_terminal_size(80 + i % 2, 24)
            await asyncio.sleep(0.01)
        waiting = session._chan.get_write_buffer_size()
        assert 0 < waiting < 256 * 1024
        assert session._stall is not None  # a minute later it is given up
        t.chan.resume_reading()


async def test_trap_6_passwords_are_worked_on_beside_the_loop(monkeypatch):
    worked = []

    def matches(secret, password):
        worked.append(threading.current_thread() is threading.main_thread())
        return False

    monkeypatch.setattr("core.services.password.matches", matches)
    checker = PasswordChecker()
    await checker.matches(None, "x")
    checker.close()
    assert worked == [False]


async def test_trap_7_a_field_with_the_cursor_in_it_sends_nothing_by_itself(li):
    await li.press("f3")
    await li.wait_for("请填写")
    await li.quiet(0.3)
    before = li.bytes_received
    await asyncio.sleep(1.2)  # Textual's own cursor would have blinked twice
    assert li.bytes_received == before


async def test_trap_8_a_terminal_is_heard_64_kilobytes_a_second(house, monkeypatch):
    """Ten megabytes at once wait at the client's, and nobody else has to."""
    heard = []
    async with Terminal.connect(house.port, "li", password="pw-li") as t:
        await t.wait_for("王小明")
        (session,) = house.door.sessions
        monkeypatch.setattr(session._wire, "feed", lambda data: heard.append(len(data)))
        monkeypatch.setattr(session._allowance, "renew", lambda: None)  # it never ends
        t.send(b"x" * 10_000_000)
        await t.until(lambda: sum(heard) >= limits.HEARD_A_SECOND)
        await asyncio.sleep(0.2)
        assert sum(heard) < limits.HEARD_A_SECOND + 32 * 1024 + 1  # and one packet
        t.cut()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(pieces, max_size=12))
def test_trap_8_no_packets_of_any_terminal_break_the_driver(packets):
    """The whole way in, on a terminal that is not there."""

    async def play():
        sent, touched = [], []
        wire = Wire(sent.append, touched.append)
        WIRE.set(wire)
        app = Toy("t")
        app.driver_class = ChannelDriver
        running = asyncio.create_task(app.run_async(size=(80, 24), mouse=False))
        async with asyncio.timeout(20):
            while wire.driver is None or not app.is_running:
                await asyncio.sleep(0)
            for packet in packets:
                wire.feed(packet)
                await asyncio.sleep(0)
            for _ in range(20):
                await asyncio.sleep(0)
            assert app.is_running
            assert app.size == (80, 24)
            app.exit()
            await running
        assert app.return_code in {0, None}

    asyncio.run(play())


async def test_trap_10_a_connection_may_do_one_thing_and_nothing_beside_it(house):
    async with dial(house.port, "li", password="pw-li") as conn:
        chan, _ = await conn.create_session(
            asyncssh.SSHClientSession,
            term_type="xterm",
            env={"LD_PRELOAD": "/x", "TEXTUAL_DRIVER": "x", "LANG": "zh_CN.GBK"},
            encoding=None,
        )
        (session,) = house.door.sessions
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.create_session(asyncssh.SSHClientSession, encoding=None)
        with pytest.raises(asyncssh.ChannelOpenError):
            await conn.open_connection("127.0.0.1", house.port)
        with pytest.raises(asyncssh.ChannelListenError):
            await conn.forward_remote_port("", 0, "127.0.0.1", 1)
        # What a client sets in its environment is asked for nowhere.
        assert not hasattr(session, "_environment")
        assert house.apps[0].size == (80, 24)
        chan.close()


async def test_trap_10_the_dead_are_noticed_after_three_silent_quarters_of_a_minute(house):
    options = house.door.options
    assert (options.keepalive_interval, options.keepalive_count_max) == (15, 3)
    assert options.login_timeout == 30


async def test_trap_10_agents_and_displays_are_not_forwarded(house):
    options = house.door.options
    assert options.agent_forwarding is False
    assert options.x11_forwarding is False
    assert options.allow_scp is False


async def test_trap_11_no_file_of_the_server_can_be_reached(house, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    (tmp_path / "link").symlink_to(secret)
    async with dial(house.port, "li", password="pw-li") as conn:
        with pytest.raises(asyncssh.Error):
            await conn.start_sftp_client()
    for command in (f"scp -f {secret}", f"scp -t {tmp_path}", f"cat {secret}", "sh", ""):
        async with dial(house.port, "li", password="pw-li") as conn:
            done = await conn.run(command or None, encoding=None, stdin=asyncssh.DEVNULL)
            assert done.exit_status == 1
            assert done.stdout == b""
    assert sorted(p.name for p in tmp_path.iterdir()) == ["host_key", "link", "secret"]


async def test_trap_12_two_terminals_of_one_process_are_drawn_each_in_its_own_way(house):
    async with (
        Terminal.connect(house.port, "li", password="pw-li") as narrow,
        Terminal.connect(house.port, "wang", password="pw-wang", size=(120, 40)) as wide,
    ):
        await narrow.wait_for("王小明")
        await wide.wait_for("王小明")
        first, second = (s._wire.terminal for s in house.door.sessions)
        assert first is not second
        assert {app.size for app in house.apps} == {(80, 24), (120, 40)}
        await narrow.press("down")
        await narrow.wait_for("> 到  02")
        assert wide.lines()[1].startswith("> 到  01")


async def test_trap_13_a_fault_before_the_first_screen_shows_no_traceback(house):
    def broken(guest):
        name_of_a_child = "欧阳雨桐"
        raise ValueError(name_of_a_child)

    object.__setattr__(house.door.reception, "app_for", broken)
    async with Terminal.connect(house.port, "li", password="pw-li") as t:
        assert await t.ended() == 1
        assert "系统出错" in t.said
        assert "欧阳" not in t.said + "".join(house.lines)
        assert b"Traceback" not in t.received + t.said.encode()
    assert house.events("fault")[0]["at"][0] == "ValueError"


def test_every_trap_has_a_test_that_bears_its_number():
    names = [
        node.name
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    numbered = {int(m[1]) for name in names if (m := re.match(r"test_trap_(\d+)_", name))}
    assert numbered == set(range(1, TRAPS + 1))
