"""The story, 5: leaves of a week, from the telephone call to the board of long leaves."""

from core.services import sweep
from tests.story.conftest import Town, at
from tests.story.terminal import Terminal
from tests.story.walk import back_to, cursor_row, go_to, open_from_menu, open_line, within

# Of 三年级（1）班: a leg is broken, a grandmother has her birthday, a mother is ill.
BROKEN, FEAST, ALONG = "缪俊杰", "仇平强", "胡俊刚"


async def ask_leave(t: Terminal, initials: str, kind: str, last: str, why: str) -> None:
    """Enter a leave from today on: the child by initials, the kind by digit, the last day."""
    await t.press("f4")
    await t.wait_for("学生姓名或拼音首字母")
    await t.type(initials)
    await t.press("enter")
    await t.wait_for("选择 学生")
    await t.press("1")
    await t.wait_for("请假登记", "首次未到校")
    await t.press(kind)
    await until(t, last, why)


async def until(t: Terminal, last: str, why: str) -> None:
    """Fill in the last day and the reason, and submit."""
    await go_to(t, "结束日期")
    await t.press("end", *["backspace"] * 10)
    await t.type(last)
    await go_to(t, "事由")
    await t.type(why)
    await t.press("f9")


async def monday(town: Town, t: Terminal) -> None:
    """Up to three school days are the class teacher's, up to seven 教务's, the rest above."""
    await t.wait_for("今日待办", "应到44")
    await open_from_menu(t, "请假登记")
    await t.wait_for("请假登记册", "待批0")
    await ask_leave(t, "qpq", "2", "1124", "外婆做寿")
    await t.wait_for("假条 2026-0001 已批。")
    await ask_leave(t, "mjj", "1", "1127", "腿骨折住院")
    await t.wait_for(
        "假条 2026-0002 待批", "教务（年级）批准", "11-23上午至11-27下午      5"
    )
    await ask_leave(t, "hjg", "2", "1211", "陪母亲看病")
    await t.wait_for("假条 2026-0003 待批", "校领导批准", "11-23上午至12-11下午     15")
    await t.press("home", "1")
    await t.wait_for("您的岗位不能办理")

    async with town.sign_in("zhouming") as registrar:
        await registrar.wait_for("今日待办", f"{BROKEN}请假待批")
        assert ALONG not in registrar.text()
        with within(registrar, 2):
            await registrar.press("1")
            await registrar.wait_for("请假登记册", "待批       病假 11-23上午至11-27下午")
            await registrar.press("1")
        await registrar.wait_for("已批准 缪俊杰 2026-0002。")
    async with town.sign_in("wangjianguo") as principal:
        await open_line(principal, f"{ALONG}请假待批")
        await principal.wait_for("请假登记册", ALONG)
        await principal.press("2")
        await principal.wait_for("不批准 胡俊刚 2026-0003 的原因")
        await principal.type("先请三天，再续假")
        await principal.press("enter")
        await principal.wait_for("未批准 胡俊刚 2026-0003")
    # The teacher's list has heard of both, without a key.
    await t.wait_for("0002 已批", "0003 未批")


async def wednesday(town: Town, t: Terminal) -> None:
    """Two days are over and the child is not back: it opens as 缺, and the leave overran."""
    await t.press("f5")
    await open_line(t, "三年级（1）班 上午")
    await t.wait_for("空格 到/缺", f"1 病 {BROKEN}", f"3 缺 {FEAST}", f"4 到 {ALONG}")
    await t.press("f9")
    await t.wait_for(f"仍未到 1人：{FEAST}（请假已满）")
    await t.press("enter")
    await t.wait_for("今日待办", f"{FEAST}未到校，请联系监护人")
    town.clock.now = at("11-25", "08:30")
    await sweep.everything(town.front)
    await t.wait_for(f"{FEAST}逾期未销假")


async def thursday(town: Town, t: Terminal) -> None:
    """The day before the last of five, the teacher is reminded, and extends from there."""
    await t.press("f5")
    await open_line(t, f"{BROKEN}假期将满")
    await t.wait_for("续假 2026-0002 缪俊杰", "[2026-11-30", "此前请假    2026-0002 病假")
    await until(t, "1211", "继续住院")
    await t.wait_for("假条 2026-0004 待批，须由校领导批准")
    async with town.sign_in("wangjianguo") as w, town.sign_in("jiaoguan") as office:
        await open_line(w, f"{BROKEN}请假待批")
        await w.wait_for("0004 待批")
        await w.press("1")
        await w.wait_for("0004 已批")
        # Fifteen school days in a row: on the board of the school, and of the township.
        await w.press("6")
        await w.wait_for(
            "长期请假 本学期", "1人 未交证明1人", ">   15   15 11-30上午", BROKEN
        )
        await w.press("f10")
        await w.wait_for("请假登记册")
        await w.press("5")
        await w.wait_for("证明材料的名称和日期")
        await w.type("县医院证明")
        await w.press("enter")
        await w.wait_for("已登记 缪俊杰 的证明材料。")
        await office.wait_for("今日待办")
        await open_from_menu(office, "请假登记")
        await office.wait_for("请假登记册", "0004 已批")
        await office.press("6")
        await office.wait_for("长期请假 本学期", "1人 未交证明0人", "县医院证明")
        await office.press("enter")
        await office.wait_for(f"个案 {BROKEN}", "请假")


async def friday(town: Town, t: Terminal) -> None:
    """Back before the clock has run out: his own key ends the run, and closes the leave."""
    await t.press("f5")
    await open_line(t, "三年级（1）班 上午")
    await t.wait_for("空格 到/缺", f"3 缺 {FEAST}")
    await t.press("q", "p", "q", "1", "f9")
    await t.wait_for("今日待办", "已点1")
    await sweep.everything(town.front)
    await t.wait_gone(FEAST)
    town.clock.now = at("11-27", "08:30")
    await sweep.everything(town.front)
    await open_from_menu(t, "请假登记")
    await t.wait_for("0001 已销假", "0004 已批")
    # Next week's leave is needed no more: it is closed before it has begun.
    while "0004" not in t.lines()[(here := cursor_row(t))]:
        await t.press("down")
        await t.until(lambda here=here: cursor_row(t) != here)
    await t.press("4")
    await t.wait_for("结束请假？", "下次点名起应到。")
    await t.press("enter")
    await t.wait_for("0004 已销假")
    await back_to(t, "今日待办")
    town.clock.now = at("11-30", "08:05")
    await t.press("f5")
    await open_line(t, "三年级（1）班 上午")
    # No roll has seen him since: only his own key makes him 到.
    await t.wait_for("空格 到/缺", f"1 缺 {BROKEN}", f"3 到 {FEAST}", "（请假已满）")
    await back_to(t, "今日待办")
    assert "预警" not in t.text()


async def test_a_week_of_leaves(town: Town) -> None:
    async with town.sign_in("lixiuying") as t:
        await monday(town, t)
        await back_to(t, "今日待办")
        town.clock.now = at("11-25", "08:10")
        await wednesday(town, t)
        town.clock.now = at("11-26", "07:50")
        await sweep.everything(town.front)
        await thursday(town, t)
        town.clock.now = at("11-27", "08:10")
        await friday(town, t)
    async with town.sign_in("zhengfu") as government:
        await government.wait_for("今日待办", "今日没有待办")
