"""What a wide terminal is given: more of what each line is about, and at 80 the same lines."""

import pytest

from core.rules.roll import Mark
from tests.services import month_town
from tests.services.school_town import SchoolTown, build
from tests.tui.school_walk import walking
from tui.screens.base import DeskScreen
from tui.screens.change import ChangesScreen
from tui.screens.home import Home
from tui.screens.leaves import LeavesScreen
from tui.screens.missing import MissingScreen
from tui.screens.month import MonthScreen
from tui.widgets.listing import WIDE

NARROW = WIDE - 1


def fits(lines: list[str], cells: int) -> bool:
    return all(len(line.encode("gb18030")) <= cells for line in lines)


@pytest.fixture
async def town(pool) -> SchoolTown:
    town = await build(pool)
    await town.live("11-23")
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    await town.leave("11-23 am", "11-23 am", student_id=102)
    return town


async def screen(town: SchoolTown, kind: type[DeskScreen]) -> DeskScreen:
    return kind(await town.desk("wang"))


@pytest.mark.parametrize(
    ("kind", "seen", "more"),
    [
        (Home, "未到校1", ("包保教师", "李秀英", "家访")),
        (MissingScreen, "赵小雨", ("包保教师", "李秀英", "家访")),
        (LeavesScreen, "赵大山", ("申请人", "批准人")),
    ],
)
async def test_a_list_tells_more_from_112_cells_on(town, kind, seen, more):
    for width in (80, NARROW, WIDE, 120):
        async with walking(await screen(town, kind), seen, (width, 24)) as walk:
            told = [word in walk.text for word in more]
            assert told == [width >= WIDE] * len(more), width
            assert fits(walk.lines, width)


@pytest.mark.parametrize(
    ("kind", "name"), [(MissingScreen, "赵小雨"), (LeavesScreen, "赵大山")]
)
async def test_who_a_line_is_about_stands_on_it_in_sixty_cells(town, kind, name):
    async with walking(await screen(town, kind), "三年级", (60, 20)) as walk:
        assert name in walk.text
        assert fits(walk.lines, 60)


async def test_the_first_screen_tells_since_when_each_is_owed_from_112_cells_on(town):
    await town.owe("visit", 77, town.now)
    for width in (80, NARROW, WIDE):
        async with walking(Home(await town.desk("li")), "家访", (width, 24)) as walk:
            assert ("自11-23 08:" in walk.text) == (width == WIDE), walk.text


async def test_the_month_s_lines_hold_every_term_of_the_balance_from_112_cells_on(pool):
    town = await month_town.build(pool)
    terms = ("复学", "其他增", "死亡", "出国", "其他减", "在籍")
    for width in (80, NARROW, WIDE, 120):
        async with walking(MonthScreen(await town.desk("he")), "合计", (width, 24)) as walk:
            assert [term in walk.lines[1] for term in terms] == [width >= WIDE] * 6
            assert fits(walk.lines, width)
    await town.enter("transfer_out")
    for width in (80, WIDE):
        async with walking(
            ChangesScreen(await town.desk("reg")), "待核1", (width, 24)
        ) as walk:
            assert ("材料" in walk.lines[1]) == (width == WIDE)
