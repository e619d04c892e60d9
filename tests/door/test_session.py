"""Sessions through the real port: what arrives, what it costs, what is survived."""

import asyncio
from contextlib import asynccontextmanager

import asyncssh
import pytest

from tests.story.terminal import Terminal, dial
from tui.door import limits


async def test_bytes_are_few(li):
    assert li.bytes_received <= 3000
    assert await li.cost("down") <= 20
    assert await li.cost("space") <= 60
    assert await li.cost("f4") == 0


async def test_a_key_is_answered_with_one_packet_and_none_of_nothing(li):
    before = li.conn._recv_seq
    assert 0 < await li.cost("down") <= 20
    assert li.conn._recv_seq - before == 1


async def test_the_terminal_is_asked_for_no_mouse_and_its_keypad_types_digits(li):
    begun = li.received[:200]
    assert b"\x1b[?1000;1002;1003;1004l" in begun
    assert b"\x1b>" in begun
    for asked in (b"?1000h", b"?1003h", b"?1004h", b"?2048", b"?2026", b">1u", b"\x1b="):
        assert asked not in li.received


async def test_an_idle_session_sends_nothing(li):
    before = li.bytes_received
    await asyncio.sleep(1)
    assert li.bytes_received == before


async def test_a_name_from_the_input_method_reaches_a_list_and_a_field(li):
    await li.type("李秀英")
    await li.wait_for("jump 李秀英")
    await li.press("f3")
    await li.wait_for("请填写")
    await li.type("欧阳雨桐Ａ")
    await li.wait_for("欧阳雨桐Ａ")


async def test_keys_typed_before_the_first_screen_are_not_lost(house):
    at_once = house.door.reception.app_for

    @asynccontextmanager
    async def after_a_while(guest):
        await asyncio.sleep(0.2)
        async with at_once(guest) as app:
            yield app

    object.__setattr__(house.door.reception, "app_for", after_a_while)
    async with Terminal.connect(house.port, "li", password="pw-li") as t:
        t.send(" ")
        await t.wait_for("缺 1", "> 缺  01")


async def test_half_a_character_a_packet(li):
    for byte in "张".encode():
        li.send(bytes([byte]))
        await asyncio.sleep(0.02)
    await li.wait_for("jump 张")


async def test_full_width_digit_is_the_key(li):
    await li.type("１")
    await li.wait_for("缺 1")


async def test_escape_closes_a_modal(li):
    await li.press("f3")
    await li.wait_for("请填写")
    await li.press("esc")
    await li.wait_gone("请填写")


async def test_a_pasted_name_stands_in_the_field_without_its_controls(li):
    await li.press("f3")
    await li.wait_for("请填写")
    await li.paste("张\x1b[2J\x05三")
    await li.wait_for("张[2J三")


@pytest.mark.parametrize(
    ("size", "rows"), [((120, 40), 40), ((60, 12), 12), ((80, 24), 24)]
)
async def test_a_resize_repaints_everything(li, size, rows):
    await li.resize(*size)
    await li.wait_for("F10退出")
    assert li.lines()[rows - 1].startswith("F3查找")
    assert li.lines()[1].startswith("> 到  01 王小明")


async def test_a_resize_there_and_back_at_once_repaints_everything(li):
    li.chan.change_terminal_size(100, 30)
    await li.resize(80, 24)
    await li.wait_for("F10退出", "01 王小明")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((4294967295, 4294967295), (200, 70)),
        ((201, 71), (200, 70)),
        ((200, 70), (200, 70)),
        ((20, 10), (20, 10)),
        ((19, 9), (20, 10)),
        ((0, 0), (80, 24)),
    ],
)
async def test_trap_4_the_window_is_clamped_at_sign_in_and_afterwards(house, asked, given):
    assert limits.clamp(*asked) == given
    async with dial(house.port, "li", password="pw-li") as conn:
        chan, _ = await conn.create_session(
            asyncssh.SSHClientSession, term_type="x\x1b[2J", term_size=asked, encoding=None
        )
        while not (house.apps and house.apps[0].is_running):
            await asyncio.sleep(0.01)
        assert house.apps[0].size == given
        chan.change_terminal_size(99, 33)
        while house.apps[0].size != (99, 33):
            await asyncio.sleep(0.01)
        chan.change_terminal_size(*asked)
        while house.apps[0].size == (99, 33):
            await asyncio.sleep(0.01)
        assert house.apps[0].size == given


async def test_trap_4_a_size_in_band_is_ignored(house, li):
    li.send("\x1b[48;9999;9999;0;0t")
    await li.press("down")
    await li.wait_for("> 到  02")
    assert house.apps[0].size == (80, 24)


@pytest.mark.parametrize(
    "hostile",
    [
        b"\xff\xfe\xc3\x28\x80" * 50,
        b"\x1b[9999999999;1u",
        b"\x1b[1;" + b"9" * 5000 + b"u",
        bytes(range(128, 256)) * 12,
        "\ud800".encode("utf-8", "surrogatepass"),
        b"\x1b]" + b"x" * 3000,
        b"\x1b[200~" + b"\x1b" * 3000,
        "张".encode("gbk") * 40,
    ],
)
async def test_trap_8_no_bytes_kill_a_session(li, hostile):
    li.send(hostile)
    # As long as an unended paste, or string, is waited for.
    await asyncio.sleep(1.2 if b"[200~" in hostile else 0.5)
    await li.press("pgdn")
    await li.wait_for("> 到  16")


async def test_a_flood_is_cut_and_others_have_their_turn(house, li):
    async with Terminal.connect(house.port, "wang", password="pw-wang") as wang:
        await wang.wait_for("王小明")
        li.send(b"\x1b[C" * 20000)
        await asyncio.sleep(0.1)
        driver = next(
            s for s in house.door.sessions if s.guest.account_id == 7
        )._wire.driver
        assert 0 < len(driver._listener._typed) <= limits.KEY_BACKLOG
        await wang.press("pgdn")
        await wang.wait_for("> 到  16")
        assert (
            driver._listener._typed
        )  # the flood is not through, and nobody had to wait for it
    driver._listener._typed.clear()
    await li.press("pgdn")
    await li.wait_for("> 到  16")


async def test_no_widget_stands_on_a_screen_that_nobody_put_there(house, li):
    """Textual adds a tooltip and a rack of notices to every screen."""
    del li
    (app,) = house.apps
    names = [type(widget).__name__ for widget in app.screen.walk_children()]
    assert names == ["Bar", "Roll", "Bar"]
