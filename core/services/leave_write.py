"""What the acts of leave share: the chain a leave makes, who judges it, and what follows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

import db.leave as rows
from core.rules.attendance import sessions_between
from core.rules.base import Record
from core.rules.book import BookPupil, ClassBook
from core.rules.calendar import school_days_between
from core.rules.duty import DutyKind
from core.rules.errors import Changed, OutOfSight
from core.rules.file import Child
from core.rules.leave import (
    Approver,
    Leave,
    LeaveState,
    alone_until,
    may_approve_alone,
    needs_proof,
)
from core.rules.leave_entry import (
    CHAIN_WITHIN,
    LONGEST_FOR,
    DueRun,
    LeaveDraft,
    NothingToCover,
    NotStanding,
    TooFarBack,
    TooLong,
    approvers,
    covered,
    in_a_row,
    leave_days,
)
from core.rules.session import Session
from core.rules.staff import Actor, Role
from core.rules.time import Moment, day_of
from core.services.absence import open_book, settle
from core.services.desk import Desk
from db.duty import NewDuty, finish, open_all
from db.leave import NewLeave, Numbered
from db.outbox import tell
from db.pool import Conn

_GIVERS: Final = (Role.CLASS_TEACHER, Role.REGISTRAR, Role.LEADER)
_ABOUT: Final = (
    DutyKind.LEAVE_DECISION,
    DutyKind.LEAVE_LONG,
    DutyKind.LEAVE_ENDING,
    DutyKind.LEAVE_OVERRUN,
)
_EXTENDED: Final = frozenset({LeaveState.APPROVED, LeaveState.OVERRUN})
# Whoever decides has the rest of the school day; the child's clock waits for nobody.
_DECIDE_WITHIN: Final = timedelta(hours=4)


class Judged(Record):
    """A leave about to be entered, and who is to approve it."""

    new: NewLeave
    approver: Approver
    needs_proof: bool


class Entered(Record):
    """What became of a leave that was entered."""

    number: str
    state: LeaveState
    # Where it waits: at which level it is decided, and until when it counts meanwhile.
    approver: Approver
    alone_until: Moment
    from_at: Moment
    # It begins later than asked: what is due already is not erased.
    cut: bool
    needs_proof: bool


class Chain(NamedTuple):
    """The school days a leave touches, those of leave just before them, and all in a row."""

    touched: tuple[date, ...]
    before: int
    whole: int


async def book_of(conn: Conn, child: Child, now: datetime) -> tuple[ClassBook, BookPupil]:
    """Return the child's class book and the child in it; raises Changed if moved."""
    book = await open_book(conn, child.township_id, child.class_id, day_of(now))
    pupil = next((p for p in book.pupils if p.student_id == child.student_id), None)
    if pupil is None:
        raise Changed
    return book, pupil


async def others_of(conn: Conn, child: Child, now: datetime) -> tuple[Leave, ...]:
    """Return the child's leaves that a new one may touch or continue."""
    since = now - CHAIN_WITHIN
    return await rows.of_student(conn, child.township_id, child.student_id, since)


def extended_by(draft: LeaveDraft, others: Sequence[Leave]) -> Leave | None:
    """Return the leave a draft continues; raises OutOfSight or NotStanding."""
    if draft.extends_id is None:
        return None
    held = next((leave for leave in others if leave.id == draft.extends_id), None)
    if held is None:
        raise OutOfSight
    if held.state not in _EXTENDED:
        raise NotStanding(held.state)
    return held


def asked_sessions(
    book: ClassBook, pupil: BookPupil, asked: tuple[LeaveDraft, Leave | None], now: datetime
) -> tuple[Session, ...]:
    """Return the sessions a draft asks for; an extension begins after what it extends.

    Raises TooFarBack, TooLong, NothingToCover.
    """
    draft, extended = asked
    days_back = book.policy(day_of(now)).file_late_for
    if draft.from_day < day_of(now) - timedelta(days=days_back):
        raise TooFarBack(days_back)
    if draft.to_day - draft.from_day > LONGEST_FOR:
        raise TooLong
    found = covered(sessions_between(book, draft.from_day, draft.to_day, pupil), draft)
    if extended is None:
        return found
    after = tuple(s for s in found if s.starts_at >= extended.to_at)
    if not after:
        raise NothingToCover
    return after


async def due_runs(
    conn: Conn, child: Child, since: datetime, now: datetime
) -> tuple[DueRun, ...]:
    """Return the child's runs that were due by now and lasted beyond `since`."""
    return await rows.due_runs(conn, child.township_id, child.student_id, now, since)


def chain(book: ClassBook, days: tuple[date, date], others: Sequence[Leave]) -> Chain:
    """Return how long a leave from days[0] to days[1] is, with those it hangs on to."""
    first, last = days
    calendar, schoolclass = book.calendar, book.schoolclass
    around = school_days_between(
        calendar, first - CHAIN_WITHIN, last + CHAIN_WITHIN, schoolclass
    )
    touched = tuple(day for day in around if first <= day <= last)
    taken = leave_days(others, calendar, schoolclass)
    before, whole = in_a_row(around, taken, touched)
    return Chain(touched, before, whole)


def judged(
    actor: Actor,
    book: ClassBook,
    draft: LeaveDraft,
    asked: tuple[Sequence[Session], Sequence[Leave]],
    now: datetime,
) -> Judged:
    """Return the leave as it is to be written: approved, or waiting for whom (R4)."""
    sessions, others = asked
    first, last = sessions[0], sessions[-1]
    policy = book.policy(day_of(now))
    length = chain(book, (first.day, last.day), others)
    approver, roles = approvers(length.whole, policy)
    place = {
        "township_id": book.township_id,
        "school_id": book.school_id,
        "class_id": book.class_id,
    }
    held = tuple(role for role in _GIVERS if actor.holds(role, **place))
    approved = any(role in roles for role in held)
    alone = may_approve_alone(held, policy)
    left = None if alone is None else max(0, alone - length.before)
    new = NewLeave(
        township_id=book.township_id,
        student_id=draft.student_id,
        school_id=book.school_id,
        class_id=book.class_id,
        kind=draft.kind,
        from_day=first.day,
        from_session=first.session,
        to_day=last.day,
        to_session=last.session,
        from_at=first.starts_at,
        to_at=last.ends_at,
        asked_by=draft.asked_by,
        asked_how=draft.asked_how,
        reason=draft.reason,
        state=LeaveState.APPROVED if approved else LeaveState.WAITING,
        decided=approved,
        alone_until=alone_until(first.starts_at, last.ends_at, left, length.touched),
        extends_id=draft.extends_id,
        evidence=draft.evidence,
    )
    proof = needs_proof(draft.kind, length.whole, policy) and not draft.evidence
    return Judged(new=new, approver=approver, needs_proof=proof)


def outcome(judged_: Judged, saved: Numbered, *, cut: bool) -> Entered:
    """Return what is told to whoever entered it."""
    new = judged_.new
    return Entered(
        number=saved.number,
        state=LeaveState.of(new.state),
        approver=judged_.approver,
        alone_until=new.alone_until,
        from_at=new.from_at,
        cut=cut,
        needs_proof=judged_.needs_proof,
    )


async def owe_decision(
    conn: Conn, child: Child, entered: Entered, leave_id: int, now: datetime
) -> None:
    """Owe the decision to 教务 or to the principal, by the leave's length."""
    leader = entered.approver is Approver.LEADER
    kind = DutyKind.LEAVE_LONG if leader else DutyKind.LEAVE_DECISION
    due_at = max(entered.alone_until, now + _DECIDE_WITHIN)
    duty = NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=child.school_id,
        class_id=child.class_id,
        student_id=child.student_id,
        subject_id=leave_id,
        words=child.name,
        due_at=due_at,
        climbs_at=due_at,
    )
    await open_all(conn, child.township_id, (duty,), now)
    await tell(conn, child.township_id, "duty", now)


async def note_on_case(
    desk: Desk, conn: Conn, child: Child, told: str, now: datetime
) -> None:
    """Note on the child's open case what came after the alarm (续报)."""
    held = (child.township_id, child.student_id)
    await rows.note_on_case(conn, held, f"续报：{told}", desk.actor.account_id, now)
    await tell(conn, child.township_id, "case", now)


async def clear_duties(desk: Desk, conn: Conn, held: Leave, now: datetime) -> None:
    """Clear what was owed about a leave, and tell the screens that show it."""
    for kind in _ABOUT:
        await finish(conn, held.township_id, kind, held.id, now, desk.actor.account_id)
    await tell(conn, held.township_id, "leave", now)
    await tell(conn, held.township_id, "duty", now)


async def settle_child(desk: Desk, conn: Conn, child: Child, now: datetime) -> None:
    """Bring the child's run to where its book stands after this act."""
    book, pupil = await book_of(conn, child, now)
    await settle(conn, book, (pupil,), now, desk.actor.account_id)
