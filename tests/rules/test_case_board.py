"""The medians of 四早, school by school, and whose cases count for which figure."""

from datetime import date, timedelta

import pytest

from core.rules.case_board import BoardCase, Early, by_school, hours
from core.rules.case_review import review_since
from tests.rules.cases import at

SINCE = date(2026, 9, 1)
NOW = at("12-01 09:00")


def board_case(number: int, **more: object) -> BoardCase:
    usual = dict.fromkeys(
        (
            "step",
            "returned_at",
            "closed_at",
            "found_at",
            "told_at",
            "visited_at",
            "talked_at",
        )
    )
    usual |= {"duty": None, "due_at": None, "state": "suspected", "pinyin": ("zxy",)}
    usual |= {"township_id": 990101100, "school_id": 1, "school_name": "河湾小学"}
    usual |= {"class_id": 11, "cohort": 2024, "class_number": 1, "student_name": "赵小雨"}
    usual |= {"case_id": number, "student_id": number, "number": f"2026-{number:03}"}
    usual |= {"opened_at": at("11-25 08:30"), "missed_at": at("11-23 08:00")}
    return BoardCase.model_validate(usual | more)


@pytest.mark.parametrize(
    ("after", "told"),
    [((9, 1, 2), "2"), ((9, 4, 1, 2), "3"), ((7,), "7"), ((), "—"), ((1, 2), "1")],
)
def test_a_median_is_the_middle_one_or_between_the_two(after, told) -> None:
    cases = [
        board_case(n, visited_at=at("11-23 08:00") + timedelta(hours=h))
        for n, h in enumerate(after, 1)
    ]
    (school,) = by_school([*cases, board_case(90)], SINCE, NOW, {})
    assert hours(school.leads[list(Early).index(Early.VISITED)]) == told


def test_an_older_case_stands_but_was_not_opened_this_year() -> None:
    cases = (
        board_case(1, opened_at=at("08-31 23:59"), state="confirmed"),
        board_case(2, opened_at=at("09-01 00:00"), returned_at=at("09-03 08:00")),
        board_case(3, closed_at=at("11-30 08:00"), state="excluded"),
        board_case(4, school_id=2, school_name="云岭小学"),
    )
    first, second = by_school(cases, SINCE, NOW, {(990101100, 2): 7})
    assert (first.absent, second.absent) == (0, 7)
    assert (first.opened, first.returned, first.standing, first.left) == (2, 1, 2, 1)
    assert (second.school_name, second.opened, second.standing) == ("云岭小学", 1, 1)


@pytest.mark.parametrize(
    ("today", "since"),
    [
        ("2026-11-24", "2026-07-01"),
        ("2026-10-01", "2026-07-01"),
        ("2026-09-30", "2026-04-01"),
        ("2026-04-01", "2026-01-01"),
        ("2026-03-31", "2025-10-01"),
        ("2026-01-01", "2025-10-01"),
    ],
)
def test_a_review_reaches_back_over_the_whole_quarter_before(today, since) -> None:
    assert review_since(date.fromisoformat(today)) == date.fromisoformat(since)


def test_a_claim_is_shown_as_waiting_to_be_verified() -> None:
    assert board_case(1, step="settle").shown.label == "待核实"
    assert board_case(1, step="exclude").shown.label == "疑似辍学"
