"""The story, 6 where no clock is waited for: nobody knows where the child is (12, 31)."""

import re
from io import BytesIO

import docx

from core.rules.roll import Mark
from core.rules.staff import Post, Role
from core.services import sweep
from tests.story.conftest import SCHOOL, Town, at
from tests.story.elsewhere import take_roll
from tests.story.terminal import Terminal
from tests.story.walk import back_to, go_to, open_from_menu, open_line, within

CHILD = "缪俊杰"  # seat 1 of 三年级（1）班
OWED = f"{CHILD}未到校，请联系监护人"
URGENT = f"{CHILD}去向不明，请确认是否报警"
OVER = f"{CHILD}超过48小时未到校"


async def nobody_knows(t: Terminal) -> None:
    """By WeChat the father says that he does not know either: the police are asked about."""
    await open_line(t, OWED)
    await t.wait_for(f"个案 {CHILD}", "剩48时")
    await t.press("1")
    await t.wait_for("登记联系", "第1次联系")
    await t.press("2", "enter", "enter", "6", "f9")
    await t.wait_for("监护人也不知道学生在哪里。", "确认提交？")
    await t.press("1")
    await t.wait_for("监护人也不知去向，请填写是否报警；已报警的请填写报警时间。")
    await go_to(t, "是否报警")
    await t.press("2", "f9")
    await t.wait_for("确认提交？")
    await t.press("1")
    await t.wait_for("已登记第1次联系。", "第1次联系 微信 父亲 缪诺可：去向不明；未报警")


async def all_hear_of_it(w: Terminal, g: Terminal, bureau: Terminal) -> None:
    """The three are told at once, and none looks away while the police were not told."""
    for one in (w, g, bureau):
        await one.wait_for(URGENT)
        await open_line(one, URGENT)
        await one.wait_for(
            f"个案 {CHILD}", "去向不明，已紧急报告校长、乡镇政府和教育局基教科"
        )
        await one.press("9")
        first = "请先登记联系" if one is w else "请督促学校报警并登记联系"
        await one.wait_for(f"去向不明且未报警：{first}，写明报警时间，再确认知悉。")


async def the_police_know(t: Terminal, w: Terminal, g: Terminal, bureau: Terminal) -> None:
    """The teacher tells the police and writes down when; then each takes note."""
    await t.press("1")
    await t.wait_for("登记联系", "第2次联系", "微信 父亲 缪诺可：去向不明")
    await t.press("enter", "enter", "6")
    await t.wait_for("> 联系结果  *[去向不明")
    await go_to(t, "是否报警")
    await t.press("1")
    await go_to(t, "报警时间")
    await t.press(*"0815", "f9")
    await t.wait_for("确认提交？")
    await t.press("1")
    await t.wait_for("已登记第2次联系。", "第2次联系 电话 父亲 缪诺可：去向不明；已报警")
    for one in (w, g, bureau):
        await one.wait_for("去向不明；已报警 11-23")
        with within(one, 1):
            await one.press("9")
        await one.wait_for("已确认知悉。")
        await back_to(one, "今日待办")
        await one.wait_gone(URGENT)
    # It ends no duty: the family is still to be reached.
    await back_to(t, "今日待办")
    await t.wait_for(OWED)


async def the_clock_rings_once(town: Town, g: Terminal, bureau: Terminal) -> None:
    """The 48 hours run on beside it, and ring for themselves, once."""
    town.clock.now = at("11-25", "08:29")
    assert await sweep.everything(town.front) == 0
    town.clock.now = at("11-25", "08:30")
    assert await sweep.everything(town.front) == 1
    assert await sweep.everything(town.front) == 0
    town.clock.now = at("11-25", "08:31")
    assert await sweep.everything(town.front) == 0
    for one in (g, bureau):
        await one.wait_for(OVER)
        await one.press("f5")
        await one.quiet(0.2)
        assert one.text().count(OVER) == 1


async def another_hand_signs(town: Town, w: Terminal, deputy: Terminal) -> None:
    """The principal has to leave: the deputy signs for them, and the paper says so."""
    with within(w, 8):
        await open_from_menu(w, "代班、代签")
        await w.wait_for("代班、代签", "校长签发")
        await w.press("1")
        await w.wait_for("刘芳")
        await w.press("l", "f", "enter")
        await w.wait_for("刘芳", "2026-11-25")
        await w.press("f9")
    await w.wait_for("现有1项")
    # Who was signed in already has the signature from the next sign-in on.
    await deputy.press("f8")
    await deputy.wait_for("登录名", "密码")


async def both_originals(town: Town) -> None:
    """Each original goes to one of the two, says so to the other, and asks for nothing."""
    for to, main, copy in (
        ("government", "青石镇人民政府", "市教育局"),
        ("bureau", "市教育局", "青石镇人民政府"),
    ):
        command = f"export report 2026-001 --to {to}"
        status, data, _ = await town.run("liufang", command)
        assert status == 0
        lines = [p.text for p in docx.Document(BytesIO(data)).paragraphs if p.text]
        assert lines[0] == f"关于学生{CHILD}超过48小时\n未到校情况的报告"
        assert lines[1].endswith("〔2026〕1号")
        assert lines[2] == f"{main}："
        assert lines[-3:-1] == ["签发人：刘芳（校长授权）", f"抄送：{copy}"]
        # The head of the township's journal as it was at the signing.
        assert re.fullmatch(r"留痕锚点：990101100-\d+-[0-9a-f]{16}", lines[-1])
        text = "\n".join(lines)
        assert "截至报告时未家访。" in text, text
        assert "特此报告。" in text
        assert not any(asked in text for asked in ("请示", "妥否", "请批", "请予"))


async def test_a_child_nobody_can_find_is_told_at_once(town: Town) -> None:
    await town.hire("liufang", "刘芳", Role.LEADER, Post.VICE, school=SCHOOL)
    town.clock.now = at("11-23", "08:10")
    await take_roll(town, "lixiuying", **{CHILD: Mark.ABSENT})
    town.clock.now = at("11-23", "08:20")
    async with (
        town.sign_in("zhengfu") as g,
        town.sign_in("jijiao") as bureau,
        town.sign_in("wangjianguo") as w,
    ):
        async with town.sign_in("lixiuying") as t:
            await nobody_knows(t)
            await all_hear_of_it(w, g, bureau)
            await the_police_know(t, w, g, bureau)
        await the_clock_rings_once(town, g, bureau)
        async with town.sign_in("liufang") as deputy:
            await deputy.wait_for("今日待办")
            await another_hand_signs(town, w, deputy)
        async with town.sign_in("liufang") as deputy:
            await open_line(deputy, f"{CHILD}书面报告待签发")
            await deputy.wait_for("待签发")
            await deputy.press("f9")
            await deputy.wait_for("签发书面报告？")
            await deputy.press("enter")
            await deputy.wait_for("已签发", "签发人：刘芳（校长授权）")
        await both_originals(town)
