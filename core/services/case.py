"""A case's steps: 返校, 排除疑似, 销号, each asked for by one person and confirmed by another.

Opening a case is the alarm's; notices and orders are not here yet.  No step waits for a
paper, and none is taken by word: a roll proves that a child is back.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

import db.case as rows
import db.duty
from core.rules.calendar import school_days_between
from core.rules.case import (
    CaseFacts,
    CaseStep,
    NoCase,
    NoStep,
    ProofMissing,
    SameHand,
    StepWaits,
    must_allow,
    observation_ends,
    rule_of,
)
from core.rules.duty import DutyKind
from core.rules.errors import Changed
from core.rules.file import Child
from core.rules.roll_board import Timetable
from core.rules.staff import Role
from core.rules.time import day_of, moment
from core.services.desk import Desk
from core.services.file import seen
from db.board import timetables
from db.case import CaseOwing, Decision
from db.duty import NewDuty
from db.outbox import tell
from db.pool import Conn, Lock, lock_key

_WAITS: Final = {
    CaseStep.RETURN: DutyKind.CONFIRM_RETURN,
    CaseStep.EXCLUDE: DutyKind.CONFIRM_EXCLUSION,
    CaseStep.CLOSE: DutyKind.CONFIRM_CLOSE,
}
_WITHIN: Final = timedelta(days=1)
_SCHOOL_IS_OVER: Final = time(18)
# Twenty school days with a winter vacation between them.
_FAR: Final = timedelta(days=120)


async def ask(
    desk: Desk, township_id: int, student_id: int, step: CaseStep, note: str, op_id: UUID
) -> None:
    """Ask for a step, saying what proves it; another person confirms it.

    Raises OutOfSight, NotYours, ProofMissing, NoCase, StepWaits, StepNotNow, NotSeenYet,
    StillObserved, MissedTooOften.
    """
    if not note.strip():
        raise ProofMissing
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
    _must_hold(desk, child, rule_of(step).asked_by)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("case.ask", op_id, locks=locks) as (conn, now):
        case = await _open(conn, child)
        if case.step is not None:
            raise StepWaits(case.step)
        timetable = await _timetable(conn, township_id, day_of(now))
        missed = timetable.policy(day_of(now)).observe_missed
        must_allow(case, step, day_of(now), missed)
        by = (desk.actor.account_id, now, f"登记{step.label}：{note.strip()}，待确认")
        await rows.ask(conn, case, step, note.strip(), by)
        for kind in (DutyKind.REGISTER_RETURN, DutyKind.OBSERVED):
            await db.duty.finish(conn, township_id, kind, case.case_id, now, by[0])
        await db.duty.open_all(conn, township_id, (_waiting(case, step, now),), now)
        await tell(conn, township_id, "duty", now)


async def decide(
    desk: Desk, township_id: int, student_id: int, reason: str, op_id: UUID, *, accept: bool
) -> None:
    """Confirm the step that waits, or send it back with a reason.

    Raises OutOfSight, NotYours, NoCase, NoStep, SameHand, Changed, ProofMissing (sent back
    without a reason), and whatever `ask` would raise now.
    """
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("case.decide", op_id, locks=locks) as (conn, now):
        case = await _open(conn, child)
        if case.step is None:
            raise NoStep
        rule = rule_of(case.step)
        _must_hold(desk, child, rule.decided_by)
        if case.step_by == desk.actor.account_id:
            raise SameHand
        if not accept and not reason.strip():
            raise ProofMissing
        timetable = await _timetable(conn, township_id, day_of(now))
        policy = timetable.policy(day_of(now))
        if accept:
            must_allow(case, case.step, day_of(now), policy.observe_missed)
        until = None
        if accept and case.step is CaseStep.RETURN:
            until = _observed_until(timetable, day_of(now), policy.observe_for)
        told = "确认" if accept else "退回"
        words = f"{case.step.label}已{told}" + (
            f"：{reason.strip()}" if reason.strip() else ""
        )
        made = Decision(
            accepted=accept,
            by=desk.actor.account_id,
            at=now,
            reason=reason.strip(),
            leads_to=rule.leads_to if accept else case.state,
            observe_until=until,
            closes_as=rule.closes_as if accept else None,
            words=words,
        )
        if not await rows.decide(conn, case, made):
            raise Changed
        await db.duty.finish(
            conn, township_id, _WAITS[case.step], case.case_id, now, made.by
        )
        await tell(conn, township_id, "duty", now)


async def watch(system: Desk, township_id: int) -> None:
    """Owe the next step of every case whose child is back, or was watched long enough."""
    async with system.reading() as (conn, now):
        day = day_of(now)
        back = await rows.back(conn, township_id)
        observed = await rows.observed(conn, township_id, day)
    if not back and not observed:
        return
    async with system.writing("case.watch") as (conn, now):
        owed = [
            *(_owed(one, DutyKind.REGISTER_RETURN, now) for one in back),
            *(_owed(one, DutyKind.OBSERVED, now) for one in observed),
        ]
        await db.duty.open_all(conn, township_id, owed, now)
        await tell(conn, township_id, "duty", now)


def _owed(one: CaseOwing, kind: DutyKind, now: datetime) -> NewDuty:
    due_at = moment(day_of(now) + _WITHIN, _SCHOOL_IS_OVER)
    return NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=one.school_id,
        class_id=one.class_id,
        student_id=one.student_id,
        subject_id=one.case_id,
        words=one.student_name,
        due_at=due_at,
        climbs_at=due_at + _WITHIN,
    )


def _waiting(case: CaseFacts, step: CaseStep, now: datetime) -> NewDuty:
    owing = CaseOwing(
        case_id=case.case_id,
        student_id=case.student_id,
        student_name=case.student_name,
        school_id=case.school_id,
        class_id=case.class_id,
    )
    return _owed(owing, _WAITS[step], now)


def _must_hold(desk: Desk, child: Child, roles: tuple[Role, ...]) -> None:
    desk.actor.must_hold(
        *roles,
        township_id=child.township_id,
        school_id=child.school_id,
        class_id=child.class_id,
    )


async def _open(conn: Conn, child: Child) -> CaseFacts:
    case = await rows.facts(conn, child)
    if case is None:
        raise NoCase
    return case


async def _timetable(conn: Conn, township_id: int, day: date) -> Timetable:
    (found,) = await timetables(conn, (township_id,), day)
    return found


def _observed_until(timetable: Timetable, day: date, observe_for: int) -> date:
    """Return the last of so many school days after a day; a day nobody knows counts."""
    first = day + timedelta(days=1)
    days = school_days_between(timetable.calendar, first, first + _FAR)
    return observation_ends(days, observe_for)
