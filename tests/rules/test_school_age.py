"""适龄儿童 and 入学率: the handbook's worked example, and the birthdays at the edges."""

from datetime import date

import pytest

from core.rules.school_age import Counted, Standing, ages_of, enrolment_rate, told


def many(standing: Standing, count: int, *, junior: bool = False) -> Counted:
    return Counted(junior=junior, standing=standing, count=count)


# 适龄 1240: 1105 here, 118 elsewhere and 6 at home proved; 4 suspended, 5 deferred, 2 unproven.
EXAMPLE = (
    many(Standing.HERE, 1105),
    many(Standing.ELSEWHERE, 124),
    many(Standing.SUSPENDED, 4),
    many(Standing.DEFERRED, 5),
    many(Standing.UNPROVEN, 2),
)


def test_the_example_of_the_handbook_comes_out_as_it_says():
    assert enrolment_rate(EXAMPLE).printed == "99.11"


def test_each_stage_has_its_own_rate_and_both_together_are_no_mean():
    both = (
        *EXAMPLE,
        many(Standing.HERE, 9, junior=True),
        many(Standing.DROPPED, 1, junior=True),
    )
    assert enrolment_rate(both, junior=True).printed == "90.00"
    assert enrolment_rate(both, junior=False).printed == "99.11"
    assert enrolment_rate(both).printed == "99.04"  # 1238 of 1250
    assert enrolment_rate((), junior=True).printed == "—"


@pytest.mark.parametrize(
    "standing", [s for s in Standing if s not in {Standing.HERE, Standing.ELSEWHERE}]
)
def test_one_child_in_no_school_keeps_the_rate_under_a_hundred(standing):
    counted = (many(Standing.HERE, 99_999), many(standing, 1))
    assert enrolment_rate(counted).printed == "99.99"


def test_who_is_six_by_the_last_of_august_is_of_age():
    ages = ages_of(2026)
    assert (ages.youngest, ages.junior, ages.oldest) == (
        date(2020, 8, 31),
        date(2014, 8, 31),
        date(2011, 8, 31),
    )


def test_the_notes_of_the_ledger_say_the_figures_and_what_stands_behind_them():
    lines = told(EXAMPLE)
    assert lines[0].startswith(
        "本学年按户籍：小学（6至11周岁）适龄1240人，入学1229人，入学率99.11%；"
    )
    assert "休学4人，延缓入学5人" in lines[1]
    assert "辍学" not in lines[1]
