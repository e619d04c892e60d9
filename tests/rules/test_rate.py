"""Expectations are worked out by hand: domain.md 3, the junior stage of 2025-2026."""

from decimal import Decimal

import pytest

from core.rules.rate import (
    Rate,
    RateFacts,
    RetentionFormula,
    attendance,
    retention,
)

JUNIOR = RateFacts(
    opening=612,
    transfer_in=8,
    resumption=2,
    transfer_out_verified=20,
    transfer_out_unverified=1,
    transfer_out_beyond=17,
    suspension=3,
    death=1,
    dropout=2,
    closing=595,
)


def test_the_worked_example_of_the_handbook() -> None:
    assert retention(JUNIOR).printed == "99.50"  # 595 / 598
    assert retention(JUNIOR, suspension_is_loss=True).printed == "99.00"  # 595 / 601
    assert retention(JUNIOR, RetentionFormula.GROSS).printed == "97.22"  # 595 / 612
    assert retention(JUNIOR, RetentionFormula.ALLOWANCE).percent == Decimal("100.00")


def test_a_rate_with_a_loss_behind_it_never_prints_100() -> None:
    assert retention(JUNIOR, RetentionFormula.ALLOWANCE).printed == "99.99"
    one_of_many = RateFacts(opening=30_000, dropout=1, closing=29_999)
    assert retention(one_of_many).percent == Decimal("100.00")
    assert retention(one_of_many).printed == "99.99"
    nobody = RateFacts(opening=30_000, closing=30_000)
    assert retention(nobody).printed == "100.00"
    assert attendance(29_999, 30_000).printed == "99.99"
    assert attendance(30_000, 30_000).printed == "100.00"


def test_one_dropout_among_many_never_prints_nought() -> None:
    assert Rate(part=1, whole=30_000).printed == "0.01"
    assert Rate(part=0, whole=30_000).printed == "0.00"


def test_nothing_to_divide_by_is_not_known_rather_than_nought() -> None:
    assert retention(RateFacts(opening=0, closing=0)).printed == "—"
    assert attendance(0, 0).printed == "—"
    assert not retention(RateFacts(opening=0, closing=0)).reaches(Decimal(0))


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    # 1/16 = 6.25; 1/32 = 3.125 up; 1/800 = 0.125 up; 1/8000 = 0.0125
    [
        (1, 16, "6.25"),
        (1, 32, "3.13"),
        (1, 800, "0.13"),
        (1, 8000, "0.01"),
        (2, 3, "66.67"),
    ],
)
def test_two_decimals_half_up(part: int, whole: int, printed: str) -> None:
    assert Rate(part=part, whole=whole).printed == printed


def test_a_gain_caps_at_100_but_not_in_the_gross_formula() -> None:
    grown = RateFacts(opening=100, neutral_in=0, closing=107, transfer_in=5, other_in=2)
    assert retention(grown).printed == "100.00"
    assert retention(grown, RetentionFormula.GROSS).printed == "107.00"
    assert retention(grown, RetentionFormula.ALLOWANCE).printed == "100.00"


def test_a_child_entered_as_other_does_not_hide_one_who_dropped_out() -> None:
    facts = RateFacts(opening=100, other_in=1, dropout=1, closing=100)
    assert retention(facts).printed == "99.01"  # 100 / 101


def test_a_township_is_the_sum_of_figures_and_not_the_mean_of_rates() -> None:
    small = RateFacts(opening=10, dropout=1, closing=9)  # 90.00
    large = RateFacts(opening=990, closing=990)  # 100.00
    assert retention(small.plus(large)).printed == "99.90"  # the mean would say 95.00
