"""在办个案: who sees which cases, what each owes, and 四早 reckoned by hand (R8, R9)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.rules.case import CaseState, CaseStep
from core.rules.case_board import Early, hours
from core.rules.duty import DutyKind
from core.rules.evidence import EvidenceKind
from core.rules.roll import Mark
from core.services import case, case_board, case_duty, contact, report, seat, visit
from core.services.case import Claim
from db.pool import Pool
from tests.services.evidence_acts import photographed, proven
from tests.services.file_acts import call, trip
from tests.services.school_town import DASHAN, TOWNSHIP, XIAOYU, SchoolTown, at, build

NOT_FOUND = {
    "result": "nobody_home",
    "promised_on": None,
    "met": ("nobody",),
    "met_names": "",
}

REFUSED = {"result": "refused", "promised_on": None}


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    """Missing since Monday 08:00: 赵小雨's family is visited, then telephoned; 赵大山's met."""
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT, _102=Mark.ABSENT)
    made.clock("11-24 16:05")
    li = await made.desk("li")
    # Nobody at home is a visit, and no talk; who comes to school is talked to, and not visited.
    await visit.submit(li, trip(at("11-24 10:30"), **NOT_FOUND), uuid4())
    met = trip(at("11-24 09:00"), student_id=DASHAN, method="interview", **REFUSED)
    await visit.submit(li, met, uuid4())
    await contact.record(li, call(at=at("11-24 16:00")), uuid4())
    made.clock("11-25 08:30")
    assert await made.ring() == 2
    return made


def leads(found: case_board.BoardCase) -> str:
    return "/".join(hours(found.lead(early)) for early in Early)


async def test_each_open_case_stands_with_its_four_early_and_its_next_duty(town):
    found = await case_board.board(await town.desk("wang"))
    told = {one.student_id: one for one in found.cases}
    assert leads(told[XIAOYU]) == "0/48/26/32"
    assert leads(told[DASHAN]) == "0/48/—/25"
    one = told[XIAOYU]
    assert one.lead(Early.TOLD) == timedelta(hours=48, minutes=30)
    assert (one.shown, one.duty, one.open_for(at("12-01 00:10"))) == (
        CaseState.SUSPECTED,
        DutyKind.SIGN_REPORT,
        6,
    )


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("li", 2),
        ("wang", 2),
        ("office", 2),
        ("gov", 2),
        ("bureau", 2),
        ("zhou", 0),
        ("four", 0),
    ],
)
async def test_everybody_sees_the_cases_of_their_own_sight(town, who, seen):
    found = await case_board.board(await town.desk(who))
    assert (len(found.cases), len(found.schools)) == (seen, min(seen, 1))


async def test_a_school_s_funnel_and_the_medians_of_its_four_early(town):
    paper = "SELECT id FROM paper WHERE student_id = $1"
    signed = await town.pool.fetchval(paper, XIAOYU)
    await report.sign(await town.desk("wang"), TOWNSHIP, signed, uuid4())
    town.clock("11-26 08:10")
    await town.roll("11-26 am", _101=Mark.PRESENT)
    told = Claim(step=CaseStep.RETURN, note="母亲送回")
    await case.ask(await town.desk("li"), TOWNSHIP, XIAOYU, told, uuid4())
    await photographed(town)
    await case.decide(await town.desk("reg"), TOWNSHIP, XIAOYU, "", uuid4(), accept=True)
    proof = Claim(step=CaseStep.EXCLUDE, note="诊断证明")
    await case.ask(await town.desk("wang"), TOWNSHIP, DASHAN, proof, uuid4())
    await proven(town, EvidenceKind.HOSPITAL_PROOF, DASHAN)
    await case.decide(await town.desk("office"), TOWNSHIP, DASHAN, "", uuid4(), accept=True)
    found = await case_board.board(await town.desk("office"))
    assert [one.student_id for one in found.cases] == [XIAOYU]
    (school,) = found.schools
    assert (school.opened, school.returned, school.standing, school.left) == (2, 1, 1, 0)
    assert [hours(lead) for lead in school.leads] == ["0", "48", "26", "28"]


async def test_what_is_overdue_is_counted_from_its_very_moment(town):
    await town.write(
        "UPDATE duty SET done_at = $1, done_by = 0 WHERE done_at IS NULL", town.now
    )
    front = seat.front_desk(town.pool, lambda _: town.now)
    town.clock("12-21 09:00")
    await case_duty.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)
    for when, overdue in (("12-24 17:59", 0), ("12-24 18:00", 2)):
        town.clock(when)
        (school,) = (await case_board.board(await town.desk("office"))).schools
        assert school.overdue == overdue
