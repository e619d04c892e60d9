"""Situation 26: a child found in another school of the township, received by its number."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.arrival import (
    AlreadyHere,
    Arrival,
    BadNumber,
    NameDiffers,
    StudiesElsewhere,
)
from core.rules.case import CaseStep, Settlement
from core.rules.case_refused import StepWaits
from core.rules.change import ChangeState
from core.rules.errors import NotYours, OutOfSight
from core.rules.evidence import EvidenceKind
from core.rules.evidence_file import About
from core.services import (
    case,
    change,
    change_receive,
    change_verify,
    change_whereabouts,
    evidence,
    evidence_view,
    file,
    report,
    report_view,
)
from core.services.case import Claim
from core.services.evidence import Proof
from core.services.receipt import PaperReceipt
from tests.services.evidence_acts import JPEG
from tests.services.month_town import (
    DUO,
    HAN,
    HE,
    HE_3,
    LI,
    QING,
    QING_3,
    SHI,
    TOWNSHIP,
    YU,
    YU_NUMBER,
    Town,
    at,
    build,
)

# A case at 河湾小学 with a step that waits and a report to be signed.
CASE = """
WITH opened AS (
INSERT INTO dropout_case (township_id, number, student_id, school_id, class_id, state, opened_at)
VALUES ($1, '2026-001', $2, $3, $4, 'suspected', $5) RETURNING id),
reported AS (
INSERT INTO paper (township_id, kind, school_id, student_id, case_id, state, title, made_at)
SELECT $1, 'report', $3, $2, id, 'to_sign', '报告', $5 FROM opened RETURNING id),
owed AS (
INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, student_id, subject_id,
                  words, opened_at, due_at)
SELECT $1, 'sign_report', 'principal', $3, $4, $2, id, '赵小雨', $5, $5 FROM reported)
INSERT INTO case_step (township_id, case_id, school_id, kind, note, asked_by, asked_at,
                       settled_as)
SELECT $1, id, $3, 'settle', '据说转走', 0, $5, 'transfer' FROM opened
"""
OWED = """
SELECT kind, school_id, class_id FROM duty
 WHERE student_id = $1 AND done_at IS NULL AND kind IN ('sign_report', 'confirm_settled')
 ORDER BY kind
"""
MON = date(2026, 11, 23)
NEW_NUMBER = "990101201704020010"


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


def arrival(**more: object) -> Arrival:
    usual: dict[str, object] = {
        "school_id": QING,
        "class_id": QING_3,
        "name": "赵小雨",
        "identity_number": YU_NUMBER,
        "happened_on": MON,
        "other_school": "河湾小学",
    }
    return Arrival.model_validate(usual | more)


async def test_26_a_number_tells_the_school_and_nothing_else(town: Town) -> None:
    desk = await town.desk("qreg")
    told = await change_whereabouts.whereabouts(desk, QING, YU_NUMBER)
    assert told.sentence == "该生已在河湾小学就读。"
    assert told.model_dump() == {
        "here": False, "school_name": "河湾小学", "township_name": None,
    }  # fmt: skip
    unknown = await change_whereabouts.whereabouts(desk, QING, NEW_NUMBER)
    assert (unknown.here, unknown.school_name) == (False, None)
    asked = "SELECT kind, subject FROM read_log"
    rows = await town.pool.fetch(asked)
    assert [tuple(row) for row in rows] == [("whereabouts", "student")] * 2
    with pytest.raises(BadNumber, match="校验码"):
        await change_whereabouts.whereabouts(desk, QING, YU_NUMBER[:-1] + "0")
    with pytest.raises(OutOfSight):
        await change_whereabouts.whereabouts(await town.desk("reg"), QING, YU_NUMBER)
    with pytest.raises((NotYours, OutOfSight)):
        await change_whereabouts.whereabouts(await town.desk("teacher"), HE, YU_NUMBER)


async def test_26_only_who_says_so_takes_a_child_from_another_school(town: Town) -> None:
    desk = await town.desk("qreg")
    with pytest.raises(StudiesElsewhere, match="该生已在河湾小学就读"):
        await change_receive.receive(desk, arrival(), uuid4())
    assert await town.class_list(HE_3, MON) == [YU, DUO, LI]
    named = arrival(name="赵大雨")
    with pytest.raises(NameDiffers):
        await change_receive.receive(desk, named, uuid4(), from_school=True)
    assert await town.pool.fetchval("SELECT count(*) FROM change") == 0


async def test_26_reception_moves_the_child_and_ends_the_run(town: Town) -> None:
    await town.open_run(YU, at(11, 20, 8), at(11, 24, 8, 30))
    desk = await town.desk("qreg")
    in_id = await change_receive.receive(desk, arrival(), uuid4(), from_school=True)
    assert await town.class_list(HE_3, MON) == [DUO, LI]
    assert await town.class_list(HE_3, date(2026, 11, 22)) == [YU, DUO, LI]
    assert await town.class_list(QING_3, MON) == [YU, HAN, SHI]
    ended = "SELECT ended_how FROM absence WHERE student_id = $1"
    assert await town.pool.fetchval(ended, YU) == "transfer"
    assert "confirm_transfer:registrar" in await town.duties(HE)

    here = await change.entry(desk, in_id)
    assert (here.other_school, here.in_township) == ("河湾小学", True)
    assert here.state is ChangeState.PENDING
    out_id = here.paired_id
    assert out_id is not None
    old = await town.desk("reg")
    out = await change.entry(old, out_id)
    assert (out.kind.value, out.state, out.effective_on) == (
        "transfer_out",
        ChangeState.VERIFIED,
        MON,
    )
    await change_verify.confirm(old, out_id, ok=True, reason="", op_id=uuid4())
    assert "confirm_transfer:registrar" not in await town.duties(HE)
    with pytest.raises(change_verify.NothingWaits):
        await change_verify.confirm(old, out_id, ok=True, reason="", op_id=uuid4())


async def test_26_the_old_school_may_object(town: Town) -> None:
    desk = await town.desk("qreg")
    in_id = await change_receive.receive(desk, arrival(), uuid4(), from_school=True)
    out_id = (await change.entry(desk, in_id)).paired_id
    assert out_id is not None
    old = await town.desk("reg")
    with pytest.raises(change_verify.NeedsReason):
        await change_verify.confirm(old, out_id, ok=False, reason="", op_id=uuid4())
    await change_verify.confirm(old, out_id, ok=False, reason="本人仍在校", op_id=uuid4())
    words = "SELECT words FROM duty WHERE school_id = $1 AND done_at IS NULL"
    told = [row["words"] for row in await town.pool.fetch(words, HE)]
    assert told == ["赵小雨镇内转学，原学校异议（本人仍在校）"]


async def test_26_reception_settles_what_the_old_school_had_claimed(town: Town) -> None:
    claimed = await town.enter("transfer_out")
    desk = await town.desk("qreg")
    await change_receive.receive(desk, arrival(), uuid4(), from_school=True)
    entry = await change.entry(await town.desk("reg"), claimed)
    assert (entry.state, entry.refused_reason) == (
        ChangeState.REJECTED,
        "已由青石镇九年一贯制学校接收",
    )


async def test_who_is_here_is_not_received_again(town: Town) -> None:
    desk = await town.desk("reg")
    mine = arrival(school_id=HE, class_id=HE_3)
    with pytest.raises(AlreadyHere):
        await change_receive.receive(desk, mine, uuid4(), from_school=True)
    other, qing = arrival(school_id=QING, class_id=HE_3), await town.desk("qreg")
    with pytest.raises(OutOfSight):
        await change_receive.receive(qing, other, uuid4())


async def test_a_child_from_outside_is_put_on_record_and_expected(town: Town) -> None:
    desk = await town.desk("qreg")
    stranger = arrival(
        name="孙悦",
        identity_number=NEW_NUMBER,
        other_school="外镇中心小学",
        guardian_name="孙强",
        guardian_relation="51",
        guardian_phone="13800000000",
    )
    in_id = await change_receive.receive(desk, stranger, uuid4())
    entry = await change.entry(desk, in_id)
    assert (entry.student_name, entry.born_on) == ("孙悦", date(2017, 4, 2))
    assert entry.pinyin == ("sy",)
    assert not entry.in_township
    assert await town.class_list(QING_3, MON) == sorted((HAN, SHI, entry.student_id))
    # Left, and come back: the same child.
    town.now = at(11, 24)
    await town.gone(entry.student_id, by="qreg")
    town.now = at(11, 26)
    again = arrival(name="孙悦", identity_number=NEW_NUMBER, happened_on=date(2026, 11, 26))
    desk = await town.desk("qreg")
    second = await change_receive.receive(desk, again, uuid4())
    assert (await change.entry(desk, second)).student_id == entry.student_id


async def test_18_a_case_goes_with_its_child_to_the_school_that_received_it(town) -> None:
    """The old school sees the child no more: whose it is now owes what is owed, and acts."""
    opened_at = at(11, 20, 8, 30)
    await town.write(CASE, TOWNSHIP, YU, HE, HE_3, opened_at)
    qreg = await town.desk("qreg")
    await change_receive.receive(qreg, arrival(), uuid4(), from_school=True)
    found = await file.timeline(qreg, TOWNSHIP, YU)
    assert found.case is not None
    assert (found.case.number, found.case.step) == ("2026-001", CaseStep.SETTLE)
    assert "随学生转入青石镇九年一贯制学校" in [one.words for one in found.events]
    here = [(kind, QING, QING_3) for kind in ("confirm_settled", "sign_report")]
    assert [tuple(row) for row in await town.pool.fetch(OWED, YU)] == here
    again = Claim(step=CaseStep.SETTLE, note="已在我校", settled_as=Settlement.TRANSFER)
    with pytest.raises(StepWaits):
        await case.ask(qreg, TOWNSHIP, YU, again, uuid4())
    office = await town.desk("office")
    await case.decide(office, TOWNSHIP, YU, "请学校重报", uuid4(), accept=False)
    await case.ask(qreg, TOWNSHIP, YU, again, uuid4())


OF_FILES = """
SELECT school_id, class_id FROM duty
 WHERE student_id = $1 AND kind = 'check_evidence' AND done_at IS NULL
"""


async def test_18_who_has_the_case_sees_and_uses_what_it_stands_on(town) -> None:
    """Its report, its files, its run and its visits were the old school's."""
    await town.write(CASE, TOWNSHIP, YU, HE, HE_3, at(11, 20, 8, 30))
    await town.open_run(YU, at(11, 23, 8), at(11, 25, 8, 30))
    paper = await town.pool.fetchval("SELECT id FROM paper")
    case_id = await town.pool.fetchval("SELECT id FROM dropout_case")
    await report.sign(await town.desk("he"), TOWNSHIP, paper, uuid4())
    proof = Proof(
        about=About.CASE, subject_id=case_id, kind=EvidenceKind.NATIONAL_SCREENSHOT
    )
    hreg, qreg = await town.desk("reg"), await town.desk("qreg")
    file_id = await evidence.attach(hreg, (TOWNSHIP, YU), proof, JPEG, uuid4())
    with pytest.raises(OutOfSight):
        await report_view.view(qreg, TOWNSHIP, paper)
    with pytest.raises(OutOfSight):
        await evidence_view.view(qreg, TOWNSHIP, YU)
    await change_receive.receive(qreg, arrival(), uuid4(), from_school=True)
    said = await report_view.view(qreg, TOWNSHIP, paper)
    assert "河湾小学（盖章）" in said.lines
    taken_in = PaperReceipt(received_by="吴强", received_at=town.now)
    gov = report_view.Addressee.GOVERNMENT
    await report.receive(qreg, TOWNSHIP, paper, gov, taken_in, uuid4())
    seen = await evidence_view.view(qreg, TOWNSHIP, YU)
    assert [(one.id, one.school_id) for one in seen.lines] == [(file_id, QING)]
    taken = await evidence_view.take(qreg, TOWNSHIP, file_id, uuid4())
    assert taken.data == JPEG
    assert [tuple(row) for row in await town.pool.fetch(OF_FILES, YU)] == [(QING, QING_3)]
    facts = await town.pool.fetchval(
        "SELECT count(*) FROM absence WHERE student_id = $1", YU
    )
    async with qreg.reading() as (conn, _):
        own = await conn.fetchval("SELECT count(*) FROM absence WHERE student_id = $1", YU)
    assert own == facts == 1
    assert (await evidence_view.view(hreg, TOWNSHIP, YU)).lines == ()
