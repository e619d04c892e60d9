"""The 48 hours, row by row, written by hand."""

from datetime import date, datetime, timedelta

import pytest

from core.rules.calendar import SessionCode
from core.rules.clock import due
from core.rules.policy import ClockMode
from core.rules.session import Session
from tests.rules.calendar_2026 import at, closed, closure, lookup, session

MINUTE = timedelta(minutes=1)

# Missed -> due, for a day pupil.  `?`: the calendar does not reach, provisional.
DAY_PUPIL = """
    2026-11-16 am    2026-11-18 08:30    Monday -> Wednesday
    2026-11-16 pm    2026-11-18 14:30
    2026-11-17 am    2026-11-19 08:30
    2026-11-18 am    2026-11-20 08:30
    2026-11-18 pm    2026-11-20 14:30
    2026-11-19 am    2026-11-23 08:30    Thursday -> Monday
    2026-11-19 pm    2026-11-23 08:30
    2026-11-20 am    2026-11-23 08:30    Friday -> Monday
    2026-11-20 pm    2026-11-23 08:30
    2026-09-17 am    2026-09-20 08:30    Thursday -> a Sunday that teaches
    2026-09-18 am    2026-09-20 08:30    Friday -> a Sunday that teaches
    2026-09-18 pm    2026-09-20 14:30
    2026-09-20 am    2026-09-22 08:30    missed on that Sunday
    2026-04-01 pm    2026-04-03 14:30
    2026-04-02 am    2026-04-07 08:30    清明: 72.5 h after the 48
    2026-04-02 pm    2026-04-07 08:30
    2026-04-03 am    2026-04-07 08:30
    2026-09-28 am    2026-09-30 08:30
    2026-09-28 pm    2026-09-30 14:30
    2026-09-29 am    2026-10-01 08:00    国庆: the 48 hours themselves
    2026-09-30 am    2026-10-02 08:00
    2026-09-30 pm    2026-10-02 14:00
    2026-10-08 am    2026-10-10 08:30    a Saturday that teaches
    2026-10-09 am    2026-10-12 08:30
    2026-10-10 am    2026-10-12 08:30    missed on that Saturday
    2026-10-10 pm    2026-10-12 14:30
    2026-09-23 am    2026-09-28 08:30    中秋: 72.5 h after the 48
    2026-09-24 am    2026-09-28 08:30
    2026-04-28 pm    2026-04-30 14:30
    2026-04-29 am    2026-05-01 08:00    劳动节: 120.5 h to the next roll
    2026-04-30 am    2026-05-02 08:00    96.5 h to the next roll
    2026-04-30 pm    2026-05-06 08:30    90.5 h to the next roll
    2026-05-07 am    2026-05-09 08:30    a Saturday that teaches
    2026-06-17 am    2026-06-22 08:30    端午
    2026-07-08 am    2026-07-10 08:30
    2026-07-09 pm    2026-07-11 14:00    the vacation has begun
    2026-07-10 am    2026-07-12 08:00    last day of term
    2026-07-10 pm    2026-07-12 14:00
    2026-09-01 registration 2026-09-03 08:30
    2026-12-29 am    2026-12-31 08:30
    2026-12-29 pm    2026-12-31 14:30
    2026-12-30 am    2027-01-01 08:00 ?
    2026-12-31 am    2027-01-02 08:00 ?
    2026-12-31 pm    2027-01-02 14:00 ?
"""
BOARDER = """
    2026-11-16 night 2026-11-18 21:30
    2026-11-18 night 2026-11-22 17:30    Friday night nobody is there: Sunday's return
    2026-11-19 night 2026-11-22 17:30
    2026-11-22 night 2026-11-24 21:30
    2026-11-22 sunday_return 2026-11-24 21:30
    2026-11-20 am    2026-11-22 17:30    due at Sunday's return, before Monday
    2026-11-20 pm    2026-11-22 17:30
    2026-09-18 pm    2026-09-20 14:30
    2026-04-02 am    2026-04-06 17:30    the return day is a Monday
    2026-09-30 am    2026-10-02 08:00
    2026-09-28 night 2026-09-30 21:00    no night before a holiday: the 48 hours
    2026-12-28 night 2026-12-30 21:30
    2026-12-29 night 2026-12-31 21:00 ?  is 1 January a school day? Nobody knows yet
"""


def rows(table: str) -> list[tuple[str, str, bool]]:
    parts = [line.split() for line in table.strip().splitlines()]
    return [(f"{p[0]} {p[1]}", f"{p[2]} {p[3]}", p[4:5] == ["?"]) for p in parts]


@pytest.mark.parametrize(("missed", "expected", "provisional"), rows(DAY_PUPIL))
def test_a_day_pupil_is_due(missed: str, expected: str, *, provisional: bool) -> None:
    told = due(session(missed), lookup(), ClockMode.NEXT_ROLL, 7, 3)
    assert (told.due_at, told.provisional) == (at(expected), provisional)
    assert (told.calendar_version, told.policy_id) == (7, 3)


@pytest.mark.parametrize(("missed", "expected", "provisional"), rows(BOARDER))
def test_a_boarder_is_due(missed: str, expected: str, *, provisional: bool) -> None:
    told = due(session(missed), lookup(boarder=True), ClockMode.NEXT_ROLL, 7)
    assert (told.due_at, told.provisional) == (at(expected), provisional)


@pytest.mark.parametrize("mode", ClockMode)
def test_the_raw_48_hours_are_beside_it_in_every_mode(mode: ClockMode) -> None:
    told = due(session("2026-11-20 am"), lookup(), mode, 7)
    assert told.raw_due_at == at("2026-11-22 08:00")


CLOSURES = [
    # Only what was closed beforehand for this class, session and day counts.
    ({"session": SessionCode.AM}, 1, "2026-11-18 14:30"),
    ({}, 1, "2026-11-19 08:30"),
    ({}, 2, "2026-11-20 08:30"),
    ({}, 3, "2026-11-18 08:00"),  # Monday's roll is 120.5 h away
    ({"grade": 3}, 1, "2026-11-19 08:30"),
    ({"grade": 7}, 1, "2026-11-18 08:30"),
    ({"class_id": 31}, 1, "2026-11-19 08:30"),
    ({"class_id": 32}, 1, "2026-11-18 08:30"),
    ({"school_id": None}, 1, "2026-11-19 08:30"),
    ({"school_id": 6}, 1, "2026-11-18 08:30"),
    ({"session": SessionCode.NIGHT}, 1, "2026-11-18 08:30"),
]


@pytest.mark.parametrize(("what", "days", "expected"), CLOSURES)
def test_22_a_closed_session_proves_nothing(
    what: dict[str, object], days: int, expected: str
) -> None:
    calendar = closed(closure("2026-11-18", days, **what))
    told = due(session("2026-11-16 am"), lookup(calendar=calendar), ClockMode.NEXT_ROLL, 7)
    assert told.due_at == at(expected)


def bare(limit_at: datetime, *, certain: bool = True) -> Session:
    return Session(
        day=limit_at.date(),
        session=SessionCode.AM,
        starts_at=limit_at - 30 * MINUTE,
        limit_at=limit_at,
        ends_at=limit_at + timedelta(hours=3),
        certain=certain,
    )


def only(*sessions: Session):
    def found(day: date) -> tuple[Session, ...]:
        return tuple(s for s in sessions if s.day == day)

    return found


RAW = at("2026-11-18 08:00")
FAR = at("2026-11-22 08:00")  # 96 hours later


@pytest.mark.parametrize(
    ("limit_at", "expected"),
    [
        (RAW - MINUTE, RAW),
        (RAW, RAW),
        (RAW + MINUTE, RAW + MINUTE),
        (FAR - MINUTE, FAR - MINUTE),
        (FAR, FAR),
        (FAR + MINUTE, RAW),
    ],
)
def test_a_roll_proves_it_from_the_48th_hour_to_96_hours_later(
    limit_at: datetime, expected: datetime
) -> None:
    told = due(session("2026-11-16 am"), only(bare(limit_at)), ClockMode.NEXT_ROLL, 7)
    assert (told.due_at, told.provisional) == (expected, False)


def test_a_roll_whose_limit_is_the_48th_hour_itself_is_the_one() -> None:
    soon, later = bare(RAW), bare(RAW + timedelta(hours=6))
    told = due(session("2026-11-16 am"), only(soon, later), ClockMode.NEXT_ROLL, 7)
    assert told.due_at == RAW


def test_a_known_roll_before_an_unknown_one_is_certain() -> None:
    known, unknown = bare(RAW + MINUTE), bare(RAW + 2 * MINUTE, certain=False)
    missed = session("2026-11-16 am")
    told = due(missed, only(known, unknown), ClockMode.NEXT_ROLL, 7)
    assert (told.due_at, told.provisional) == (RAW + MINUTE, False)
    told = due(missed, only(unknown, bare(RAW + 3 * MINUTE)), ClockMode.NEXT_ROLL, 7)
    assert (told.due_at, told.provisional) == (RAW, True)
