"""What an open case owes next, by when: reckoned by hand on the calendar of 2026."""

from datetime import date

import pytest

from core.rules.case_next import followed_by, owed, tracked_by
from core.rules.policy import Policy
from tests.rules.calendar_2026 import AUTUMN, CALENDAR, SPRING
from tests.rules.cases import at, case

LAWFUL = Policy(legal_basis="《某省义务教育条例》第六十条")
# Reported on Wednesday the 25th; the notice is due on Monday the 30th, the third school day.
REPORTED = {"state": "reported", "reported_at": at("11-25 10:00")}
NOTICED = {
    "state": "noticed",
    "return_by": date(2026, 12, 2),
    "return_under": "return_notice",
}
ORDERED = {"state": "ordered", "return_by": date(2026, 12, 10), "return_under": "order"}
LEFT = {"state": "confirmed"} | {k: ORDERED[k] for k in ("return_by", "return_under")}
BACK = {"running": False, "seen_at": at("11-26 08:00"), "back_at": at("11-26 08:10")}
WATCHED = {"state": "returned", "returned_at": at("11-26 10:00")}
WATCHED |= {"observe_until": date(2026, 12, 24)} | BACK
FOLLOWED = {"followed_at": at("12-01 10:00")}


def draft(kind: str, state: str, when: str) -> dict[str, object]:
    return {"paper_id": 9, "paper_kind": kind, "paper_state": state, "paper_at": at(when)}


@pytest.mark.parametrize(
    ("stands", "day", "expected"),
    [
        ({}, "11-26", {"sign_report 11-25"}),
        (REPORTED, "11-26", {"draft_notice 11-30"}),
        (REPORTED | draft("return_notice", "to_sign", "11-26 09:00"), "11-26", {"sign_notice 11-30"}),
        # Drafted late, it is signed a day later, and served three days after that.
        (REPORTED | draft("return_notice", "to_sign", "12-02 09:00"), "12-02", {"sign_notice 12-03"}),
        (REPORTED | draft("return_notice", "signed", "12-03 09:00"), "12-03", {"serve_notice 12-06"}),
        (NOTICED, "12-02", {"return_due 12-02"}),
        (NOTICED, "12-03", {"draft_order 12-05"}),
        (NOTICED | draft("order", "to_sign", "12-03 09:00"), "12-03", {"sign_order 12-05"}),
        (NOTICED | draft("order", "signed", "12-04 09:00"), "12-04", {"serve_order 12-07"}),
        (ORDERED, "12-10", {"return_due 12-10"}),
        # Four weeks after the 23rd of November are over on the 21st of December.
        (ORDERED, "12-11", {"determine 12-24"}),
        (NOTICED, "12-20", {"draft_order 12-05"}),
        (NOTICED, "12-21", {"draft_order 12-05", "determine 12-24"}),
        (REPORTED, "12-21", {"draft_notice 11-30", "determine 12-24"}),
        # The second half of the term ends on the 22nd of January; a visit counts for its half.
        (LEFT, "12-23", {"track 01-22"}),
        (LEFT | {"visited_at": at("12-22 10:00")}, "12-23", {"track 02-20"}),
        (BACK, "11-26", {"register_return 11-27"}),
        (REPORTED | BACK, "11-30", {"register_return 11-27"}),
        # The Sunday after the week of the return, or of the last follow-up.
        (WATCHED, "11-26", {"follow_up 12-06"}),
        (WATCHED | FOLLOWED, "12-01", {"follow_up 12-13"}),
        (WATCHED, "12-24", {"follow_up 12-06"}),
        # No close without a record of the observation.
        (WATCHED, "12-25", {"follow_up 12-06"}),
        (WATCHED | FOLLOWED, "12-25", {"observed 12-25"}),
    ],
)  # fmt: skip
def test_what_is_owed_by_when(stands, day, expected) -> None:
    assert due(stands, day) == expected


def due(stands: dict[str, object], day: str, policy: Policy | None = None) -> set[str]:
    found = owed(
        case(**stands), date.fromisoformat(f"2026-{day}"), policy or Policy(), CALENDAR
    )
    return {f"{one.kind} {one.due_on:%m-%d}" for one in found}


def asked(step: str, **more: object) -> dict[str, object]:
    told = {"step_id": 4, "step": step, "step_by": 8, "step_at": at("11-26 09:00")}
    return told | {"step_note": "证明"} | more


@pytest.mark.parametrize(
    ("stands", "day", "expected"),
    [
        # A claim stops nothing: the case beneath it goes on.
        (REPORTED | asked("settle", step_as="transfer"), "11-26", {"confirm_settled 11-27", "draft_notice 11-30"}),
        (NOTICED | asked("exclude"), "12-02", {"confirm_exclusion 11-27", "return_due 12-02"}),
        # But nobody is asked for a second step.
        (REPORTED | BACK | asked("return"), "11-26", {"confirm_return 11-27"}),
        (ORDERED | asked("confirm"), "12-22", {"confirm_dropout 11-27"}),
        (WATCHED | FOLLOWED | asked("close"), "12-25", {"confirm_close 11-27"}),
        (LEFT | asked("complete"), "12-23", {"confirm_complete 11-27", "track 01-22"}),
    ],
)  # fmt: skip
def test_what_waits_is_confirmed_and_the_rest_goes_on(stands, day, expected) -> None:
    assert due(stands, day) == expected


@pytest.mark.parametrize(
    ("stands", "day", "owes"),
    [(ORDERED, "12-10", False), (ORDERED, "12-11", True), (LEFT, "12-11", True), (NOTICED, "12-11", False)],
)  # fmt: skip
def test_the_law_is_owed_only_where_it_is_named_and_the_order_is_over(
    stands, day, owes
) -> None:
    assert ("to_law 12-13" in due(stands, day, LAWFUL)) is owes
    assert not [one for one in due(stands, day) if "law" in one]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 11, 23), date(2026, 12, 6)),  # Monday
        (date(2026, 11, 29), date(2026, 12, 6)),  # Sunday
        (date(2026, 11, 30), date(2026, 12, 13)),
    ],
)
def test_a_week_s_follow_up_is_due_on_the_sunday_of_the_next(since, until) -> None:
    assert followed_by(since) == until


# Spring, 131 days from 03-02, turns 65 days later on 05-06; autumn, 144 days from 09-01, on
# 11-12.  Where no half is known, sixty days.
@pytest.mark.parametrize(
    ("visited", "opened", "until"),
    [
        (None, "2026-03-10 08:00", date(2026, 5, 5)),
        ("2026-05-05 08:00", "2026-03-10 08:00", date(2026, 7, 10)),
        ("2026-05-06 08:00", "2026-03-10 08:00", date(2026, 11, 11)),
        ("2026-07-20 08:00", "2026-03-10 08:00", date(2026, 11, 11)),
        (None, "2026-07-20 08:00", date(2026, 11, 11)),
        ("2026-11-12 08:00", "2026-03-10 08:00", date(2027, 1, 11)),
    ],
)
def test_36_a_child_that_left_is_looked_up_once_each_half_term(
    visited, opened, until
) -> None:
    told = case(visited_at=visited and at(visited), opened_at=at(opened))
    assert tracked_by(told, (AUTUMN, SPRING)) == until
