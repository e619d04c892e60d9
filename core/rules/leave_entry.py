"""Entering a leave: which sessions it covers, how long a chain it makes, what is refused.

When a leave stops a clock is `leave`'s; here stands what is decided once, at its entry.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from core.rules.base import Note, Record, Words
from core.rules.calendar import SessionCode
from core.rules.errors import BadInput
from core.rules.leave import (
    Approver,
    AskedHow,
    Leave,
    LeaveKind,
    LeaveState,
    approver_for,
    roles_that_approve,
)
from core.rules.policy import Policy
from core.rules.session import Session
from core.rules.staff import Role

_ORDER: Final = tuple(SessionCode)
# Longer than any term with its vacation: a year typed wrongly, never a leave.
LONGEST_FOR: Final = timedelta(days=200)
# How far around a leave its chain is looked for; the longest national break is nine days.
CHAIN_WITHIN: Final = timedelta(days=40)
_OVER: Final = frozenset({LeaveState.REFUSED})
STANDING: Final = frozenset({LeaveState.WAITING, LeaveState.APPROVED, LeaveState.OVERRUN})


class LeaveDraft(Record):
    """A leave as it is asked for, from one session to another, both included."""

    township_id: int
    student_id: int
    kind: LeaveKind
    from_day: date
    from_session: SessionCode
    to_day: date
    to_session: SessionCode
    asked_by: Words
    asked_how: AskedHow
    reason: Note = ""
    evidence: Note = ""
    extends_id: int | None = None


class DueRun(Record):
    """A run of the child whose 48 hours are over: no leave reaches back into it."""

    missed_at: datetime
    ended_at: datetime | None


class NothingToCover(BadInput):
    """No session of the class lies between the two sessions named."""

    def __init__(self) -> None:
        super().__init__("所填时段内该生没有应到的点名，不必请假；请核对日期和时段。")


class AlreadyRang(BadInput):
    """The leave lies wholly in a run that is due: it would erase what was told."""

    def __init__(self) -> None:
        super().__init__(
            "该次未到校已满48小时，补假不能改变预警和报告；请从当前时段起请假，已有情况记入个案。"
        )


class TooFarBack(BadInput):
    """The leave begins earlier than a roll may still be filed."""

    def __init__(self, days: int) -> None:
        super().__init__(f"补办请假不能早于{days}日前，请从可补办的日期起填写。")


class TooLong(BadInput):
    """Longer than any term."""

    def __init__(self) -> None:
        super().__init__("一次请假不能超过一学期，请核对年份；长期不能到校的请办理休学。")


class Covered(BadInput):
    """A leave that counts covers all of it already."""

    def __init__(self, number: str) -> None:
        super().__init__(f"该时段已有假条 {number}，不必重复登记；需要延长的请办续假。")


class NotWaiting(BadInput):
    """Only a waiting leave is approved or refused."""

    def __init__(self, state: LeaveState) -> None:
        super().__init__(f"该假条已是“{state.label}”，无需再批；请按 F5 刷新后核对。")


class NotStanding(BadInput):
    """A leave that was refused or closed is neither extended nor closed."""

    def __init__(self, state: LeaveState) -> None:
        super().__init__(f"该假条已是“{state.label}”，不能再办；需要请假的请重新登记。")


class ReasonMissing(BadInput):
    """A refusal tells why."""

    def __init__(self) -> None:
        super().__init__("不批准请假须写明原因，请填写后再办理。")


class ProofMissing(BadInput):
    """A proof that names nothing proves nothing."""

    def __init__(self) -> None:
        super().__init__("请写明证明材料的名称和日期，如：县医院诊断证明 11-20。")


def _place(day: date, session: SessionCode) -> tuple[date, int]:
    return day, _ORDER.index(session)


def covered(sessions: Iterable[Session], draft: LeaveDraft) -> tuple[Session, ...]:
    """Return the child's sessions between the two named, in order; raises NothingToCover.

    The leave begins with the first of them and ends with the last: a day on which nothing
    is held may be typed at either end.
    """
    first = _place(draft.from_day, draft.from_session)
    last = _place(draft.to_day, draft.to_session)
    found = tuple(s for s in sessions if first <= s.place_in_time <= last)
    if not found:
        raise NothingToCover
    return found


def not_into_due_runs(
    sessions: Sequence[Session], runs: Iterable[DueRun], now: datetime
) -> tuple[Session, ...]:
    """Return the sessions that a leave entered now may still cover (rule 3).

    From `due_at` on leave erases nothing: it begins after the end of a run that was due,
    and with the next session where that run is still open.  Raises AlreadyRang.
    """
    last = sessions[-1].starts_at
    ends = [run.ended_at or now for run in runs if run.missed_at <= last]
    begin = max(ends, default=sessions[0].starts_at)
    left = tuple(s for s in sessions if s.starts_at >= begin)
    if not left:
        raise AlreadyRang
    return left


def must_be_new(sessions: Sequence[Session], others: Iterable[Leave]) -> None:
    """Refuse a leave that another one covers wholly (Covered)."""
    for other in others:
        if other.state in _OVER:
            continue
        end = other.to_at if other.closed_at is None else min(other.to_at, other.closed_at)
        if other.from_at <= sessions[0].starts_at and sessions[-1].starts_at < end:
            raise Covered(other.number)


def approvers(school_days: int, policy: Policy) -> tuple[Approver, tuple[Role, ...]]:
    """Return at which level so long a leave is approved, and by which roles."""
    level = approver_for(school_days, policy)
    return level, roles_that_approve(level)
