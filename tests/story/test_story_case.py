"""The child comes back: seen in a roll, registered by the teacher, confirmed by another."""

from core.services import sweep
from tests.story.conftest import Town, at
from tests.story.walk import brings, open_line

CHILD = "缪俊杰"


async def comes_back(town: Town) -> None:
    """Missing on Monday, 疑似辍学 on Wednesday, in class on Thursday; registered as back."""
    clock = town.clock
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办", "三年级（1）班 上午")
        clock.now = at("11-23", "08:05")
        await t.press("enter", "space", "f9")
        await t.wait_for(f"{CHILD}未到校，请联系监护人")
    clock.now = at("11-25", "08:30")
    assert await sweep.everything(town.front) == 1

    async with town.sign_in("lixiuying") as t:
        # Thursday the child sits in class: its own key makes it 到.
        await t.wait_for("今日待办")
        clock.now = at("11-26", "08:05")
        await t.press("f5")
        await t.wait_for("三年级（1）班 上午")
        await t.quiet(0.3)
        await open_line(t, "三年级（1）班 上午")
        await t.wait_for("仍未到", "应到44")
        await t.press("1", "f9")
        await t.wait_for("今日待办")
        await sweep.everything(town.front)
        await t.wait_for(f"{CHILD}已到校，请登记返校")
        await open_line(t, f"{CHILD}已到校")
        await t.wait_for("个案", CHILD, "疑似辍学")
        await t.press("4")
        # What the step waits for stands over the question.
        await t.wait_for("还缺 返校情况说明或现场照片（校方按F8，确认前提供）", "到校经过")
        await t.type("母亲今早送回")
        await t.press("enter")
        await t.wait_for("登记返校：母亲今早送回，待确认")
        # Nobody confirms what they have registered themselves.
        await t.press("7")
        await t.wait_for("您的岗位不能办理")


async def test_a_child_comes_back_is_watched_and_closed_by_two(town: Town) -> None:
    await comes_back(town)
    async with town.sign_in("zhouming") as t:
        await t.wait_for("今日待办", f"{CHILD}返校待确认")
        await open_line(t, f"{CHILD}返校待确认")
        await t.wait_for("个案", CHILD)
        await t.press("7")
        await t.wait_for("李秀英登记返校", "1 属实")
        await t.press("1")
        await t.wait_for("还缺佐证：返校情况说明或现场照片。请在个案页按F8提供后再确认。")
        await brings(town, "lixiuying", "现场照片")
        await t.press("7")
        await t.wait_for("李秀英登记返校", "1 属实")
        await t.press("1")
        await t.wait_for("已返校(观察期)", "返校已确认")

    town.clock.now = at("12-04", "16:00")
    async with town.sign_in("lixiuying") as t:
        await open_line(t, f"{CHILD}返校观察期每周跟踪")
        await t.wait_for("个案", CHILD)
        await t.press("1")
        await t.wait_for("登记联系")
        await t.press("enter", "2", "enter", "1", "f9")
        await t.wait_for("已登记第1次联系。")

    # A month later the observation is over; the principal asks, the office closes the case.
    town.clock.now = at("12-25", "09:00")
    await sweep.everything(town.front)
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("今日待办", f"{CHILD}观察期满，请办理销号")
        await open_line(t, f"{CHILD}观察期满")
        await t.wait_for("个案", CHILD)
        await t.press("5")
        await t.wait_for("选择 销号依据", "1 销号")
        await t.press("1")
        await t.wait_for("销号依据和证明材料")
        await t.type("跟踪记录四份")
        await t.press("enter")
        await t.wait_for("已登记销号，待另一人确认")
    async with town.sign_in("jiaoguan") as t:
        await t.wait_for("今日待办", f"{CHILD}销号待确认")
        await open_line(t, f"{CHILD}销号待确认")
        await t.wait_for("个案", CHILD)
        await t.press("7")
        await t.wait_for("王建国登记销号", "1 属实")
        await t.press("1")
        await t.wait_for("销号已确认")
