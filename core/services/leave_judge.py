"""How long a chain a leave makes, and who approves it: decided once, at its entry (R4)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from core.rules.attendance import sessions_between
from core.rules.base import Record
from core.rules.book import BookPupil, ClassBook
from core.rules.calendar import school_days_between
from core.rules.errors import OutOfSight
from core.rules.leave import (
    Approver,
    Leave,
    LeaveState,
    alone_until,
    may_approve_alone,
    needs_proof,
)
from core.rules.leave_chain import in_a_row, leave_days
from core.rules.leave_entry import (
    CHAIN_WITHIN,
    LONGEST_FOR,
    LeaveDraft,
    NothingToCover,
    NotStanding,
    TooFarBack,
    TooLong,
    approvers,
    covered,
)
from core.rules.session import Session
from core.rules.staff import Actor, Role
from core.rules.time import Moment, day_of
from db.leave import NewLeave, Numbered

_GIVERS: Final = (Role.CLASS_TEACHER, Role.REGISTRAR, Role.LEADER)
_EXTENDED: Final = frozenset({LeaveState.APPROVED, LeaveState.OVERRUN})


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
