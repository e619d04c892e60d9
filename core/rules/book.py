"""The class book: one class with its pupils, rolls, leaves, runs, calendar and policy.

Everything a roll or an absence run is decided from, read in one statement.  What is
decided from it is in `roll`, `leave`, `absence` and `clock`.
"""

from datetime import date

from pydantic import Json

from core.rules.base import Record
from core.rules.calendar import Calendar, CalendarYear, Closure, Holiday, SessionCode, Term
from core.rules.leave import BookLeave
from core.rules.place import SchoolClass, SchoolKind, System, class_name, last_grade
from core.rules.policy import ClockMode, Policy, PolicyRow, policy_on
from core.rules.roll import Mark
from core.rules.session import SessionPlan
from core.rules.student import EnrolmentStatus
from core.rules.time import Moment


class BookPupil(Record):
    """A pupil of the class as of the day the book was opened for."""

    student_id: int
    name: str
    pinyin: tuple[str, ...]
    born_on: date
    seat_no: int | None
    boarder: bool
    status: EnrolmentStatus
    # The stretch in this class that holds the day; `to_on` exclusive.
    from_on: date
    to_on: date | None


class BookRoll(Record):
    """A roll that was taken."""

    id: int
    day: date
    session: SessionCode
    starts_at: Moment
    limit_at: Moment
    ends_at: Moment
    expected: int
    taken_by: int
    taken_by_name: str
    taken_at: Moment
    on_behalf: bool
    backfilled: bool
    told_by: str | None
    voided_at: Moment | None


class BookMark(Record):
    """One pupil's exception on a roll."""

    roll_id: int
    student_id: int
    mark: Mark
    at: Moment | None
    leave_id: int | None


class BookRun(Record):
    """An absence run that is open."""

    id: int
    student_id: int
    missed_day: date
    missed_session: SessionCode
    missed_at: Moment
    due_at: Moment
    clock_mode: ClockMode
    provisional: bool
    calendar_version: int
    rung: bool
    # Nobody knows where the child is (去向不明): told at once, and before any clock (12).
    lost: bool
    # When the last change of enrolment of the child became known: a list was another then.
    listed_at: Moment | None


class ClassBook(Record):
    """One class; `pupils` are those enrolled in it on the day asked for."""

    township_id: int
    class_id: int
    school_id: int
    cohort: int
    number: int
    combined_id: int | None
    combined_name: str | None
    school_name: str
    school_kind: SchoolKind
    system: System
    live_on: date
    township_name: str
    calendar_version: int
    pupils: Json[tuple[BookPupil, ...]]
    rolls: Json[tuple[BookRoll, ...]]
    marks: Json[tuple[BookMark, ...]]
    leaves: Json[tuple[BookLeave, ...]]
    runs: Json[tuple[BookRun, ...]]
    case_pupils: Json[frozenset[int]]
    terms: Json[tuple[Term, ...]]
    holidays: Json[tuple[Holiday, ...]]
    years: Json[tuple[CalendarYear, ...]]
    closures: Json[tuple[Closure, ...]]
    plans: Json[tuple[SessionPlan, ...]]
    policies: Json[tuple[PolicyRow, ...]]

    @property
    def schoolclass(self) -> SchoolClass:
        """Return the class itself."""
        return SchoolClass(
            township_id=self.township_id,
            id=self.class_id,
            school_id=self.school_id,
            cohort=self.cohort,
            number=self.number,
            combined_id=self.combined_id,
            last_grade=last_grade(self.school_kind, self.system),
        )

    @property
    def calendar(self) -> Calendar:
        """Return the township's calendar as far as the book needs it."""
        return Calendar(
            version=self.calendar_version,
            years=self.years,
            holidays=self.holidays,
            terms=self.terms,
            closures=self.closures,
        )

    def policy(self, day: date) -> Policy:
        """Return the township's policy of `day`."""
        return policy_on(self.policies, day)

    def name_on(self, day: date) -> str:
        """Return 三年级（1）班."""
        return class_name(self.cohort, self.number, day)
