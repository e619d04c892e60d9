"""The story, 6 and 7: one child does not come, and everybody does what is theirs."""

from io import BytesIO

import docx

from core.rules.staff import Post, Role
from core.services import sweep
from tests.story.conftest import SCHOOL, Town, at
from tests.story.terminal import Terminal
from tests.story.walk import back_to, go_to, open_line, within

CHILD = "缪俊杰"  # seat 1 of 三年级（1）班
TITLE = "关于学生缪俊杰超过48小时未到校情况的报告"


async def take(t: Terminal, session: str, *keys: str) -> None:
    """Take the class's roll as it opens, but for `keys`; the missing are named once more."""
    await t.press("f5")
    await open_line(t, f"三年级（1）班 {session}")
    await t.wait_for("空格 到/缺", CHILD)
    await t.press(*keys, "f9")
    await t.wait_for("以上学生仍记缺，确认提交？")
    await t.press("enter")
    await t.wait_for("今日待办")


async def monday(town: Town, t: Terminal) -> None:
    """Missing at the first roll; the mother is telephoned in a handful of keys."""
    await t.wait_for("今日待办", "应到44")
    town.clock.now = at("11-23", "08:05")
    await t.press("enter", "5", "f9")
    await t.wait_for(f"{CHILD}未到校，请联系监护人", "09:00前")
    with within(t, 8):
        await t.press("1")
        await t.wait_for(f"个案 {CHILD}", "剩48时", "下一步：联系")
        await t.press("1")
        await t.wait_for("登记联系", "第1次联系", "监护人      父亲 缪诺可  120****2124")
        await t.press("enter", "2", "enter", "1", "enter")
        await t.type("母亲称孩子发烧，在家休息")
        await t.press("f9")
    await t.wait_for("已登记第1次联系。", "第1次联系 电话 母亲 徐涵：已联系", "无待办事项")
    await back_to(t, "今日待办")
    town.clock.now = at("11-23", "14:05")
    await take(t, "下午")


async def tuesday(town: Town, t: Terminal) -> None:
    """Missing for a day: somebody has to go there.  Nobody does, and nothing waits for it."""
    town.clock.now = at("11-24", "08:05")
    await sweep.everything(town.front)
    await take(t, "上午")
    town.clock.now = at("11-24", "08:30")
    await sweep.everything(town.front)
    await t.wait_for(f"{CHILD}未到校满一天，须入户家访")


async def it_rings(town: Town, g: Terminal, office: Terminal, bureau: Terminal) -> None:
    """Wednesday at 08:30 the system itself tells those above, before anybody has acted."""
    town.clock.now = at("11-25", "08:29")
    assert await sweep.everything(town.front) == 0
    town.clock.now = at("11-25", "08:30")
    assert await sweep.everything(town.front) == 1
    for above in (g, office, bureau):
        await above.wait_for(f"{CHILD}超过48小时未到校")
    await open_line(g, f"{CHILD}超过48小时")
    await g.wait_for("个案 2026-001", "疑似辍学", "满48小时未到校，列为疑似辍学")
    await back_to(g, "今日待办")
    # Unsigned for two hours of lessons, it climbs to the township's office.
    town.clock.now = at("11-25", "10:29")
    await sweep.everything(town.front)
    assert "书面报告待签发" not in office.text()
    town.clock.now = at("11-25", "10:30")
    await sweep.everything(town.front)
    await office.wait_for(f"{CHILD}书面报告待签发")


async def sign(w: Terminal) -> None:
    """The principal reads and signs to both addressees."""
    await w.wait_for(f"{CHILD}书面报告待签发")
    with within(w, 4):
        await w.press("1")
        await w.wait_for("待签发", TITLE, "截至报告时未家访", "特此报告。")
        await w.press("f9")
        await w.wait_for("签发书面报告？")
        await w.press("enter")
    await w.wait_for("已签发", "〔2026〕1号", "签发人：王建国", "乡镇人民政府　尚未签收")


async def receipts(town: Town, w: Terminal, g: Terminal, bureau: Terminal) -> None:
    """The government receipts on its screen; what the bureau signed on paper is noted."""
    await g.wait_for(f"签收     {CHILD}书面报告")
    await open_line(g, f"签收     {CHILD}书面报告")
    await g.wait_for(TITLE)
    await g.press("f9")
    await g.wait_for("签收此报告？")
    await g.press("enter")
    await g.wait_for("已签收。", "签收：乡镇人民政府　赵刚 2026-11-25 10:30 系统签收")
    # Onto paper for the stamp: made on the screen, or by one command over the same port.
    await w.press("4")
    await w.wait_for("导出打印", "书面报告（主送市教育局）")
    await w.press("2")
    await w.wait_for("已导出 书面报告_缪俊杰_主送市教育局_2026-001.docx，编号1")
    status, data, _ = await town.run("wangjianguo", "export report 2026-001 --to bureau")
    assert status == 0
    paper = "\n".join(p.text for p in docx.Document(BytesIO(data)).paragraphs)
    assert paper.startswith("关于学生缪俊杰超过48小时\n未到校情况的报告\n")
    assert "市教育局：" in paper
    assert "抄送：青石镇人民政府" in paper
    # The original has the whole telephone number, the screen has not.
    assert "120****2124" not in paper
    town.clock.now = at("11-25", "16:00")
    await w.press("1")
    await w.wait_for("登记纸质签收", "[市教育局")
    await w.press("enter")
    await w.type("刘敏（收发室）")
    await w.press("enter", "enter", "1", "5", "4", "0", "f9")
    await w.wait_for("签收：市教育局　刘敏（收发室） 2026-11-25 15:40 纸质签收")
    for above in (g, bureau):
        await back_to(above, "今日待办")
        await above.wait_gone(f"{CHILD}书面报告")
        await above.wait_gone(f"{CHILD}超过48小时未到校")


async def visit(town: Town, t: Terminal) -> None:
    """Three go to the child's home together; what was mistaken is corrected as a version."""
    await t.press("f5")
    await open_line(t, f"{CHILD}未到校满一天，须入户家访")
    await t.wait_for("个案 2026-001", "已报告", "市教育局纸质签收")
    await t.press("2")
    await t.wait_for("登记家访", "须三方共同家访 第1次", "班主任     [李秀英]")
    await go_to(t, "受访人")
    await t.press("2")
    for label, key in (("原因", "1"), ("去向", "1"), ("家访结果", "1")):
        await go_to(t, label)
        await t.press(key)
    await t.press("f9")
    await t.wait_for("未参加原因")
    for label, key in (("报班领导", "1"), ("报班教师", "1"), ("村镇同行", "1")):
        await go_to(t, label)
        await t.press(key)
    for label, told in (
        ("其他同行", "张明（村）"),
        ("思想状况", "怕跟不上功课"),
        ("监护人意见", "愿意配合，周四送来"),
        ("约定返校", "1126"),
    ):
        await go_to(t, label)
        await t.type(told)
    await t.press("f9")
    await t.wait_for("已登记第1次家访。", "第1次入户家访（刘芳、李秀英、陈芳、赵刚、张明）")
    await t.press("down", "8")
    await t.wait_for("更正家访", "[怕跟不上功课", "[2026-11-26")
    await go_to(t, "约定返校")
    await t.type("1127")
    await t.press("f9")
    await t.wait_for("更正原因")
    await t.type("日期听错")
    await t.press("enter")
    await t.wait_for("已更正，现为第2版，原记录仍可查看。")
    await t.wait_for("第1次入户家访（", "第2版")


async def test_a_child_does_not_come(town: Town) -> None:
    await town.hire("liufang", "刘芳", Role.LEADER, Post.VICE, school=SCHOOL)
    await town.hire("chenfang", "陈芳", Role.TEACHER, None, school=SCHOOL)
    async with town.sign_in("lixiuying") as t:
        await monday(town, t)
        await tuesday(town, t)
        async with (
            town.sign_in("zhengfu") as g,
            town.sign_in("jiaoguan") as office,
            town.sign_in("jijiao") as bureau,
            town.sign_in("wangjianguo") as w,
        ):
            for above in (g, office, bureau):
                await above.wait_for("今日待办", "未到校1 超时0", CHILD)
            await it_rings(town, g, office, bureau)
            await sign(w)
            await office.wait_gone(f"{CHILD}书面报告待签发")
            await receipts(town, w, g, bureau)
        await visit(town, t)
