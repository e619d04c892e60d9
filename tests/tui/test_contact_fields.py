"""Laws of the two fields these forms brought: a time of day, and several of a few."""

from datetime import time

import pytest

from tui.widgets.several_field import SeveralField
from tui.widgets.time_field import TimeField, read_time

PEOPLE = (("father", "父亲"), ("mother", "母亲"), ("student", "学生本人"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("930", time(9, 30)),
        ("0930", time(9, 30)),
        ("9:30", time(9, 30)),
        ("９：３０", time(9, 30)),
        ("9.30", time(9, 30)),
        ("0000", time(0, 0)),
        ("2359", time(23, 59)),
        ("2400", None),
        ("0960", None),
        ("93", None),
        ("", None),
        ("九点", None),
    ],
)
def test_a_time_of_day_is_understood_or_is_none(typed: str, meant: time | None) -> None:
    assert read_time(typed) == meant


def test_a_time_that_is_none_is_told_and_never_kept() -> None:
    field = TimeField("at", "联系时间", required=True)
    assert field.problem() == "请填写联系时间。"
    field.type("2400")
    assert field.value == ""
    assert field.problem() == "联系时间填写有误，请按0930或9:30的样式填写。"
    assert field.bad
    field.delete()
    field.value = ""
    field.type("9")
    field.type("05")
    field.leave()
    assert (field.value, field.draw(60)[0].text.strip()) == ("09:05", "09:05")


def test_each_digit_adds_or_takes_away_one_in_the_order_of_the_options() -> None:
    field = SeveralField("met", "受访人", PEOPLE, required=True)
    assert field.problem() == "请选择受访人（可按几个数字多选）。"
    assert field.type("3")
    assert field.type("１")  # the input method was on
    assert field.value == "father,student"
    assert "1*父亲 2母亲 3*学生本人" in field.draw(60)[0].text
    field.type("3")
    assert field.codes == ("father",)
    field.type("9")  # no ninth option: nothing changes
    assert field.value == "father"
    assert not field.type("x")
    field.type("2")
    field.backspace()
    assert field.value == "father"
    field.delete()
    assert field.value == ""
    assert field.problem() is not None


def test_what_an_old_draft_held_and_nobody_offers_is_not_chosen() -> None:
    field = SeveralField("along", "村镇同行", PEOPLE, value="mother,gone")
    assert field.codes == ("mother",)
    field.type("1")
    assert field.value == "father,mother"
