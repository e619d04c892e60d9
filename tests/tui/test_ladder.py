"""升级阶梯 on a terminal of 80 columns: read by a school, changed by 教管组 from a day on."""

import pytest

from core.rules.roll import Mark
from core.services import absence_watch, seat
from tests.services.school_town import TOWNSHIP, SchoolTown, build
from tests.tui.school_walk import walking
from tui.screens.home import Home
from tui.screens.ladder import LadderScreen


@pytest.fixture
async def town(pool) -> SchoolTown:
    return await build(pool)


async def test_the_office_changes_a_rung_and_the_law_s_stays(town):
    async with walking(LadderScreen(await town.desk("office")), "升级阶梯 青石镇") as walk:
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
        await walk.press("enter")
        await walk.until("此级不在这里修改，出处：暂定")
        await walk.press("down", "enter")
        await walk.until("修改升级阶梯")
        await walk.press("1", "2", "f9")
        await walk.until("家访：2026-11-23起执行新值。")
        assert "12小时" in walk.text
        await walk.press("down", "enter")
        await walk.until("此级不在这里修改，出处：篇一第四条（R3）。")


async def test_a_school_reads_it_and_says_that_a_child_was_marked(town):
    async with walking(LadderScreen(await town.desk("wang")), "升级阶梯") as walk:
        await walk.press("down", "enter")
        await walk.until("此项由教管组")
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-30 08:30")
    front = seat.front_desk(town.pool, lambda _: town.now)
    await absence_watch.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)
    async with walking(Home(await town.desk("reg")), "请在学籍系统标注") as walk:
        await walk.press("1")
        await walk.until("已在全国学籍系统标注疑似辍学？")
        await walk.press("1")
        await walk.until(lambda: "请在学籍系统标注" not in walk.text)
