"""The story, 7 at length: three mornings missing, a visit where one could not go, versions."""

from datetime import timedelta
from io import BytesIO

import openpyxl

from core.rules.calendar import SessionCode
from core.rules.roll import Mark
from core.services import sweep
from tests.story.conftest import MONDAY, Town, at
from tests.story.elsewhere import take_roll
from tests.story.terminal import Terminal
from tests.story.walk import back_to, go_to, open_line, within

CHILD = "缪俊杰"  # seat 1 of 三年级（1）班
WARNING = f"{CHILD}反复未到校，须入户家访"
MOOD, TRUE_MOOD, OPINION = "想跟父母外出", "怕跟不上功课", "怕耽误，愿送来"


async def two_mornings(town: Town) -> None:
    """Missing on Monday's and Tuesday's first roll, and there in the afternoon."""
    for n in range(2):
        day = MONDAY + timedelta(days=n)
        for session, hour, mark in (
            (SessionCode.AM, "08:10", Mark.ABSENT),
            (SessionCode.PM, "14:05", Mark.PRESENT),
        ):
            town.clock.now = at(f"{day:%m-%d}", hour)
            await take_roll(town, "lixiuying", day, session, **{CHILD: mark})
        await sweep.everything(town.front)


async def third_morning(town: Town, t: Terminal) -> None:
    """The third time within ten school days is a warning, and asks for a visit."""
    await t.wait_for("今日待办", "三年级（1）班 上午")
    assert WARNING not in t.text()
    await open_line(t, "三年级（1）班 上午")
    await t.wait_for("空格 到/缺", CHILD)
    await t.press("5", "f9")
    await t.wait_for("今日待办", f"{CHILD}未到校，请联系监护人")
    await sweep.everything(town.front)
    await t.wait_for(WARNING)


async def not_reached(t: Terminal) -> None:
    """Nobody answers: written down in seconds, and the family is still to be reached."""
    with within(t, 8):
        await open_line(t, f"{CHILD}未到校，请联系监护人")
        await t.wait_for(f"个案 {CHILD}")
        await t.press("1")
        await t.wait_for("登记联系", "第1次联系")
        await t.press("3", "enter", "2", "enter", "5", "f9")
    await t.wait_for("已登记第1次联系。", "第1次联系 视频 母亲 徐涵：未联系上")
    await t.wait_for("下一步：联系")


async def one_could_not_go(t: Terminal) -> None:
    """On a sign of dropping out the three go together, or it is told why one did not."""
    await t.press("2")
    await t.wait_for("登记家访", "须三方共同家访 第1次", "班主任     [李秀英]")
    await go_to(t, "报班领导")
    await t.press("1")
    await go_to(t, "其他同行")
    await t.type("张明（村）、王五（民警）")
    for label, keys in (
        ("受访人", "25"),
        ("原因", "1"),
        ("去向", "1"),
        ("家访结果", "5"),
    ):
        await go_to(t, label)
        await t.press(*keys)
    await t.press("f9")
    await t.wait_for("请填写思想状况、监护人意见；确实不清楚的，请写明不清楚。")
    for label, told in (("思想状况", MOOD), ("监护人意见", OPINION)):
        await go_to(t, label)
        await t.type(told)
    await t.press("f9")
    await t.wait_for("须共同家访的报班教师未参加，请填写未参加原因。", f"[{MOOD}")
    await go_to(t, "未参加原因")
    await t.type("在县里培训")
    await t.press("f9")
    await t.wait_for("已登记第1次家访。", "第1次入户家访（王建国、李秀英、张明、王五）")


async def put_right(town: Town, t: Terminal) -> None:
    """A mistake is corrected by a second version; the first is read beside it, whole."""
    town.clock.now = at("11-25", "18:00")
    await t.press("end", "8")
    await t.wait_for("更正家访", f"[{MOOD}", "1*张明(村两委干部) 2*王五(民警)")
    await go_to(t, "思想状况")
    await t.press("end", *["backspace"] * len(MOOD))
    await t.type(TRUE_MOOD)
    await t.press("f9")
    await t.wait_for("更正原因")
    await t.press("enter")
    await t.wait_for("更正原因", "请")
    await t.type("记错了")
    await t.press("enter")
    await t.wait_for("已更正，现为第2版，原记录仍可查看。")
    for row, told in (
        (1, (f"思想状况：{MOOD}", "此版本已更正，以最新版本为准。", "第1版")),
        (2, (f"思想状况：{TRUE_MOOD}", "更正原因：记错了", "第2版")),
    ):
        await t.press("end", *["up"] * (2 - row), "enter")
        await t.wait_for(
            "第1次入户家访 缪俊杰",
            *told,
            "家访人员：王建国（报班领导）、李秀英（班主任）、张明（村两委干部）、王五（民",
            "未参加原因：在县里培训",
            "受访人：母亲、学生本人",
            "原因：学习困难或厌学",
            "去向：在家闲散",
            f"监护人意见：{OPINION}",
            "家访结果：犹豫需再访",
            "记录人：李秀英 2026-11-25",
        )
        await t.press("f10")
        await t.wait_for(f"个案 {CHILD}")
    await t.press("end", "up", "8")
    await t.wait_for("此版本已更正，请在最新版本上更正。")


async def on_paper(town: Town) -> None:
    """家访劝返记录 has the visit once, as it stands, and says that it was corrected."""
    command = "export visits --purpose 家访情况核对"
    status, data, said = await town.run("wangjianguo", command)
    assert status == 0, said
    sheet = openpyxl.load_workbook(BytesIO(data)).worksheets[0]
    (row,) = (r for r in sheet.iter_rows(values_only=True) if r[3] == CHILD)
    assert row[1:7] == (
        "青石镇九年一贯制学校",
        "三年级（1）班",
        CHILD,
        1,
        "2026-11-25 17:30",
        "入户家访",
    )
    found = ("学习困难或厌学", "在家闲散", TRUE_MOOD, OPINION)
    assert row[9:] == (*found, "犹豫需再访", "", "在县里培训", "李秀英", "更正1次")


async def test_three_mornings_are_a_warning_and_a_visit(town: Town) -> None:
    await two_mornings(town)
    town.clock.now = at("11-25", "08:10")
    async with town.sign_in("lixiuying") as t:
        await third_morning(town, t)
        await not_reached(t)
        town.clock.now = at("11-25", "17:30")
        await one_could_not_go(t)
        await put_right(town, t)
        await back_to(t, "今日待办")
        await t.wait_gone(WARNING)
        # Nobody was reached by telephone, and the visit is no call.
        await t.wait_for(f"{CHILD}未到校，请联系监护人")
    await on_paper(town)
