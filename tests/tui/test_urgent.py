"""An alarm is told on whatever screen its debtor is at, beside what is said there already."""

import pytest

from core.rules.news import Where
from core.rules.roll import Mark
from tests.services.school_town import TOWNSHIP, SchoolTown, build
from tests.tui.school_walk import Walk, walking
from tui.screens.base import News
from tui.screens.home import Home

TOLD = "新到预警：赵小雨超过48小时未到校，请回今日待办办理。"
NOUNS = "SELECT DISTINCT noun FROM outbox ORDER BY 1"


@pytest.fixture
async def town(pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    return made


async def rings(town: SchoolTown, walk: Walk) -> None:
    """Ring, and let the screen hear what the news stand would tell it."""
    await town.ring()
    nouns = frozenset(row["noun"] for row in await town.pool.fetch(NOUNS))
    walk.pilot.app.screen.post_message(News(Where(township_id=TOWNSHIP), nouns))


@pytest.mark.parametrize("who", ["office", "gov", "bureau"])
async def test_an_alarm_is_told_on_another_screen_to_who_was_told(town, who) -> None:
    async with walking(Home(await town.desk(who)), "今日待办") as walk:
        await walk.press("f4")
        await walk.until("菜单")
        await rings(town, walk)
        await walk.until(TOLD)
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)


async def test_what_is_said_already_stays(town) -> None:
    async with walking(Home(await town.desk("office")), "今日待办") as walk:
        await walk.press("f3")
        await walk.until("查找")
        await walk.press("f7")
        await walk.until("此处不用")
        await rings(town, walk)
        await walk.until("新到预警")
        assert "此处不用" in walk.text


async def test_who_owes_nothing_of_it_is_not_disturbed(town) -> None:
    async with walking(Home(await town.desk("zhou")), "今日待办") as walk:
        await walk.press("f3")
        await walk.until("查找")
        await rings(town, walk)
        await walk.pilot.pause()
        assert "新到" not in walk.text
