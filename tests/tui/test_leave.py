"""The leave form and the register, by keys."""

import pytest

from core.rules.roll import Mark
from core.services import draft
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, at, build
from tests.tui.school_walk import walking
from tui.screens.leave import LeaveScreen
from tui.screens.leaves import LeavesScreen


@pytest.fixture
async def town(pool) -> SchoolTown:
    return await build(pool)


async def form(town: SchoolTown, who: str = "li") -> LeaveScreen:
    return LeaveScreen(await town.desk(who), TOWNSHIP, XIAOYU)


async def test_a_day_s_leave_is_a_kind_a_reason_and_f9(town):
    async with walking(
        await form(town), "请假登记 赵小雨 三年级（1）班 12号 03-14生"
    ) as walk:
        for seen in (
            "目前没有未到校记录",
            "2026-11-23 周一",
            "[母亲 李梅",
            "[电话",
            "1病假 2事假 3公假",
        ):
            assert seen in walk.text
        await walk.press("1", *("enter",) * 7, *"发热", "f9")
        await walk.until(lambda: len(walk.pilot.app.screen_stack) == 1)
    row = await town.pool.fetchrow("SELECT * FROM leave")
    assert (row["kind"], row["asked_by"], row["asked_how"], row["reason"]) == (
        "sick",
        "母亲 李梅",
        "phone",
        "发热",
    )
    # It is 09:10: the morning has begun, and the day ends with the afternoon.
    assert (row["from_at"], row["to_at"]) == (at("11-23 08:00"), at("11-23 17:00"))


async def test_the_form_says_until_when_leave_may_reach_back(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-24 10:00")
    async with walking(
        await form(town), "周一上午 11-23 08:00，11-25 08:30前可补假 剩22时"
    ) as walk:
        assert "2026-11-23 周一" in walk.text


async def test_after_the_due_moment_the_form_promises_no_leave_for_what_was_missed(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:29")
    async with walking(await form(town), "11-25 08:30前可补假 剩1分"):
        pass
    town.clock("11-25 08:30")
    async with walking(await form(town), "11-25 08:30已到期，只能从当前时段起请假") as walk:
        assert "可补假" not in walk.text


async def test_what_was_typed_is_kept_and_resumed(town):
    async with walking(await form(town), "类别") as walk:
        await walk.press("2", *("enter",) * 7, *"奶奶住院")
        await walk.until("已存草稿 09:10")
    assert await draft.load(await town.desk("li"), "leave", str(XIAOYU)) is not None
    async with walking(await form(town), "已恢复 11-23 09:10 的草稿。") as walk:
        await walk.until("奶奶住院")
        await walk.press("f9")
        await walk.until(lambda: len(walk.pilot.app.screen_stack) == 1)
    assert await town.states() == ["approved"]
    assert await draft.load(await town.desk("li"), "leave", str(XIAOYU)) is None


async def test_a_refusal_keeps_what_was_typed(town):
    await town.leave("11-23 am", "11-24 pm")
    async with walking(await form(town), "此前请假") as walk:
        await walk.press("1", *("enter",) * 7, *"发热", "f9")
        await walk.until("该时段已有假条 2026-0001，不必重复登记；需要延长的请办续假。")
        assert "发热" in walk.text


async def test_the_register_approves_extends_and_closes_by_one_digit(town):
    await town.leave("11-23 pm", "11-27 pm")
    async with walking(LeavesScreen(await town.desk("li")), "0001 待批") as walk:
        await walk.press("1")
        await walk.until("此项由教务/学籍管理员、校领导办理，您的岗位不能办理。")
    async with walking(LeavesScreen(await town.desk("reg")), "待批1") as walk:
        assert "11-23下午至11-27下午      5 三年级（1）班  赵小雨" in walk.text
        await walk.press("1")
        await walk.until("已批准 赵小雨 2026-0001。")
        await walk.until("待批0")
        await walk.press("3")
        await walk.until("续假 2026-0001 赵小雨")
        assert "2026-11-30 周一" in walk.text
        await walk.press("f10")
        await walk.until("请假登记册")
        await walk.press("4")
        await walk.until("下次点名起应到")
        await walk.press("enter")
        await walk.until("已销假")
    assert await town.states() == ["closed"]


async def test_a_refusal_asks_why(town):
    await town.leave("11-23 pm", "11-27 pm")
    async with walking(LeavesScreen(await town.desk("reg")), "待批1") as walk:
        await walk.press("2")
        await walk.until("的原因")
        await walk.press(*"并未生病", "enter")
        await walk.until("未到时段重新计时")
    assert await town.states() == ["refused"]


async def test_a_leave_that_waits_for_nobody_is_not_refused_with_a_reason_asked_first(town):
    await town.leave("11-23 pm", "11-23 pm")
    async with walking(LeavesScreen(await town.desk("reg")), "待批0") as walk:
        await walk.press("2")
        await walk.until("该假条已是“已批”")
        assert walk.lines[0].startswith(" 请假登记册")


async def test_a_leave_begins_from_a_name_typed_in_the_register(town):
    async with walking(LeavesScreen(await town.desk("li")), "近四周没有请假") as walk:
        await walk.press("f4")
        await walk.until("学生姓名或拼音首字母")
        await walk.press(*"zxy", "enter")
        await walk.until("赵小雨  河湾小学 三年级（1）班 12号 03-14生")
        await walk.press("1")
        await walk.until("请假登记 赵小雨")


async def test_after_a_leave_was_entered_the_cursor_is_on_it(town):
    await town.leave("11-23 pm", "11-23 pm", student_id=102)
    async with walking(LeavesScreen(await town.desk("li")), "赵大山") as walk:
        await walk.press("f4")
        await walk.until("学生姓名或拼音首字母")
        await walk.press(*"zxy", "enter")
        await walk.until("选择 学生")
        await walk.press("1")
        await walk.until("请假登记 赵小雨")
        await walk.press("1", *("enter",) * 7, *"发热", "f9")
        await walk.until("假条 2026-0002")
        (here,) = (line for line in walk.lines if line.startswith(">"))
        assert "赵小雨" in here


async def test_the_long_leaves_of_the_township_stand_on_one_board(town):
    await town.leave("11-23 pm", "12-07 pm", "wang")
    async with walking(LeavesScreen(await town.desk("gov")), "0001 ") as walk:
        await walk.press("6")
        await walk.until("1人 未交证明1人")
        assert "11   11 11-23下午至12-07下午" in walk.text
