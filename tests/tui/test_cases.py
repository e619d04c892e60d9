"""在办个案 on a terminal of 80 columns: the list, one case, and the schools."""

import pytest

from core.rules.roll import Mark
from tests.services.school_town import SchoolTown, build
from tests.tui.school_walk import walking
from tui.screens.cases import CasesScreen


@pytest.fixture
async def town(pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    return made


async def test_the_open_cases_then_the_schools_then_a_child(town):
    async with walking(CasesScreen(await town.desk("office")), "在办1 有逾期1") as walk:
        (line,) = (line for line in walk.lines if "赵小雨" in line)
        assert "疑似辍学" in line
        assert "11-23 联系" in line
        assert "0/48/—/—" in line
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
        await walk.press("f6")
        await walk.until("各校个案")
        (line,) = (line for line in walk.lines if "河湾小学" in line)
        assert line.split()[-11:] == [
            "1",
            "0",
            "1",
            "0",
            "1",
            "0",
            "48",
            "—",
            "—",
            "—",
            "河湾小学",
        ]
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
        await walk.press("f10")
        await walk.until("在办1")
        await walk.press("enter")
        await walk.until("下一步")


async def test_where_nobody_is_missing_the_list_says_what_will_stand_there(town):
    async with walking(CasesScreen(await town.desk("zhou")), "在办0") as walk:
        assert "没有在办的个案" in walk.text
        await walk.press("f6")
        await walk.until("本学年没有立案。")
