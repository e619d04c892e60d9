"""By when a 重点生 is visited, and a class's records are looked over (R32, R37), by hand."""

from datetime import date, datetime

import pytest

from core.rules.key_student import KeyFacts, check_by, visit_by, weeks_missed
from core.rules.policy import Policy
from core.rules.time import SHANGHAI
from tests.rules.calendar_2026 import CALENDAR


def at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def facts(entered: str, visited: str | None = None) -> KeyFacts:
    return KeyFacts(
        township_id=990101100,
        key_id=1,
        student_id=101,
        student_name="赵小雨",
        school_id=1,
        class_id=11,
        cohort=2024,
        number=1,
        entered_at=at(entered),
        visited_at=at(visited),
        checked_at=None,
    )


@pytest.mark.parametrize(
    ("entered", "visited", "due"),
    [
        # Entered on a weekday: by this Sunday; on a weekend: by the next.
        ("2026-11-23 09:10", None, "2026-11-29"),
        ("2026-11-27 23:59", None, "2026-11-29"),
        ("2026-11-28 00:00", None, "2026-12-06"),
        ("2026-11-29 20:00", None, "2026-12-06"),
        # Visited in a week: by the Sunday of the next.
        ("2026-11-23 09:10", "2026-11-23 16:00", "2026-12-06"),
        ("2026-11-23 09:10", "2026-11-29 23:59", "2026-12-06"),
        ("2026-11-23 09:10", "2026-11-30 00:00", "2026-12-13"),
        # A visit before the entry excuses no later week.
        ("2026-11-23 09:10", "2026-11-22 10:00", "2026-11-29"),
        ("2026-11-28 10:00", "2026-11-25 10:00", "2026-12-06"),
    ],
)
def test_32_a_visit_is_owed_every_week_by_sunday(entered, visited, due) -> None:
    got = visit_by(facts(entered, visited), CALENDAR, Policy())
    assert got == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("entered", "pauses", "due"),
    [
        # The summer of 2026: lessons end on Friday 07-10, begin on Tuesday 09-01.
        ("2026-07-06 09:00", True, "2026-07-12"),
        ("2026-07-13 09:00", True, "2026-09-06"),
        ("2026-07-13 09:00", False, "2026-07-19"),
    ],
)
def test_41_visits_go_on_in_a_vacation_unless_the_township_says_otherwise(
    entered, pauses, due
) -> None:
    policy = Policy(key_visits_pause=pauses)
    assert visit_by(facts(entered), CALENDAR, policy) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("since", "checked", "due"),
    [
        ("2026-11-02", None, "2026-11-30"),
        ("2026-11-23", None, "2026-11-30"),
        ("2026-11-24", None, "2026-12-31"),
        ("2026-12-30", None, "2027-01-31"),
        ("2026-11-02", "2026-11-05", "2026-12-31"),
        ("2026-11-02", "2026-12-01", "2027-01-31"),
        ("2026-01-25", "2026-01-30", "2026-02-28"),
        # Checked before anybody was on the list again.
        ("2026-11-02", "2026-06-30", "2026-11-30"),
    ],
)
def test_37_a_class_s_records_are_looked_over_every_month(since, checked, due) -> None:
    seen = None if checked is None else date.fromisoformat(checked)
    assert check_by(date.fromisoformat(since), seen) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("day", "weeks"),
    [("11-29", 0), ("11-30", 1), ("12-06", 1), ("12-07", 2), ("12-14", 3)],
)
def test_each_sunday_gone_by_is_a_week_missed(day, weeks) -> None:
    due = date(2026, 11, 29)
    assert weeks_missed(due, date.fromisoformat(f"2026-{day}")) == weeks
