"""A person's terminals: known by their answers, remembered, and changed in 设置."""

import pyte
from rich.cells import cell_len

from core.rules.terminal import Encoding, Frames, Measured, Remembered, Wanted, Width
from core.services import terminal
from tests.door.emulators import WideScreen
from tests.story.conftest import PASSWORD, Town
from tests.story.terminal import Terminal
from tui.screens import terminal as screen

KEPT = """
SELECT a.signin_name, t.client, t.encoding, t.frames, t.measured_encoding, t.measured_width
  FROM terminal t JOIN account a ON a.id = t.account_id ORDER BY t.seen_at, t.client
"""


def sign_in(town: Town, name: str = "lixiuying", **how):
    return Terminal.connect(town.port, name, password=PASSWORD, **how)


async def kept(town: Town) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await town.front.pool.fetch(KEPT)]


async def client_of(town: Town) -> str:
    return await town.front.pool.fetchval("SELECT client FROM terminal")


async def test_a_terminal_is_remembered_and_then_the_first_frame_waits_for_nothing(
    town: Town,
) -> None:
    async with sign_in(town) as t:
        await t.wait_for("今日待办", "┌─ 今日待办 ─", "│> 1 点名")
        await t.quiet()
    ((name, client, *chosen, encoding, width),) = await kept(town)
    assert (name, chosen, encoding, width) == ("lixiuying", [None, None], "utf8", "one")
    assert client.startswith("AsyncSSH_")
    assert client.endswith(" xterm")
    # It says nothing this time, and is drawn as the day before.
    async with sign_in(town, answers=False) as t:
        await t.wait_for("┌─ 今日待办 ─")
        assert t.received.count(b"\x1b[2J") == 1
    # Nobody else's terminal is known by it.
    async with sign_in(town, "wangjianguo", answers=False) as t:
        await t.wait_for("+- 今日待办 -")


async def test_another_terminal_of_the_same_name_is_drawn_as_it_answers(town: Town) -> None:
    async with sign_in(town) as t:
        await t.wait_for("┌─ 今日待办 ─")
        await t.quiet()
    async with sign_in(town, codec="gbk", screen=WideScreen) as t:
        await t.wait_for("+- 今日待办 -", "三年级（1）班 上午")
        await t.quiet()
        assert "\ufffd" not in t.text()
        assert [line for line in t.lines() if cell_len(line) > 80] == []
    assert [row[-2:] for row in await kept(town)] == [("gbk", "two")]
    async with sign_in(town, codec="gbk", screen=WideScreen, answers=False) as t:
        await t.wait_for("+- 今日待办 -", "三年级（1）班 上午")


async def test_the_next_person_on_the_same_line_is_drawn_as_they_chose(town: Town) -> None:
    async with sign_in(town) as t:
        await t.wait_for("┌─ 今日待办 ─")
        await t.quiet()
        client = await client_of(town)
        plain = Remembered(
            wanted=Wanted(frames=Frames.PLAIN),
            measured=Measured(encoding=Encoding.UTF8, width=Width.ONE),
        )
        await terminal.keep(await town.desk("wangjianguo"), client, plain)
        await t.press("f10", "enter")
        await t.wait_for("登录名")
        await t.type("wangjianguo")
        await t.press("enter")
        await t.type(PASSWORD)
        await t.press("enter")
        await t.wait_for("王建国 校长", "+- 今日待办 -")
        await t.press("f10", "enter")
        await t.wait_for("登录名")
        await t.type("lixiuying")
        await t.press("enter")
        await t.type(PASSWORD)
        await t.press("enter")
        await t.wait_for("李秀英 班主任", "┌─ 今日待办 ─")


def coloured(screen: pyte.Screen) -> bool:
    cells = [screen.buffer[y][x] for y in range(24) for x in range(80)]
    return any(cell.fg != "default" or cell.bg != "default" for cell in cells)


async def test_a_terminal_that_never_had_colours_gets_none(town: Town) -> None:
    async with sign_in(town, calls_itself="vt220") as t:
        await t.wait_for("今日待办")
        assert not coloured(t.screen)
    async with sign_in(town, calls_itself="xterm") as t:
        await t.wait_for("今日待办")
        assert coloured(t.screen)


async def test_a_look_is_chosen_from_the_help_of_any_screen_and_kept(town: Town) -> None:
    async with sign_in(town) as t:
        await t.wait_for("┌─ 今日待办 ─")
        await t.press("f1")
        await t.wait_for("帮助", "F4终端设置")
        await t.press("f4")
        await t.wait_for("识别结果   UTF-8，“·”一格", "AsyncSSH_")
        await t.press("down", "3", "f9")
        await t.wait_for("这样看得清楚、竖线对得齐吗？")
        await t.press("1")
        await t.wait_for("已保存。")
        await t.press("f10")
        await t.wait_for("+- 今日待办 -", "|> 1 点名")
    async with sign_in(town) as t:
        await t.wait_for("+- 今日待办 -")
        assert "┌" not in t.text()


async def test_a_choice_nobody_can_read_takes_itself_back(town: Town, monkeypatch) -> None:
    monkeypatch.setattr(screen, "_PATIENCE", 0.3)
    async with sign_in(town, codec="gbk", screen=WideScreen) as t:
        await t.wait_for("+- 今日待办 -")
        await t.press("f4")
        await t.wait_for("菜单", "终端设置")
        await t.press("end", "enter")
        await t.wait_for("识别结果      GBK，“·”两格")
        await t.press("2", "f9")
        await t.wait_gone("终端设置")
        await t.wait_for("终端设置", "未保存，已恢复原样。")
