from datetime import date

import pytest

from core.rules.identity import (
    birth_of,
    check_character,
    number_of,
    other_fault,
    resident_fault,
    sex_of,
    student_no_fault,
)
from core.rules.student import Sex

DAY = date(2026, 11, 23)


@pytest.mark.parametrize("number", ["990101201203150212", "99010120120615004X"])
def test_a_right_number_has_no_fault(number: str) -> None:
    assert resident_fault(number, DAY) is None


def test_every_other_last_character_is_refused() -> None:
    wrong = set("0123456789X") - {"2"}
    for last in wrong:
        fault = resident_fault(f"99010120120315021{last}", DAY)
        assert fault == "身份证号校验码不符，请核对。"


def test_the_region_is_not_checked() -> None:
    # 990199 is nowhere, and its check character is worked out by hand: 9*7+9*9+0*10+1*5+
    # 9*8+9*4+2*2+0+1*6+2*3+0*7+3*9+1*10+5*5+0*8+2*4+1*2 = 345; 345 mod 11 = 4 -> 8.
    assert check_character("99019920120315021") == "8"
    assert resident_fault("990199201203150218", DAY) is None


@pytest.mark.parametrize(
    "number",
    [
        "",
        "99010120120315021",
        "9901012012031502122",
        "990101120315021",
        "99010120120315021x",
    ],
)
def test_a_number_is_eighteen_places_long(number: str) -> None:
    assert resident_fault(number, DAY) == "居民身份证号应为18位，请核对。"


@pytest.mark.parametrize(
    "born", ["20120230", "20121301", "20120100", "20261124", "99990101"]
)
def test_a_birth_date_that_cannot_be_is_refused(born: str) -> None:
    first = f"990101{born}021"
    number = first + check_character(first)
    assert resident_fault(number, DAY) == "身份证号中的出生日期不存在，请核对。"


def test_a_child_may_be_born_today_and_on_a_leap_day() -> None:
    for born in ("20261123", "20120229"):
        first = f"990101{born}021"
        assert resident_fault(first + check_character(first), DAY) is None


def test_birth_and_sex_are_read_from_the_number() -> None:
    assert birth_of("990101201203150212") == date(2012, 3, 15)
    assert birth_of("990101201202300212") is None
    assert sex_of("990101201203150212") is Sex.MALE
    assert sex_of("99010120120615004X") is Sex.FEMALE


def test_full_width_digits_small_x_and_spaces_are_folded() -> None:
    assert number_of(" ９９０１０１２０１２０６１５００４ｘ\u3000") == "99010120120615004X"
    assert number_of("'990101 20120315 0212") == "990101201203150212"


@pytest.mark.parametrize(
    "number", ["G990101201203150212", "J99010120120315021X", "L990101201203151234"]
)
def test_a_student_number_is_a_letter_and_eighteen_places(number: str) -> None:
    assert student_no_fault(number) is None


@pytest.mark.parametrize(
    "number",
    [
        "A990101201203150212",
        "990101201203150212",
        "G99010120120315021",
        "G9901012012031502122",
        "GX90101201203150212",
        "",
    ],
)
def test_anything_else_is_no_student_number(number: str) -> None:
    assert student_no_fault(number) == "学籍号应为G、J或L加18位，请核对。"


def test_another_document_is_only_asked_for_a_plausible_shape() -> None:
    assert other_fault("H1234567(8)") is None
    assert other_fault("E123") is None
    assert other_fault("E12") is not None
    assert other_fault("护照1234") is not None
