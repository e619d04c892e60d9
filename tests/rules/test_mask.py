import pytest

from core.rules.mask import mask_number, mask_phone, mask_student_no


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("990101201203150212", "990101********0212"),
        ("99010120120615004X", "990101********004X"),
        ("99010120120315", "990101****0315"),
        ("9901012012031", "***********31"),
        ("H12345678", "*******78"),
        ("123", "*23"),
        ("12", "**"),
        ("1", "*"),
        ("", ""),
    ],
)
def test_an_identity_number_shows_its_region_and_its_last_four(
    number: str, shown: str
) -> None:
    assert mask_number(number) == shown


def test_a_student_number_keeps_its_letter() -> None:
    assert mask_student_no("G990101201203150212") == "G990101********0212"


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13800000000", "138****0000"),
        ("0000-6123456", "000*****3456"),
        ("61234567", "612*4567"),
        ("6123456", "*****56"),
        ("", ""),
    ],
)
def test_a_telephone_number_hides_its_middle(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown
