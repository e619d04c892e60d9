"""The story, 8 when the month goes on: a zero report, an alarm after it, and 补报 (36)."""

from core.rules.calendar import SessionCode
from core.rules.roll import Mark
from core.services import sweep
from tests.story.conftest import Town, at
from tests.story.elsewhere import take_roll, took_rolls
from tests.story.terminal import Terminal
from tests.story.walk import back_to, open_line, within

CHILD = "缪俊杰"  # of 三年级（1）班
DUTY = "11月控辍保学情况月报"
SUPPLEMENT = "11月月报报送后新增情况"


async def zero(t: Terminal) -> None:
    """On Tuesday afternoon the child is missing, but for less than two days: it is a zero."""
    await t.wait_for("今日待办", DUTY)
    await open_line(t, DUTY)
    await t.wait_for("零报告检查：未发现情况，可按 1 报送。")
    with within(t, 2):
        await t.press("1")
        await t.wait_for("截至2026年11月24日，本校无疑似辍学、辍学学生，特此零报告。")
        await t.press("enter")
    await t.wait_for("零报告，第1版。", "截至11-24 11-25前 零报告")
    await back_to(t, "今日待办")
    await t.wait_gone(DUTY)


async def supplement(t: Terminal) -> None:
    """The next morning the alarm rings: what was filed is put right the same day."""
    await t.wait_for(SUPPLEMENT)
    await open_line(t, SUPPLEMENT)
    await t.wait_for(
        "零报告", "三年级            89    0    0    0    1    0    0       89"
    )
    await t.wait_for(
        "零报告报送后新增情况，请按 F9 补报。",
        "有情况：疑似辍学1人、未销号1人、超过48小时未到校1人",
    )
    await t.press("1")
    await t.wait_for("不能作零报告：疑似辍学1人、未销号1人、超过48小时未到校1人")
    await t.press("f9")
    await t.wait_for("补报11月控辍保学情况月报？")
    await t.press("enter")
    await t.wait_for("已报，第2版。", "截至11-25 11-25前 已报")
    # The wrong one is still to be seen.
    await t.press("3")
    await t.wait_for(
        "第2版  有情况  2026-11-25 08:30  校长 王建国",
        "第1版  零报告  2026-11-24 16:00  校长 王建国",
    )
    await t.press("f10")
    await back_to(t, "今日待办")
    await t.wait_gone(SUPPLEMENT)


async def taken_in(b: Terminal) -> None:
    """The bureau has heard of the child by itself, and takes in the version that tells it."""
    await b.wait_for(f"{CHILD}超过48小时未到校")
    await open_line(b, "青石镇九年一贯制学校11月月报待接收")
    await b.wait_for("应报1 已报1", "已报11-25", "疑似1")
    await b.press("2")
    await b.wait_for("青石镇九年一贯制学校：已接收。")


async def test_an_alarm_after_the_zero_report_owes_a_supplement(town: Town) -> None:
    town.clock.now = at("11-23", "08:05")
    await take_roll(town, "lixiuying", **{CHILD: Mark.ABSENT})
    for day, hour, session in (
        ("11-23", "14:05", SessionCode.PM),
        ("11-24", "08:05", SessionCode.AM),
        ("11-24", "14:05", SessionCode.PM),
    ):
        town.clock.now = at(day, hour)
        await take_roll(town, "lixiuying", town.clock.now.date(), session)
    town.clock.now = at("11-24", "16:00")
    await took_rolls(town, "11-23", "11-24")
    await sweep.everything(town.front)
    async with town.sign_in("wangjianguo") as t, town.sign_in("jijiao") as b:
        await zero(t)
        await b.wait_for("青石镇九年一贯制学校11月月报待接收")
        town.clock.now = at("11-25", "08:30")
        assert await sweep.everything(town.front) == 1
        await supplement(t)
        await taken_in(b)
