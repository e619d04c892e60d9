from datetime import date

import pytest

from core.rules.place import (
    SchoolKind,
    Stage,
    class_name,
    grade_name,
    grade_of,
    kind_of_code,
    stage_of,
)


@pytest.mark.parametrize(
    ("cohort", "day", "grade", "name"),
    [
        (2024, "2026-11-23", 3, "三年级（1）班"),
        (2024, "2026-08-31", 2, "二年级（1）班"),  # the year turns on 1 September
        (2024, "2026-09-01", 3, "三年级（1）班"),
        (2024, "2027-02-01", 3, "三年级（1）班"),
        (2026, "2026-09-01", 1, "一年级（1）班"),
        (2026, "2026-08-31", 0, "2026级（1）班"),
        (2018, "2026-09-01", 9, "九年级（1）班"),
        (2017, "2026-09-01", 10, "2017级（1）班"),
    ],
)
def test_grade_and_name_follow_from_cohort_and_day(
    cohort: int, day: str, grade: int, name: str
) -> None:
    when = date.fromisoformat(day)
    assert grade_of(cohort, when) == grade
    assert class_name(cohort, 1, when) == name


def test_there_are_nine_grades() -> None:
    assert grade_name(1) == "一年级"
    assert grade_name(9) == "九年级"
    for wrong in (0, 10):
        with pytest.raises(ValueError, match="no grade"):
            grade_name(wrong)


def test_20_the_stage_comes_from_the_grade() -> None:
    assert [stage_of(g, "6-3") for g in (5, 6, 7)] == [
        Stage.PRIMARY,
        Stage.PRIMARY,
        Stage.JUNIOR,
    ]
    assert [stage_of(g, "5-4") for g in (5, 6, 7)] == [
        Stage.PRIMARY,
        Stage.JUNIOR,
        Stage.JUNIOR,
    ]


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("2199010002", "河湾小学", SchoolKind.PRIMARY),
        ("3199010003", "青石中学", SchoolKind.JUNIOR),
        ("3199010001", "青石镇九年一贯制学校", SchoolKind.NINE_YEAR),
        ("2199010009", "云岭教学点", SchoolKind.TEACHING_POINT),
        ("YL01XX", "", SchoolKind.TEACHING_POINT),
        ("5199010001", "", SchoolKind.SPECIAL),
    ],
)
def test_the_kind_is_told_by_the_code_and_better_by_the_name(
    code: str, name: str, kind: SchoolKind
) -> None:
    assert kind_of_code(code, name) is kind
