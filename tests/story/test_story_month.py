"""The story, 8: the month's report of two schools, from the class to the bureau and back."""

from core.rules.calendar import SessionCode
from core.rules.roll import Mark
from core.rules.staff import Post, Role
from core.services import sweep
from tests.story.conftest import DATA, Town, at
from tests.story.elsewhere import lost, take_roll, took_rolls
from tests.story.terminal import Terminal
from tests.story.walk import back_to, open_line, within

RIVER = "2199010002"  # 河湾小学: 135 pupils
CHILD, STRAY = "缪俊杰", "李一英"  # of 三年级（1）班, and of 七年级（1）班
DUTY = "11月控辍保学情况月报"


async def until_the_25th(town: Town) -> None:
    """Two schools have taken their rolls for two days; one child has not come at all."""
    await town.add_school(RIVER, "河湾小学", (DATA / "roster-messy.xlsx").read_bytes())
    await town.hire("sunli", "孙丽", Role.LEADER, Post.PRINCIPAL, school=RIVER)
    town.clock.now = at("11-23", "08:05")
    await take_roll(town, "lixiuying", **{CHILD: Mark.ABSENT})
    for day, hour, session in (
        ("11-23", "14:05", SessionCode.PM),
        ("11-24", "08:05", SessionCode.AM),
        ("11-24", "14:05", SessionCode.PM),
    ):
        town.clock.now = at(day, hour)
        await take_roll(town, "lixiuying", town.clock.now.date(), session)
    town.clock.now = at("11-25", "08:30")
    assert await sweep.everything(town.front) == 1
    town.clock.now = at("11-25", "10:00")
    await take_roll(town, "lixiuying", town.clock.now.date())
    await took_rolls(town, "11-23", "11-24", "11-25")
    await sweep.everything(town.front)


async def class_confirms(t: Terminal) -> None:
    """The class teacher reads the class's figures, all computed, and confirms them."""
    await t.wait_for("11月班级月报待确认")
    with within(t, 4):
        await open_line(t, "11月班级月报待确认")
        await t.wait_for("期初在校 44  增加 0  减少 0  期末在校 44", "疑似辍学未销号 1")
        await t.press("f9")
        await t.wait_for("三年级（1）班 11月人数和情况属实？")
        await t.press("enter")
    await t.wait_for("已确认。", "已确认       李秀英     11-25 10:00")


async def zero(t: Terminal) -> None:
    """河湾小学 has nothing to report, the system has checked it, and says so in full."""
    await t.wait_for(DUTY)
    with within(t, 4):
        await t.press("1")
        await t.wait_for("零报告检查：未发现情况，可按 1 报送。", "合计             135")
        await t.press("1")
        await t.wait_for(
            "经逐班排查，截至2026年11月25日，本校无疑似辍学、辍学学生，特此零报告。"
        )
        await t.press("enter")
    await t.wait_for(
        "零报告，第1版。", "截至11-25 11-25前 零报告", "零报告检查：未发现情况。"
    )


async def with_a_case(t: Terminal) -> None:
    """青石镇九年一贯制学校 has a case, and a pupil gone whom no change explains."""
    await open_line(t, DUTY)
    await t.wait_for("人数不符1人：李一英（七年级（1）班", "有情况：疑似辍学1人、未销号1人")
    await t.press("1")
    await t.wait_for("不能作零报告：疑似辍学1人")
    await t.press("f9")
    await t.wait_for("报送11月控辍保学情况月报？", "由校长代确认：一年级（1）班", "等14班")
    await t.press("enter")
    await t.wait_for("李一英", "截至11-25 11-25前 未报")
    await t.wait_for("七年级            50")
    await t.press("2")
    await t.wait_for("补登说明的学生", STRAY)
    await t.press("1")
    await t.wait_for("的说明")
    await t.type("随父母迁走，手续在办")
    await t.press("enter")
    await t.wait_for("已补登", "人数平衡：期末在校＝期初＋增加－减少")
    await t.press("f6")
    await t.type("缪俊杰已报告，正在劝返")
    await t.press("f9")
    await t.wait_for("报送11月控辍保学情况月报？")
    await t.press("enter")
    await t.wait_for("已报，第1版。", "截至11-25 11-25前 已报")
    await t.wait_for("三年级            89    0    0    0    1    0    0       89")
    await t.wait_for("合计             672    0    0    0    1    0    0      671")


async def bureau(b: Terminal) -> None:
    """The bureau sees who filed what, takes in the one, and returns the other."""
    await open_line(b, "河湾小学11月月报待接收")
    await b.wait_for("应报2 已报2", "> 河湾小学", "零报告11-25", "已报11-25")
    await b.wait_for("2所合计：期初807 增0 减1 期末806 疑似1 辍学0  人数平衡")
    with within(b, 1):
        await b.press("2")
    await b.wait_for("河湾小学：已接收。")
    await b.press("down", "3")
    await b.wait_for("退回原因")
    await b.type("请写明迁往何处")
    await b.press("enter")
    await b.wait_for("已退回：青石镇九年一贯制学校，11-26 17:00前更正。", "已退回1次")


async def corrects(t: Terminal) -> None:
    """The school corrects: a new version, with the returned one beside it."""
    await back_to(t, "今日待办")
    await open_line(t, "11月月报被退回")
    await t.wait_for(
        "已退回，请于11-26 17:00前更正：请写明迁往何处", "[缪俊杰已报告，正在劝返"
    )
    await t.press("f6", "end")
    await t.type("；李一英迁往邻县")
    await t.press("f9")
    await t.wait_for("更正并重新报送11月控辍保学情况月报？")
    await t.press("enter")
    await t.wait_for("已报，第2版。")
    await t.press("f6", "3")
    await t.wait_for(
        "第2版  有情况  2026-11-25",
        "说明：缪俊杰已报告，正在劝返；李一英迁往邻县",
        "第1版  有情况  2026-11-25",
        "退回：请写明迁往何处",
    )


async def test_the_month_of_two_schools(town: Town) -> None:
    await until_the_25th(town)
    async with town.sign_in("lixiuying") as t:
        await class_confirms(t)
    async with town.sign_in("sunli") as t:
        await zero(t)
    await lost(town, STRAY)
    async with town.sign_in("wangjianguo") as t, town.sign_in("jijiao") as b:
        await with_a_case(t)
        await bureau(b)
        await corrects(t)
        await b.press("2")
        await b.wait_for("青石镇九年一贯制学校：已接收。")
        await t.press("f10")
        await t.wait_for("截至11-25 11-25前 已接收")
