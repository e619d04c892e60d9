"""A teacher hears that a child may leave, though it has not missed a lesson (R5-R7)."""

from tests.story.conftest import Town
from tests.story.walk import back_to, open_line

CHILD = "缪俊杰"


async def test_a_sign_is_raised_by_the_teacher_and_acknowledged_by_the_school(
    town: Town,
) -> None:
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办")
        await t.press("f3")
        await t.wait_for("查找学生")
        await t.type("mjj")
        await t.press("enter")
        await t.wait_for("找到 ", CHILD)
        await t.quiet(0.1)
        await t.press("enter")
        await t.wait_for("个案", CHILD, "下一步")
        await t.press("f7")
        await t.wait_for("选择 发现的迹象", "1 有辍学迹象")
        await t.press("1")
        await t.wait_for("发现的情况")
        await t.type("同学说他要随父打工")
        await t.press("enter")
        await t.wait_for("有辍学迹象：同学说他要随父打工", "已上报")
        await back_to(t, "今日待办")
        await t.wait_for(f"{CHILD}有迹象，须入户家访")
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("今日待办", f"{CHILD}有迹象，请备案")
        await open_line(t, f"{CHILD}有迹象，请备案")
        await t.wait_for("个案", CHILD)
        await t.press("9")
        await t.wait_for("有辍学迹象：学校已备案", "已备案。")
