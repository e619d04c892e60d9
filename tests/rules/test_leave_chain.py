"""Chains of short leaves: however they are cut, a long absence is seen as one."""

import pytest

from core.rules.leave import Leave, LeaveState
from core.rules.leave_chain import LongLeave, term_leave
from core.rules.policy import Policy
from tests.rules.calendar_2026 import AUTUMN, CALENDAR, CLASS_3_1, at
from tests.rules.leaves import leave

POLICY = Policy()


def chain(*spans: tuple[str, str]) -> list[Leave]:
    return [leave(f"{a} am", f"{b} pm") for a, b in spans]


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        # Ten school days in a row, the weekend between: not yet.
        (chain(("11-09", "11-11"), ("11-12", "11-20")), None),
        # Eleven: three leaves that follow one another are one long one.
        (
            chain(("11-09", "11-11"), ("11-12", "11-20"), ("11-23", "11-23")),
            LongLeave.CONSECUTIVE,
        ),
        # A day at school between, and neither stretch is long.
        (chain(("11-09", "11-18"), ("11-20", "11-25")), None),
        # A holiday does not interrupt: 9-24, 9-28..30, 10-8..10 and 10-12..15 are eleven.
        (chain(("09-24", "10-15")), LongLeave.CONSECUTIVE),
        (chain(("09-24", "10-14")), None),
    ],
)
def test_11_more_than_ten_school_days_in_a_row_are_long(
    leaves: list[Leave], expected: LongLeave | None
) -> None:
    assert term_leave(leaves, CALENDAR, CLASS_3_1, AUTUMN).long(POLICY) is expected


# Four school days a week, Monday to Thursday, for ten weeks: forty.
FORTY = chain(
    ("10-12", "10-15"),
    ("10-19", "10-22"),
    ("10-26", "10-29"),
    ("11-02", "11-05"),
    ("11-09", "11-12"),
    ("11-16", "11-19"),
    ("11-23", "11-26"),
    ("11-30", "12-03"),
    ("12-07", "12-10"),
    ("12-14", "12-17"),
)


def test_11_more_than_forty_school_days_in_a_term_are_long() -> None:
    def told(leaves: list[Leave]) -> LongLeave | None:
        return term_leave(leaves, CALENDAR, CLASS_3_1, AUTUMN).long(POLICY)

    one_more = leave("12-22 pm", "12-22 pm")
    assert told(FORTY[1:]) is None
    assert told(FORTY) is None
    assert told([*FORTY, one_more]) is LongLeave.IN_TERM
    # Refused leave, the same day twice, and last term's do not count.
    refused = one_more.model_copy(update={"state": LeaveState.REFUSED})
    assert told([*FORTY, refused]) is None
    assert told([*FORTY, leave("12-17 am", "12-17 am")]) is None
    assert told([*FORTY, leave("06-01 am", "06-01 pm")]) is None


def test_11_a_leave_closed_early_counts_until_the_child_was_back() -> None:
    asked = leave(
        "11-09 am", "11-23 pm", state=LeaveState.CLOSED, closed_at=at("2026-11-23 07:50")
    )
    assert term_leave([asked], CALENDAR, CLASS_3_1, AUTUMN).long(POLICY) is None
