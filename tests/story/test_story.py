"""The whole story through a real SSH connection at 80x24, on the national roster."""

from core.services import sweep
from tests.story.conftest import Town, at


async def test_the_story(town: Town) -> None:
    clock = town.clock

    # Monday, 07:50: the roll is owed; two keys and two marks take it.
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办", "三年级（1）班 上午", "应到44", "08:30前")
        clock.now = at("11-23", "08:05")
        await t.press("enter", "space", "down", "3", "f9")
        await t.wait_for("缪俊杰未到校，请联系监护人")
        # A contact is recorded from the child's page.
        await t.press("1")
        await t.wait_for("缪俊杰", "剩48时")
        await t.press("1")
        await t.wait_for("联系")
        await t.quiet(0.4)
        await t.press("f10")
        await t.press("f10")
        # The clock stands on the list of the missing.
        await t.wait_for("今日待办")
        await t.press("f4")
        await t.wait_for("点名情况", "查找学生")
        await t.press("2")
        await t.wait_for("48小时未到校跟踪", "未到校1 超时0", "剩48时")

    # Tuesday nobody takes the roll; Wednesday 08:30 the system rings by itself.
    clock.now = at("11-25", "08:30")
    assert await sweep.everything(town.front) == 1

    async with town.sign_in("zhengfu") as gov, town.sign_in("wangjianguo") as t:
        await gov.wait_for("缪俊杰超过48小时未到校")
        await t.wait_for("缪俊杰书面报告待签发")
        await t.press("1")
        await t.wait_for("关于学生缪俊杰超过48小时未到校情况的报告", "特此报告")
        await t.press("f9")
        await t.wait_for("签发书面报告？")
        await t.press("enter")
        await t.wait_for("已签发")
        # The government's screen learns of it without a key.
        await gov.wait_for("缪俊杰书面报告", "签收")
        await gov.press("1")
        await gov.wait_for("特此报告")
        await gov.press("f9")
        await gov.wait_for("签收此报告？")
        await gov.press("enter")
        await gov.wait_for("已签收")
    async with town.sign_in("jijiao") as t:
        await t.wait_for("缪俊杰书面报告", "签收")

    # Signing out offers the next person the sign-in on the same connection.
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办")
        await t.press("f10")
        await t.wait_for("退出当前账号")
        await t.press("enter")
        await t.wait_for("登录名")
