"""The school days that leaves take: chains of short ones, and 长期请假 (11).

However it is cut, a long absence is seen as one.  公假 takes no day: the school sent the
child, who counts as having come.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from datetime import date

from core.rules.base import Coded, Record
from core.rules.calendar import Calendar, Term, school_days_between
from core.rules.leave import Leave, LeaveKind, LeaveState, school_days_of
from core.rules.place import SchoolClass
from core.rules.policy import Policy
from core.rules.time import day_of


class LongLeave(Coded):
    """Why a chain of leaves is a 长期请假: evidence is owed, the township sees it (11)."""

    CONSECUTIVE = "consecutive", "连续请假过长"
    IN_TERM = "in_term", "本学期累计请假过长"


class TermLeave(Record):
    """What a child's leaves take of a term: the longest row of school days, and their sum."""

    longest: int
    in_term: int

    def long(self, policy: Policy) -> LongLeave | None:
        """Return why this is a 长期请假: more than 10 days in a row, or 40 in the term."""
        if self.longest > policy.long_leave_consecutive:
            return LongLeave.CONSECUTIVE
        return LongLeave.IN_TERM if self.in_term > policy.long_leave_term else None


def leave_days(
    leaves: Iterable[Leave], calendar: Calendar, schoolclass: SchoolClass
) -> frozenset[date]:
    """Return the school days a child's leaves take, to the day of 销假."""
    return frozenset(
        day
        for leave in leaves
        if leave.state is not LeaveState.REFUSED and leave.kind is not LeaveKind.OFFICIAL
        for day in school_days_of(leave, calendar, schoolclass)
        if day == leave.from_day or not _back_by(leave, day)
    )


def _back_by(leave: Leave, day: date) -> bool:
    return leave.closed_at is not None and day >= day_of(leave.closed_at)


def term_leave(
    leaves: Iterable[Leave], calendar: Calendar, schoolclass: SchoolClass, term: Term
) -> TermLeave:
    """Return what a child's leaves together take of a term, however they are chained."""
    taken = leave_days(leaves, calendar, schoolclass)
    longest = row = total = 0
    for day in school_days_between(calendar, term.from_on, term.to_on, schoolclass):
        row = row + 1 if day in taken else 0
        total += day in taken
        longest = max(longest, row)
    return TermLeave(longest=longest, in_term=total)


def in_a_row(
    days: Sequence[date], taken: AbstractSet[date], touched: Sequence[date]
) -> tuple[int, int]:
    """Return how many of the school `days` just before `touched` are taken, and in all.

    A chain of short leaves is judged as one: whoever may give three days does not give
    six in two papers.
    """
    if not touched:
        return 0, 0
    before = after = 0
    for day in reversed([day for day in days if day < touched[0]]):
        if day not in taken:
            break
        before += 1
    for day in [day for day in days if day > touched[-1]]:
        if day not in taken:
            break
        after += 1
    return before, before + len(touched) + after
