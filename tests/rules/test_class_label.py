from datetime import date

import pytest

from core.rules.class_label import ClassKey, Grades, UnclearClass, grades_of, parse
from core.rules.place import SchoolKind

NOVEMBER = date(2026, 11, 23)
PRIMARY = Grades(first=1, last=6)
NINE_YEAR = Grades(first=1, last=9)
JUNIOR = Grades(first=7, last=9)


def key(label: str, grades: Grades, day: date = NOVEMBER) -> tuple[int, int]:
    found = parse(label, grades=grades, day=day)
    return found.cohort, found.number


def why(label: str, grades: Grades, day: date = NOVEMBER) -> str:
    with pytest.raises(UnclearClass) as refused:
        parse(label, grades=grades, day=day)
    return refused.value.why


@pytest.mark.parametrize(
    "label",
    [
        "三年级（1）班",
        "三年级(1)班",
        "三年级1班",
        "三(1)班",
        "三（１）班",
        "三1班",
        "三年级一班",
        "三（一）班",
        "三年1班",
        "3年级1班",
        "3(1)班",
        "3.1班",
        "3-1班",
        "小学三年级1班",
        " 三 年级 （ 01 ） 班 ",
        "三〔1〕班",
        "2024级1班",
        "２０２４级（１）班",
        "2024级（1）班",
        "24级1班",
        "2024(1)班",
        "202401",
        "202401班",
        "301",
    ],
)
def test_all_spellings_of_a_class_are_one_class(label: str) -> None:
    assert key(label, PRIMARY) == (2024, 1)
    assert key(label, NINE_YEAR) == (2024, 1)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("七年级（1）班", (2020, 1)),
        ("701", (2020, 1)),
        ("初一(2)班", (2020, 2)),
        ("初2(3)班", (2019, 3)),
        ("初中三年级1班", (2018, 1)),
        ("初中七年级1班", (2020, 1)),
        ("202001", (2020, 1)),
        ("九年级十二班", (2018, 12)),
        ("九（二十）班", (2018, 20)),
    ],
)
def test_the_junior_grades_of_a_nine_year_school(
    label: str, expected: tuple[int, int]
) -> None:
    assert key(label, NINE_YEAR) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("2026级1班", (2020, 1)),
        ("2024级（1）班", (2018, 1)),
        ("202601", (2020, 1)),
        ("202402", (2018, 2)),
        # A 班号 may already be the cohort: only one reading is a grade of the school.
        ("202001", (2020, 1)),
        ("七年级1班", (2020, 1)),
        ("初三（2）班", (2018, 2)),
    ],
)
def test_in_a_junior_school_the_year_is_that_of_entry_to_grade_7(
    label: str, expected: tuple[int, int]
) -> None:
    assert key(label, JUNIOR) == expected


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("三年级", "几班"),
        ("2024级", "几班"),
        ("1班", "年级"),
        ("（1）班", "年级"),
        ("31班", "分清"),
        ("三十一班", "分清"),
        ("高一1班", "无法识别"),
        ("三班的", "无法识别"),
        ("20240101", "无法识别"),
        ("", "无法识别"),
        ("=1+1", "无法识别"),
        ("202400", "1至99"),
        ("三年级0班", "1至99"),
        ("三年级十十班", "1至99"),
        ("七年级1班", "没有七年级"),
        ("初一1班", "没有七年级"),
        ("小学七年级1班", "小学没有"),
        ("2020级1班", "今年没有"),
        ("2027级1班", "今年没有"),
        ("202701", "今年没有"),
    ],
)
def test_a_label_that_names_no_one_class_is_refused(label: str, reason: str) -> None:
    assert reason in why(label, PRIMARY)


def test_a_year_that_fits_two_grades_of_a_school_is_refused() -> None:
    # A school of grades 4 to 9: as a cohort 2022 is in grade 5, entered in 2022 in grade 8.
    assert "两个年级" in why("202201", Grades(first=4, last=9))


def test_a_junior_school_has_no_grade_1() -> None:
    for label in ("一年级1班", "101", "2020级1班", "202301"):
        assert "没有" in why(label, JUNIOR)
    assert "没有" in why("初四1班", JUNIOR)


def test_the_first_and_last_cohorts_of_a_school_are_its_bounds() -> None:
    assert key("2021级1班", PRIMARY) == (2021, 1)
    assert key("2026级1班", PRIMARY) == (2026, 1)
    assert key("202301", Grades(first=4, last=6)) == (2023, 1)


def test_five_four_schools_begin_junior_at_grade_6_and_do_not_say_first_of_junior() -> None:
    grades = grades_of(SchoolKind.JUNIOR, "5-4")
    assert (grades.first, grades.last) == (6, 9)
    assert key("2026级1班", grades) == (2021, 1)
    assert "五四制" in why("初一1班", grades)


@pytest.mark.parametrize(
    ("kind", "first", "last"),
    [
        (SchoolKind.PRIMARY, 1, 6),
        (SchoolKind.TEACHING_POINT, 1, 6),
        (SchoolKind.JUNIOR, 7, 9),
        (SchoolKind.FULL_SECONDARY, 7, 9),
        (SchoolKind.NINE_YEAR, 1, 9),
        (SchoolKind.TWELVE_YEAR, 1, 9),
        (SchoolKind.SPECIAL, 1, 9),
    ],
)
def test_each_kind_of_school_teaches_its_grades(
    kind: SchoolKind, first: int, last: int
) -> None:
    assert grades_of(kind, "6-3") == Grades(first=first, last=last)


def test_a_grade_s_name_is_ambiguous_in_august_only() -> None:
    assert key("三年级1班", PRIMARY, date(2026, 7, 31)) == (2023, 1)
    assert "2024级1班" in why("三年级1班", PRIMARY, date(2026, 8, 1))
    assert "2024级1班" in why("三年级1班", PRIMARY, date(2026, 8, 31))
    assert key("三年级1班", PRIMARY, date(2026, 9, 1)) == (2024, 1)


def test_those_about_to_enter_are_known_by_their_year_from_july() -> None:
    assert "没有" in why("2026级1班", PRIMARY, date(2026, 6, 30))
    assert key("2026级1班", PRIMARY, date(2026, 7, 1)) == (2026, 1)
    assert key("2026级1班", JUNIOR, date(2026, 8, 31)) == (2020, 1)
    assert "没有" in why("2027级1班", PRIMARY, date(2026, 8, 31))


def test_a_class_is_called_by_its_cohort_and_a_hostile_label_is_not_repeated() -> None:
    assert ClassKey(cohort=2024, number=1).label == "2024级1班"
    with pytest.raises(UnclearClass) as refused:
        parse("\x1b[2J三班", grades=PRIMARY, day=NOVEMBER)
    assert "\x1b" not in str(refused.value)
