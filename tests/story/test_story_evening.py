"""The story, 4 beside the lesson: Sunday's return, a night at home, and a 复式班 (13, 14, 18)."""

from core.rules.staff import Role
from core.services import combined, sweep
from tests.story.conftest import SCHOOL, Town, at
from tests.story.elsewhere import took_rolls
from tests.story.terminal import Terminal
from tests.story.walk import back_to, go_to, open_from_menu, open_line, within

AWAY = "胡俊刚"  # seat 4 of 三年级（1）班, the first of its sixteen boarders
OWED = f"{AWAY}未到校，请联系监护人"


async def sunday(town: Town, su: Terminal, li: Terminal, w: Terminal) -> None:
    """The house calls the boarders as they return; who is not back is telephoned at once."""
    for one in (su, li, w):
        await one.wait_for("今日待办")
    await open_line(su, "三年级（1）班 周日返校", "应到16", "18:30前")
    await su.wait_for("点名 三年级（1）班 11-29 周日返校 应到16 到16", f">  4 到 {AWAY}")
    await su.press("5", "f9")
    await su.wait_for("今日待办", "已点1")
    # Half an hour after the roll's limit the call is made, or the principal hears of it.
    await li.wait_for(OWED, "19:00前")
    town.clock.now = at("11-29", "18:59")
    await sweep.everything(town.front)
    await w.press("f5")
    await w.quiet(0.2)
    assert OWED not in w.text()
    town.clock.now = at("11-29", "19:00")
    await sweep.everything(town.front)
    await w.press("f5")
    await w.wait_for(OWED)


async def monday(town: Town, t: Terminal) -> None:
    """In the morning the child opens as 缺, and comes by its own key; the night is on leave."""
    town.clock.now = at("11-30", "08:05")
    await t.press("f5")
    await open_line(t, "三年级（1）班 上午")
    await t.wait_for("应到44 到43 未到1", f"4 缺 {AWAY}")
    await t.press("f9")
    await t.wait_for(f"仍未到 1人：{AWAY}（上次点名已缺，首次未到校 周日返校）")
    await t.press("esc")
    await t.wait_for("应到44 到43 未到1")
    await t.press("h", "j", "g", "1", "f9")
    await t.wait_for("今日待办", "已点1")
    await t.wait_gone(AWAY)


async def night(town: Town, su: Terminal, li: Terminal) -> None:
    """Gone home for a night with leave: the house's roll has it filled in."""
    town.clock.now = at("11-30", "16:30")
    await open_from_menu(li, "请假登记")
    await li.wait_for("请假登记册")
    await li.press("f4")
    await li.wait_for("学生姓名或拼音首字母")
    await li.type("hjg")
    await li.press("enter")
    await li.wait_for("选择 学生")
    await li.press("1")
    await li.wait_for("请假登记", "开始时段  *[下午")
    await li.press("2")
    await go_to(li, "开始时段")
    await li.press("4")
    await li.wait_for("> 开始时段  *[晚点名")
    await go_to(li, "事由")
    await li.type("回家取棉衣")
    await li.press("f9")
    await li.wait_for("假条 2026-0001 已批。", "已批       事假 11-30晚点名 ")
    town.clock.now = at("11-30", "20:35")
    await su.press("f5")
    await open_line(su, "三年级（1）班 晚点名", "应到16", "21:00前")
    await su.wait_for(f">  4 事 {AWAY}", "到15 未到0 请假1", "假条 2026-0001")
    with within(su, 1):
        await su.press("f9")
    await su.wait_for("今日待办")
    await sweep.everything(town.front)
    await back_to(li, "今日待办")
    assert OWED not in li.text()


async def test_the_evenings_of_the_house(town: Town) -> None:
    await town.hire("sunhong", "孙红", Role.DUTY_TEACHER, None, school=SCHOOL)
    town.clock.now = at("11-28", "12:00")
    await took_rolls(town, "11-23", "11-24", "11-25", "11-26", "11-27")
    town.clock.now = at("11-29", "17:05")
    async with (
        town.sign_in("sunhong") as su,
        town.sign_in("lixiuying") as li,
        town.sign_in("wangjianguo") as w,
    ):
        await sunday(town, su, li, w)
        await monday(town, li)
        await night(town, su, li)


async def test_a_combined_class_is_one_sheet(town: Town) -> None:
    classes = ("一年级（1）班", "二年级（1）班")
    await combined.combine(await town.desk("zhouming"), SCHOOL, "一二复式", classes)
    town.clock.now = at("11-23", "08:05")
    async with town.sign_in("zhouming") as t:
        await t.wait_for("今日待办")
        await open_from_menu(t, "点名情况")
        await open_line(t, "上午", "一年级（1）班")
        await t.wait_for("点名 一二复式 11-23 周一上午 应到84", ">  1 到 一 盖兰轩")
        await t.press("5", "pgdn")
        await t.wait_for("39 到 二 杨萱一")
        await t.press("y", "x", "y", "2")
        await t.wait_for("39 迟 二 杨萱一", "到83 未到1 请假0 迟到1")
        with within(t, 1):
            await t.press("f9")
        await t.wait_for("点名情况", "已点2")
        for name, missing in (("一年级（1）班", "41    1"), ("二年级（1）班", "43    0")):
            await t.wait_for(f"代点名        上午     08:30   {missing} {name}  08:05 周明")
        # In the afternoon it names who is still missing behind the grade.
        town.clock.now = at("11-23", "14:05")
        await t.press("home")
        await t.quiet(0.1)
        await open_line(t, "下午", "一年级（1）班")
        await t.wait_for("点名 一二复式 11-23 周一下午", "1 缺 一 盖兰轩")
        await t.press("f9")
        await t.wait_for("仍未到 1人：一 盖兰轩（上次点名已缺，首次未到校 周一上午）")
