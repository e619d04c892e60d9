"""The two looks, side by side: what stands on a screen in each, and with which pens.

Written down by hand: a line of text, and under it the pens that are not the terminal's own.
"""

import pytest

from tests.tui.kit import CHILDREN, FormToy, Toy, ToyApp, a_desk, page, settle
from tui.door.cells import Row
from tui.screens.confirm import Confirm
from tui.widgets.style import FULL, PLAIN, Look, Tone

COLOURLESS_LINES = Look(frames=True, mark=True)
LINES = {
    PLAIN: """
 名单
+- 今日待办 ---------------------------+
|  状态 编号 姓名                      |
|> 到      1 陈雨桐                    |
|  到      2 赵大山                    |
+--------------------------------------+


 已保存。
 Enter办理 1登记联系 F9提交 F10返回
""",
    FULL: """
 名单
┌─ 今日待办 ───────────────────────────┐
│  状态 编号 姓名                      │
│> 到      1 陈雨桐                    │
│  到      2 赵大山                    │
└──────────────────────────────────────┘


 已保存。
 Enter办理 1登记联系 F9提交 F10返回
""",
}
FORM = """
 登记
  学生  赵小雨
> 姓名*[                     ]
  方式*[      ] 1打电话 2发短信
  日期 [             ]
  人数 [    ]
 !电话 [1           ]
"""
CONFIRM = """
 请确认

 仍未到 1人：冯浩然

 1 是
 2 否
"""


def shown(app) -> str:
    return "\n" + "\n".join(page(app)) + "\n"


def pens(app, y: int) -> list[tuple[str, str]]:
    """The runs of a line that are drawn with a pen of their own."""
    row = Row.blank(app.size.width)
    row.lay(list(app.screen._compositor.render_strips()[y]), 0, app.size.width)
    runs: list[tuple[str, str]] = []
    before = ""
    for text, pen in zip(row.texts, row.pens, strict=True):
        if pen and pen == before:
            runs[-1] = (runs[-1][0] + text, pen)
        elif pen:
            runs.append((text, pen))
        before = pen
    return runs


async def listed(look: Look, script) -> None:
    toy = Toy(a_desk(), CHILDREN[:2], title="今日待办", tone_fn=tone)
    app = ToyApp(toy, look)
    async with app.run_test(size=(40, 10)) as pilot:
        await settle(pilot)
        toy.tell("已保存。")
        await settle(pilot)
        script(app)


def tone(child) -> Tone:
    return Tone.ALARM if child.id == 2 else Tone.WARNING


@pytest.mark.parametrize("look", [PLAIN, FULL], ids=["plain", "full"])
async def test_a_list_in_a_frame_says_the_same_in_both_looks(look):
    await listed(look, lambda app: _same(shown(app), LINES[look]))


def _same(got: str, expected: str) -> None:
    assert got == expected


async def test_the_plain_look_without_colours_has_no_pen_but_the_caret_s():
    def script(app) -> None:
        assert [pens(app, y) for y in range(10)] == [[]] * 10

    await listed(PLAIN, script)


async def test_the_full_look_marks_with_pens_what_the_words_say_already():
    def script(app) -> None:
        assert pens(app, 0) == [(" 名单".ljust(38), "37;44")]
        assert pens(app, 1) == []
        assert pens(app, 2) == [("状态", "1"), ("编号", "1"), ("姓名", "1")]
        assert pens(app, 3) == [(">", "7"), ("到", "35"), ("1", "35"), ("陈雨桐", "35")]
        assert pens(app, 4) == [("到", "1;31"), ("2", "1;31"), ("赵大山", "1;31")]
        assert pens(app, 8) == [("已保存。", "1")]
        assert pens(app, 9)[:4] == [
            ("Enter", "1"),
            ("办理", "30;46"),
            ("1", "1"),
            ("登记联系", "30;46"),
        ]

    await listed(FULL, script)


async def test_lines_without_colours_keep_the_reversed_mark():
    def script(app) -> None:
        assert pens(app, 3) == [(">", "7")]
        assert shown(app) == LINES[FULL]

    await listed(COLOURLESS_LINES, script)


@pytest.mark.parametrize("look", [PLAIN, FULL], ids=["plain", "full"])
async def test_a_form_and_a_question_say_the_same_in_both_looks(look):
    toy = FormToy(a_desk())
    app = ToyApp(toy, look)
    async with app.run_test(size=(46, 13)) as pilot:
        await settle(pilot)
        toy.form.field("phone").bad = True
        toy.form.set_value("phone", "1")
        await settle(pilot)
        assert shown(app).startswith(FORM)
        if look is FULL:
            assert pens(app, 2) == [(">", "7"), (" ", "7")]
            assert pens(app, 6) == [("!电话", "35")]
        else:
            assert pens(app, 2) == [(" ", "7")]
            assert pens(app, 6) == []
        app.push_screen(Confirm("仍未到 1人：冯浩然"))
        await settle(pilot)
        assert shown(app).startswith(CONFIRM)
