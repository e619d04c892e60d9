"""The whole story through a real SSH connection at 80x24, on the national roster."""

from core.services import sweep
from tests.story.conftest import Town, at


async def test_the_story(town: Town) -> None:
    clock = town.clock
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办")
        await t.wait_for("三年级（1）班 上午")
        print(t.text())
        await t.press("enter")
        await t.wait_for("应到")
        print(t.text())
        clock.now = at("11-23", "08:05")
        await t.press("space", "down", "3")
        await t.wait_for("未到1")
        print(t.text())
        await t.press("f9")
        await t.wait_for("今日待办")
        await t.quiet(0.5)
        print(t.text())
        await t.press("f4")
        await t.wait_for("点名情况")
        await t.press("2")
        await t.wait_for("48小时未到校跟踪")
        await t.quiet(0.5)
        print(t.text())
    clock.now = at("11-25", "08:30")
    assert await sweep.everything(town.front) == 1
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("书面报告待签发")
        print(t.text())
        await t.press("1")
        await t.wait_for("特此报告")
        print(t.text())
        await t.press("f9")
        await t.wait_for("签发书面报告")
        await t.press("enter")
        await t.wait_for("已签发")
        print(t.text())
    async with town.sign_in("jijiao") as t:
        await t.wait_for("预警")
        await t.quiet(0.3)
        print(t.text())
