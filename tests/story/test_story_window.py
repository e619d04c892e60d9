"""The story in a wide window, dragged to a small one and back: nothing that was typed is lost."""

from tests.story.conftest import Town, at
from tests.story.terminal import Terminal
from tests.story.walk import back_to, go_to, open_from_menu, open_line

WIDE, SMALL = (120, 40), (80, 24)
CHILD, LATE, ILL = "缪俊杰", "罗源", "仇平强"  # seats 1, 2 and 3 of 三年级（1）班


async def drag(t: Terminal, *words: str) -> None:
    """Drag the window small and wide again: what was there is there in both, and whole."""
    for width, height in (SMALL, WIDE):
        await t.resize(width, height)
        await t.wait_for(*words)
        await t.quiet(0.1)
        lines = t.lines()
        assert len(lines) == height
        # The key line is the last, whatever the size.
        assert "F10" in lines[-1], t.text()


async def test_a_window_dragged_in_the_middle_loses_nothing_typed(town: Town) -> None:
    town.clock.now = at("11-23", "08:05")
    async with town.sign_in("lixiuying", size=WIDE) as t:
        await t.wait_for("今日待办", "三年级（1）班 上午", "应到44")
        await drag(t, "三年级（1）班 上午", "应到44")

        # A roll half taken.
        await open_line(t, "三年级（1）班 上午")
        await t.wait_for("空格 到/缺", CHILD)
        await t.press("5", "down", "2")
        await t.wait_for(f"1 缺 {CHILD}", f"2 迟 {LATE}")
        await drag(t, f"1 缺 {CHILD}", f"2 迟 {LATE}", "未到1", "迟到1")
        await t.press("down", "3")
        await t.wait_for(f"3 病 {ILL}", "应到44 到42 未到1 请假1 迟到1")
        await t.press("f9")
        await t.wait_for("今日待办", f"{CHILD}未到校，请联系监护人")

        # A note half written, and a word still in the making.
        await open_line(t, f"{CHILD}未到校")
        await t.wait_for(f"个案 {CHILD}")
        await drag(t, f"个案 {CHILD}", "上午点名：缺（李秀英）", "下一步：联系")
        await t.press("1")
        await t.wait_for("登记联系")
        await t.press("2", "enter", "2", "enter", "1", "enter")
        await t.type("母亲说孩子昨晚")
        await t.wait_for("母亲说孩子昨晚")
        await drag(t, "[微信", "[母亲 徐涵", "[已联系", "母亲说孩子昨晚")
        await t.type("发烧，在卫生院")
        await t.press("f9")
        await t.wait_for("第1次联系 微信 母亲 徐涵：已联系；母亲说孩子昨晚发烧，在卫生院")
        await back_to(t, "今日待办")

        # A question that stands is asked still; going back, the marks are there.
        town.clock.now = at("11-23", "14:05")
        await t.press("f5")
        await open_line(t, "三年级（1）班 下午")
        await t.wait_for("空格 到/缺", f"1 缺 {CHILD}")
        await t.press("down", "2", "f9")
        await t.wait_for("以上学生仍记缺，确认提交？")
        for width, height in (SMALL, WIDE):
            await t.resize(width, height)
            await t.wait_for(f"仍未到 1人：{CHILD}", "1 是", "2 否")
        await t.press("esc")
        await t.wait_for(f"1 缺 {CHILD}", f"2 迟 {LATE}")
        await t.press("f9", "enter")
        await t.wait_for("今日待办", "已点2")

        # A visit of many fields: where the cursor stood, it stands, and every word is there.
        await open_from_menu(t, "48小时未到校跟踪")
        await open_line(t, CHILD)
        await t.wait_for(f"个案 {CHILD}")
        await t.press("2")
        await t.wait_for("登记家访", "补充说明")
        await go_to(t, "思想状况")
        await t.type("想跟父母")
        await drag(t, "> 思想状况   [想跟父母", "[李秀英]", "补充说明")
        await t.type("外出")
        await t.wait_for("[想跟父母外出")
        await back_to(t, f"个案 {CHILD}")
