"""Three ways a case goes: moved away and proven, left and back next term, never back and of age.

One morning's roll begins all three; each step is taken by whoever it belongs to.
"""

import re
from datetime import date, datetime
from uuid import uuid4

from core.rules.time import SHANGHAI
from core.services import calendar, sweep
from tests.story.conftest import TOWNSHIP, Town, at
from tests.story.terminal import Terminal
from tests.story.walk import back_to, brings, open_line

MOVED, LEFT, GROWN = "缪浩兰", "高宇军", "朱萱娜"
CLASS = "九年级（1）班 上午"


async def finds(t: Terminal, child: str) -> str:
    """Find a child from wherever one is; return the number of its case."""
    await back_to(t, "今日待办")
    await t.press("f3")
    await t.wait_for("查找学生")
    await t.type(child)
    await t.press("enter")
    await t.wait_for(child, "九年级（1）班")
    await t.press("enter")
    await t.wait_for("个案", child, "下一步")
    found = re.search(r"\d{4}-\d{3}", t.lines()[0])
    return found[0] if found else ""


async def asks(t: Terminal, key: str, choice: str, note: str, said: str) -> None:
    """Ask for a step of the case on the page."""
    await t.press(key)
    await t.wait_for("选择 ", choice)
    await open_line(t, choice)
    await t.wait_for("依据和证明材料")
    await t.type(note)
    await t.press("enter")
    await t.wait_for(said)


async def decides(t: Terminal, said: str, reason: str = "") -> None:
    """Find what waits true; with a reason, untrue."""
    await t.press("7")
    await t.wait_for("1 属实", "2 不属实")
    await t.press("2" if reason else "1")
    if reason:
        await t.wait_for("不属实的原因")
        await t.type(reason)
        await t.press("enter")
    await t.wait_for(said)


async def missing_for_48_hours(town: Town) -> None:
    async with town.sign_in("head91") as t:
        await t.wait_for("今日待办", CLASS)
        town.clock.now = at("11-23", "08:05")
        await open_line(t, CLASS)
        await t.wait_for("应到", "未到0")
        for letters in ("mhl", "gyj", "zxn"):
            await t.press(*letters, "5")
        await t.wait_for("未到3")
        await t.press("f9")
        await t.wait_for("今日待办", f"{MOVED}未到校", f"{LEFT}未到校", f"{GROWN}未到校")
    town.clock.now = at("11-25", "08:30")
    assert await sweep.everything(town.front) == 3


async def claimed_moved_refused_and_then_proven(
    town: Town, school: Terminal, office: Terminal
) -> None:
    number = await finds(school, MOVED)
    waits = "已登记外地就读核实，待另一人确认。"
    await asks(school, "5", "外地就读核实", "称在县城就读", waits)
    await brings(town, "zhouming", "就读证明", number)
    await finds(office, MOVED)
    # Nobody confirms a claim whose file nobody has checked; this one does not hold.
    await decides(office, "还缺经核验的佐证：学籍系统截图或就读证明")
    await office.press("f8")
    await office.wait_for("佐证", "待核验1", "就读证明")
    await office.press("3")
    await office.wait_for("不予认可的原因")
    await office.type("无学校公章")
    await office.press("enter")
    await office.wait_for("已退回提供人。", "不予认可")
    await office.press("f10")
    await office.wait_for("下一步")
    await decides(office, "外地就读核实已退回：证明无公章", "证明无公章")
    await office.wait_for("疑似辍学")

    await school.press("f5")
    await asks(school, "5", "外地就读核实", "补来盖章证明", waits)
    await brings(town, "zhouming", "就读证明", number)
    await office.press("f8")
    await office.wait_for("佐证", "待核验1")
    await office.press("2")
    await office.wait_for("已看过原件，属实？")
    await office.press("1")
    await office.wait_for("已核验。")
    await office.press("f10")
    await office.wait_for("下一步")
    await decides(office, "销号；外地就读核实已确认")


async def found_to_have_left(town: Town, office: Terminal, bureau: Terminal) -> None:
    number = await finds(office, LEFT)
    await asks(office, "0", "认定辍学", "满四周未返校", "已登记认定辍学，待另一人确认。")
    await brings(town, "jiaoguan", "辍学认定表", number)
    record = f"export record {number} --kind 一生一案"
    status, data, said = await town.run("jiaoguan", record)
    assert (status, data[:2]) == (0, b"PK"), said
    await finds(bureau, LEFT)
    await bureau.press("f8")
    await bureau.wait_for("辍学认定表", "待核验")
    await bureau.press("2")
    await bureau.wait_for("已看过原件，属实？")
    await bureau.press("1")
    await bureau.wait_for("已核验。")
    await bureau.press("f10")
    await bureau.wait_for("下一步")
    await decides(bureau, "认定辍学已确认")


async def of_age(office: Terminal, bureau: Terminal) -> None:
    """Born on 14 December 2010."""
    await finds(office, GROWN)
    said = "已登记超龄销号，待另一人确认。"
    await asks(office, "5", "超龄销号", "户口簿载明满16周岁", said)
    await finds(bureau, GROWN)
    await decides(bureau, "销号；超龄销号已确认")


async def back_next_term(town: Town, head: Terminal, school: Terminal) -> None:
    await open_line(head, "九年级（1）班 开学报到")
    await head.wait_for("仍未到", LEFT)
    # Who moved away and who is of age are called no more: nobody else is missing.
    await head.press("g", "y", "j", "1", "f9")
    await head.wait_for("今日待办")
    number = await finds(head, LEFT)
    await head.press("4")
    await head.wait_for("到校经过")
    await head.type("开学由父亲送回")
    await head.press("enter")
    await head.wait_for("已登记返校，待另一人确认。")
    await brings(town, "head91", "现场照片", number)
    await finds(school, LEFT)
    await decides(school, "返校已确认")
    await school.wait_for("已返校(观察期)")


async def test_moved_away_left_and_back_next_term_and_of_age(town: Town) -> None:
    await missing_for_48_hours(town)
    town.clock.now = at("11-25", "10:00")
    async with town.sign_in("zhouming") as school, town.sign_in("jiaoguan") as office:
        await claimed_moved_refused_and_then_proven(town, school, office)
    town.clock.now = at("12-21", "09:00")
    await sweep.everything(town.front)
    async with town.sign_in("jiaoguan") as office, town.sign_in("jijiao") as bureau:
        await found_to_have_left(town, office, bureau)
        await of_age(office, bureau)
    spring = (date(2027, 3, 1), date(2027, 7, 11))
    office = await town.desk("jiaoguan")
    await calendar.set_term(office, TOWNSHIP, (2026, 2), spring, uuid4())
    town.clock.now = datetime(2027, 3, 1, 8, 5, tzinfo=SHANGHAI)
    await sweep.everything(town.front)
    async with town.sign_in("head91") as head, town.sign_in("zhouming") as school:
        await back_next_term(town, head, school)
