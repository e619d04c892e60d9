"""Real screens, thousands of frames: the terminal shows what stock Textual would.

5,000 frames of five people by default; `--frames` makes the stroll longer.
"""

import asyncio

import pytest

from core.rules.terminal import Encoding, Measured, Width
from tests.door.emulated import Emulated
from tests.door.emulators import WideScreen
from tests.door.stroll import SURE, MeantStroller, crowd, strolling


class Wide(Emulated):
    screen_class = WideScreen


@pytest.mark.parametrize("who", ["li", "wang", "reg", "office", "bureau"])
async def test_a_stroll_through_real_screens_looks_as_stock_textual_would(
    pool, request, who
):
    frames = request.config.getoption("--frames")
    town = await crowd(pool)
    async with strolling(town, who, seed=20261123) as stroll:
        while stroll.app.frames < frames:
            await stroll.step()
        await stroll.look()
        assert len(stroll.visited) >= 8


@pytest.mark.parametrize(
    ("driver", "measured"),
    [
        (Emulated, SURE),
        (Wide, Measured(encoding=Encoding.UTF8, width=Width.TWO)),
        (Emulated, Measured(encoding=Encoding.GBK, width=Width.ONE)),
        (Wide, Measured(encoding=Encoding.GBK, width=Width.TWO)),
    ],
)
async def test_on_every_make_of_terminal_each_cell_is_where_it_was_meant(
    pool, request, driver, measured
):
    frames = request.config.getoption("--frames") // 4
    town = await crowd(pool)
    async with strolling(
        town, "li", seed=7, kind=MeantStroller, driver=driver, measured=measured
    ) as stroll:
        while stroll.app.frames < frames:
            await stroll.step()


@pytest.mark.parametrize("encoding", Encoding)
async def test_columns_stay_in_their_place_where_the_dot_in_a_name_is_two_cells(
    pool, encoding
):
    town = await crowd(pool)
    measured = Measured(encoding=encoding, width=Width.TWO)
    async with strolling(
        town, "li", seed=7, kind=MeantStroller, driver=Wide, measured=measured
    ) as stroll:
        stroll.press("1")
        screen = stroll.app.emulator.screen

        def line(y: int) -> str:
            return "".join(screen.buffer[y][x].data for x in range(80))

        # The head stands there before the rows have come.
        async with asyncio.timeout(60):
            while "应到" not in line(0) or not line(20)[1:4].strip().isdigit():
                await stroll.look()
                await asyncio.sleep(0.01)
        await stroll.look()
        dotted = 0
        for y in range(1, 21):
            row = [screen.buffer[y][x].data for x in range(80)]
            for left in (0, 26, 52):
                assert row[left] in {" ", ">"}
                assert "".join(row[left + 1 : left + 4]).strip().isdigit()
                assert row[left + 5] in {"到", "缺"}
                dotted += "·" in row[left + 8 : left + 26]
        # 吾买尔江·艾合买提 takes all of its 18 cells.
        assert dotted >= 8
