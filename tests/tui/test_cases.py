"""在办个案 on a terminal of 80 columns: the list, one case, and the schools."""

from uuid import uuid4

import pytest

from core.rules.case import CaseStep, Settlement
from core.rules.evidence import EvidenceKind
from core.rules.roll import Mark
from core.services import case
from core.services.case import Claim
from tests.services.evidence_acts import proven
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, build
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
        assert " 疑似辍学1" in walk.lines
        assert "0/48/—/—" in line
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
        await walk.press("f6")
        await walk.until("各校个案")
        (line,) = (line for line in walk.lines if "河湾小学" in line)
        assert line.split()[-12:] == [
            "1",
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


async def test_what_was_closed_is_reviewed_and_taken_up_again_by_the_bureau(town):
    note = Claim(step=CaseStep.SETTLE, note="转学证明", settled_as=Settlement.TRANSFER)
    await case.ask(await town.desk("reg"), TOWNSHIP, XIAOYU, note, uuid4())
    await proven(town, EvidenceKind.NATIONAL_SCREENSHOT)
    town.clock("11-26 09:00")
    await case.decide(await town.desk("office"), TOWNSHIP, XIAOYU, "", uuid4(), accept=True)
    async with walking(CasesScreen(await town.desk("bureau")), "在办0") as walk:
        await walk.press("f7")
        await walk.until("2026-07-01起销号1")
        (line,) = (line for line in walk.lines if "赵小雨" in line)
        assert line[1:].split() == [
            *("2026-11-26", "2026-001", "转学核实", "赵小雨", "河湾小学")
        ]
        assert all(len(line.encode("gb18030")) <= 80 for line in walk.lines)
        await walk.press("enter")
        await walk.until("个案 赵小雨")
        await walk.press("5")
        await walk.until("复核意见（恢复跟踪的依据）")
        await walk.press(*"chawuciren", "enter")
        await walk.until("个案 2026-001 赵小雨")
        await walk.press("f10")
        await walk.until("上季度和本季度没有销号的个案。")
    async with walking(CasesScreen(await town.desk("office")), "在办1") as walk:
        await walk.press("enter")
        await walk.until("疑似辍学；复核恢复跟踪：chawuciren")


async def test_where_nobody_is_missing_the_list_says_what_will_stand_there(town):
    async with walking(CasesScreen(await town.desk("zhou")), "在办0") as walk:
        assert "没有在办的个案" in walk.text
        await walk.press("f6")
        await walk.until("本学年没有立案。")
