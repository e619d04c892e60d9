"""The story, 3 and 4: rolls of two days, seen live by those who wait for them."""

from core.services import sweep
from tests.story.conftest import Town, at
from tests.story.terminal import Terminal
from tests.story.walk import back_to, open_from_menu, open_line, within

# Of 三年级（1）班, 44 pupils: seats 1, 3, 7 and 18.
MISSING, ILL, SLOW, LATE = "缪俊杰", "仇平强", "王子", "单明可"
ROLL = "空格 到/缺"


async def monday_morning(town: Town, t: Terminal, w: Terminal) -> None:
    """Two are missing and one is ill; the principal's screen learns of it by itself."""
    await t.wait_for("今日待办", "三年级（1）班 上午", "应到44", "08:30前")
    await w.wait_for("今日待办", "已点0")
    town.clock.now = at("11-23", "08:05")
    with within(t, 12):
        await t.press("enter", "5", "down", "down", "3", "s", "m", "k", "5", "f9")
        await t.wait_for(f"{MISSING}未到校，请联系监护人", f"{LATE}未到校，请联系监护人")
    await w.wait_for("已点1")


async def twenty_to_nine(town: Town, t: Terminal) -> None:
    """One comes late, after the roll was submitted: one key, nothing asked."""
    town.clock.now = at("11-23", "08:40")
    await open_from_menu(t, "点名情况")
    # The cursor stands on the roll of the session that is held now.
    await t.wait_for("点名情况", "08:05 李秀英")
    await t.press("enter")
    await t.wait_for(
        "到41 未到2 请假1 迟到0", f"仍未到 2人：{MISSING}（首次未到校 周一上午）、{LATE}"
    )
    await t.press("s", "m", "k")
    with within(t, 1):
        await t.press("2")
    await t.wait_for("已更正。", "到42 未到1 请假1 迟到1")
    await t.wait_for(f"仍未到 1人：{MISSING}（首次未到校 周一上午）")
    # Nothing is left to submit, and F9 says so.
    await t.press("f9")
    await t.wait_for("没有改动，无须再提交。")
    await back_to(t, "今日待办")
    await t.wait_for(f"{MISSING}未到校")
    await t.wait_gone(LATE)


async def monday_afternoon(town: Town, t: Terminal) -> None:
    """Who was missing opens as 缺, and F9 names them; the ill have their leave."""
    await open_from_menu(t, "点名情况")
    await open_line(t, "未点名", "下午", "三年级（1）班")
    await t.wait_for("下午点名 13:45 开放，请到时再点。")
    await back_to(t, "今日待办")
    town.clock.now = at("11-23", "14:05")
    await t.press("f5")
    await open_line(t, "三年级（1）班 下午")
    await t.wait_for(ROLL, f"1 缺 {MISSING}", f"3 病 {ILL}", f"18 到 {LATE}")
    await t.press("down", "down")
    await t.wait_for(f"{ILL} 假条 2026-0001")
    await t.press("f9")
    await t.wait_for("以上学生仍记缺，确认提交？", f"仍未到 1人：{MISSING}")
    await t.press("enter")
    await t.wait_for("今日待办", "已点2")


async def tuesday_morning(town: Town, t: Terminal) -> None:
    """The next morning nobody is present unseen: each needs a key of their own."""
    await t.wait_for("今日待办", "三年级（1）班 上午")
    await open_line(t, "三年级（1）班 上午")
    await t.wait_for(ROLL, f"1 缺 {MISSING}", f"3 缺 {ILL}", f"18 到 {LATE}")
    await t.press("f9")
    await t.wait_for("仍未到 2人：", f"{MISSING}（上次点名已缺", f"{ILL}（请假已满")
    await t.press("esc")
    await t.wait_for(ROLL)
    await t.press("down", "down", "1")
    await t.wait_for("应到44 到43 未到1 请假0")
    await t.press("f9")
    await t.wait_for("仍未到 1人：", f"{MISSING}（上次点名已缺")
    await t.press("enter")
    await t.wait_for("今日待办", "已点1")


async def the_day_before(t: Terminal) -> None:
    """Yesterday's night roll is told by somebody; yesterday's mark takes a reason."""
    await open_from_menu(t, "点名情况")
    await t.press("f7")
    await t.wait_for("点名情况  11-23 周一", "已点2")
    await open_line(t, "晚点名", "三年级（1）班")
    await t.wait_for("点名 三年级（1）班 11-23 周一晚点名 应到16")
    await t.press("f9")
    await t.wait_for("到校情况由谁告知")
    await t.type("宿管孙红")
    await t.press("enter")
    await t.wait_for("点名情况  11-23 周一", "补点名", "07:50 王建国")
    await open_line(t, "已点名", "上午", "08:05 李秀英")
    await t.wait_for(f"7 到 {SLOW}")
    await t.press("w", "z", "2")
    await t.wait_for("更正尚未提交：按 F9 写明原因后生效。", "已存草稿07:50")
    await t.press("f9")
    await t.wait_for("以上学生仍记缺，确认提交？")
    await t.press("enter")
    await t.wait_for("更正原因")
    await t.type("迟到漏记")
    await t.press("enter")
    await t.wait_for("已更正。", f"7 迟 {SLOW}")


async def test_two_days_of_rolls(town: Town) -> None:
    async with town.sign_in("lixiuying") as t, town.sign_in("wangjianguo") as w:
        await monday_morning(town, t, w)
        await twenty_to_nine(town, t)
        await monday_afternoon(town, t)
    town.clock.now = at("11-24", "07:50")
    await sweep.everything(town.front)
    async with town.sign_in("wangjianguo") as w:
        await w.wait_for("今日待办")
        await the_day_before(w)
    async with town.sign_in("lixiuying") as t, town.sign_in("jiaoguan") as office:
        await tuesday_morning(town, t)
        # The township sees which rolls of which school are not taken.
        town.clock.now = at("11-24", "08:31")
        await office.press("f5")
        await office.wait_for("已点1 逾时未点14：青石镇九年一贯制学校14")
        await open_from_menu(office, "点名情况")
        await office.wait_for("应点45 已点1 逾时未点14")
        await office.press("end")
        await office.wait_for("已点名", "07:50 李秀英")
