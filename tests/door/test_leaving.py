"""The end of a session, however it comes, and who shares a process with whom."""

import asyncio
import gc
import weakref

from textual.app import App

from tests.story.terminal import Terminal, dial
from tui.door import limits
from tui.door.driver import ChannelDriver
from tui.door.wire import WIRE, Wire


async def test_leaving_ends_the_channel_with_status_0_and_a_restored_terminal(li):
    await li.press("f10")
    assert await li.ended() == 0
    assert li.received.endswith(b"\x1b[?1049l\x1b[?25h")


async def test_nothing_is_painted_on_a_terminal_that_was_given_back():
    # A screen that closes last would leave its lines among the person's own.
    sent: list[bytes] = []
    WIRE.set(Wire(sent.append, lambda _: None))
    driver = ChannelDriver(App())
    driver.stop_application_mode()
    driver.write(" 保学  登录")
    driver.close()
    assert b"".join(sent).endswith(b"\x1b[?1049l\x1b[?25h")


async def test_trap_13_a_fault_ends_loudly_with_status_1_and_says_nothing_of_a_child(
    house, li
):
    await li.press("f9")
    assert await li.ended() == 1
    assert "系统出错" in li.said
    log = "".join(house.lines)
    assert house.events("fault")[0]["account"] == 7
    assert "ValueError" in log
    assert "action_break" in log
    assert "欧阳雨桐" not in log + str(house.events("fault"))
    assert b"Traceback" not in li.received + li.said.encode()


async def test_a_cut_client_leaves_no_application_behind(house):
    refs = []
    for _ in range(5):
        async with Terminal.connect(house.port, "li", password="pw-li") as t:
            await t.wait_for("王小明")
            await t.press("down", "f3", "a")
            t.cut()
        refs.append(weakref.ref(house.apps.pop()))
    for _ in range(100):
        gc.unfreeze()
        gc.collect()
        if not house.door.sessions and not any(r() for r in refs):
            break
        await asyncio.sleep(0.05)
    assert [r() for r in refs] == [None] * 5
    assert house.door.sessions == set()


async def test_two_people_in_one_process_see_only_their_own(house):
    async with (
        Terminal.connect(house.port, "li", password="pw-li") as li,
        Terminal.connect(house.port, "wang", password="pw-wang") as wang,
    ):
        await li.wait_for("王小明")
        await wang.wait_for("王小明")
        await asyncio.gather(
            li.press("space", "down", "space"), wang.press("down", "down", "space", "pgdn")
        )
        await li.wait_for("缺 2", "> 缺  02")
        await wang.wait_for("缺 1", "> 到  18", "  缺  03")
        assert b"t8" not in li.received
        assert b"t7" not in wang.received


async def test_trap_5_a_reader_that_stops_misses_frames_and_gets_the_last_one(house):
    async with Terminal.connect(house.port, "li", password="pw-li", window=4096) as t:
        await t.wait_for("王小明")
        t.chan.pause_reading()
        for i in range(60):  # a full repaint each: 60 x 1 KB
            t.chan.change_terminal_size(80 + i % 2, 24)
            await asyncio.sleep(0.02)
        await t.press("space")
        await asyncio.sleep(0.3)
        driver = next(iter(house.door.sessions))._wire.driver
        assert driver is not None
        assert driver._dropping
        before = t.bytes_received
        t.chan.resume_reading()
        await t.wait_for("缺 1", "> 缺  01")
        assert not driver._dropping
        assert t.bytes_received - before < 4096 + limits.UNREAD + 8192


async def test_trap_5_a_reader_that_stands_still_for_a_minute_is_given_up(
    house, monkeypatch
):
    monkeypatch.setattr(limits, "STALL", 0.2)
    async with Terminal.connect(house.port, "li", password="pw-li", window=4096) as t:
        await t.wait_for("王小明")
        t.chan.pause_reading()
        for i in range(60):
            t.chan.change_terminal_size(80 + i % 2, 24)
            await asyncio.sleep(0.02)
            if not house.door.sessions:
                break
        for _ in range(100):
            if not house.door.sessions:
                break
            await asyncio.sleep(0.02)
        assert house.door.sessions == set()
        assert house.events("stalled")


async def test_closing_the_door_says_goodbye_to_everybody(house):
    async with Terminal.connect(house.port, "li", password="pw-li") as t:
        await t.wait_for("王小明")
        await house.door.close()
        # The person did not leave: the status says so, and a sentence why.
        assert await t.ended() == 1
        assert t.said.count("\n") == 1
        assert t.received.endswith(b"\x1b[?1049l\x1b[?25h")


async def test_trap_5_writing_to_a_channel_that_has_closed_is_nobodys_fault(house):
    async with Terminal.connect(house.port, "li", password="pw-li") as t:
        await t.wait_for("王小明")
        session = next(iter(house.door.sessions))
        session._chan.abort()
        session._send(b"x")
        session._send_error(b"x")
    assert not house.events("fault")


async def test_closing_the_door_closes_connections_that_opened_no_session(house):
    async with dial(house.port, "li", password="pw-li") as conn:
        await house.door.close()
        await asyncio.wait_for(conn.wait_closed(), 30)
