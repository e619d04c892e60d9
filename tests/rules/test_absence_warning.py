"""Repeated short runs, and rolls that nobody takes."""

from datetime import date, timedelta

import pytest

from core.rules.absence import ClassDay, is_repeated, principal_owes, untaken_in_a_row
from core.rules.policy import Policy

POLICY = Policy()

TEN_DAYS = [date(2026, 11, d) for d in (9, 10, 11, 12, 13, 16, 17, 18, 19, 20)]


@pytest.mark.parametrize(
    ("missed", "expected"),
    [
        ((9, 17), False),
        ((9, 17, 20), True),
        ((9, 12, 17, 20), True),
        ((6, 17, 20), False),  # the 6th is the eleventh school day back
    ],
)
def test_07_three_runs_in_ten_school_days_call_for_a_visit(
    missed: tuple[int, ...], *, expected: bool
) -> None:
    days = [date(2026, 11, d) for d in missed]
    earlier = [date(2026, 11, 5), date(2026, 11, 6)]
    assert is_repeated(days, [*earlier, *TEN_DAYS], POLICY) is expected
    assert not is_repeated(days, [], POLICY)


@pytest.mark.parametrize(
    ("taken", "row", "owes"),
    [
        ((2, 2, 2), 0, False),
        ((2, 2, 0), 1, False),
        ((2, 0, 0), 2, True),
        ((0, 0, 0), 3, True),
        ((0, 0, 1), 0, False),
        ((2, 0, None, 0), 2, True),  # a day of 停课 between
        ((2, 0, None), 1, False),
    ],
)
def test_06_two_untaken_school_days_are_the_principal_s_duty(
    taken: tuple[int | None, ...], row: int, *, owes: bool
) -> None:
    days = [
        ClassDay(
            day=date(2026, 11, 16) + timedelta(days=n),
            owed=0 if count is None else 2,
            taken=count or 0,
        )
        for n, count in enumerate(taken)
    ]
    assert untaken_in_a_row(days) == row
    assert principal_owes(days, POLICY) is owes
