"""The other modes of the clock, what a later calendar changes, and what climbs."""

from datetime import date

import pytest

from core.rules.calendar import Calendar, ClosureKind
from core.rules.clock import (
    Due,
    Lookup,
    climbs_at,
    contact_by,
    contact_climbs_at,
    due,
    recomputed,
)
from core.rules.holidays import HOLIDAYS_2026, YEAR_2026
from core.rules.ladder import DEFAULTS, owed_at
from core.rules.policy import ClockMode
from core.rules.session import Session
from tests.rules.calendar_2026 import CALENDAR, at, closed, closure, lookup, session


def only(*sessions: Session) -> Lookup:
    def found(day: date) -> tuple[Session, ...]:
        return tuple(s for s in sessions if s.day == day)

    return found


@pytest.mark.parametrize(
    ("missed", "expected"),
    [
        ("2026-11-20 am", "2026-11-22 08:00"),
        ("2026-09-30 pm", "2026-10-02 14:00"),
        ("2026-12-31 pm", "2027-01-02 14:00"),
        ("2026-11-18 night", "2026-11-20 21:00"),
    ],
)
def test_mode_clock_is_48_hours_and_never_provisional(missed: str, expected: str) -> None:
    told = due(session(missed), lookup(boarder=True), ClockMode.CLOCK, 7)
    assert (told.due_at, told.provisional) == (at(expected), False)


@pytest.mark.parametrize(
    ("missed", "expected", "provisional"),
    [
        ("2026-11-16 am", "2026-11-18 08:30", False),
        ("2026-11-19 am", "2026-11-23 08:30", False),  # Friday, Monday
        ("2026-11-20 pm", "2026-11-24 14:30", False),
        ("2026-09-18 am", "2026-09-21 08:30", False),  # Sunday 20th teaches
        ("2026-09-30 am", "2026-10-09 08:30", False),
        ("2026-09-30 night", None, False),  # not held: a holiday follows
        ("2026-11-19 night", "2026-11-23 21:30", False),
        ("2026-11-18 night", "2026-11-20 21:00", False),  # no Friday night: 48 hours
        ("2026-11-22 sunday_return", "2026-11-24 21:30", False),
        ("2026-07-09 am", "2026-07-11 08:00", False),  # one school day, then vacation
        ("2026-07-08 am", "2026-07-10 08:30", False),
        ("2026-12-29 am", "2026-12-31 08:30", False),
        ("2026-12-30 am", "2027-01-01 08:00", True),
    ],
)
def test_mode_school_days_is_the_same_session_two_school_days_later(
    missed: str, expected: str | None, *, provisional: bool
) -> None:
    if expected is None:
        with pytest.raises(StopIteration):
            session(missed)
        return
    told = due(session(missed), lookup(boarder=True), ClockMode.SCHOOL_DAYS, 7)
    assert (told.due_at, told.provisional) == (at(expected), provisional)


def of(calendar: Calendar, missed: str = "2026-11-16 am") -> Due:
    return due(
        session(missed), lookup(calendar=calendar), ClockMode.NEXT_ROLL, calendar.version
    )


def test_23_a_closure_declared_afterwards_puts_no_alarm_off() -> None:
    typhoon = closure("2026-11-18", 1, kind=ClosureKind.SUSPENSION)
    old, new = of(CALENDAR), of(closed(typhoon))
    assert new.due_at == at("2026-11-19 08:30")
    told = recomputed(old, new, rang=False, closed=True)
    assert told.due_at == at("2026-11-18 08:00")  # clock hours count


def test_23_an_alarm_that_rang_stays() -> None:
    old, new = of(CALENDAR), of(closed(closure("2026-11-18", 1)))
    assert recomputed(old, new, rang=True, closed=True) == old
    assert recomputed(old, new, rang=True, closed=False) == old


def test_a_closure_of_another_day_changes_nothing() -> None:
    old, new = of(CALENDAR), of(closed(closure("2026-11-19", 1)))
    assert recomputed(old, new, rang=False, closed=True) == old


def test_a_provisional_clock_is_reckoned_again_when_the_calendar_arrives() -> None:
    arrived = CALENDAR.model_copy(
        update={
            "version": 8,
            "years": (YEAR_2026, YEAR_2026.model_copy(update={"year": 2027})),
            "holidays": (
                *HOLIDAYS_2026,
                HOLIDAYS_2026[0].model_copy(update={"day": date(2027, 1, 1)}),
            ),
        }
    )
    old, new = of(CALENDAR, "2026-12-31 am"), of(arrived, "2026-12-31 am")
    assert old.provisional
    told = recomputed(old, new, rang=False, closed=False)
    assert (told.due_at, told.provisional) == (at("2027-01-04 08:30"), False)
    assert told.calendar_version == 8
    assert recomputed(old, new, rang=True, closed=False) == old


def test_29_a_clock_that_outlives_the_term_is_due_after_48_hours() -> None:
    told = due(session("2026-07-10 pm"), lookup(), ClockMode.NEXT_ROLL, 7)
    assert told.due_at == told.raw_due_at == at("2026-07-12 14:00")


def test_no_calendar_at_all_loses_no_alarm() -> None:
    told = due(session("2026-11-16 am"), only(), ClockMode.NEXT_ROLL, 0)
    assert told.due_at == at("2026-11-18 08:00")


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        ("2026-11-23 08:30", "2026-11-23 10:30"),
        ("2026-11-23 10:50", "2026-11-23 15:00"),  # an hour before noon, one after
        ("2026-11-23 09:50", "2026-11-23 11:50"),
        ("2026-11-23 09:51", "2026-11-23 14:01"),
        ("2026-11-23 05:00", "2026-11-23 10:00"),
        ("2026-11-20 15:40", "2026-11-23 09:00"),  # over the weekend
        ("2026-10-02 08:00", "2026-10-02 10:00"),  # no school within 96 h: the clock
        ("2027-01-04 07:00", "2027-01-04 09:00"),  # nobody knows: the clock
    ],
)
def test_31_an_unsigned_report_climbs_after_two_school_hours(
    since: str, expected: str
) -> None:
    assert climbs_at(at(since), 2, lookup()) == at(expected)


@pytest.mark.parametrize(
    ("missed", "owed"),
    [
        ("2026-11-16 am", "2026-11-17 08:30"),
        ("2026-11-16 pm", "2026-11-17 14:30"),
        ("2026-11-19 am", "2026-11-20 08:30"),
        ("2026-11-20 am", "2026-11-23 08:30"),  # Friday: when school begins again
        ("2026-09-18 am", "2026-09-20 08:30"),  # a Sunday that teaches
        ("2026-09-30 am", "2026-10-01 08:00"),  # 国庆: no roll comes in time
        ("2026-12-31 am", "2027-01-01 08:00"),  # nobody knows 2027
    ],
)
def test_a_visit_is_owed_at_the_first_roll_a_day_later(missed: str, owed: str) -> None:
    assert owed_at(DEFAULTS[0], session(missed).starts_at, lookup()) == at(owed)


@pytest.mark.parametrize(
    ("missed", "called", "climbs"),
    [
        ("2026-11-16 am", "2026-11-16 09:00", "2026-11-16 16:00"),
        ("2026-11-16 pm", "2026-11-16 15:00", "2026-11-16 22:00"),
        # The house's rolls: that evening, or the principal hears of it.
        ("2026-11-22 sunday_return", "2026-11-22 18:00", "2026-11-22 18:00"),
        ("2026-11-18 night", "2026-11-18 22:00", "2026-11-18 22:00"),
    ],
)
def test_13_the_family_is_called_half_an_hour_after_the_limit(
    missed: str, called: str, climbs: str
) -> None:
    assert contact_by(session(missed)) == at(called)
    assert contact_climbs_at(session(missed)) == at(climbs)
