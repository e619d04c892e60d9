"""The school calendar: which days teach, which do not, and which nobody knows yet.

A day is True, False or None.  None is "the list of that year, or the term it lies in, is
not entered": it never refuses a roll and never holds an alarm.  Closures are per school,
grade, class and session; what sessions a day then has is in session.
"""

from datetime import date, timedelta
from typing import Annotated, Final

from pydantic import Field

from core.rules.base import Coded, Record, Words
from core.rules.place import SchoolClass, grade_of
from core.rules.time import Moment, weekday_label

SATURDAY: Final = 5
# The longest national break is nine days; a due day further from school is in a vacation.
LOOK_BACK_DAYS: Final = 10


class SessionCode(Coded):
    """Which session of a day.  Defined in the order in which a day runs."""

    REGISTRATION = "registration", "开学报到"
    AM = "am", "上午"
    PM = "pm", "下午"
    SUNDAY_RETURN = "sunday_return", "周日返校"
    NIGHT = "night", "晚点名"

    def on(self, day: date, between: str = "") -> str:
        """Return 周一上午; 周日返校 names its day itself and is not told twice."""
        when = weekday_label(day)
        return self.label if self.label.startswith(when) else f"{when}{between}{self.label}"


class DayKind(Coded):
    """What the State Council's list says of a day."""

    OFF = "off", "放假"
    WORK = "work", "调休上班"


class Holiday(Record):
    """One day of the State Council's list."""

    day: date
    kind: DayKind
    name: Words


class CalendarYear(Record):
    """A year whose list of holidays is entered, and where the list comes from."""

    year: int
    source: Words


class Term(Record):
    """A term, from its first day (开学报到) to the day after its last (`to_on`)."""

    id: int
    township_id: int
    school_year: int
    number: Annotated[int, Field(ge=1, le=2)]
    from_on: date
    to_on: date

    @property
    def key(self) -> str:
        """Return 2026-2027-1."""
        return f"{self.school_year}-{self.school_year + 1}-{self.number}"

    def holds(self, day: date) -> bool:
        """Tell whether `day` lies in the term."""
        return self.from_on <= day < self.to_on


class ClosureKind(Coded):
    """Why a day differs from the calendar."""

    SUSPENSION = "suspension", "临时停课"
    ARRANGED = "arranged", "校历安排"
    TEACHING = "teaching", "补课"


class Closure(Record):
    """Days on which a school, grade, class or session does not teach, or exceptionally does.

    None means "every": no school is the whole township.  `to_on` is exclusive.
    """

    id: int
    township_id: int
    school_id: int | None = None
    grade: int | None = None
    class_id: int | None = None
    session: SessionCode | None = None
    from_on: date
    to_on: date
    kind: ClosureKind
    reason: Words
    declared_at: Moment
    # 教管组 备案; a 临时停课 holds at once and is acknowledged afterwards.
    acknowledged_at: Moment | None = None

    def touches(
        self, day: date, session: SessionCode | None, schoolclass: SchoolClass
    ) -> bool:
        """Tell whether it speaks of this class on `day`; no `session` asks of whole days."""
        return (
            self.from_on <= day < self.to_on
            and self.township_id == schoolclass.township_id
            and self.school_id in {None, schoolclass.school_id}
            and self.class_id in {None, schoolclass.id}
            and self.grade in {None, grade_of(schoolclass.cohort, day)}
            and self.session in {None, session}
        )


class Calendar(Record):
    """What a township knows of its school days, under one version number."""

    version: int
    years: tuple[CalendarYear, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    terms: tuple[Term, ...] = ()
    closures: tuple[Closure, ...] = ()

    def term_of(self, day: date) -> Term | None:
        """Return the term `day` lies in."""
        return next((term for term in self.terms if term.holds(day)), None)

    def works_on(self, day: date) -> bool | None:
        """Tell whether `day` is a working day of the land; None when its year is unknown."""
        if all(year.year != day.year for year in self.years):
            return None
        listed = next((h.kind for h in self.holidays if h.day == day), None)
        return day.weekday() < SATURDAY if listed is None else listed is DayKind.WORK

    def is_school_day(self, day: date) -> bool | None:
        """Tell whether schools teach on `day`: a working day within a term.

        Between two terms it is vacation.  None: the year's list is not known, or the
        working day lies before the first or after the last term that is entered.
        """
        works = self.works_on(day)
        if works is False or self.term_of(day):
            return works
        before = any(term.to_on <= day for term in self.terms)
        after = any(day < term.from_on for term in self.terms)
        return False if before and after else None

    def teaches_on(self, day: date, schoolclass: SchoolClass) -> bool | None:
        """Tell whether one class has school on `day`, closures of whole days included."""
        told = {
            closure.kind
            for closure in self.closures
            if closure.touches(day, None, schoolclass)
        }
        if told & {ClosureKind.SUSPENSION, ClosureKind.ARRANGED}:
            return False
        return True if ClosureKind.TEACHING in told else self.is_school_day(day)


def covered_until(calendar: Calendar) -> date | None:
    """Return the last day the calendar answers for; None when it answers for none.

    Where it ends, clocks run by the hour: warn `calendar_warn_before` days ahead.
    """
    if not calendar.terms:
        return None
    first = min(term.from_on for term in calendar.terms).year
    known = {year.year for year in calendar.years if year.year >= first}
    if not known:
        return None
    year = min(known)
    while year + 1 in known:
        year += 1
    last = max(term.to_on for term in calendar.terms) - timedelta(days=1)
    return min(last, date(year, 12, 31))


def school_days_between(
    calendar: Calendar,
    from_on: date,
    to_on: date,
    schoolclass: SchoolClass | None = None,
) -> tuple[date, ...]:
    """Return the school days from `from_on` up to and without `to_on`.

    A day nobody knows counts when it is a weekday: leave is then judged by more days
    rather than fewer.
    """
    days = (from_on + timedelta(days=n) for n in range((to_on - from_on).days))
    return tuple(
        day
        for day in days
        if _likely(
            calendar.teaches_on(day, schoolclass)
            if schoolclass
            else calendar.is_school_day(day),
            day,
        )
    )


def _likely(known: bool | None, day: date) -> bool:  # noqa: FBT001 - an answer, not a switch
    return day.weekday() < SATURDAY if known is None else known


def last_school_day_before(calendar: Calendar, day: date, within: int = 366) -> date | None:
    """Return the last school day before `day`, at most `within` days back."""
    for back in range(1, within + 1):
        earlier = day - timedelta(days=back)
        if _likely(calendar.is_school_day(earlier), earlier):
            return earlier
    return None


def shown_due_on(calendar: Calendar, day: date) -> date:
    """Return the day on which a duty due on `day` is shown: it never moves later (32).

    The last school day before, unless `day` teaches or a vacation lies around it.
    """
    if _likely(calendar.is_school_day(day), day):
        return day
    return last_school_day_before(calendar, day, LOOK_BACK_DAYS) or day
