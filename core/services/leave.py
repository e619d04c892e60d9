"""Leave: entered, approved or refused, extended, closed, and proven (R4).

Each act reads the runs of the child again: no act here stops a clock by itself.  Lists and
forms are in `leave_book`; what time does to a leave is in `leave_watch`.
"""

from uuid import UUID

import db.leave as rows
from core.rules.duty import DutyKind
from core.rules.errors import Changed, OutOfSight
from core.rules.file import Child, must_write
from core.rules.leave import Leave, LeaveState
from core.rules.leave_entry import (
    STANDING,
    LeaveDraft,
    NotStanding,
    NotWaiting,
    ProofMissing,
    ReasonMissing,
    approvers,
    must_be_new,
    not_into_due_runs,
)
from core.rules.time import day_of
from core.services.desk import Desk
from core.services.file import seen
from core.services.leave_judge import (
    Entered,
    asked_sessions,
    chain,
    extended_by,
    judged,
    outcome,
)
from core.services.leave_write import (
    book_of,
    clear_duties,
    due_runs,
    note_on_case,
    others_of,
    owe_decision,
    settle_child,
)
from db.duty import finish
from db.outbox import tell
from db.pool import Conn, Lock, lock_key

__all__ = [
    "Entered",
    "approve",
    "close",
    "enter",
    "prove",
    "refuse",
    "subject_of",
]


def subject_of(student_id: int, extends_id: int | None) -> str:
    """Return the draft subject of a leave, or of a leave's extension."""
    return f"{student_id}" if extends_id is None else f"{student_id}:{extends_id}"


async def enter(desk: Desk, draft: LeaveDraft, op_id: UUID) -> Entered:
    """Enter a leave, or 续假 where it extends one; approve it where its enterer may.

    It may begin at a missed session while that run is not due; from `due_at` on it begins
    with the next session, and the open case gets a note (rule 3).  Raises OutOfSight,
    NotYours, NothingToCover, Covered, TooFarBack, TooLong, AlreadyRang, NotStanding,
    Changed when the child has just been moved to another class, AlreadyDone.
    """
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, draft.student_id, now, draft.township_id)
    must_write(desk.actor, child)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("leave.enter", op_id, locks=locks) as (conn, now):
        book, pupil = await book_of(conn, child, now)
        others = await others_of(conn, child, now)
        extended = extended_by(draft, others)
        asked = asked_sessions(book, pupil, (draft, extended), now)
        must_be_new(asked, others)
        due = await due_runs(conn, child, asked[0].starts_at, now)
        sessions = not_into_due_runs(asked, due, now)
        asked_for = judged(desk.actor, book, draft, (sessions, others), now)
        signed = (desk.actor.account_id, now)
        subject = subject_of(child.student_id, draft.extends_id)
        saved = await rows.enter(conn, asked_for.new, signed, subject)
        entered = outcome(asked_for, saved, cut=sessions != asked)
        if extended is not None:
            await rows.go_on(conn, child.township_id, extended.id)
            await clear_duties(desk, conn, extended, now)
        if entered.state is LeaveState.WAITING:
            await owe_decision(conn, child, entered, saved.id, now)
        if any(run.ended_at is None for run in due):
            told = f"登记请假 {saved.number}（{draft.kind.label}），已到期的时段不变"
            await note_on_case(desk, conn, child, told, now)
        await settle_child(desk, conn, child, now)
    return entered


async def approve(desk: Desk, township_id: int, leave_id: int, op_id: UUID) -> None:
    """Approve a waiting leave; who may depends on the length of its chain.

    Raises OutOfSight, NotYours, NotWaiting, Changed, AlreadyDone.
    """
    await _decide(desk, (township_id, leave_id), LeaveState.APPROVED, "", op_id)


async def refuse(
    desk: Desk, township_id: int, leave_id: int, reason: str, op_id: UUID
) -> None:
    """Refuse a waiting leave with a reason: every session it covered counts again.

    Raises ReasonMissing, OutOfSight, NotYours, NotWaiting, Changed, AlreadyDone.
    """
    if not reason.strip():
        raise ReasonMissing
    note = f"{LeaveState.REFUSED.label}：{reason.strip()}"
    await _decide(desk, (township_id, leave_id), LeaveState.REFUSED, note, op_id)


async def _decide(
    desk: Desk, key: tuple[int, int], state: LeaveState, note: str, op_id: UUID
) -> None:
    held, child = await _held(desk, key)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing(f"leave.{state}", op_id, locks=locks) as (conn, now):
        book, _ = await book_of(conn, child, now)
        held = await _fresh(conn, held)
        if held.state is not LeaveState.WAITING:
            raise NotWaiting(held.state)
        others = await others_of(conn, child, now)
        whole = chain(book, (held.from_day, held.to_day), others).whole
        _, roles = approvers(whole, book.policy(day_of(held.entered_at)))
        desk.actor.must_hold(
            *roles,
            township_id=child.township_id,
            school_id=child.school_id,
            class_id=child.class_id,
        )
        await rows.decide(conn, held, state, desk.actor.account_id, now, note)
        due = await due_runs(conn, child, held.from_at, now)
        if any(run.ended_at is None for run in due):
            await note_on_case(desk, conn, child, f"请假 {held.number} {state.label}", now)
        await clear_duties(desk, conn, held, now)
        await settle_child(desk, conn, child, now)


async def close(desk: Desk, township_id: int, leave_id: int, op_id: UUID) -> None:
    """Close a leave (销假): the child is expected from the next session on.

    Raises OutOfSight, NotYours, NotStanding, Changed, AlreadyDone.
    """
    held, child = await _held(desk, (township_id, leave_id))
    must_write(desk.actor, child)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("leave.close", op_id, locks=locks) as (conn, now):
        await book_of(conn, child, now)
        held = await _fresh(conn, held)
        if held.state not in STANDING:
            raise NotStanding(held.state)
        await rows.close(conn, held, desk.actor.account_id, now)
        await clear_duties(desk, conn, held, now)
        await settle_child(desk, conn, child, now)


async def prove(
    desk: Desk, township_id: int, leave_id: int, evidence: str, op_id: UUID
) -> None:
    """Write down the proof shown for a leave (证明材料); clears the duty to show one.

    Raises ProofMissing, OutOfSight, NotYours, AlreadyDone.
    """
    if not evidence.strip():
        raise ProofMissing
    held, child = await _held(desk, (township_id, leave_id))
    must_write(desk.actor, child)
    async with desk.writing("leave.prove", op_id) as (conn, now):
        await rows.prove(conn, held, evidence.strip())
        by = desk.actor.account_id
        proof = DutyKind.LEAVE_PROOF
        await finish(conn, township_id, proof, child.student_id, now, by)
        await tell(conn, township_id, "leave", now)
        await tell(conn, township_id, "duty", now)


async def _held(desk: Desk, key: tuple[int, int]) -> tuple[Leave, Child]:
    """Return a leave in sight with its child; raises OutOfSight."""
    async with desk.reading() as (conn, now):
        held = await rows.leave(conn, *key)
        if held is None:
            raise OutOfSight
        return held, await seen(desk, conn, held.student_id, now, held.township_id)


async def _fresh(conn: Conn, held: Leave) -> Leave:
    """Return the leave as it is now that the class's lock is held."""
    found = await rows.leave(conn, held.township_id, held.id)
    if found is None:
        raise Changed
    return found
