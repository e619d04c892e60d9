"""Leave: approval, the rules that guard a child, and chains of short leaves."""

from datetime import date

import pytest
from pydantic import ValidationError

from core.rules.leave import (
    Approver,
    LeaveKind,
    LeaveState,
    alone_until,
    approver_for,
    excuses,
    may_approve_alone,
    needs_proof,
    reminder_on,
    roles_that_approve,
    school_days_of,
)
from core.rules.policy import Policy
from core.rules.staff import Role
from tests.rules.calendar_2026 import (
    CALENDAR,
    CLASS_3_1,
    at,
    session,
)
from tests.rules.leaves import leave

POLICY = Policy()


@pytest.mark.parametrize(
    ("days", "approver"),
    [
        (1, Approver.CLASS_TEACHER),
        (3, Approver.CLASS_TEACHER),
        (4, Approver.DEAN),
        (7, Approver.DEAN),
        (8, Approver.LEADER),
        (40, Approver.LEADER),
    ],
)
def test_the_longer_the_leave_the_higher_its_approver(
    days: int, approver: Approver
) -> None:
    assert approver_for(days, POLICY) is approver


def test_whoever_stands_higher_may_approve_too() -> None:
    assert Role.LEADER in roles_that_approve(Approver.CLASS_TEACHER)
    assert roles_that_approve(Approver.LEADER) == (Role.LEADER,)
    assert Role.CLASS_TEACHER not in roles_that_approve(Approver.DEAN)


def test_proof_is_owed_for_more_than_three_days_of_illness() -> None:
    owed = [needs_proof(LeaveKind.SICK, days, POLICY) for days in (2, 3, 4)]
    assert owed == [False, False, True]
    assert not needs_proof(LeaveKind.PERSONAL, 30, POLICY)


def test_school_days_of_a_leave_are_those_it_touches() -> None:
    found = school_days_of(leave("11-19 pm", "11-24 am"), CALENDAR, CLASS_3_1)
    assert [d.day for d in found] == [19, 20, 23, 24]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-16 am", False),
        ("2026-11-16 pm", True),
        ("2026-11-16 night", True),
        ("2026-11-17 am", True),
        ("2026-11-17 pm", False),
    ],
)
def test_a_leave_covers_its_first_and_last_session(text: str, *, expected: bool) -> None:
    assert leave("11-16 pm", "11-17 am").covers(session(text)) is expected


def test_14_a_boarder_s_leave_covers_the_night() -> None:
    night = leave("11-18 night", "11-18 night")
    assert excuses(night, session("2026-11-18 night"))
    assert not excuses(night, session("2026-11-18 pm"))
    assert not excuses(night, session("2026-11-19 am"))


def test_a_leave_ends_after_it_begins() -> None:
    with pytest.raises(ValidationError, match="结束时段"):
        leave("11-17 pm", "11-17 am")


# --- the third rule that guards a child ---------------------------------------------


def test_refused_leave_counts_for_nothing() -> None:
    refused = leave("11-16 am", "11-18 pm", state=LeaveState.REFUSED)
    assert not excuses(refused, session("2026-11-16 am"))


@pytest.mark.parametrize(
    ("roles", "days"),
    [
        ((Role.CLASS_TEACHER,), 3),
        ((Role.REGISTRAR,), 7),
        ((Role.CLASS_TEACHER, Role.REGISTRAR), 7),
        ((Role.LEADER,), None),
        ((Role.TEACHER,), 0),
        ((), 0),
    ],
)
def test_how_much_each_may_approve_alone(roles: tuple[Role, ...], days: int | None) -> None:
    assert may_approve_alone(roles, POLICY) == days


@pytest.mark.parametrize(
    ("alone", "until"),
    [
        (0, "2026-11-19 08:00"),
        (1, "2026-11-20 00:00"),
        (2, "2026-11-23 00:00"),  # over the weekend
        (3, "2026-11-24 00:00"),
        (4, "2026-11-25 00:00"),
        (5, "2026-11-25 16:40"),  # all of it
        (6, "2026-11-25 16:40"),
        (None, "2026-11-25 16:40"),
    ],
)
def test_09_waiting_leave_counts_for_the_enterer_s_own_days(
    alone: int | None, until: str
) -> None:
    asked = leave("11-19 am", "11-25 pm")
    days = school_days_of(asked, CALENDAR, CLASS_3_1)
    assert len(days) == 5
    assert alone_until(asked.from_at, asked.to_at, alone, days) == at(until)


def test_09_waiting_leave_counts_only_for_those_days() -> None:
    asked = leave("11-16 am", "11-25 pm")
    days = school_days_of(asked, CALENDAR, CLASS_3_1)
    waiting = asked.model_copy(
        update={
            "state": LeaveState.WAITING,
            "alone_until": alone_until(asked.from_at, asked.to_at, 3, days),
        }
    )
    told = [excuses(waiting, session(f"2026-11-{day} pm")) for day in (16, 18, 19, 25)]
    assert told == [True, True, False, False]
    approved = waiting.model_copy(update={"state": LeaveState.APPROVED})
    assert excuses(approved, session("2026-11-25 pm"))


def test_after_closing_a_leave_the_child_is_expected_again() -> None:
    shut = leave(
        "11-16 am", "11-20 pm", state=LeaveState.CLOSED, closed_at=at("2026-11-18 07:30")
    )
    told = [excuses(shut, session(f"2026-11-{d} am")) for d in (16, 17, 18, 19)]
    assert told == [True, True, False, False]


def test_10_a_reminder_comes_the_school_day_before_the_last() -> None:
    week = leave("11-19 am", "11-23 pm")
    assert reminder_on(week, CALENDAR, CLASS_3_1) == date(2026, 11, 20)
    one_day = leave("11-19 am", "11-19 pm")
    assert reminder_on(one_day, CALENDAR, CLASS_3_1) is None
