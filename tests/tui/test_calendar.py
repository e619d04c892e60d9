"""The calendar, the policy and the stand-ins, by keys; the journeys' key counts."""

import pytest

from tests.services.school_town import THIRD, SchoolTown, build
from tests.tui.school_walk import walking
from tui.screens.calendar import CalendarScreen
from tui.screens.grant import GrantScreen
from tui.screens.policy import PolicyScreen


@pytest.fixture
async def town(pool) -> SchoolTown:
    return await build(pool)


async def test_a_principal_calls_school_off_in_six_keys_from_the_first_screen(town):
    town.clock("11-23 07:30")
    keys = ("1", "1", "f9", "enter")  # and two from 今日待办: F4, the digit of 校历
    assert len(keys) + 2 <= 6
    async with walking(CalendarScreen(await town.desk("wang")), "排到2026-12-31") as walk:
        await walk.press(keys[0])
        await walk.until("1台风暴雨2冰雪寒潮3停水停电4传染病防控5考点占用6其他")
        await walk.press(keys[1], keys[2])
        await walk.until("当场生效，确认？")
        await walk.press(keys[3])
        await walk.until("已登记临时停课：全校 11-23至11-23 全天。")
        await walk.until("待     河湾小学")
    row = await town.pool.fetchrow("SELECT school_id, reason, session FROM closure")
    assert tuple(row) == (1, "台风暴雨", None)


async def test_one_class_and_one_session_may_be_called_off(town):
    async with walking(CalendarScreen(await town.desk("wang")), "排到") as walk:
        await walk.press("1")
        await walk.until("原因")
        await walk.press("5", "shift+tab", "3", *("shift+tab",) * 3, "4", "f9")
        await walk.until("三年级（1）班")
        await walk.press("enter")
        await walk.until("已登记")
    row = await town.pool.fetchrow("SELECT class_id, session, reason FROM closure")
    assert tuple(row) == (THIRD, "pm", "考点占用")


async def test_a_year_without_a_list_stands_loudly_on_top_until_it_is_pasted(town):
    loud = "2027年放假安排未录入：此后48小时按钟点计，请粘贴国务院办公厅通知。"
    async with walking(CalendarScreen(await town.desk("office")), loud) as walk:
        await walk.press("3")
        await walk.until("通知内容")
        await walk.paste("一、元旦：1月1日（周五）至3日（周日）放假，共3天。\n1月9日")
        await walk.press("f9")
        await walk.until("第2行“1月9日”读不懂")
        await walk.press(*("backspace",) * 4)
        await walk.press("f9")
        await walk.until("元旦3天")
        await walk.press("enter")
        await walk.until("2027年放假安排已保存（3天），正在走的时钟已重算。")
        assert loud not in walk.text
        await walk.until("排到2027-01-23")


async def test_a_school_cannot_open_what_it_may_not_change(town):
    async with walking(CalendarScreen(await town.desk("wang")), "排到") as walk:
        for key in ("3", "4"):
            await walk.press(key)
            await walk.until("此项由教管组、教育局基教科办理，您的岗位不能办理。")


async def test_who_does_not_plan_sessions_is_told_before_the_form(town):
    async with walking(CalendarScreen(await town.desk("li")), "排到") as walk:
        await walk.press("5")
        await walk.until("08:00-11:40")
        for key in ("enter", "1", "2"):
            await walk.press(key)
            await walk.until(
                "此项由校领导、教务/学籍管理员、教管组、教育局基教科办理，您的岗位不能办理。"
            )
            await walk.press("f5")


async def test_a_term_is_moved_and_a_session_is_changed(town):
    async with walking(
        CalendarScreen(await town.desk("office")), "2026-2027-1 09-01至01-23"
    ) as walk:
        await walk.press("4")
        await walk.until("首日")
        await walk.press("2", "enter", *"2027-02-22", "enter", *"2027-07-10", "f9")
        await walk.until("学期已保存")
        await walk.until("2026-2027-2 02-22至07-10")
        await walk.press("5")
        await walk.until("08:00-11:40")
        await walk.press("enter")
        await walk.until("点名时限")
        await walk.press("f9")
        await walk.until("时段没有改动，无须提交。")
        await walk.press(*("backspace",) * 5, *"0830", "f9")
        await walk.until("上午时段自11-24起执行。")
        await walk.until("08:30-11:40")


async def test_the_office_takes_note_and_the_principal_takes_it_back(town):
    async with walking(CalendarScreen(await town.desk("wang")), "排到") as walk:
        await walk.press("1", "1", "f9")
        await walk.until("确认？")
        await walk.press("enter")
        await walk.until("已登记")
    async with walking(CalendarScreen(await town.desk("office")), "河湾小学") as walk:
        await walk.press("7")
        await walk.until("已备案 河湾小学 11-23。")
    async with walking(CalendarScreen(await town.desk("wang")), "河湾小学") as walk:
        await walk.press("8")
        await walk.until("自明天起照常上课，确认？")
        await walk.press("enter")
        await walk.until("已撤销，自明天起照常。")


async def test_every_setting_names_its_value_unit_and_source(town):
    async with walking(PolicyScreen(await town.desk("wang")), "36项 已改0项") as walk:
        assert "班主任批假上限" in walk.text
        assert "篇一（R49）" in walk.text
        await walk.press("enter")
        await walk.until("此项由教管组、教育局基教科办理，您的岗位不能办理。")


async def test_a_setting_is_changed_from_a_day_on(town):
    async with walking(PolicyScreen(await town.desk("office")), "36项") as walk:
        await walk.press("down")
        await walk.until("书面报告未签发上报教管组：2 在校小时（默认）")
        await walk.press("enter")
        await walk.until("现值")
        await walk.press("2", "f9")
        await walk.until("新值与现值相同，没有改动。")
        await walk.press("backspace", "0", "f9")
        await walk.until("不能设为“0”：应填1至999的整数（单位：在校小时）。")
        await walk.press("backspace", *"3", "f9")
        await walk.until("2026-11-23起执行新值。")
        await walk.until("已改1项")


async def test_a_week_s_stand_in_takes_at_most_eight_keys(town):
    keys = ("enter", "l", "f", "enter", "f9")
    assert len(keys) + 2 <= 8  # and two from 今日待办
    async with walking(GrantScreen(await town.desk("wang")), "三年级（1）班") as walk:
        await walk.press(keys[0])
        await walk.until("代班人  三年级（1）班")
        await walk.press(*keys[1:3], keys[3])
        await walk.until("2026-11-27 周五")
        await walk.press(keys[4])
        await walk.until("已安排 三年级（1）班 代班：刘芳 11-23至11-27。")
        await walk.until("刘芳 11-23至11-27")
    row = await town.pool.fetchrow(
        "SELECT acting, class_id FROM account_grant WHERE to_on = '2026-11-28'"
    )
    assert tuple(row) == ("class", THIRD)


async def test_the_signature_is_the_principal_s_to_give(town):
    await town.write("UPDATE account_grant SET post = 'vice' WHERE account_id = 8")
    async with walking(GrantScreen(await town.desk("wang")), "校长签发") as walk:
        await walk.press("1")
        await walk.until("此项由校长办理，您的岗位不能办理。")
    await town.write("UPDATE account_grant SET post = 'principal' WHERE account_id = 8")
    async with walking(GrantScreen(await town.desk("wang")), "校长签发") as walk:
        await walk.press("1")
        await walk.until("代签人")
        await walk.press("1")
        await walk.until("由谁")
        await walk.press("f9")
        await walk.until("已安排 校长签发 代签")
        await walk.press("end", "2")
        await walk.until("立即失效")
        await walk.press("enter")
        await walk.until("已收回")
