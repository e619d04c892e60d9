from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.kit import MONDAY
from tui.widgets.date_field import read_day
from tui.widgets.editing import Typed
from tui.widgets.form import CodeField, DateField, NoteField, NumberField, TextField
from tui.widgets.time_field import TimeField


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1123", date(2026, 11, 23)),
        ("11-23", date(2026, 11, 23)),
        ("11.23", date(2026, 11, 23)),
        ("11/23", date(2026, 11, 23)),
        ("9-1", date(2026, 9, 1)),
        ("0901", date(2026, 9, 1)),
        ("2026-11-23", date(2026, 11, 23)),
        ("20261123", date(2026, 11, 23)),
        ("2025-1-2", date(2025, 1, 2)),
        ("１１２３", date(2026, 11, 23)),
        ("１１－２３", date(2026, 11, 23)),
        ("11月23日", date(2026, 11, 23)),
        ("2026年11月23日", date(2026, 11, 23)),
        ("11。23", date(2026, 11, 23)),
        ("0228", date(2026, 2, 28)),
        ("0229", None),
        ("2028-02-29", date(2028, 2, 29)),
        ("1131", None),
        ("1301", None),
        ("112", None),
        ("11", None),
        ("0000-01-01", None),
        ("11-23-", None),
        ("明天", None),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_type_it_in_the_year_of_reference(text, day):
    assert read_day(text, MONDAY) == day


def a_date(text: str) -> DateField:
    field = DateField("on", "日期", reference=MONDAY)
    field.type(text)
    return field


def test_a_date_is_written_out_when_the_cursor_leaves_it():
    field = a_date("1123")
    assert field.draw(60)[0].after == "2026-11-23 周一"
    field.leave()
    assert field.draw(60)[0].text.strip() == "2026-11-23"
    assert (field.value, field.bad) == ("2026-11-23", False)


def test_a_date_that_is_none_keeps_what_was_typed_and_is_marked():
    field = a_date("1131")
    field.leave()
    assert (field.value, field.bad) == ("", True)
    assert field.draw(60)[0].text.strip() == "1131"
    assert field.problem() == "日期填写有误，请按1123、11-23或2026-11-23的样式填写。"


def test_right_is_a_day_later_and_left_a_day_earlier_across_the_year():
    field = a_date("1231")
    field.leave()
    field.side(1)
    assert field.value == "2027-01-01"
    field.side(-1)
    field.side(-1)
    assert field.value == "2026-12-30"
    for end, step in (("0001-01-01", -1), ("9999-12-31", 1)):
        last = a_date(end)
        last.leave()
        last.side(step)
        assert last.value == end


def test_in_a_date_half_typed_left_moves_the_caret_and_changes_nothing():
    field = a_date("113")
    field.side(-1)
    field.type("2")
    assert field.draw(60)[0].text.strip() == "1123"
    assert field.value == "2026-11-23"


def test_up_and_down_leave_a_date_as_it_is():
    for typed in ("1231", "1399", ""):
        field = a_date(typed)
        before = field.value
        assert not field.vertical(1, 60)
        assert not field.vertical(-1, 60)
        assert field.value == before


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (
            DateField("on", "日期", reference=MONDAY, value="2026-11-23"),
            "1201",
            "2026-12-01",
        ),
        (TimeField("at", "时间", value="14:22"), "0930", "09:30"),
        (NumberField("count", "人数", value="30"), "5", "5"),
    ],
)
def test_what_stands_filled_in_is_replaced_by_typing_and_mended_once_touched(
    field, typed, value
):
    for character in typed:
        field.type(character)
    assert field.value == value
    field.leave()
    field.backspace()
    field.type(value[-1])
    assert field.value == value
    field.leave()
    field.type("")  # a paste of nothing that belongs there
    assert field.value == value


def test_a_text_that_stands_there_is_added_to_and_never_replaced():
    for field in (TextField("a", "姓名", value="李"), CodeField("b", "电话", value="13")):
        field.leave()
        field.type("9")
        assert field.value in {"李9", "139"}


@pytest.mark.parametrize(
    ("typed", "value", "problem"),
    [
        ("0", "0", "人数应在1至60之间。"),
        ("1", "1", None),
        ("60", "60", None),
        ("61", "61", "人数应在1至60之间。"),
        ("６０", "60", None),
        ("6x0", "60", None),
        ("-6", "6", None),
        ("٣", "", None),
        ("600", "60", None),
        ("", "", None),
    ],
)
def test_a_number_takes_digits_only_and_keeps_its_bounds(typed, value, problem):
    field = NumberField("count", "人数", least=1, most=60)
    field.type(typed)
    assert (field.value, field.problem()) == (value, problem)


def test_a_name_is_never_folded_and_a_code_always():
    name, code = TextField("name", "姓名"), CodeField("phone", "电话")
    name.type("Ａ赵")
    code.type("１３Ｘ")
    assert (name.value, code.value) == ("Ａ赵", "13X")


@pytest.mark.parametrize(
    "control", ["\x00", "\x05", "\x1b", "\x7f", "\x9b", "\u202e", "\ufeff"]
)
def test_a_control_character_is_never_taken(control):
    for field in (TextField("a", "甲"), NoteField("a", "甲"), CodeField("a", "甲")):
        field.type(f"李{control}四")
        assert field.value == "李四"


def test_a_line_end_is_kept_in_a_note_only():
    for field, value in (
        (TextField("a", "甲"), "一二三"),
        (NoteField("a", "甲"), "一\n二\n三"),
    ):
        field.type("一\r\n二\r三")
        assert field.value == value


def test_no_more_than_the_limit_is_taken():
    for already, value in (("一二", "一二三"), ("一二三", "一二三"), ("", "三四五")):
        field = TextField("a", "甲", limit=3)
        field.type(already)
        field.type("三四五六")
        assert field.value == value


def test_blanks_alone_are_no_password_and_inside_one_they_stay():
    field = TextField("password", "密码", secret=True, required=True)
    field.type("  ")
    assert field.problem() == "请填写密码。"
    field.type("x ")
    assert (field.value, field.problem()) == ("  x ", None)


class TypedModel:
    """The editor as two strings, before and after the caret."""

    def __init__(self):
        self.left, self.right = "", ""

    def step(self, edit, typed):
        if edit == "backspace":
            self.left = self.left[:-1]
            return typed.backspace()
        if edit == "delete":
            self.right = self.right[1:]
            return typed.delete()
        if edit == "left":
            self.left, self.right = self.left[:-1], self.left[-1:] + self.right
            return typed.go(typed.at - 1)
        if edit == "right":
            self.left, self.right = self.left + self.right[:1], self.right[1:]
            return typed.go(typed.at + 1)
        self.left += edit[: max(0, 9 - len(self.left + self.right))]
        return typed.insert(edit, 9)


edits = st.sampled_from(["backspace", "delete", "left", "right", "赵", "a", "雨桐·买"])


@given(st.lists(edits, max_size=40))
def test_editing_is_what_two_strings_around_a_caret_do(steps):
    model, typed = TypedModel(), Typed()
    for edit in steps:
        typed = model.step(edit, typed)
        assert (typed.text[: typed.at], typed.text[typed.at :]) == (model.left, model.right)


@given(
    st.text(st.characters(codec="utf-8"), max_size=60),
    st.integers(-60, 0),
    st.integers(6, 70),
)
@example("000¸0", -2, 6)  # folded, the caret stands on a mark of no width at the edge
def test_the_caret_is_always_drawn_inside_the_box(text, back, cells):
    for field in (TextField("a", "甲"), NoteField("a", "甲"), CodeField("a", "甲")):
        field.type(text)
        for _ in range(-back):
            field.side(-1)
        boxes = field.draw(cells)
        assert len(boxes) == field.height
        carets = [box for box in boxes if box.caret is not None]
        assert len(carets) == 1
        assert {cell_len(box.text) for box in boxes} == {cell_len(carets[0].text)}
        assert cell_len(carets[0].text) <= cells - 2
        assert cell_len(carets[0].text[: carets[0].caret]) < cell_len(carets[0].text)
