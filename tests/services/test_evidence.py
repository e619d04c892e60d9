"""佐证: brought by one, checked by another, kept as a cipher, asked for anew when it lapses."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.case import CaseStep, Settlement
from core.rules.change import ChangeDraft, ChangeKind, EvidenceLacking, Side
from core.rules.errors import NotYours
from core.rules.evidence import EvidenceKind, EvidenceState, SamePerson
from core.rules.evidence_demand import StepUnproven
from core.rules.evidence_file import (
    About,
    CheckedAlready,
    LapsedAlready,
    NoEvidence,
    NoSubject,
    NotAProof,
    RejectedWhy,
)
from core.rules.roll import Mark
from core.rules.upload_kind import NotWhole
from core.services import (
    case,
    change,
    change_verify,
    evidence,
    evidence_view,
    evidence_watch,
    export,
    file,
    seat,
    upload,
)
from core.services.case import Claim
from core.services.change_verify import FileWaits
from core.services.evidence import Proof
from db.pool import Pool
from tests.services.evidence_acts import JPEG, PNG, bring, check
from tests.services.school_town import DASHAN, TOWNSHIP, XIAOYU, SchoolTown, build

LETTER, STUDY = EvidenceKind.RECEIVING_CERTIFICATE, EvidenceKind.STUDY_CERTIFICATE
OWED = """
    SELECT kind || ':' || owed_by FROM duty
     WHERE kind LIKE '%evidence' AND done_at IS NULL ORDER BY 1
"""
RENEWALS = "SELECT due_at FROM duty WHERE kind = 'renew_evidence' AND done_at IS NULL"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    return made


async def owed(town: SchoolTown) -> list[str]:
    return [row[0] for row in await town.pool.fetch(OWED)]


async def settled(town: SchoolTown, as_: Settlement) -> None:
    claim = Claim(step=CaseStep.SETTLE, note="已去外地", settled_as=as_)
    await case.ask(await town.desk("reg"), TOWNSHIP, XIAOYU, claim, uuid4())


async def confirm(town: SchoolTown) -> None:
    desk = await town.desk("office")
    await case.decide(desk, TOWNSHIP, XIAOYU, "", uuid4(), accept=True)


async def test_no_claim_closes_a_case_before_another_has_checked_its_file(town):
    await settled(town, Settlement.TRANSFER)
    with pytest.raises(StepUnproven, match="接收学校证明或学籍系统截图"):
        await confirm(town)
    wrong = await bring(town, "reg", EvidenceKind.PHOTO)
    await check(town, "office", wrong)
    brought = await bring(town, "reg", LETTER)
    with pytest.raises(StepUnproven):
        await confirm(town)
    await check(town, "office", brought, "印章不清", ok=False)
    with pytest.raises(StepUnproven):
        await confirm(town)
    assert await owed(town) == ["redo_evidence:registrar"]
    again = await bring(town, "reg", LETTER)
    assert await owed(town) == ["check_evidence:office"]
    await check(town, "office", again)
    assert await owed(town) == []
    await confirm(town)
    closed = "SELECT state, close_reason FROM dropout_case"
    assert tuple(await town.pool.fetchrow(closed)) == ("closed", "转学核实")


async def test_a_file_that_has_lapsed_proves_nothing(town):
    brought = await bring(town, "reg", STUDY)
    await check(town, "office", brought)
    await settled(town, Settlement.ELSEWHERE)
    # 180 days from 11-25: 2027-05-24 is the last.
    until = await town.pool.fetchval("SELECT valid_until FROM evidence")
    assert until == date(2027, 5, 24)
    await town.write("UPDATE evidence SET valid_until = '2026-11-24'")
    with pytest.raises(StepUnproven):
        await confirm(town)
    await town.write("UPDATE evidence SET valid_until = '2026-11-25'")
    await confirm(town)


async def test_who_brings_a_file_never_checks_it_and_nobody_checks_twice(town):
    brought = await bring(town, "office", LETTER)
    assert await owed(town) == ["check_evidence:bureau"]
    for who, refusal in (("office", SamePerson), ("wang", NotYours), ("zhou", NoEvidence)):
        with pytest.raises(refusal):
            await check(town, who, brought)
    with pytest.raises(RejectedWhy):
        await check(town, "bureau", brought, "  ", ok=False)
    await check(town, "bureau", brought)
    with pytest.raises(CheckedAlready):
        await check(town, "bureau", brought)
    with pytest.raises(NoEvidence):
        await check(town, "bureau", brought + 1)


async def test_only_a_whole_photograph_or_scan_of_the_child_s_own_is_taken(town):
    for data, refusal in (
        (b"a,b\n", NotAProof),
        (JPEG[:-2], NotWhole),
        (JPEG[:-2] + b"." * 2097152 + b"\xff\xd9", NotAProof),
    ):
        with pytest.raises(refusal):
            await bring(town, "li", EvidenceKind.PHOTO, data=data)
    with pytest.raises(NotYours):
        await bring(town, "bureau", EvidenceKind.PHOTO)
    number = await town.pool.fetchval("SELECT id FROM dropout_case")
    other = Proof(about=About.CASE, subject_id=number, kind=LETTER)
    with pytest.raises(NoSubject):
        await evidence.attach(
            await town.desk("li"), (TOWNSHIP, DASHAN), other, JPEG, uuid4()
        )
    late = other.model_copy(update={"valid_until": date(2026, 11, 24)})
    with pytest.raises(LapsedAlready):
        await evidence.attach(
            await town.desk("li"), (TOWNSHIP, XIAOYU), late, JPEG, uuid4()
        )
    assert await town.pool.fetchval("SELECT count(*) FROM evidence") == 0


async def test_the_bytes_stand_nowhere_in_the_open_and_come_out_as_they_went_in(town):
    await upload.keep(await town.desk("reg"), "证明.png", PNG)
    number = await town.pool.fetchval("SELECT id FROM dropout_case")
    proof = Proof(about=About.CASE, subject_id=number, kind=LETTER)
    desk, place = await town.desk("reg"), (TOWNSHIP, XIAOYU)
    brought = await evidence.attach_upload(desk, place, proof, "证明.png", uuid4())
    assert await upload.mine(desk) == ()
    kept = await town.pool.fetchval("SELECT cipher FROM evidence_file")
    assert PNG not in kept
    journalled = "SELECT count(*) FROM journal WHERE relation = $1"
    assert await town.pool.fetchval(journalled, "evidence") == 1
    assert await town.pool.fetchval(journalled, "evidence_file") == 0
    taken = await evidence_view.take(await town.desk("office"), TOWNSHIP, brought, uuid4())
    assert taken.data == PNG
    assert taken.line.file_name == f"佐证{brought}_接收学校证明.png"
    reads = (
        "SELECT account_id, subject, purpose FROM read_log WHERE subject LIKE 'evidence%'"
    )
    (row,) = await town.pool.fetch(reads)
    assert row["account_id"] == 12
    assert row["subject"].startswith(f"evidence:{brought}:")
    with pytest.raises(NoEvidence):
        await evidence_view.take(await town.desk("zhou"), TOWNSHIP, brought, uuid4())
    (again,) = await export.mine(await town.desk("office"))
    assert again.purpose == "核验佐证"


async def test_a_case_says_what_is_missing_and_who_brings_it(town):
    async def told() -> list[tuple[str, str, str]]:
        seen = await evidence_view.view(await town.desk("li"), TOWNSHIP, XIAOYU)
        return [(w.step, w.demand.called, w.state.label) for w in seen.wanted]

    assert await told() == []
    await settled(town, Settlement.DEATH)
    assert await told() == [("死亡", "死亡证明或户口注销证明", "未提供")]
    brought = await bring(town, "li", EvidenceKind.HUKOU_CANCELLED)
    assert await told() == [("死亡", "死亡证明或户口注销证明", "待核验")]
    await check(town, "office", brought)
    assert await told() == [("死亡", "死亡证明或户口注销证明", "已核验")]
    events = (await file.timeline(await town.desk("li"), TOWNSHIP, XIAOYU)).events
    assert [e.words for e in events if e.kind.label == "佐证"] == [
        "提供户口注销证明",
        "户口注销证明已核验",
    ]


async def left(town: SchoolTown) -> int:
    draft = ChangeDraft(
        student_id=DASHAN,
        kind=ChangeKind.TRANSFER_OUT,
        happened_on=date(2026, 11, 25),
        side=Side.OUTSIDE,
        other_school="邻县小学",
    )
    return await change.enter(await town.desk("reg"), draft, uuid4())


async def test_a_change_waits_for_its_file_and_loses_the_proof_that_was_not_one(town):
    changed = await left(town)

    async def verify() -> None:
        desk = await town.desk("office")
        await change_verify.verify(desk, changed, ok=True, reason="", op_id=uuid4())

    brought = await bring(town, "reg", LETTER, About.CHANGE, DASHAN)
    with pytest.raises(FileWaits):
        await verify()
    await check(town, "office", brought, "不是该生", ok=False)
    with pytest.raises(EvidenceLacking):
        await verify()
    again = await bring(town, "reg", LETTER, About.CHANGE, DASHAN)
    await check(town, "office", again)
    await verify()
    state = await town.pool.fetchval("SELECT state FROM change WHERE id = $1", changed)
    assert state == "verified"


@pytest.mark.parametrize(
    ("day", "asked"), [("11-25 09:00", False), ("11-26 09:00", True), ("12-12 09:00", True)]
)
async def test_a_certificate_is_asked_for_anew_two_weeks_before_it_lapses(town, day, asked):
    brought = await bring(town, "reg", STUDY)
    await check(town, "office", brought)
    await town.write("UPDATE evidence SET valid_until = '2026-12-10'")
    town.clock(day)
    front = seat.front_desk(town.pool, lambda _: town.now)
    await evidence_watch.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)
    assert bool(await town.pool.fetch(RENEWALS)) is asked
    if asked:
        renewed = await bring(town, "reg", STUDY)
        assert len(await town.pool.fetch(RENEWALS)) == 1
        await check(town, "office", renewed)
        assert await town.pool.fetch(RENEWALS) == []
        await evidence_watch.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)
        assert await town.pool.fetch(RENEWALS) == []
        lines = (await evidence_view.view(await town.desk("li"), TOWNSHIP, XIAOYU)).lines
        assert [line.state_on(town.now.date()) for line in lines] == [
            EvidenceState.VERIFIED,
            EvidenceState.EXPIRED if day > "12-10" else EvidenceState.VERIFIED,
        ]
