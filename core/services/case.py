"""A case's steps, each asked for by one person and confirmed by another.

Opening a case is the alarm's; its papers are in notice, what it owes next in case_duty.  No
step waits for a paper, and none is taken by word: a roll proves that a child is back.
"""

from uuid import UUID

import db.case as rows
from core.rules.base import Note, Record
from core.rules.case import CaseStep, Settlement, ends_papers, rule_of
from core.rules.case_guard import CaseFacts, in_time, must_allow, must_be_second, must_claim
from core.rules.case_refused import (
    NoCase,
    ProofMissing,
    StepWaits,
)
from core.rules.errors import Changed
from core.rules.evidence_demand import must_be_proven
from core.rules.file import Child
from core.rules.staff import Role
from core.rules.time import day_of
from core.services.case_checklist import held_of
from core.services.case_duty import observed_until, settle, timetable_of
from core.services.case_leaving import leave
from core.services.desk import Desk
from core.services.file import seen
from db.case import Asking, Decision
from db.outbox import tell
from db.pool import Conn, Lock, lock_key


class Claim(Record):
    """A step asked for: what proves it, and where a child is settled instead."""

    step: CaseStep
    note: Note
    settled_as: Settlement | None = None


async def ask(
    desk: Desk, township_id: int, student_id: int, claim: Claim, op_id: UUID
) -> None:
    """Ask for a step, saying what proves it; another person confirms it.

    Raises OutOfSight, NotYours, ProofMissing, SettledHow, NoCase, StepWaits, and whatever
    the step waits for (case_guard.must_allow).
    """
    step = claim.step
    must_claim(step, claim.note, claim.settled_as)
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
    _must_hold(desk, child, rule_of(step).asked_by)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("case.ask", op_id, locks=locks) as (conn, now):
        case = await open_case(conn, child)
        if case.step is not None:
            raise StepWaits(case.step)
        timetable = await timetable_of(conn, township_id, day_of(now))
        must_allow(case, step, day_of(now), timetable.policy(day_of(now)))
        called = step.label if claim.settled_as is None else claim.settled_as.label
        asking = Asking(
            step=step,
            note=claim.note,
            settled_as=claim.settled_as,
            words=f"登记{called}：{claim.note}，待确认",
        )
        by = desk.actor.account_id
        await rows.ask(conn, case, asking, (by, now))
        await settle(conn, township_id, student_id, (now, by))
        await tell(conn, township_id, "duty", now)


async def decide(
    desk: Desk, township_id: int, student_id: int, reason: str, op_id: UUID, *, accept: bool
) -> None:
    """Confirm the step that waits, or send it back with a reason.

    Raises OutOfSight, NotYours, NoCase, NoStep, SameHand, Changed, ProofMissing (sent back
    without a reason), StepUnproven, AlarmFirst, ChangeWaits, and whatever `ask` would raise now.
    """
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("case.decide", op_id, locks=locks) as (conn, now):
        case = await open_case(conn, child)
        if case.step is not None:
            _must_hold(desk, child, rule_of(case.step).decided_by)
        step = must_be_second(case, desk.actor.account_id)
        if not accept and not reason.strip():
            raise ProofMissing
        timetable = await timetable_of(conn, township_id, day_of(now))
        day, policy = day_of(now), timetable.policy(day_of(now))
        if accept:
            must_allow(case, step, day, policy)
            must_be_proven(step, case.step_as, await held_of(conn, case, step, day))
        until = None
        if accept and step is CaseStep.RETURN:
            until = observed_until(timetable, day, policy.observe_for)
        rule = rule_of(step)
        settled = case.step_as.label if case.step_as else rule.closes_as
        ends = accept and ends_papers(step)
        made = Decision(
            accepted=accept,
            by=desk.actor.account_id,
            at=now,
            reason=reason.strip(),
            leads_to=rule.leads_to if accept else case.state,
            observe_until=until,
            closes_as=settled if accept else None,
            ends_papers=ends,
            words=_told(case, reason.strip(), accept=accept, ends=ends),
        )
        if not await rows.decide(conn, case, made):
            raise Changed
        if accept:
            await leave(conn, case, (now, made.by))
        await settle(conn, township_id, student_id, (now, made.by))
        await tell(conn, township_id, "duty", now)


def _told(case: CaseFacts, reason: str, *, accept: bool, ends: bool) -> str:
    """Return what the case's history says of a decision."""
    step = case.step_as or case.step
    late = in_time(case) if accept and case.step is CaseStep.RETURN else ""
    void = f"{case.paper_kind.label}作废" if ends and case.paper_kind else ""
    head = f"{step.label if step else ''}已{'确认' if accept else '退回'}"
    said = "，".join(filter(None, (head, late, void)))
    return f"{said}：{reason}" if reason else said


def _must_hold(desk: Desk, child: Child, roles: tuple[Role, ...]) -> None:
    desk.actor.must_hold(
        *roles,
        township_id=child.township_id,
        school_id=child.school_id,
        class_id=child.class_id,
    )


async def open_case(conn: Conn, child: Child) -> CaseFacts:
    """Return how a child's open case stands; raises NoCase."""
    case = await rows.facts(conn, child.township_id, child.student_id)
    if case is None:
        raise NoCase
    return case
