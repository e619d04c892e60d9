"""Leaves as lists and forms show them: who, from when to when, and how it stands."""

from core.rules.base import Record
from core.rules.leave import Leave, LeaveState
from core.rules.leave_chain import LongLeave
from core.rules.place import SchoolClass, class_name
from core.rules.time import Moment


class LeaveLine(Leave):
    """A leave with the names beside its ids."""

    student_name: str
    pinyin: tuple[str, ...]
    school_name: str
    cohort: int
    class_number: int
    boarder: bool
    entered_by_name: str
    decided_by_name: str | None

    @property
    def schoolclass(self) -> SchoolClass:
        """Return the class in which it was entered."""
        return SchoolClass(
            township_id=self.township_id,
            id=self.class_id,
            school_id=self.school_id,
            cohort=self.cohort,
            number=self.class_number,
        )

    @property
    def class_name(self) -> str:
        """Return 三年级（1）班 as of the leave's first day."""
        return class_name(self.cohort, self.class_number, self.from_day)

    @property
    def span(self) -> str:
        """Return 11-23上午至11-25下午, 11-23上午至下午 within a day, 11-23上午 for one session."""
        first = f"{self.from_day:%m-%d}{self.from_session.label}"
        if (self.from_day, self.from_session) == (self.to_day, self.to_session):
            return first
        day = "" if self.from_day == self.to_day else f"{self.to_day:%m-%d}"
        return f"{first}至{day}{self.to_session.label}"


class RegisterLine(Record):
    """A line of 请假登记册; `school_days` are those it touches."""

    leave: LeaveLine
    school_days: int


class LeaveRegister(Record):
    """The leaves in a person's sight."""

    now: Moment
    lines: tuple[RegisterLine, ...]

    def waiting(self) -> int:
        """Return how many wait for approval."""
        return sum(line.leave.state is LeaveState.WAITING for line in self.lines)


class LongLine(Record):
    """A child on 长期请假: the longest row and the sum of the term, in school days."""

    student_id: int
    student_name: str
    pinyin: tuple[str, ...]
    school_name: str
    class_name: str
    why: LongLeave
    longest: int
    in_term: int
    last: LeaveLine
    # 证明材料, from whichever leave of the chain has one.
    evidence: str


class LongBoard(Record):
    """Every 长期请假 of the term in a person's sight."""

    now: Moment
    lines: tuple[LongLine, ...]
