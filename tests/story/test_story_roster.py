"""The story, 1 and 2: the rosters come in over SSH, then the people sign in."""

from io import BytesIO

import asyncssh
import openpyxl

from core.rules.staff import Post, Role
from core.rules.staff_account import NewAccount
from core.services import place, staff
from core.services.password import hash_password
from tests.story.conftest import DATA, PASSWORD, ROSTER, SCHOOL, Town, at
from tests.story.terminal import Terminal
from tests.story.walk import back_to, open_from_menu, open_line, within

RIVER = "2199010002"  # 河湾小学, whose roster was kept by hand
MESSY = DATA / "roster-messy.xlsx"
OWN = "Hewan7#tkpz2"  # the password the substitute chooses


async def lines_of(town: Town, name: str, command: str, data: bytes) -> list[str]:
    """Import over SSH, as `ssh … roster import … < 名册.xlsx` does; return what it said."""
    status, out, err = await town.run(name, f"roster import {command}", data)
    assert (status, err) == (0, "")
    return out.decode().splitlines()


def later(national: bytes) -> bytes:
    """The same roster with one pupil left out, one who has moved, and one of another school."""
    book = openpyxl.load_workbook(BytesIO(national))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    name, home, school = (heads.index(h) + 1 for h in ("姓名", "现住址", "学校标识码"))
    at = {sheet.cell(row, name).value: row for row in range(2, sheet.max_row + 1)}
    sheet.cell(at["仇平强"], home).value = "青石镇第1村1组"
    sheet.cell(2, school).value = RIVER
    sheet.delete_rows(at["缪俊杰"])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


async def test_the_rosters_come_in_over_ssh(bare_town: Town) -> None:
    town, national = bare_town, ROSTER.read_bytes()
    here = f"--school {SCHOOL}"

    # A trial run says what would be, and nothing is.
    told = await lines_of(town, "zhouming", f"{here} --dry-run", national)
    assert told[-2:] == [
        "以上仅为核对，没有写入。",
        "新增 672  变更 0  缺失 0  拒绝 0  提醒 0",
    ]
    async with town.sign_in("zhouming") as t:
        await t.wait_for("今日待办")
        with within(t, 2):
            await t.press("f3")
            await t.wait_for("查找学生")
            await t.type("mjj")
            await t.press("enter")
        await t.wait_for("没有找到“mjj”")

        # The real one; a second time it changes nothing.
        told = await lines_of(town, "zhouming", here, national)
        assert told[0] == "青石镇九年一贯制学校（3199010001）"
        assert told[1].startswith("班级 15 个：")
        assert told[-1] == "新增 672  变更 0  缺失 0  拒绝 0  提醒 0"
        told = await lines_of(town, "zhouming", here, national)
        assert told[-1] == "新增 0  变更 0  缺失 0  拒绝 0  提醒 0"
        await t.press("enter")
        await t.wait_for("三年级（1）班     1 缪俊杰")

        # A later copy of it: one pupil is not in it, another has moved, and a third is said
        # to be of another school: refused, and missing here.
        told = await lines_of(town, "zhouming", here, later(national))
        assert told[-1] == "新增 0  变更 1  缺失 2  拒绝 1  提醒 0"
        assert "缺失 缪俊杰：名册中没有，可能有异动，请核实后办理异动登记。" in told
        (refused,) = (line for line in told if line.startswith("拒绝"))
        assert refused.startswith("拒绝 第2行 学校标识码（2199010002）")
        # Missing from a list is no deletion.
        await t.press("f5")
        await t.quiet(0.2)
        await t.wait_for("三年级（1）班     1 缪俊杰")

    # What is no roster gets a sentence; who may not import is told so.
    page = await town.run("zhouming", f"roster import {here}", b"<html><body>")
    assert page == (1, b"", "这是网页，不是工作簿，请用Excel打开，另存为.xlsx后导入。\n")
    status, _, said = await town.run("zhengfu", f"roster import {here}", national)
    assert status == 1
    assert said.startswith("此项由系统管理员、教务/学籍管理员、校领导、教管组办理")


async def test_a_doubt_of_the_roster_is_settled_from_its_screen(bare_town: Town) -> None:
    town, messy = bare_town, MESSY.read_bytes()
    await place.add_school(town.admin, RIVER, "河湾小学", 990101100)
    await town.hire("hejing", "何静", Role.REGISTRAR, None, school=RIVER)
    await town.hire("sunli", "孙丽", Role.LEADER, Post.PRINCIPAL, school=RIVER)
    there, last = f"--school {RIVER}", "新增 135  变更 0  缺失 0  拒绝 6  提醒 1"
    assert (await lines_of(town, "hejing", f"{there} --dry-run", messy))[-1] == last
    told = await lines_of(town, "hejing", there, messy)
    assert told[-1] == last
    # Rows of the sheet: its first data row is the fourth.
    refused = [line.split()[1] for line in told if line.startswith("拒绝")]
    assert refused == ["第11行", "第23行", "第35行", "第47行", "第75行", "第87行"]
    (warned,) = (line for line in told if line.startswith("提醒"))
    assert warned.startswith("提醒 第61行 出生日期")

    # The class has no head teacher, so the duty is the principal's.
    async with town.sign_in("sunli") as t:
        await t.wait_for("何磊萱出生日期与证件号不符")
        await open_line(t, "何磊萱")
        await t.wait_for("已与户口簿核对、以现登记为准？")
        await t.press("enter")
        await t.wait_for("今日待办", "11月控辍保学情况月报")
        await t.wait_gone("何磊萱")
        # The same file again neither changes a pupil nor asks once more.
        told = await lines_of(town, "hejing", there, messy)
        assert told[-1] == "新增 0  变更 0  缺失 0  拒绝 6  提醒 1"
        await t.press("f5")
        await t.quiet(0.3)
        assert "何磊萱" not in t.text()


async def newcomer(town: Town) -> asyncssh.SSHKey:
    """Let the administrator have made an account, with a key beside the password."""
    made = NewAccount(
        signin_name="chenfang", name="陈芳", password_hash=hash_password(PASSWORD)
    )
    named = place.Named(school=SCHOOL)
    where = await place.grant_place(town.admin, Role.TEACHER, None, named)
    await staff.add(town.admin, made, where)
    key = asyncssh.generate_private_key("ssh-ed25519")
    await staff.add_key(town.admin, "chenfang", key.export_public_key().decode())
    return key


async def test_a_substitute_comes_in_and_takes_the_class(town: Town) -> None:
    key = await newcomer(town)

    # The first sign-in changes the password; afterwards the key opens the door as well.
    async with town.sign_in("chenfang") as t:
        await t.wait_for("首次登录，请更换密码", "陈芳（chenfang）")
        await t.type(OWN)
        await t.press("enter")
        await t.type(OWN)
        await t.press("enter")
        await t.wait_for("今日待办", "今日没有待办")
    async with Terminal.connect(town.port, "chenfang", key=key) as t:
        await t.wait_for("陈芳 任课/包人教师", "今日没有待办")

    # The principal lets 陈芳 stand in for 三年级（1）班 until Friday.
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("今日待办")
        with within(t, 8):
            await open_from_menu(t, "代班、代签")
            await t.wait_for("代班、代签", "三年级（1）班    李秀英")
            await t.press("s", "enter")
            await t.wait_for("代班人  三年级（1）班", "陈芳  任课/包人教师")
            await t.press("c", "enter")
            await t.wait_for("代班 三年级（1）班：陈芳", "2026-11-27 周五")
            await t.press("f9")
        await t.wait_for("已安排 三年级（1）班 代班：陈芳 11-23至11-27。", "现有1项")

    # On the office's PC she signs in where the principal was, and has the class's roll.
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("今日待办")
        await t.press("f10")
        await t.wait_for("退出当前账号")
        await t.press("enter")
        await t.wait_for("登录名")
        await t.type("chenfang")
        await t.press("enter")
        await t.type(OWN)
        await t.press("enter")
        await t.wait_for("陈芳 任课/包人教师、代班·班主任", "三年级（1）班 上午", "应到44")
        town.clock.now = at("11-23", "08:05")
        with within(t, 2):
            await t.press("enter", "f9")
        await t.wait_for("今日待办", "已点1")
        await t.wait_gone("三年级（1）班 上午")
        await open_from_menu(t, "点名情况")
        await t.wait_for("代点名", "08:05 陈芳")
        await back_to(t, "今日待办")
    # Whoever is away sees that the roll is taken, and by whom.
    async with town.sign_in("lixiuying") as t:
        await t.wait_for("李秀英 班主任", "已点1")
        await open_from_menu(t, "点名情况")
        await t.wait_for("代点名", "08:05 陈芳")
