from datetime import date, timedelta

import chinese_calendar
import pytest

from core.rules.calendar import (
    Calendar,
    ClosureKind,
    SessionCode,
    covered_until,
    last_school_day_before,
    school_days_between,
    shown_due_on,
)
from core.rules.holidays import HOLIDAYS_2025, HOLIDAYS_2026, YEAR_2025, YEAR_2026
from tests.rules.calendar_2026 import (
    AUTUMN,
    CALENDAR,
    CLASS_3_1,
    CLASS_7_1,
    SPRING,
    closed,
    closure,
)


def day(text: str) -> date:
    return date.fromisoformat(text)


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_lists_agree_with_an_independent_one(year: int) -> None:
    calendar = Calendar(
        version=1,
        years=(YEAR_2025, YEAR_2026),
        holidays=(*HOLIDAYS_2025, *HOLIDAYS_2026),
    )
    days = days_of(year)
    assert [calendar.works_on(d) for d in days] == [
        chinese_calendar.is_workday(d) for d in days
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-09-01", True),
        ("2026-09-19", False),  # an ordinary Saturday
        ("2026-09-20", True),  # a Sunday that teaches
        ("2026-10-10", True),  # a Saturday that teaches
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-04-06", False),  # a Monday off
        ("2026-07-10", True),  # last day of the spring term
        ("2026-07-13", False),  # a Monday between two terms
        ("2026-08-31", False),
        ("2026-02-28", None),  # a working Saturday before the first term entered
        ("2026-03-01", False),
        ("2026-12-31", True),
        ("2027-01-01", None),
        ("2027-01-02", None),  # even a Saturday may be made to teach
        ("2027-03-01", None),
    ],
)
def test_a_day_teaches_or_not_or_nobody_knows(text: str, *, expected: bool | None) -> None:
    assert CALENDAR.is_school_day(day(text)) is expected


def test_without_terms_a_working_day_is_unknown_and_a_day_off_is_off() -> None:
    calendar = Calendar(version=1, years=(YEAR_2026,), holidays=HOLIDAYS_2026)
    assert calendar.is_school_day(day("2026-11-23")) is None
    assert calendar.is_school_day(day("2026-11-22")) is False
    assert covered_until(calendar) is None


def test_a_vacation_between_two_terms_is_known_without_its_year() -> None:
    spring = SPRING.model_copy(
        update={
            "school_year": 2026,
            "from_on": day("2027-03-01"),
            "to_on": day("2027-07-10"),
        }
    )
    calendar = CALENDAR.model_copy(update={"terms": (AUTUMN, spring)})
    assert calendar.is_school_day(day("2027-02-01")) is False
    assert calendar.is_school_day(day("2027-03-01")) is None


def test_the_calendar_says_how_far_it_reaches() -> None:
    assert covered_until(CALENDAR) == day("2026-12-31")
    more = CALENDAR.model_copy(
        update={"years": (YEAR_2026, YEAR_2026.model_copy(update={"year": 2027}))}
    )
    assert covered_until(more) == day("2027-01-22")
    assert covered_until(CALENDAR.model_copy(update={"years": ()})) is None
    # A term of a year before the lists began takes nothing from those that are known.
    older = AUTUMN.model_copy(
        update={
            "school_year": 2025,
            "from_on": day("2025-09-01"),
            "to_on": day("2026-01-20"),
        }
    )
    entered = CALENDAR.model_copy(update={"terms": (older, *CALENDAR.terms)})
    assert covered_until(entered) == day("2026-12-31")
    # A year that is missing ends it.
    apart = YEAR_2026.model_copy(update={"year": 2028})
    assert covered_until(CALENDAR.model_copy(update={"years": (YEAR_2026, apart)})) == day(
        "2026-12-31"
    )


@pytest.mark.parametrize(
    ("what", "three", "seven"),
    [
        ({}, False, False),
        ({"grade": 3}, False, True),
        ({"grade": 7}, True, False),
        ({"class_id": 31}, False, True),
        ({"school_id": 6}, True, True),
        ({"school_id": None}, False, False),
        ({"township_id": 990101101}, True, True),
        ({"session": "am"}, True, True),  # half a day is still a school day
    ],
)
def test_22_a_closure_is_of_a_school_grade_or_class(
    what: dict[str, object], *, three: bool, seven: bool
) -> None:
    calendar = closed(closure("2026-11-18", 1, **what))
    told = [calendar.teaches_on(day("2026-11-18"), c) for c in (CLASS_3_1, CLASS_7_1)]
    assert told == [three, seven]
    assert calendar.teaches_on(day("2026-11-17"), CLASS_3_1) is True
    assert calendar.teaches_on(day("2026-11-19"), CLASS_3_1) is True


def test_a_day_off_may_be_made_to_teach_for_one_grade() -> None:
    calendar = closed(closure("2026-11-21", 1, grade=7, kind=ClosureKind.TEACHING))
    saturday = day("2026-11-21")
    assert calendar.teaches_on(saturday, CLASS_7_1) is True
    assert calendar.teaches_on(saturday, CLASS_3_1) is False
    off = closure("2026-11-21", 1, kind=ClosureKind.SUSPENSION)
    both = closed(*calendar.closures, off)
    assert both.teaches_on(saturday, CLASS_7_1) is False


def test_school_days_are_counted_without_the_last_bound() -> None:
    found = school_days_between(CALENDAR, day("2026-09-28"), day("2026-10-10"))
    assert [d.day for d in found] == [28, 29, 30, 8, 9]
    # Nobody knows 2027: its weekdays count, so that leave is judged by more days.
    found = school_days_between(CALENDAR, day("2026-12-31"), day("2027-01-05"))
    assert [d.day for d in found] == [31, 1, 4]


def test_the_last_school_day_before_a_holiday() -> None:
    assert last_school_day_before(CALENDAR, day("2026-10-08")) == day("2026-09-30")
    assert last_school_day_before(CALENDAR, day("2026-11-24")) == day("2026-11-23")
    assert last_school_day_before(CALENDAR, day("2026-10-08"), 7) is None


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        ("2026-10-25", "2026-10-23"),  # a Sunday
        ("2026-10-03", "2026-09-30"),  # within 国庆
        ("2026-11-25", "2026-11-25"),
        ("2026-08-25", "2026-08-25"),  # no school day near: the day itself
        ("2027-01-25", "2027-01-25"),  # unknown
    ],
)
def test_32_a_due_day_never_moves_later(due: str, shown: str) -> None:
    assert shown_due_on(CALENDAR, day(due)) == day(shown)


def test_24_a_make_up_saturday_is_a_school_day_of_a_week_that_ends_on_sunday() -> None:
    assert CALENDAR.is_school_day(day("2026-10-10")) is True
    assert AUTUMN.key == "2026-2027-1"


@pytest.mark.parametrize(
    ("code", "day", "told"),
    [
        (SessionCode.AM, 23, "周一上午"),
        (SessionCode.NIGHT, 29, "周日晚点名"),
        (SessionCode.SUNDAY_RETURN, 29, "周日返校"),
        (SessionCode.SUNDAY_RETURN, 23, "周一周日返校"),  # a return put off to Monday
    ],
)
def test_13_the_return_on_a_sunday_does_not_name_its_day_twice(code, day, told) -> None:
    assert code.on(date(2026, 11, day)) == told
