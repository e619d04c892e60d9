"""How else a case goes on or ends: settled elsewhere, found to have left, of age, in vain."""

from datetime import date, datetime
from uuid import uuid4

import pytest

from core.rules.case import CaseState, CaseStep, Settlement
from core.rules.case_refused import NotFinished, SameHand, StepWaits, TooEarly
from core.rules.change import ChangeDraft, ChangeKind, Side
from core.rules.enrolment_step import ChangeWaits
from core.rules.errors import NotYours
from core.rules.evidence import EvidenceKind
from core.rules.evidence_demand import StepUnproven
from core.rules.roll import Mark
from core.rules.time import SHANGHAI
from core.services import case, case_duty, case_reopen, change, contact, seat
from core.services.case import Claim
from core.services.file import timeline
from db.pool import Pool
from tests.services.evidence_acts import bring, check, determined, photographed, proven
from tests.services.file_acts import call
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, build

CASE = "SELECT state, close_reason, closed_at IS NOT NULL AS closed FROM dropout_case"
STEP = "SELECT accepted, reason, decided_by FROM case_step ORDER BY id DESC LIMIT 1"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    return made


async def ask(
    town: SchoolTown, who: str, step: CaseStep, settled: Settlement | None = None
) -> None:
    claim = Claim(step=step, note="证明三份", settled_as=settled)
    await case.ask(await town.desk(who), TOWNSHIP, XIAOYU, claim, uuid4())


async def decide(town: SchoolTown, who: str, reason: str = "", *, ok: bool = True) -> None:
    desk = await town.desk(who)
    await case.decide(desk, TOWNSHIP, XIAOYU, reason, uuid4(), accept=ok)


async def watch(town: SchoolTown) -> None:
    front = seat.front_desk(town.pool, lambda _: town.now)
    await case_duty.watch(await seat.system_desk(front, TOWNSHIP), TOWNSHIP)


async def shown(town: SchoolTown) -> tuple[CaseState, CaseState]:
    found = (await timeline(await town.desk("office"), TOWNSHIP, XIAOYU)).case
    return found.state, found.shown


async def test_a_claim_that_a_child_is_settled_stops_nothing_until_it_is_verified(town):
    await ask(town, "reg", CaseStep.SETTLE, Settlement.TRANSFER)
    assert await shown(town) == (CaseState.SUSPECTED, CaseState.RESETTLED)
    duties = set(await town.duties())
    assert {"confirm_settled:office", "sign_report:principal"} <= duties
    with pytest.raises(StepWaits):
        await ask(town, "wang", CaseStep.EXCLUDE)
    with pytest.raises(NotYours):
        await decide(town, "wang")
    await decide(town, "office", "转入学校查无此人", ok=False)
    assert await shown(town) == (CaseState.SUSPECTED, CaseState.SUSPECTED)
    await ask(town, "reg", CaseStep.SETTLE, Settlement.TRANSFER)
    await proven(town, EvidenceKind.NATIONAL_SCREENSHOT)
    await decide(town, "office")
    assert tuple(await town.pool.fetchrow(CASE)) == ("closed", "转学核实", True)
    told = [
        e.words for e in (await timeline(await town.desk("reg"), TOWNSHIP, XIAOYU)).events
    ]
    assert [words for words in told if "转学核实" in words] == [
        "登记转学核实：证明三份，待确认",
        "转学核实已退回：转入学校查无此人",
        "登记转学核实：证明三份，待确认",
        "销号；转学核实已确认",
        "转出 11-25 已核；个案2026-001转学核实：证明三份",
    ]


@pytest.mark.parametrize(("day", "found"), [("12-20", False), ("12-21", True)])
async def test_who_has_left_is_found_by_the_office_and_the_bureau(town, day, found):
    town.clock(f"{day} 09:00")
    await watch(town)
    assert ("determine:office" in await town.duties()) is found
    if not found:
        with pytest.raises(TooEarly, match="12月21日"):
            await ask(town, "office", CaseStep.CONFIRM)
        return
    await ask(town, "office", CaseStep.CONFIRM)
    with pytest.raises(NotYours):
        await decide(town, "office")
    with pytest.raises(StepUnproven) as unproven:
        await decide(town, "bureau")
    assert str(unproven.value) == (
        "还缺经核验的佐证：辍学认定表。请在个案页按F8提供、核验后再确认。"
        "还缺一生一案，请在个案页按0生成后再确认。"
    )
    await determined(town)
    await decide(town, "bureau")
    assert (await shown(town))[0] is CaseState.CONFIRMED
    owed = {d for d in await town.duties() if d.startswith(("track", "determine"))}
    assert owed == {"track:class_teacher"}


async def test_who_is_of_age_leaves_the_ledger_by_two(town):
    await town.write("UPDATE student SET born_on = '2010-11-25' WHERE id = $1", XIAOYU)
    await ask(town, "office", CaseStep.COMPLETE)
    with pytest.raises(NotYours):
        await decide(town, "office")
    await decide(town, "bureau")
    assert tuple(await town.pool.fetchrow(CASE)) == ("closed", "已超过义务教育年龄", True)
    assert await town.endings() == ["left"]
    assert tuple(await town.pool.fetchrow(LEFT))[:4] == ("other_out", "verified", 12, 14)


STANDS = """
    SELECT status, to_on FROM enrolment WHERE student_id = $1 ORDER BY from_on DESC LIMIT 1
"""
LEFT = "SELECT kind, state, entered_by, verified_by, from_status, in_township FROM change"


async def settled(town: SchoolTown, how: Settlement, kind: EvidenceKind) -> None:
    await ask(town, "reg", CaseStep.SETTLE, how)
    await proven(town, kind)
    await decide(town, "office")


@pytest.mark.parametrize(
    ("how", "kind", "stands", "change"),
    [
        (Settlement.TRANSFER, EvidenceKind.NATIONAL_SCREENSHOT, "enrolled", "transfer_out"),
        (Settlement.ELSEWHERE, EvidenceKind.STUDY_CERTIFICATE, "studying_out", None),
        (Settlement.SUSPENSION, EvidenceKind.APPROVAL, "suspended", "suspension"),
        (Settlement.DEATH, EvidenceKind.DEATH_CERTIFICATE, "enrolled", "death"),
    ],
)
async def test_25_who_is_proved_elsewhere_is_called_at_no_roll_and_its_clock_ends(
    town, how, kind, stands, change
):
    await settled(town, how, kind)
    assert await town.endings() == ["left"]
    owed = await town.duties()
    assert not [d for d in owed if d.startswith(("contact", "visit", "joint", "mark"))]
    status, to_on = await town.pool.fetchrow(STANDS, XIAOYU)
    assert (status, to_on) == (stands, date(2026, 11, 25) if stands == "enrolled" else None)
    written = await town.pool.fetch(LEFT)
    expected = [(change, "verified", 10, 12, "enrolled", False)] if change else []
    assert [tuple(row) for row in written] == expected
    # Nobody is missing at the next roll, and no alarm comes of it.
    await town.roll("11-25 am")
    assert (
        await town.pool.fetchval("SELECT expected FROM roll ORDER BY id DESC LIMIT 1") == 1
    )
    town.clock("11-27 08:30")
    assert await town.ring() == 0
    assert await town.run() is None


async def test_25_of_whom_a_change_waits_is_settled_by_that_change_first(town):
    draft = ChangeDraft(
        student_id=XIAOYU,
        kind=ChangeKind.TRANSFER_OUT,
        happened_on=town.now.date(),
        other_school="东莞市石龙小学",
        side=Side.OUTSIDE,
    )
    await change.enter(await town.desk("reg"), draft, uuid4())
    with pytest.raises(ChangeWaits):
        await settled(town, Settlement.TRANSFER, EvidenceKind.NATIONAL_SCREENSHOT)
    assert await town.endings() == ["open"]
    assert not (await town.pool.fetchrow(CASE))["closed"]


async def test_18_who_was_settled_wrongly_is_called_again_when_the_case_goes_on(town):
    await settled(town, Settlement.ELSEWHERE, EvidenceKind.STUDY_CERTIFICATE)
    town.clock("11-26 07:00")
    opinion = "东莞市教育局回函：查无此人"
    bureau = await town.desk("bureau")
    await case_reopen.reopen(bureau, TOWNSHIP, XIAOYU, opinion, uuid4())
    town.clock("11-27 08:10")
    await town.roll("11-27 am")
    # The roll of 11-26 was not taken: untaken is never present.
    assert await town.run() == "11-26 08:00"


async def test_who_has_finished_school_leaves_by_two_and_by_its_certificate(town):
    """17: the year of grade 9 is over on 1 September, not before."""
    await town.write("UPDATE class SET cohort = 2018 WHERE id = 11")
    town.now = datetime(2027, 8, 31, 9, 0, tzinfo=SHANGHAI)
    with pytest.raises(NotFinished, match="2027年9月1日"):
        await ask(town, "office", CaseStep.GRADUATE)
    town.now = datetime(2027, 9, 1, 9, 0, tzinfo=SHANGHAI)
    await ask(town, "office", CaseStep.GRADUATE)
    assert "confirm_graduated:bureau" in await town.duties()
    with pytest.raises(StepUnproven, match="毕业或结业证书"):
        await decide(town, "bureau")
    brought = await bring(town, "office", EvidenceKind.GRADUATION)
    with pytest.raises(NotYours):
        await decide(town, "office")
    await check(town, "bureau", brought)
    await decide(town, "bureau")
    assert tuple(await town.pool.fetchrow(CASE)) == ("closed", "已毕业或结业", True)
    assert not [d for d in await town.duties() if d.startswith(("confirm", "determine"))]


async def back(town: SchoolTown) -> None:
    town.clock("11-26 08:10")
    await town.roll("11-26 am", _101=Mark.PRESENT)
    await ask(town, "li", CaseStep.RETURN)
    with pytest.raises(NotYours):
        await decide(town, "li")
    await photographed(town)
    await decide(town, "reg")


async def follows(town: SchoolTown) -> None:
    """Let the family be telephoned now."""
    await contact.record(await town.desk("li"), call(at=town.now, note="到校正常"), uuid4())


RUNS = """
    INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day,
                         missed_session, missed_at, noted_at, due_at, raw_due_at, clock_mode,
                         provisional, calendar_version, ended_at, ended_how)
    SELECT a.township_id, a.student_id, a.school_id, a.class_id, d::date, 'am', d, d, d, d,
           a.clock_mode, false, 1, d + interval '6 hours', 'present'
      FROM absence a, generate_series(timestamptz '2026-12-01 08:00+08',
                                      timestamptz '2026-12-03 08:00+08', interval '1 day') d
     WHERE a.id = (SELECT min(id) FROM absence)
"""


async def test_who_was_missing_too_often_is_watched_once_more_and_then_closed(town):
    await back(town)
    await town.write(RUNS)
    town.clock("12-25 09:00")
    await watch(town)
    told = "SELECT note FROM case_event ORDER BY id DESC LIMIT 1"
    # Twenty weekdays after Friday 12-25; nobody knows 2027's holidays yet, so 01-01 counts.
    assert await town.pool.fetchval(told) == "观察期内无故未到校3次，重新观察至1月22日"
    owed = [d for d in await town.duties() if d.startswith(("observed", "follow"))]
    assert owed == ["follow_up:class_teacher"]
    await watch(town)
    kept = "SELECT count(*) FROM case_event WHERE kind = 'observe'"
    assert await town.pool.fetchval(kept) == 1
    town.now = town.now.replace(year=2027, month=1, day=26)
    await follows(town)
    await watch(town)
    await ask(town, "wang", CaseStep.CLOSE)
    await decide(town, "office")
    assert (await town.pool.fetchrow(CASE))["state"] == "closed"


async def test_a_close_that_waits_is_withdrawn_when_the_child_is_missing_again(town):
    await back(town)
    town.clock("12-25 09:00")
    await follows(town)
    await ask(town, "wang", CaseStep.CLOSE)
    with pytest.raises(NotYours):
        await decide(town, "wang")
    town.clock("12-28 08:10")
    await town.roll("12-28 am", _101=Mark.ABSENT)
    town.clock("12-30 08:30")
    assert await town.ring() == 1
    await watch(town)
    assert tuple(await town.pool.fetchrow(STEP)) == (False, "再次未到校", 90)
    assert (await shown(town))[0] is CaseState.SUSPECTED
    assert not [d for d in await town.duties() if "close" in d]


async def test_a_leave_after_a_relapse_is_no_return(town):
    """The roll that proved the first return proves no second one."""
    await back(town)
    town.clock("11-30 08:10")
    await town.roll("11-30 am", _101=Mark.ABSENT)
    town.clock("12-02 08:30")
    assert await town.ring() == 1
    await town.leave("12-03 am", "12-04 pm")
    town.clock("12-03 08:10")
    await town.roll("12-03 am")
    await watch(town)
    assert await town.run() is None
    assert "register_return:class_teacher" not in await town.duties()


async def test_each_week_of_the_observation_is_followed_up(town):
    await back(town)
    due = "SELECT due_at::date FROM duty WHERE kind = 'follow_up' AND done_at IS NULL"
    assert await town.pool.fetchval(due) == date(2026, 12, 6)
    with pytest.raises(SameHand):
        await _ask_and_decide_alone(town)


async def _ask_and_decide_alone(town: SchoolTown) -> None:
    """The principal who asks may also confirm a return, but never the own one."""
    town.clock("12-01 08:10")
    await town.roll("12-01 am", _101=Mark.ABSENT)
    town.clock("12-03 08:30")
    await town.ring()
    await town.roll("12-03 am", _101=Mark.PRESENT)
    await ask(town, "wang", CaseStep.RETURN)
    await decide(town, "wang")
