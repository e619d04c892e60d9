"""The story, 8 from above: who has not filed, what is done about it, and the sum."""

from datetime import date
from uuid import uuid4

from core.rules.month import ReportKind
from core.rules.staff import Post, Role
from core.services import month, sweep
from tests.story.conftest import DATA, Town, at
from tests.story.elsewhere import took_rolls
from tests.story.terminal import Terminal
from tests.story.walk import back_to, go_to, open_from_menu, open_line, within

RIVER = "2199010002"  # 河湾小学: its line to the township is down at the month's end
NONE = "-    -    -    -    -    -    -         -"


async def remind(town: Town, b: Terminal, s: Terminal) -> None:
    """On the 25th nobody has filed: one key reminds a school, whose screen says so."""
    await s.wait_for("今日待办", "月报     11月控辍保学情况月报")
    await b.wait_for("今日待办")
    with within(b, 3):
        await open_from_menu(b, "月报情况")
        await b.wait_for("应报2 已报0", f"河湾小学                {NONE} 未报")
        await b.press("1")
    await b.wait_for("已催报河湾小学（第1次）。", f"{NONE} 已催报1次", "缺报的不是零")
    await s.wait_for("11月（已催报1次）控辍保学情况月报")


async def sum_with_one_missing(o: Terminal) -> None:
    """The office sums what is there; what is missing is named, and is never zero."""
    await open_line(o, "11月（已催报1次）控辍保学情况月报", "河湾小学")
    await o.wait_for("控辍保学情况月报  2026年11月  河湾小学", "逾期未报")
    await back_to(o, "今日待办")
    await open_from_menu(o, "月报情况")
    await o.wait_for("学生变动情况月报")
    await o.press("f4")
    await o.wait_for("控辍保学情况月报", "应报2 已报1", "逾期未报 催1", "零报告11-25")
    await o.wait_for(f"河湾小学                {NONE}")
    await o.press("f9")
    await o.wait_for("尚有1所学校缺报，各栏印“—”：河湾小学")
    await o.press("enter")
    await o.wait_for("已汇总（第1版）：应报2所，实报1所，未报1所（河湾小学）。")


async def file_for(o: Terminal) -> None:
    """The school tells its report by telephone, and the office enters it."""
    await o.press("home", "6")
    await o.wait_for("代录月报", "河湾小学 11月控辍保学情况月报")
    await o.press("1", "tab", "1", "tab")
    await o.type("孙丽")
    await go_to(o, "来报时间")
    await o.type("840")
    await o.press("f9")
    await o.wait_for(
        "已代录河湾小学月报（第1版），待学校补签。", "逾期已报代录", "应报2 已报2"
    )
    await o.press("f9")
    await o.wait_for("汇总11月控辍保学情况月报？")
    assert "缺报" not in o.text()
    await o.press("enter")
    await o.wait_for("已汇总（第2版）：应报2所，实报2所，未报0所。")


async def countersign(s: Terminal) -> None:
    """Within three days the school signs what was entered for it."""
    await open_line(s, "11月代录月报")
    await s.wait_for("河湾小学", "逾期已报")
    await s.press("3")
    await s.wait_for("教管组 陈立（代录）", "来源：电话，报送人：孙丽", "学校待补签")
    await s.press("f10", "4")
    await s.wait_for("补签教管组代录的月报？")
    await s.press("enter")
    await s.wait_for("已补签。")
    await s.press("3")
    await s.wait_for("学校已补签")


async def the_office_s_own(w: Terminal, o: Terminal) -> None:
    """In December the office is owed November's changes, class by class."""
    await open_line(w, "11月学生变动情况月报")
    await w.wait_for("截至11-30 12-03前 未报", "三年级（1）班     44")
    await w.press("f9")
    await w.wait_for("报送11月学生变动情况月报？")
    await w.press("enter")
    await w.wait_for("已报，第1版。")
    await open_line(o, "青石镇九年一贯制学校11月月报待接收")
    await o.wait_for("学生变动情况月报  2026年11月", "12-03前（还有2天） 应报2 已报1")
    await o.press("2")
    await o.wait_for("青石镇九年一贯制学校：已接收。", "已接收12-01")


async def test_what_the_office_and_the_bureau_do_about_the_month(town: Town) -> None:
    await town.add_school(RIVER, "河湾小学", (DATA / "roster-messy.xlsx").read_bytes())
    await town.hire("sunli", "孙丽", Role.LEADER, Post.PRINCIPAL, school=RIVER)
    town.clock.now = at("11-25", "10:00")
    await took_rolls(town, "11-23", "11-24", "11-25")
    await sweep.everything(town.front)
    async with town.sign_in("jijiao") as b, town.sign_in("sunli") as s:
        await remind(town, b, s)
    w = await town.desk("wangjianguo")
    (school,) = w.actor.scope.schools
    november = (school, ReportKind.BUREAU, date(2026, 11, 1))
    await month.file(w, *november, "", uuid4(), zero=True)
    town.clock.now = at("11-26", "09:00")
    await sweep.everything(town.front)
    async with town.sign_in("jiaoguan") as o, town.sign_in("sunli") as s:
        await sum_with_one_missing(o)
        await file_for(o)
        await countersign(s)
    town.clock.now = at("12-01", "09:00")
    await sweep.everything(town.front)
    async with town.sign_in("wangjianguo") as w, town.sign_in("jiaoguan") as o:
        await the_office_s_own(w, o)
