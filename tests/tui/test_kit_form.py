import pytest
from textual.events import Paste
from textual.geometry import Offset

from tests.tui.kit import FormToy, ToyApp, a_desk, page, seen, settle
from tui.screens.base import Key
from tui.widgets.form import TextField


@pytest.fixture
async def toy():
    toy = FormToy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        toy.pilot = pilot
        yield toy


async def test_a_form_is_filled_in_by_keys_alone(toy):
    await toy.pilot.press(*"ma", "backspace", "小", "enter", "2", "enter", *"1123", "enter")
    await toy.pilot.press(*"45", "tab", *"139", "tab", *"pw 1", "tab", "已", "enter", "回")
    await settle(toy.pilot)
    assert toy.form.values() == {
        "child": "赵小雨",
        "name": "m小",
        "way": "sms",
        "on": "2026-11-23",
        "count": "45",
        "phone": "139",
        "password": "pw 1",
        "note": "已\n回",
    }
    lines = seen(toy.form)
    assert lines[0] == "  学生  赵小雨"
    assert lines[2] == "  方式*[发短信] 1打电话 2发短信"
    assert lines[3] == "  日期 [2026-11-23   ] 2026-11-23 周一"
    assert lines[6].startswith("  口令 [****  ")
    assert lines[7].startswith("> 情况 [已 ")
    assert ("way", "sms") in toy.changes
    assert toy.changes[-1] == ("note", "已\n回")


async def test_the_cursor_passes_over_what_only_shows(toy):
    assert toy.form.current.name == "name"
    await toy.pilot.press("up")
    assert toy.form.current.name == "name"
    await toy.pilot.press("shift+tab", "pagedown")
    assert toy.form.current.name == "note"
    await toy.pilot.press("pageup", "down", "down")
    assert toy.form.current.name == "on"


async def test_the_terminals_cursor_sits_in_the_field_measured_in_cells(toy):
    assert toy.app.cursor_position == Offset(8, 2)
    await toy.pilot.press("赵", "a")
    assert toy.app.cursor_position == Offset(11, 2)
    await toy.pilot.press("left")
    assert toy.app.cursor_position == Offset(10, 2)
    await toy.pilot.press("home")
    assert toy.app.cursor_position == Offset(8, 2)
    await toy.pilot.press("pagedown", "一", "enter", "二")
    assert toy.app.cursor_position == Offset(10, 9)
    assert toy.form.cursor_screen_offset == Offset(10, 9)


async def test_typing_a_character_draws_one_line(toy):
    drawn = []
    stock = toy.form.render_line
    toy.form.render_line = lambda y: drawn.append(y) or stock(y)
    await toy.pilot.press("赵")
    await settle(toy.pilot)
    assert drawn == [1]
    await toy.pilot.press("tab")
    await settle(toy.pilot)
    assert drawn == [1, 1, 2]


async def test_a_pasted_line_end_never_moves_nor_submits(toy):
    toy.app.post_message(Paste("李四\n\x1b[31m王五\r\n"))
    await settle(toy.pilot)
    assert toy.form.current.name == "name"
    assert toy.form.values()["name"] == "李四[31m王五"
    toy.form.fields = (toy.form.field("name"),)
    toy.app.post_message(Paste("\n\n"))
    await settle(toy.pilot)
    assert toy.finished == 0
    await toy.pilot.press("enter")
    await settle(toy.pilot)
    assert toy.finished == 1


async def test_a_note_keeps_the_line_ends_inside_a_paste_and_not_around_it(toy):
    await toy.pilot.press("pagedown")
    toy.app.post_message(Paste("\r\n一\r\n二\r\n"))
    await settle(toy.pilot)
    await toy.pilot.press("三")
    assert toy.form.values()["note"] == "一\n二三"


async def test_f4_outside_a_choice_is_the_screens_own():
    class Dictionary(FormToy):
        KEYS = (Key("f4", "字典", "look_up"),)
        looked_up = 0

        def action_look_up(self) -> None:
            self.looked_up += 1

    toy = Dictionary(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("f4")
        await settle(pilot)
        assert (toy.looked_up, toy.app.screen is toy) == (1, True)
        await pilot.press("tab", "f4")
        await settle(pilot)
        assert (toy.looked_up, toy.app.screen is toy) == (1, False)


async def test_an_enormous_paste_is_cut(toy):
    await toy.pilot.press("pagedown")
    toy.app.post_message(Paste("情" * 1_000_000))
    await settle(toy.pilot)
    assert len(toy.form.values()["note"]) == 200


@pytest.mark.parametrize(
    ("pasted", "told"), [(10, ""), (11, "姓名最多10字，超出的没有填入。")]
)
async def test_a_field_says_when_it_did_not_take_all(toy, pasted, told):
    toy.app.post_message(Paste("赵" * pasted))
    await settle(toy.pilot)
    assert toy.form.values()["name"] == "赵" * 10
    assert toy.message.strip() == told


async def test_going_up_and_down_through_a_form_changes_no_value(toy):
    await toy.pilot.press("赵", "down", "1", "down", *"1123", *["down"] * 4, *["up"] * 6)
    assert toy.form.current.name == "name"
    assert toy.form.values()["on"] == "2026-11-23"


async def test_what_is_wrong_is_marked_named_and_under_the_cursor(toy):
    await toy.pilot.press("pagedown", "f2")
    await settle(toy.pilot)
    assert toy.message.strip() == "请填写姓名。"
    assert seen(toy.form)[1].startswith(">!姓名*")
    assert seen(toy.form)[2].startswith(" !方式*")
    await toy.pilot.press("赵", "f2")
    await settle(toy.pilot)
    assert toy.message.strip() == "请选择方式。"
    await toy.pilot.press("1", "f2")
    await settle(toy.pilot)
    assert toy.message.strip() == "已保存。"
    assert "!" not in "".join(seen(toy.form))


async def test_blanks_are_no_answer(toy):
    await toy.pilot.press("space", "space", "f2")
    await settle(toy.pilot)
    assert toy.message.strip() == "请填写姓名。"


async def test_f4_lists_a_choice_and_what_is_picked_stands_in_the_form(toy):
    await toy.pilot.press("f4")
    await settle(toy.pilot)
    assert toy.app.screen is toy
    await toy.pilot.press("赵", "tab", "f4")
    await settle(toy.pilot)
    assert page(toy.app)[0] == " 选择 方式"
    assert page(toy.app)[2] == "  2 发短信"
    await toy.pilot.press("down", "enter")
    await settle(toy.pilot)
    assert toy.app.screen is toy
    assert toy.form.values()["way"] == "sms"
    assert toy.changes[-1] == ("way", "sms")
    assert toy.form.values()["name"] == "赵"
    assert toy.loads == 1  # a question over a form does not read over what was typed


@pytest.mark.parametrize(
    ("keys", "way"),
    [
        (("1",), "phone"),
        (("２",), "sms"),
        (("3",), ""),
        (("right",), "phone"),
        (("right", "right"), "sms"),
        (("right", "right", "right"), "phone"),
        (("left",), "sms"),
        (("1", "delete"), ""),
        (("1", "backspace"), ""),
        (("x",), ""),
    ],
)
async def test_a_choice_is_made_by_digit_or_arrow(toy, keys, way):
    await toy.pilot.press("tab", *keys)
    assert toy.form.values()["way"] == way


async def test_a_note_is_walked_line_by_line_before_it_is_left(toy):
    await toy.pilot.press("pagedown", *"ab", "enter", "赵", "enter", *"cde", "up")
    assert toy.form.cursor_screen_offset == Offset(10, 9)  # behind 赵, not in its middle
    await toy.pilot.press("up", "X")
    assert toy.form.values()["note"] == "abX\n赵\ncde"
    await toy.pilot.press("up")
    assert toy.form.current.name == "password"


async def test_a_form_longer_than_the_screen_scrolls_to_its_cursor(toy):
    toy.form.fields = [TextField(f"f{n}", f"第{n}项") for n in range(40)]
    await toy.pilot.press("pagedown")
    await settle(toy.pilot)
    assert seen(toy.form)[-1].startswith("> 第39项")
    assert toy.app.cursor_position.y == 21


async def test_a_hostile_value_is_shown_harmless(toy):
    toy.form.set_value("child", "[/]\x1b[31m\u202e张三[@click=app.evil]")
    await settle(toy.pilot)
    assert page(toy.app)[1] == "  学生  [/]?[31m?张三[@click=app.evil]"
