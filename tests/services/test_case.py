"""A case from 疑似辍学 to its end: proven by a roll, and never by one person alone (43)."""

from datetime import date
from uuid import uuid4

import pytest

from core.rules.case import CaseStep
from core.rules.case_refused import (
    MissedTooOften,
    NoCase,
    NoStep,
    NotFollowed,
    NotSeenYet,
    ProofMissing,
    SameHand,
    StepNotNow,
    StepWaits,
    StillObserved,
)
from core.rules.errors import NotYours, OutOfSight
from core.rules.evidence import EvidenceKind
from core.rules.evidence_demand import StepUnproven
from core.rules.roll import Mark
from core.services import case, case_duty, contact, report, seat
from core.services.case import Claim
from core.services.file import timeline
from db.pool import Pool
from tests.services.evidence_acts import photographed, proven
from tests.services.file_acts import call
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, build

CASE = """
    SELECT state, returned_at IS NOT NULL AS returned, observe_until, close_reason,
           closed_at IS NOT NULL AS closed, relapses
      FROM dropout_case WHERE student_id = $1
"""


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    """赵小雨 is missing on Monday; on Wednesday 08:30 the clock rings."""
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    return made


async def stands(town: SchoolTown) -> dict[str, object]:
    return dict(await town.pool.fetchrow(CASE, XIAOYU))


async def ask(town: SchoolTown, who: str, step: CaseStep, note: str = "母亲送回") -> None:
    claim = Claim(step=step, note=note)
    await case.ask(await town.desk(who), TOWNSHIP, XIAOYU, claim, uuid4())


async def decide(town: SchoolTown, who: str, reason: str = "", *, ok: bool = True) -> None:
    desk = await town.desk(who)
    await case.decide(desk, TOWNSHIP, XIAOYU, reason, uuid4(), accept=ok)


async def watch(town: SchoolTown) -> None:
    front = seat.front_desk(town.pool, lambda _: town.now)
    await case_duty.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)


async def back(town: SchoolTown, day: str = "11-26") -> None:
    """Let the child be seen in the morning's roll, and the return be registered and confirmed."""
    town.clock(f"{day} 08:10")
    await town.roll(f"{day} am", _101=Mark.PRESENT)
    await ask(town, "li", CaseStep.RETURN)
    await photographed(town)
    await decide(town, "reg")


async def follows(town: SchoolTown) -> None:
    """Let the family be telephoned now."""
    await contact.record(await town.desk("li"), call(at=town.now, note="到校正常"), uuid4())


async def test_nobody_is_back_by_word(town):
    with pytest.raises(NotSeenYet):
        await ask(town, "li", CaseStep.RETURN)
    assert (await stands(town))["state"] == "suspected"


async def test_who_is_missing_again_is_not_back(town):
    town.clock("11-26 08:10")
    await town.roll("11-26 am", _101=Mark.PRESENT)
    town.clock("11-26 14:10")
    await town.roll("11-26 pm", _101=Mark.ABSENT)
    with pytest.raises(NotSeenYet):
        await ask(town, "li", CaseStep.RETURN)


async def test_neither_a_leave_nor_a_roll_of_before_proves_a_return(pool):
    town = await build(pool)
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.PRESENT)
    town.clock("11-23 14:10")
    await town.roll("11-23 pm", _101=Mark.ABSENT)
    town.clock("11-25 14:30")
    assert await town.ring() == 1
    await town.leave("11-26 am", "11-27 pm")
    town.clock("11-26 08:10")
    await town.roll("11-26 am")
    assert await town.run() is None
    with pytest.raises(NotSeenYet):
        await ask(town, "li", CaseStep.RETURN)


async def test_a_return_is_registered_by_one_and_confirmed_by_another(town):
    town.clock("11-26 08:10")
    await town.roll("11-26 am", _101=Mark.PRESENT)
    await ask(town, "wang", CaseStep.RETURN)
    assert (await stands(town))["state"] == "suspected"
    with pytest.raises(SameHand):
        await decide(town, "wang")
    with pytest.raises(NotYours):
        await decide(town, "li")
    with pytest.raises(StepUnproven, match="返校情况说明或现场照片。请在个案页按F8提供后"):
        await decide(town, "reg")
    await photographed(town)
    await decide(town, "reg")
    found = await stands(town)
    assert (found["state"], found["returned"], found["closed"]) == ("returned", True, False)
    # Twenty school days after 11-26, counted by hand: Friday 11-27, then four weeks of
    # five days less the Friday.
    assert found["observe_until"] == date(2026, 12, 24)


async def test_what_waits_is_not_asked_twice_and_may_be_sent_back(town):
    town.clock("11-26 08:10")
    await town.roll("11-26 am", _101=Mark.LATE)
    await ask(town, "li", CaseStep.RETURN)
    with pytest.raises(StepWaits):
        await ask(town, "reg", CaseStep.RETURN)
    with pytest.raises(ProofMissing):
        await decide(town, "reg", " ", ok=False)
    await decide(town, "reg", "未见本人", ok=False)
    assert (await stands(town))["state"] == "suspected"
    with pytest.raises(NoStep):
        await decide(town, "reg")
    told = [
        e.words for e in (await timeline(await town.desk("li"), TOWNSHIP, XIAOYU)).events
    ]
    assert "登记返校：母亲送回，待确认" in told
    assert "返校已退回：未见本人" in told


async def test_43_a_proven_illness_leaves_without_being_watched_and_keeps_its_papers(town):
    paper = await town.pool.fetchval("SELECT id FROM paper")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    with pytest.raises(NotYours):
        await ask(town, "li", CaseStep.EXCLUDE)
    with pytest.raises(ProofMissing):
        await ask(town, "wang", CaseStep.EXCLUDE, "  ")
    await ask(town, "wang", CaseStep.EXCLUDE, "镇卫生院诊断证明")
    with pytest.raises(NotYours):
        await decide(town, "reg")
    with pytest.raises(StepUnproven, match="医院证明或情况说明"):
        await decide(town, "office")
    await proven(town, EvidenceKind.HOSPITAL_PROOF)
    await decide(town, "office")
    found = await stands(town)
    assert (found["state"], found["closed"], found["returned"]) == ("excluded", True, False)
    assert found["close_reason"] == "误报，排除疑似"
    assert await town.pool.fetchval("SELECT count(*) FROM paper_original") == 2
    kept = "SELECT count(*) FROM duty WHERE kind LIKE 'receipt_%' AND done_at IS NULL"
    assert await town.pool.fetchval(kept) == 2
    with pytest.raises(NoCase):
        await ask(town, "wang", CaseStep.EXCLUDE, "再次")


async def test_a_child_that_is_watched_is_no_longer_excluded(town):
    await back(town)
    with pytest.raises(StepNotNow):
        await ask(town, "wang", CaseStep.EXCLUDE, "证明")
    with pytest.raises(StepNotNow):
        await ask(town, "li", CaseStep.RETURN)


@pytest.mark.parametrize(
    ("day", "over"), [("12-23", False), ("12-24", False), ("12-25", True)]
)
async def test_a_case_closes_after_its_observation_and_by_two(town, day, over):
    await back(town)
    town.clock("12-04 16:00")
    await follows(town)
    town.clock(f"{day} 09:00")
    await watch(town)
    assert ("observed:principal" in await town.duties()) is over
    if not over:
        with pytest.raises(StillObserved, match="12月24日"):
            await ask(town, "wang", CaseStep.CLOSE, "跟踪记录")
        return
    await ask(town, "wang", CaseStep.CLOSE, "跟踪记录三份")
    assert "observed:principal" not in await town.duties()
    await decide(town, "office")
    found = await stands(town)
    assert (found["state"], found["close_reason"]) == ("closed", "返校稳定")
    assert not {d for d in await town.duties() if "close" in d or "observed" in d}


async def test_no_observation_ends_of_which_nothing_is_written_down(town):
    """跟踪记录 (domain.md 5.3: 12): one of before the return is none; the follow-up stays owed."""
    town.clock("11-25 16:00")
    await follows(town)
    await back(town)
    town.clock("12-25 09:00")
    await watch(town)
    assert "follow_up:class_teacher" in await town.duties()
    assert "observed:principal" not in await town.duties()
    with pytest.raises(NotFollowed):
        await ask(town, "wang", CaseStep.CLOSE, "已稳定")
    await follows(town)
    await watch(town)
    assert "observed:principal" in await town.duties()
    await ask(town, "wang", CaseStep.CLOSE, "已稳定")


async def test_a_second_return_has_a_proof_of_its_own(town):
    await back(town)
    town.clock("11-30 08:10")
    await town.roll("11-30 am", _101=Mark.ABSENT)
    town.clock("12-02 08:30")
    await town.ring()
    await town.roll("12-02 am", _101=Mark.PRESENT)
    await ask(town, "li", CaseStep.RETURN)
    # Neither the photograph of the first, nor one of a visit the day before.
    town.clock("12-01 16:00")
    await photographed(town)
    town.clock("12-02 08:50")
    with pytest.raises(StepUnproven):
        await decide(town, "reg")
    await photographed(town)
    await decide(town, "reg")


RUNS = """
    INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day,
                         missed_session, missed_at, noted_at, due_at, raw_due_at, clock_mode,
                         provisional, calendar_version, ended_at, ended_how)
    SELECT a.township_id, a.student_id, a.school_id, a.class_id, d::date, 'am', d, d, d, d,
           a.clock_mode, false, 1, d + interval '6 hours', $2
      FROM absence a, generate_series(timestamptz '2026-12-01 08:00+08',
                                      timestamptz '2026-12-01 08:00+08' + ($1 - 1)
                                      * interval '1 day', interval '1 day') d
     WHERE a.id = (SELECT min(id) FROM absence)
"""


@pytest.mark.parametrize(
    ("runs", "how", "closes"),
    [(2, "present", True), (3, "present", False), (3, "leave", True)],
)
async def test_who_was_missing_too_often_meanwhile_is_watched_on(town, runs, how, closes):
    await back(town)
    await town.write(RUNS, runs, how)
    town.clock("12-04 16:00")
    await follows(town)
    town.clock("12-25 09:00")
    if closes:
        await ask(town, "wang", CaseStep.CLOSE, "跟踪记录")
        return
    with pytest.raises(MissedTooOften, match="3次，超过2次"):
        await ask(town, "wang", CaseStep.CLOSE, "跟踪记录")


async def test_missing_again_while_watched_the_same_case_goes_on(town):
    await back(town)
    town.clock("11-30 08:10")
    await town.roll("11-30 am", _101=Mark.ABSENT)
    town.clock("12-02 08:30")
    assert await town.ring() == 1
    found = await stands(town)
    assert (found["state"], found["relapses"], found["observe_until"]) == (
        "suspected",
        1,
        None,
    )
    assert await town.pool.fetchval("SELECT count(*) FROM dropout_case") == 1


async def test_whose_child_is_back_is_asked_to_say_so_once(town):
    town.clock("11-26 08:10")
    await watch(town)
    assert "register_return:class_teacher" not in await town.duties()
    await town.roll("11-26 am", _101=Mark.PRESENT)
    for _ in range(2):
        await watch(town)
    assert (await town.duties()).count("register_return:class_teacher") == 1
    await ask(town, "li", CaseStep.RETURN)
    duties = await town.duties()
    assert "register_return:class_teacher" not in duties
    assert "confirm_return:registrar" in duties
    await watch(town)
    assert "register_return:class_teacher" not in await town.duties()
    await photographed(town)
    await decide(town, "reg")
    assert "confirm_return:registrar" not in await town.duties()
    await watch(town)
    assert "register_return:class_teacher" not in await town.duties()


async def test_a_return_sent_back_is_owed_again(town):
    town.clock("11-26 08:10")
    await town.roll("11-26 am", _101=Mark.PRESENT)
    await ask(town, "li", CaseStep.RETURN)
    await decide(town, "reg", "未见本人", ok=False)
    await watch(town)
    assert "register_return:class_teacher" in await town.duties()


@pytest.mark.parametrize("who", ["zhou", "four"])
async def test_another_class_or_school_touches_no_case(town, who):
    with pytest.raises(OutOfSight):
        await ask(town, who, CaseStep.RETURN)
    with pytest.raises(OutOfSight):
        await decide(town, who)
