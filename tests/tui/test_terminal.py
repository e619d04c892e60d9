"""终端设置: what is known, a choice that is tried out, and the way back from it."""

import pytest
from rich.cells import cell_len

from core.rules.terminal import Encoding, Frames, Measured, Remembered, Wanted, Width
from core.services import terminal as memory
from tests.services.file_town import Town, build
from tests.tui.file_walk import Walk
from tests.tui.kit import settle
from tui.ruler import HERE
from tui.screens import terminal as screen
from tui.screens.terminal import TerminalScreen
from tui.terminal import Terminal
from tui.tuned import Tuned

UTF8 = Measured(encoding=Encoding.UTF8, width=Width.ONE)
GBK = Measured(encoding=Encoding.GBK, width=Width.TWO)


class TunedApp(Tuned):
    CSS = "Screen { background: ansi_default; }"

    def __init__(self, first) -> None:
        super().__init__()
        self.first = first

    def on_mount(self) -> None:
        self.push_screen(self.first)


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def opened(town: Town, script, measured: Measured | None = UTF8) -> Terminal:
    """Run a script on the screen of somebody whose terminal answered so."""
    here = Terminal()
    here.call("PuTTY xterm", "xterm")
    here.learn(measured=measured)
    token = HERE.set(here)
    try:
        app = TunedApp(TerminalScreen(await town.desk("li")))
        async with app.run_test(size=(80, 24)) as pilot:
            walk = Walk(pilot)
            await walk.until("PuTTY xterm")
            await script(walk)
    finally:
        HERE.reset(token)
    return here


async def kept(town: Town) -> Remembered | None:
    return await memory.recall(await town.desk("li"), "PuTTY xterm")


async def test_what_was_measured_is_told_and_utf_8_once_proven_is_no_choice(town):
    async def script(walk: Walk) -> None:
        assert "UTF-8，“·”一格" in walk.text
        assert "编码" not in walk.text
        one, other = (line for line in walk.lines if line.endswith("|"))
        assert cell_len(one) == cell_len(other)

    await opened(town, script)


async def test_a_choice_is_drawn_at_once_and_kept_when_it_can_be_read(town):
    async def script(walk: Walk) -> None:
        await walk.press("down", "3", "f9")
        await walk.until("这样看得清楚")
        assert walk.pilot.app.look.frames is False
        await walk.press("enter")
        await walk.until("已保存。")

    here = await opened(town, script)
    assert here.display.frames is Frames.PLAIN
    assert await kept(town) == Remembered(wanted=Wanted(frames=Frames.PLAIN), measured=UTF8)


async def test_a_choice_that_is_not_confirmed_is_taken_back(town):
    async def script(walk: Walk) -> None:
        await walk.press("3", "f9")
        await walk.until("这样看得清楚")
        assert walk.pilot.app.terminal.ruler.wide
        await walk.press("escape")
        await walk.until("未保存，已恢复原样。")

    here = await opened(town, script)
    assert not here.ruler.wide
    assert here.display.frames is Frames.FULL
    assert await kept(town) is None


async def test_silence_takes_a_choice_back(town, monkeypatch):
    monkeypatch.setattr(screen, "_PATIENCE", 0.1)

    async def script(walk: Walk) -> None:
        await walk.press("3", "f9")
        await walk.until("未保存，已恢复原样。")

    assert not (await opened(town, script)).ruler.wide
    assert await kept(town) is None


async def test_where_the_terminal_may_be_no_utf_8_the_encoding_is_a_choice(town):
    async def script(walk: Walk) -> None:
        assert "GBK，“·”两格" in walk.text
        await walk.press("2", "f9", "enter")
        await walk.until("已保存。")

    here = await opened(town, script, GBK)
    assert here.display.encoding is Encoding.UTF8
    assert (await kept(town)).wanted == Wanted(encoding=Encoding.UTF8)

    async def again(walk: Walk) -> None:
        await settle(walk.pilot)
        assert "终端没有回答" in walk.text
        assert "编码" in walk.text

    await opened(town, again, None)
