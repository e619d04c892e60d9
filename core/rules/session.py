"""Sessions: what is held for a class on a day, when its roll opens, is due and is late.

A session is planned per school; the calendar and its closures decide on which days.
Whether a child is expected at it is the class list's business, but for boarders.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from core.rules.base import Coded, Record
from core.rules.calendar import SATURDAY, Calendar, ClosureKind, SessionCode
from core.rules.errors import Refusal
from core.rules.place import SchoolClass, grade_of
from core.rules.policy import Policy
from core.rules.time import Moment, day_of, moment

__all__ = [
    "Held",
    "Session",
    "SessionCode",
    "SessionPlan",
    "TooEarly",
    "TooLate",
    "expected_at",
    "file_until",
    "is_late",
    "must_be_open",
    "opens_at",
    "red_at",
    "sessions_on",
]

_ORDER: Final = tuple(SessionCode)


class Held(Coded):
    """On which days a planned session is held."""

    SCHOOL_DAY = "school_day", "上课日"
    EVE = "eve", "上课日前一晚"
    RETURN_DAY = "return_day", "返校日"
    FIRST_DAY = "first_day", "开学首日"


class SessionPlan(Record):
    """One planned session of a school; `limit_after` is minutes after its start (点名时限).

    `weekdays` are 1 (Monday) to 7, None for all; a make-up day follows no weekday.
    """

    id: int
    township_id: int
    school_id: int
    session: SessionCode
    starts_at: time
    ends_at: time
    limit_after: Annotated[int, Field(ge=1, le=240)] = 30
    held: Held = Held.SCHOOL_DAY
    boarders_only: bool = False
    grades: tuple[int, ...] | None = None
    weekdays: tuple[int, ...] | None = None
    from_on: date
    to_on: date | None = None

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> Self:
        """Refuse a session that would end before, or at, its start."""
        if self.ends_at <= self.starts_at:
            raise ValueError("时段的结束时间须晚于开始时间。")
        return self

    def concerns(self, day: date, schoolclass: SchoolClass) -> bool:
        """Tell whether the plan is in force for a class on `day`."""
        return (
            (self.township_id, self.school_id)
            == (schoolclass.township_id, schoolclass.school_id)
            and self.from_on <= day
            and (self.to_on is None or day < self.to_on)
            and grade_of(schoolclass.cohort, day) <= schoolclass.last_grade
            and (self.grades is None or grade_of(schoolclass.cohort, day) in self.grades)
        )


class Session(Record):
    """A session on a day.  Uncertain: the calendar does not know the day.

    An uncertain session may be taken, is owed by nobody, and proves no clock.
    """

    day: date
    session: SessionCode
    starts_at: Moment
    limit_at: Moment
    ends_at: Moment
    held: Held = Held.SCHOOL_DAY
    boarders_only: bool = False
    certain: bool = True

    @property
    def place_in_time(self) -> tuple[date, int]:
        """Return what sorts sessions: the day, then the order of the day."""
        return self.day, _ORDER.index(self.session)


class TooEarly(Refusal):
    """The roll is not open yet."""

    def __init__(self, session: Session, opens_at: datetime) -> None:
        label = session.session.label.removesuffix("点名")
        super().__init__(f"{label}点名 {opens_at:%H:%M} 开放，请到时再点。")


class TooLate(Refusal):
    """The roll can no longer be filed."""

    def __init__(self, days: int) -> None:
        super().__init__(f"已超过补点名期限（{days}日），不能补点，请报教管组备案。")


def sessions_on(
    plans: Iterable[SessionPlan], calendar: Calendar, day: date, schoolclass: SchoolClass
) -> tuple[Session, ...]:
    """Return the sessions held for a class on `day`, by their start.

    A cancelled session is not there and owes nothing (22).  开学报到 is the roll of the
    lessons it goes on beside: nobody is called twice at once (30).
    """
    found = [
        Session(
            day=day,
            session=plan.session,
            starts_at=moment(day, plan.starts_at),
            limit_at=moment(day, plan.starts_at) + timedelta(minutes=plan.limit_after),
            ends_at=moment(day, plan.ends_at),
            held=plan.held,
            boarders_only=plan.boarders_only,
            certain=held is not None,
        )
        for plan in plans
        if plan.concerns(day, schoolclass)
        and (held := _held(plan, calendar, day, schoolclass)) is not False
        and (held is not None or _plausible(plan, day))
    ]
    first = [session for session in found if session.held is Held.FIRST_DAY]
    kept = (s for s in found if s in first or not any(_overlap(s, one) for one in first))
    return tuple(sorted(kept, key=lambda session: session.starts_at))


def _overlap(one: Session, other: Session) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _held(
    plan: SessionPlan, calendar: Calendar, day: date, schoolclass: SchoolClass
) -> bool | None:
    told = {
        closure.kind
        for closure in calendar.closures
        if closure.touches(day, plan.session, schoolclass)
    }
    if told & {ClosureKind.SUSPENSION, ClosureKind.ARRANGED}:
        return False
    if plan.held is Held.FIRST_DAY:
        return any(term.from_on == day for term in calendar.terms)
    if plan.held is not Held.SCHOOL_DAY:
        return _held_in_the_evening(plan.held, calendar, day, schoolclass)
    if ClosureKind.TEACHING in told:
        return True
    # A make-up day replaces a day off: its own weekday says nothing about it.
    if day.weekday() < SATURDAY and day.isoweekday() not in (plan.weekdays or range(8)):
        return False
    return calendar.teaches_on(day, schoolclass)


def _held_in_the_evening(
    held: Held, calendar: Calendar, day: date, schoolclass: SchoolClass
) -> bool | None:
    tomorrow = calendar.teaches_on(day + timedelta(days=1), schoolclass)
    if held is Held.EVE:
        return _both(tomorrow, _in_term(calendar, day))
    today = calendar.teaches_on(day, schoolclass)
    back = None if today is None else not today
    return _both(_both(back, tomorrow), _in_term(calendar, day))


def _in_term(calendar: Calendar, day: date) -> bool | None:
    if calendar.term_of(day):
        return True
    # The evening before a term begins has no boarders: they register on the first day.
    if calendar.term_of(day + timedelta(days=1)):
        return False
    return calendar.is_school_day(day)


def _both(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001 - answers
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def _plausible(plan: SessionPlan, day: date) -> bool:
    """Tell whether a session would be held on `day` if the year had no holidays."""
    if plan.held is Held.SCHOOL_DAY:
        return day.isoweekday() in (plan.weekdays or range(1, 6))
    tomorrow = day + timedelta(days=1)
    if plan.held is Held.EVE:
        return tomorrow.weekday() < SATURDAY
    return day.weekday() >= SATURDAY > tomorrow.weekday()


def expected_at(session: Session, *, boarder: bool) -> bool:
    """Tell whether a pupil of the class is expected: 晚点名 and 返校 are for boarders."""
    return boarder or not session.boarders_only


def opens_at(session: Session, policy: Policy) -> datetime:
    """Return when the roll opens (15 minutes before its session, 5)."""
    return session.starts_at - timedelta(minutes=policy.roll_opens_before)


def red_at(session: Session, policy: Policy) -> datetime:
    """Return when a roll not taken turns red and climbs: 60 minutes, never in time (4)."""
    red = session.starts_at + timedelta(minutes=policy.roll_red_after)
    return max(red, session.limit_at)


def file_until(session: Session, policy: Policy) -> date:
    """Return the last day on which the roll may still be filed."""
    return session.day + timedelta(days=policy.file_late_for)


def is_late(session: Session, now: datetime) -> bool:
    """Tell whether a roll taken now is a 补点名: its session has ended."""
    return now > session.ends_at


def must_be_open(session: Session, now: datetime, policy: Policy) -> None:
    """Refuse a roll outside its time.  Raises TooEarly or TooLate."""
    if now < opens_at(session, policy):
        raise TooEarly(session, opens_at(session, policy))
    if day_of(now) > file_until(session, policy):
        raise TooLate(policy.file_late_for)
