"""立案 by hand: before 48 hours are over, and of a leaver whom no school has received."""

from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook

from core.rules.case import CaseStep, Settlement
from core.rules.case_open import CauseUnfit, NotMissing, OpenCause
from core.rules.case_refused import ProofMissing, StillOpen
from core.rules.errors import AlreadyDone, NotYours, OutOfSight
from core.rules.evidence import EvidenceKind
from core.rules.export import Asked, Listing
from core.rules.roll import Mark
from core.rules.unreturned import Why
from core.services import case, case_open, export, report, report_view, unreturned
from core.services.case import Claim
from core.services.file import timeline
from db.pool import Pool
from tests.services.evidence_acts import photographed, proven
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, build
from tests.services.test_term_edges import LEAVERS, at, leavers

REFUSAL = (OpenCause.REFUSAL, "母亲电话称不再上学")
TERM = """
    INSERT INTO term (township_id, school_year, number, from_on, to_on)
    VALUES ($1, 2027, 1, '2027-09-01', '2028-01-22')
"""
CASE = "SELECT number, state, absence_id IS NOT NULL AS runs FROM dropout_case"
PAPERS = "SELECT id, title, state, opened_as FROM paper WHERE kind = 'report' ORDER BY id"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    """赵小雨 is missing on Monday morning; it is an hour later."""
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-23 09:10")
    return made


async def opens(
    town: SchoolTown,
    who: str = "wang",
    why: tuple[OpenCause, str] = REFUSAL,
    student_id: int = XIAOYU,
) -> str:
    desk = await town.desk(who)
    return await case_open.open_case(desk, TOWNSHIP, student_id, why, uuid4())


async def signs(town: SchoolTown) -> None:
    paper = await town.pool.fetchval("SELECT max(id) FROM paper WHERE state = 'to_sign'")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())


async def year_turns(town: SchoolTown) -> None:
    """Two of 六年级 have not come to the junior school; it is Monday the 6th of September."""
    await town.write(TERM, TOWNSHIP)
    await leavers(town)
    town.now = at("2027-09-06 10:00")


@pytest.mark.parametrize("who", ["wang", "office"])
async def test_the_school_or_the_office_opens_a_case_before_the_clock_rings(town, who):
    assert await opens(town, who) == "2026-001"
    assert tuple(await town.pool.fetchrow(CASE)) == ("2026-001", "suspected", True)
    assert "sign_report:principal" in await town.duties()
    told = (await timeline(await town.desk("li"), TOWNSHIP, XIAOYU)).events
    words = "疑似辍学；立案（明确拒绝到校）：母亲电话称不再上学"
    assert words in [one.words for one in told]
    (paper,) = await town.pool.fetch(PAPERS)
    assert paper["title"] == "关于学生赵小雨未到校情况的报告"
    await signs(town)
    said = await report_view.view(await town.desk("gov"), TOWNSHIP, paper["id"])
    whole = "".join(said.lines)
    assert "未履行请假手续，明确拒绝到校：母亲电话称不再上学。" in whole
    assert "48小时" not in whole
    assert (await town.pool.fetchrow(CASE))["state"] == "reported"


async def test_only_a_leader_or_the_office_and_only_with_a_ground(town):
    for who, refusal in (("li", NotYours), ("reg", NotYours), ("gov", NotYours)):
        with pytest.raises(refusal):
            await opens(town, who)
        with pytest.raises(refusal):
            await case_open.causes(await town.desk(who), TOWNSHIP, XIAOYU)
    with pytest.raises(OutOfSight):
        await opens(town, "zhou")
    with pytest.raises(ProofMissing):
        await opens(town, why=(OpenCause.LOST, " "))
    with pytest.raises(CauseUnfit):
        await opens(town, why=(OpenCause.LEAVER, "未升学"))
    assert not await town.pool.fetch(CASE)


async def test_a_child_at_school_has_no_case(town):
    assert await case_open.causes(await town.desk("wang"), TOWNSHIP, 102) == ()
    with pytest.raises(NotMissing):
        await opens(town, student_id=102)


async def test_one_open_case_whoever_opens_and_however_often(town):
    desk, op_id = await town.desk("wang"), uuid4()
    await case_open.open_case(desk, TOWNSHIP, XIAOYU, REFUSAL, op_id)
    with pytest.raises(StillOpen):
        await opens(town, "office")
    with pytest.raises(StillOpen):
        await case_open.causes(desk, TOWNSHIP, XIAOYU)
    with pytest.raises(AlreadyDone):
        await case_open.open_case(desk, TOWNSHIP, XIAOYU, REFUSAL, op_id)


@pytest.mark.parametrize("signed", [False, True])
async def test_the_alarm_rings_all_the_same_in_one_case_with_one_report(town, signed):
    """No hand holds the 48-hour step: both are told, and the unsigned report says 48 hours."""
    await opens(town)
    if signed:
        await signs(town)
    town.clock("11-25 08:30")
    assert await town.ring() == 1
    assert len(await town.pool.fetch(CASE)) == 1
    assert {"alarm_government:government", "alarm_bureau:bureau"} <= set(
        await town.duties()
    )
    (paper,) = await town.pool.fetch(PAPERS)
    early = "关于学生赵小雨未到校情况的报告"
    late = "关于学生赵小雨超过48小时未到校情况的报告"
    assert paper["title"] == (early if signed else late)
    assert ("sign_report:principal" in await town.duties()) is not signed
    if not signed:
        await signs(town)
        said = await report_view.view(await town.desk("gov"), TOWNSHIP, paper["id"])
        assert said.lines[0] == late
        assert "已超过48小时" in "".join(said.lines)


async def test_who_relapses_after_an_early_case_gets_a_report_of_its_own(town):
    await opens(town)
    await signs(town)
    town.clock("11-24 08:10")
    await town.roll("11-24 am", _101=Mark.PRESENT)
    note = Claim(step=CaseStep.RETURN, note="母亲送回")
    await case.ask(await town.desk("li"), TOWNSHIP, XIAOYU, note, uuid4())
    await photographed(town)
    await case.decide(await town.desk("reg"), TOWNSHIP, XIAOYU, "", uuid4(), accept=True)
    town.clock("11-30 08:10")
    await town.roll("11-30 am", _101=Mark.ABSENT)
    town.clock("12-02 08:30")
    assert await town.ring() == 1
    titles = [row["title"] for row in await town.pool.fetch(PAPERS)]
    assert titles[1:] == ["关于学生赵小雨超过48小时未到校情况的报告"]


async def test_28_a_leaver_whom_no_school_received_gets_the_same_paper_and_is_settled(
    town,
):
    """The class is the one it left; found elsewhere by two, it leaves the list."""
    await year_turns(town)
    one = LEAVERS[0]
    wang = await town.desk("wang")
    assert await case_open.causes(wang, TOWNSHIP, one) == (OpenCause.LEAVER,)
    why = (OpenCause.LEAVER, "青石中学未报到，父亲称不读了")
    assert await opens(town, why=why, student_id=one) == "2027-001"
    assert tuple(await town.pool.fetchrow(CASE)) == ("2027-001", "suspected", False)
    assert await town.duties(one) == [
        "opened_bureau:bureau",
        "opened_government:government",
        "opened_office:office",
        "sign_report:principal",
    ]
    await signs(town)
    paper = (await town.pool.fetch(PAPERS))[-1]
    said = await report_view.view(await town.desk("gov"), TOWNSHIP, paper["id"])
    whole = "".join(said.lines)
    assert said.lines[0] == "关于学生李一小学毕业未升入初中情况的报告"
    assert "我校六年级（1）班学生李一" in whole
    assert "，小学毕业未升入初中：青石中学未报到，父亲称不读了。" in whole
    await report.receive(
        await town.desk("gov"),
        TOWNSHIP,
        paper["id"],
        report_view.Addressee.GOVERNMENT,
        None,
        uuid4(),
    )
    owed = await town.duties(one)
    assert "draft_notice:principal" in owed
    # Whoever has the report knows of the case.
    assert "opened_government:government" not in owed
    assert "opened_bureau:bureau" in owed

    claim = Claim(step=CaseStep.SETTLE, note="在县城就读", settled_as=Settlement.ELSEWHERE)
    await case.ask(await town.desk("reg"), TOWNSHIP, one, claim, uuid4())
    await proven(town, EvidenceKind.STUDY_CERTIFICATE, student_id=one)
    office = await town.desk("office")
    await case.decide(office, TOWNSHIP, one, "", uuid4(), accept=True)
    listed = (await unreturned.listing(office)).children
    assert [c.student_id for c in listed if c.why is Why.LEAVER] == [LEAVERS[1]]


async def test_28_who_was_received_has_no_case_opened(town):
    await year_turns(town)
    await town.write("UPDATE enrolment SET to_on = '2027-09-01' WHERE student_id = 601")
    await town.write(
        "INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status,"
        " from_on) VALUES ($1, 601, 7, 71, false, 'enrolled', '2027-09-01')",
        TOWNSHIP,
    )
    assert await case_open.causes(await town.desk("office"), TOWNSHIP, 601) == ()
    with pytest.raises(OutOfSight):
        await case_open.causes(await town.desk("wang"), TOWNSHIP, 601)
    for who in ("office", "wang"):
        found = (await unreturned.listing(await town.desk(who))).children
        assert [c.student_id for c in found if c.why is Why.LEAVER] == [602], who
        asked = Asked(listing=Listing.UNRETURNED, school_code="2199010001")
        made = await export.make(await town.desk(who), asked)
        cells = [
            c for row in load_workbook(BytesIO(made.data)).worksheets[0].values for c in row
        ]
        assert ("李一" in cells, "李二" in cells) == (False, True), who
