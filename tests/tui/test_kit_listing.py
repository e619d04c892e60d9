from dataclasses import replace

import pytest
from rich.cells import cell_len

from core.rules.errors import BadInput
from tests.tui.kit import CHILDREN, Child, Toy, ToyApp, a_desk, page, seen, settle
from tui.widgets.style import FULL, PLAIN

HOSTILE_NAMES = {
    "[/]": "[/]",
    "[@click=app.evil]张三[/]": "[@click=app.evil..",  # the column has 18 cells
    "\x1b[31m红": "?[31m红",
    "李\u202e三": "李?三",
    "王\x05五": "王?五",
    "赵\x9b六": "赵?六",
    "零\u200b宽": "零?宽",
}


def counting(widget):
    """Count the lines a widget draws from now on."""
    drawn = []
    stock = widget.render_line
    widget.render_line = lambda y: drawn.append(y) or stock(y)
    return drawn


async def test_a_list_shows_heads_and_rows_at_fixed_cells():
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert seen(toy.listing)[:4] == [
            "  状态 编号 姓名",
            "> 到      1 陈雨桐",
            "  到      2 赵大山",
            "  到      3 赵小雨",
        ]


async def test_a_column_for_wide_screens_stays_away_at_119_cells_and_comes_at_120():
    for width, head in (
        (99, "  状态 编号 姓名"),
        (100, "  状态 编号 姓名               拼音"),
    ):
        toy = Toy(a_desk())
        async with ToyApp(toy).run_test(size=(width, 40)) as pilot:
            await settle(pilot)
            assert seen(toy.listing)[0] == head


async def test_no_emptiness_is_told_before_it_is_known():
    toy = Toy(a_desk(), rows=())
    assert toy.listing._records is None
    app = ToyApp(toy)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert seen(toy.listing)[1] == "  今日没有学生缺勤。"
        toy.listing._records = None
        assert seen(toy.listing)[1] == "  正在读取…"


async def test_moving_the_cursor_draws_two_lines():
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        drawn = counting(toy.listing)
        await pilot.press("down")
        await settle(pilot)
        assert drawn == [1, 2]


async def test_a_changed_record_draws_one_line():
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        drawn = counting(toy.listing)
        toy.listing.rows = [*CHILDREN[:3], replace(CHILDREN[3], state="缺"), CHILDREN[4]]
        await settle(pilot)
        assert drawn == [4]
        toy.listing.rows = tuple(toy.listing.rows)
        await settle(pilot)
        assert drawn == [4]


async def test_the_cursor_stays_with_the_child_when_others_come_and_go():
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("down", "down")
        toy.listing.rows = [Child(9, "白云", "by"), *CHILDREN[1:]]
        assert toy.listing.current.name == "赵小雨"
        toy.listing.rows = [Child(9, "白云", "by"), Child(8, "安然", "ar"), *CHILDREN]
        assert toy.listing.current.name == "赵小雨"
        toy.listing.rows = CHILDREN[:1]
        assert toy.listing.current.name == "陈雨桐"
        toy.listing.rows = ()
        assert toy.listing.current is None
        await pilot.press("enter", "down", "z")
        assert toy.done == []


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        (("z",), "赵大山"),
        (("z", "x", "y"), "赵小雨"),
        (("Z", "X", "Y"), "赵小雨"),
        (("z", "x", "y", "z", "x", "y"), "郑晓燕"),
        (("z", "x", "y", "z", "x", "y", "z", "x", "y"), "赵小雨"),
        (("z", "z"), "赵小雨"),
        (("z", "z", "z"), "郑晓燕"),
        (("z", "x", "y", "l"), "罗子涵"),
        (("z", "home", "l", "z", "h"), "罗子涵"),
        (("q",), "陈雨桐"),
        (("赵", "小"), "赵小雨"),
        (("子", "涵"), "罗子涵"),
        (("ｚ", "ｘ"), "赵小雨"),
        (("end", "down"), "郑晓燕"),
        (("end", "up"), "罗子涵"),
        (("pagedown",), "郑晓燕"),
        (("pagedown", "pageup"), "陈雨桐"),
    ],
)
async def test_typed_initials_or_a_committed_name_find_the_child(keys, name):
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press(*keys)
        assert toy.listing.current.name == name


async def test_a_digit_chooses_only_where_the_rows_are_numbered():
    for numbered, done in ((True, ["赵小雨"]), (False, [])):
        toy = Toy(a_desk(), numbered=numbered)
        async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            assert seen(toy.listing)[1] == (
                "> 1 到      1 陈雨桐" if numbered else "> 到      1 陈雨桐"
            )
            await pilot.press("3")
            await settle(pilot)
            assert toy.done == done
            await pilot.press("6", "enter")
            await settle(pilot)
            assert toy.done == [*done, "赵小雨" if numbered else "陈雨桐"]


async def test_a_full_width_digit_is_a_screens_own_digit_key():
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("1", "１")
        await settle(pilot)
        assert toy.done == ["contact", "contact"]


async def test_trap_9_hostile_names_are_text_or_question_marks():
    rows = [Child(n, name, "x") for n, name in enumerate(HOSTILE_NAMES)]
    app = ToyApp(toy := Toy(a_desk(), rows=rows))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for line, name in zip(page(app)[2:], HOSTILE_NAMES.values(), strict=False):
            assert line[2:].split(maxsplit=2)[2] == name
        assert all(line.isprintable() for line in page(app))
        toy.tell("\x1b]0;evil\x07[bold]赵")
        toy.set_title("[/]", "\x05")
        await settle(pilot)
        assert page(app)[22] == " ?]0;evil?[bold]赵"
        assert page(app)[0] == f" [/]{' ' * 74}?"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("吾买尔江·艾合买提", "吾买尔江·艾合买提"),  # 17 cells
        ("吾买尔江·艾合买提a", "吾买尔江·艾合买提a"),  # 18, as wide as the column
        ("吾买尔江·艾合买提买", "吾买尔江·艾合买.."),  # 19
        ("吾买尔江·艾合买提ab", "吾买尔江·艾合买.."),
        ("a" * 19, "a" * 16 + ".."),
    ],
)
async def test_a_name_that_is_cut_does_not_pass_for_the_whole(name, shown):
    app = ToyApp(toy := Toy(a_desk(), rows=[Child(1, name, "x")]))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert seen(toy.listing)[1] == f"> 到      1 {shown}"


async def test_a_key_pressed_while_a_list_waits_for_other_rows_does_nothing():
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await pilot.press("down")
        toy.listing.forget()
        for key in ("down", "up", "pagedown", "pageup", "end", "home", "enter", "1", "c"):
            await pilot.press(key)
            assert (toy.listing.index, toy.listing.current) == (1, None)
        assert seen(toy.listing)[1] == "  正在读取…"
        toy.listing.rows = CHILDREN
        assert toy.listing.current == CHILDREN[1]


async def test_a_list_that_could_not_be_read_does_not_go_on_reading():
    toy = Toy(a_desk())

    async def refused():
        raise BadInput("暂时不能读取。")

    toy.load = refused
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert seen(toy.listing)[1] == "  未能读取，原因见最下面；按 F5 再试。"
        assert toy.message == " 暂时不能读取。"


@pytest.mark.parametrize(
    ("width", "rows", "head"),
    [
        (60, 20, "  状态 编号 姓名"),
        (60, 21, f"  状态 编号 姓名{' ' * 37}1-20/21"),
        # The third head reaches into the last eight cells: it is left out, not written over.
        (23, 21, "  状态 编号     1-20/21"),
        (24, 21, "  状态 编号 姓名 1-20/21"),
    ],
)
async def test_the_rows_in_sight_stand_in_the_head_and_never_over_a_word(width, rows, head):
    children = [Child(n, f"学生{n}", "xs") for n in range(rows)]
    async with ToyApp(toy := Toy(a_desk(), rows=children)).run_test(
        size=(width, 24)
    ) as pilot:
        await settle(pilot)
        assert seen(toy.listing)[0] == head


async def test_letters_that_fit_no_line_and_digits_beyond_the_last_are_told():
    toy = Toy(a_desk(), numbered=True)
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        for key, told in (
            ("q", "没有找到“q”。"),
            ("z", ""),
            ("6", "此处不用“6”；可用的键见最下一行。"),
        ):
            await pilot.press(key)
            await settle(pilot)
            assert toy.message.strip() == told


async def test_a_long_list_says_where_it_is_and_scrolls_by_half_a_page():
    rows = [Child(n, f"学生{n}", "xs") for n in range(1, 58)]
    app = ToyApp(toy := Toy(a_desk(), rows=rows))
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert seen(toy.listing)[0].endswith(" 1-20/57")
        await pilot.press(*["down"] * 19)
        assert seen(toy.listing)[0].endswith(" 1-20/57")
        await pilot.press("down")
        assert seen(toy.listing)[0].endswith(" 11-30/57")
        await pilot.press("end")
        assert seen(toy.listing)[-1] == "> 到     57 学生57"
        await pilot.resize_terminal(80, 40)
        await settle(pilot)
        assert seen(toy.listing)[-1] == "> 到     57 学生57"
        assert seen(toy.listing)[0].endswith(" 22-57/57")


async def test_a_framed_list_closes_below_its_last_row():
    for look, corner in ((PLAIN, "+- 今日 ---"), (FULL, "┌─ 今日 ───")):
        toy = Toy(a_desk(), rows=CHILDREN[:2], title="今日")
        async with ToyApp(toy, look).run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            lines = seen(toy.listing)
            assert lines[0].startswith(corner)
            assert {cell_len(line) for line in lines[:5]} == {80}
            assert lines[3].strip("|│").rstrip() == "  到      2 赵大山"
            assert lines[4][0] in "+└"
            assert not any(lines[5:])


async def test_the_mark_of_the_cursor_is_reversed_only_in_the_full_look():
    for look, reverse in ((PLAIN, False), (FULL, True)):
        toy = Toy(a_desk())
        async with ToyApp(toy, look).run_test(size=(80, 24)) as pilot:
            await settle(pilot)
            mark, *rest = list(toy.listing._line(1))
            assert (mark.text, bool(mark.style.reverse)) == (">", reverse)
            assert not any(segment.style.reverse for segment in rest)
            assert not any(segment.style.reverse for segment in toy.listing._line(2))


async def test_a_line_drawn_before_the_focus_went_is_drawn_again():
    toy = Toy(a_desk())
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert page(toy.app)[2].startswith("> 到")
        toy.listing.rows = [replace(CHILDREN[0], state="缺"), *CHILDREN[1:]]
        toy.set_focus(None)
        await settle(pilot)
        assert page(toy.app)[2].startswith("  缺")
