"""Notice served, not back; ordered, back, relapsed, back: by its own people, through their screens."""

from datetime import datetime

from core.rules.time import SHANGHAI
from core.services import sweep
from tests.story.conftest import Town, at
from tests.story.elsewhere import took_rolls
from tests.story.terminal import Terminal
from tests.story.test_story_paths import asks, decides
from tests.story.walk import back_to, brings, go_to, open_from_menu, open_line

CHILD = "缪俊杰"


async def missing_and_reported(town: Town) -> None:
    """Missing on Monday; on Wednesday the report is signed."""
    clock = town.clock
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办", "三年级（1）班 上午")
        clock.now = at("11-23", "08:05")
        await t.press("enter", "space", "f9")
        await t.wait_for(f"{CHILD}未到校，请联系监护人")
    clock.now = at("11-25", "08:30")
    assert await sweep.everything(town.front) == 1
    async with town.sign_in("wangjianguo") as t:
        await open_line(t, f"{CHILD}书面报告待签发")
        await t.wait_for("特此报告")
        await t.press("f9")
        await t.wait_for("签发书面报告？")
        await t.press("enter")
        await t.wait_for("已签发")
        await drafts(t, f"{CHILD}返校通知书待拟制", "拟制返校通知书")
        await t.wait_for("辍学生返校通知书", "待签发", "送达之日起5日内")


async def drafts(t: Terminal, owed: str, choice: str) -> None:
    """From the duty to the child's page, and there to the paper."""
    await back_to(t, "今日待办")
    await open_line(t, owed)
    await t.wait_for("个案", CHILD, "0文书")
    await t.press("0")
    await t.wait_for("选择 文书和认定", choice)
    await open_line(t, choice)


async def looks_at_the_board(t: Terminal) -> None:
    """Nobody has telephoned since the 23rd: that is the oldest of what is owed."""
    await open_from_menu(t, "在办个案")
    await t.wait_for("在办1 有逾期1", "已发返校通知", "11-23 联系", CHILD)
    await t.press("f6")
    await t.wait_for("各校个案", "青石镇九年一贯制学校")


async def signs(town: Town, owed: str, number: str) -> None:
    async with town.sign_in("zhengfu") as t:
        await open_line(t, owed)
        await t.wait_for("待签发", "青石镇人民政府（盖章）")
        await t.press("f9")
        await t.wait_for("签发后给文号")
        await t.press("enter")
        await t.wait_for("已签发，请打印盖章送达", number)


async def serves(town: Town, t: Terminal, owed: str, way: str, who: str) -> None:
    await open_line(t, owed)
    await t.wait_for("已签发", "经办学校")
    await t.press("4")
    await t.wait_for("已导出", ".docx")
    await t.press("f9")
    await t.wait_for("还缺送达回证", "按F8提供后再登记送达")
    await brings(town, who, "送达回证")
    await t.press("f5", "f9")
    await t.wait_for("登记送达", "送达方式")
    await t.type(way)
    await t.wait_for("送达")


async def corrects(t: Terminal) -> None:
    """The record was wrong: the next version stands over it, with its reason."""
    await t.press("5")
    await t.wait_for("更正送达 返校通知书", "更正原因")
    await go_to(t, "更正原因")
    await t.type("送达人少写一人")
    await t.press("f9")
    await t.wait_for("送达记录已更正，原记录保留", "第1版（已更正）")


async def the_notice_is_served(town: Town) -> None:
    async with town.sign_in("zhouming") as t:
        await serves(town, t, f"{CHILD}返校通知书待送达", "1", "zhouming")
        await t.press("f9")
        await t.wait_for("已登记返校通知书送达，期限开始计算", "已送达")
        await corrects(t)


async def test_a_notice_and_an_order_are_served_and_the_child_comes_back(
    town: Town,
) -> None:
    await missing_and_reported(town)
    await signs(town, f"{CHILD}返校通知书待签发", "青石镇政返〔2026〕1号")
    await the_notice_is_served(town)

    # Five days after the 25th is Monday the 30th; nobody has come.
    town.clock.now = at("12-01", "09:00")
    await sweep.everything(town.front)
    async with town.sign_in("jiaoguan") as t:
        await t.wait_for("今日待办", f"{CHILD}期满未返校，待责令")
        await looks_at_the_board(t)
        await drafts(t, f"{CHILD}期满未返校", "拟制责令通知书")
        await t.wait_for("批评教育情况、司法所审核意见")
        await t.type("11月30日当面批评教育，司法所同意")
        await t.press("enter")
        await t.wait_for("责令通知书", "待签发", "被责令人")
    await signs(town, f"{CHILD}责令通知书待签发", "青石镇政责〔2026〕1号")
    async with town.sign_in("jiaoguan") as t:
        # The family does not open the door: before a witness the paper is served all the same.
        await serves(town, t, f"{CHILD}责令通知书待送达", "2", "jiaoguan")
        await t.press("f9")
        await t.wait_for("留置送达须写明拒收情形和见证人")
        await go_to(t, "见证人")
        await t.type("张支书")
        await go_to(t, "拒收情形")
        await t.type("拒不开门")
        await t.press("f9")
        await t.wait_for("已登记责令通知书送达，期限开始计算", "拒收情形：拒不开门")

    town.clock.now = at("12-03", "08:05")
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("今日待办", f"{CHILD}限期返校")
    await comes_back(town, "已责令", "父亲送回", "返校情况说明")
    await is_confirmed(town, "返校已确认，期限内返校")
    await relapses(town)
    town.clock.now = at("12-10", "08:05")
    await comes_back(town, "疑似辍学", "包村干部和班主任接回", "现场照片")
    await is_confirmed(town, "返校已确认")
    # Twenty school days later, before the vacation.
    town.clock.now = datetime(2027, 1, 11, 9, 0, tzinfo=SHANGHAI)
    await sweep.everything(town.front)
    await is_closed(town)


async def comes_back(town: Town, stands: str, how: str, proof: str) -> None:
    """Seen at the morning's roll; the class teacher says how, and brings what proves it."""
    async with town.sign_in("lixiuying") as t:
        await open_line(t, "三年级（1）班 上午")
        await t.wait_for("仍未到", "应到44")
        await t.press("1", "f9")
        await t.wait_for("今日待办")
        await sweep.everything(town.front)
        await t.wait_for(f"{CHILD}已到校，请登记返校")
        await open_line(t, f"{CHILD}已到校")
        await t.wait_for("个案", stands)
        await t.press("4")
        await t.wait_for("到校经过")
        await t.type(how)
        await t.press("enter")
        await t.wait_for(f"登记返校：{how}，待确认")
    await brings(town, "lixiuying", proof)


async def is_confirmed(town: Town, said: str) -> None:
    async with town.sign_in("zhouming") as t:
        await open_line(t, f"{CHILD}返校待确认")
        await t.wait_for("个案", CHILD)
        await t.press("7")
        await t.wait_for("1 属实")
        await t.press("1")
        # The course of the case may tell of an earlier return: the title tells of now.
        await t.wait_for(said)
        await t.until(lambda: "已返校(观察期)" in t.lines()[0])


async def is_closed(town: Town) -> None:
    """Followed up by its teacher; closed by the principal and 教管组, and by no single hand."""
    async with town.sign_in("lixiuying") as t:
        await open_line(t, f"{CHILD}返校观察期每周跟踪")
        await t.wait_for("个案", CHILD, "下一步")
        await t.press("1")
        await t.wait_for("登记联系", "第1次联系")
        await t.press("enter", "2", "enter", "1", "enter")
        await t.type("到校正常")
        await t.press("f9")
        await t.wait_for("已登记第1次联系。")
    await sweep.everything(town.front)
    async with town.sign_in("wangjianguo") as t:
        await open_line(t, f"{CHILD}观察期满，请办理销号")
        await t.wait_for("个案", CHILD, "下一步")
        await asks(t, "5", "1 销号", "观察期内到校正常", "已登记销号，待另一人确认。")
    async with town.sign_in("jiaoguan") as t:
        await open_line(t, f"{CHILD}销号待确认")
        await t.wait_for("个案", CHILD, "下一步")
        await decides(t, "销号已确认")


async def relapses(town: Town) -> None:
    """In school until Friday, missing again on Monday: the same case, and a report of its own."""
    town.clock.now = at("12-07", "08:05")
    await took_rolls(town, "12-03", "12-04")
    async with town.sign_in("lixiuying") as t:
        await open_line(t, "三年级（1）班 上午")
        await t.wait_for("仍未到", "应到44")
        await t.press("f9")
        await t.wait_for("仍未到 1人", "确认提交？")
        await t.press("1")
        await t.wait_for("今日待办", f"{CHILD}未到校")
    town.clock.now = at("12-09", "08:30")
    assert await sweep.everything(town.front) == 1
    async with town.sign_in("wangjianguo") as t:
        await open_line(t, f"{CHILD}书面报告待签发")
        await t.wait_for("特此报告", "自2026-12-07 08:00起未到校")
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("今日待办", f"{CHILD}书面报告待签发")
        await open_from_menu(t, "在办个案")
        await t.wait_for("在办1", "疑似辍学", CHILD)
