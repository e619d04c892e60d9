"""A teacher hears that a child may leave, though it has not missed a lesson (R5-R7, R31)."""

from tests.story.conftest import Town
from tests.story.terminal import Terminal
from tests.story.walk import back_to, open_from_menu, open_line

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
        await entered(t)
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("今日待办", f"{CHILD}有迹象，请备案")
        await open_line(t, f"{CHILD}有迹象，请备案")
        await t.wait_for("个案", CHILD)
        await t.press("9")
        await t.wait_for("有辍学迹象：学校已备案", "已备案。", "列入重点生（迹象）")
        await looked_over(t)


async def entered(t: Terminal) -> None:
    """The sign stands among the reasons; the child becomes a 重点生 of the class."""
    await open_from_menu(t, "预警与重点生")
    await open_line(t, CHILD, "有辍学迹象")
    await t.wait_for("重点生档案", CHILD, "未列入")
    await t.press("1")
    await t.wait_for("列入重点生", "系统所见", "有辍学迹象")
    await t.press("f9")
    await t.wait_for("已列入重点生，每周日前须入户家访。", "下次家访：11-29前")
    await back_to(t, "今日待办")
    await t.wait_for(f"{CHILD}为重点生，须每周入户家访")


async def looked_over(t: Terminal) -> None:
    """What is open keeps the child on the list; the leader looks the class over."""
    await t.press("f6")
    await t.wait_for("重点生档案", CHILD)
    await t.press("3")
    await t.wait_for("退出重点生的原因")
    await t.press("1")
    await t.wait_for("退出的依据")
    await t.type("已谈过")
    await t.press("enter")
    await t.wait_for("该生有迹象尚待备案或家访，不能退出重点生")
    await back_to(t, "今日待办")
    await t.until(lambda: "请备案" not in t.text(), ("the note is taken",))
    await open_line(t, "重点生记录待本月检查")
    await t.wait_for("各班重点生", "三年级（1）班")
    await t.press("enter")
    await t.wait_for("本月检查情况")
    await t.type("已查阅")
    await t.press("enter")
    await t.wait_for("已登记本月检查。", "2026-11-")
