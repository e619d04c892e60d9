"""Which rolls are owed on a day and how each stands: for one class or five hundred."""

from collections.abc import Iterable
from datetime import date, datetime

from pydantic import Json

from core.rules.base import Record
from core.rules.calendar import Calendar, CalendarYear, Closure, Holiday, SessionCode, Term
from core.rules.place import (
    SchoolClass,
    SchoolKind,
    System,
    class_name,
    grade_of,
    last_grade,
)
from core.rules.policy import Policy, PolicyRow, policy_on
from core.rules.roll import RollState
from core.rules.session import Session, SessionPlan, opens_at, red_at, sessions_on
from core.rules.time import Moment


class Timetable(Record):
    """A township's calendar, session plans and policy."""

    township_id: int
    calendar_version: int
    terms: Json[tuple[Term, ...]]
    holidays: Json[tuple[Holiday, ...]]
    years: Json[tuple[CalendarYear, ...]]
    closures: Json[tuple[Closure, ...]]
    plans: Json[tuple[SessionPlan, ...]]
    policies: Json[tuple[PolicyRow, ...]]

    @property
    def calendar(self) -> Calendar:
        """Return the calendar."""
        return Calendar(
            version=self.calendar_version,
            years=self.years,
            holidays=self.holidays,
            terms=self.terms,
            closures=self.closures,
        )

    def policy(self, day: date) -> Policy:
        """Return the policy of `day`."""
        return policy_on(self.policies, day)


class TakenRoll(Record):
    """A roll as a board needs it."""

    session: SessionCode
    taken_at: Moment
    on_behalf: bool
    backfilled: bool
    voided_at: Moment | None
    taken_by_name: str
    absent: int


class ClassToday(Record):
    """A class with the rolls it has on a day."""

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
    township_name: str
    live_on: date
    expected: int
    boarders: int
    # Whether it has a head teacher: without one its rolls are the principal's (16).
    headed: bool
    rolls: Json[tuple[TakenRoll, ...]]

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

    def has_left(self, day: date) -> bool:
        """Tell whether the class is beyond the last grade of its school."""
        return grade_of(self.cohort, day) > last_grade(self.school_kind, self.system)


class RollLine(Record):
    """One roll owed, or taken, on a day."""

    township_id: int
    school_id: int
    class_id: int
    combined_id: int | None
    combined_name: str | None
    school_name: str
    class_name: str
    session: Session
    expected: int
    headed: bool
    states: tuple[RollState, ...]
    taken: TakenRoll | None
    opens_at: Moment
    red_at: Moment

    def owed_at(self, now: datetime) -> bool:
        """Tell whether the roll can be taken and has not been."""
        return self.taken is None and self.opens_at <= now

    def overdue_at(self, now: datetime) -> bool:
        """Tell whether the roll's limit has gone by without it."""
        return self.taken is None and now >= self.session.limit_at

    def said_at(self, now: datetime) -> str:
        """Return 未点名, 未点名·逾时, 已点名, 补点名·代点名 ...: colours are not on every screen."""
        late = ("逾时",) if self.overdue_at(now) else ()
        return "·".join((*(state.label for state in self.states), *late))

    def climbed_at(self, now: datetime) -> bool:
        """Tell whether the roll is shown in red, and to the principal as well (4)."""
        return self.taken is None and now >= self.red_at


def lines_of(
    classes: Iterable[ClassToday], timetables: Iterable[Timetable], day: date
) -> tuple[RollLine, ...]:
    """Return every roll of `day`, class by class in the order given, by session.

    A session at which nobody of the class is expected is owed by nobody.
    """
    known = {timetable.township_id: timetable for timetable in timetables}
    calendars = {i: timetable.calendar for i, timetable in known.items()}
    policies = {i: timetable.policy(day) for i, timetable in known.items()}
    found = []
    for one in classes:
        if day < one.live_on:
            continue
        plans = [p for p in known[one.township_id].plans if p.school_id == one.school_id]
        calendar, policy = calendars[one.township_id], policies[one.township_id]
        for session in sessions_on(plans, calendar, day, one.schoolclass):
            expected = one.boarders if session.boarders_only else one.expected
            if expected and session.certain:
                found.append(_line(one, session, expected, policy))
    return tuple(found)


def _line(one: ClassToday, session: Session, expected: int, policy: Policy) -> RollLine:
    taken = next((r for r in one.rolls if r.session is session.session), None)
    return RollLine(
        township_id=one.township_id,
        school_id=one.school_id,
        class_id=one.class_id,
        combined_id=one.combined_id,
        combined_name=one.combined_name,
        school_name=one.school_name,
        class_name=class_name(one.cohort, one.number, session.day),
        session=session,
        expected=expected,
        headed=one.headed,
        states=states_of(taken),
        taken=taken,
        opens_at=opens_at(session, policy),
        red_at=red_at(session, policy),
    )


def states_of(taken: TakenRoll | None) -> tuple[RollState, ...]:
    """Return the words for a roll; 补点名 and 代点名 may hold both."""
    if taken is None:
        return (RollState.UNTAKEN,)
    if taken.voided_at is not None:
        return (RollState.CLOSED,)
    told = (
        *((RollState.BACKFILLED,) if taken.backfilled else ()),
        *((RollState.ON_BEHALF,) if taken.on_behalf else ()),
    )
    return told or (RollState.TAKEN,)
