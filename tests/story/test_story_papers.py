"""The story, 9: papers asked for on the screen and by one command, fetched over the same port."""

from io import BytesIO

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from core.rules.roll import Mark
from core.services import sweep
from tests.story.conftest import DATA, SCHOOL, Town, at
from tests.story.elsewhere import take_roll, took_rolls
from tests.story.terminal import Terminal
from tests.story.walk import back_to, go_to, open_from_menu, open_line, within

RIVER = "2199010002"
MISSING, ILL = "缪俊杰", "罗源"  # seats 1 and 2 of 三年级（1）班, on Monday morning


async def fetched(town: Town, who: str, command: str) -> Worksheet:
    """What `ssh … export … > 文件.xlsx` brings: the first sheet of the workbook."""
    status, data, said = await town.run(who, command)
    assert status == 0, said
    return openpyxl.load_workbook(BytesIO(data)).worksheets[0]


def row_of(sheet: Worksheet, first: object, column: int = 1) -> list[object]:
    """The row that has a value in a column."""
    rows = [r for r in sheet.iter_rows(values_only=True) if r[column - 1] == first]
    assert len(rows) == 1, (first, len(rows))
    return list(rows[0])


async def attendance(town: Town, t: Terminal) -> None:
    """The class's 考勤月表, chosen from the list on the screen, fetched by its number."""
    await open_from_menu(t, "导出")
    await t.wait_for("24小时内没有导出", "2 学生考勤月表")
    with within(t, 6):
        await t.press("2")
        await t.wait_for("新导出  学生考勤月表", "[2026-11")
        await t.press("f4")
        await t.wait_for("选择 班级")
        await open_line(t, "三年级（1）班")
        await t.wait_for("[三年级（1）班]")
        await t.press("f9")
    await t.wait_for("已导出 60行，编号1，24小时内可取。", "1     60")
    await t.press("enter")
    await t.wait_for("导出文件", "export get 1 > 文件.xlsx", "已遮盖或不含号码")
    await t.press("f10")
    await t.wait_for("1     60")

    sheet = await fetched(town, "wangjianguo", "export get 1")
    assert sheet["A1"].value == "三年级（1）班2026年11月学生考勤月表"
    assert sheet["A3"].value == "填报单位（盖章）：青石镇九年一贯制学校"
    # Monday, Tuesday, and Wednesday's morning: five rolls of 44.
    assert row_of(sheet, MISSING, 2) == [1, MISSING, "缺√", "√√", "√", 1, 0, 0, 0, 0]
    assert row_of(sheet, ILL, 2) == [2, ILL, "病√", "√√", "√", 0, 1, 0, 0, 0]
    row_of(sheet, "应到220人次，实到218人次，出勤率99.09%。")


async def roster(town: Town, t: Terminal) -> None:
    """Whole numbers leave for a purpose only, and the paper says which edition it is."""
    await t.press("1")
    await t.wait_for("新导出  学生花名册", "版本*[内部版]")
    await t.press("f9")
    await t.wait_for("请填写用途。")
    await t.type("建档核对")
    await t.press("f9")
    await t.wait_for("已导出 672行，编号2，24小时内可取。", timeout=20)
    inside = await fetched(town, "wangjianguo", "export get 2")
    assert inside["A1"].value == "青石镇九年一贯制学校学生花名册"
    assert inside["A2"].value == "（内部版）"
    assert row_of(inside, MISSING, 4)[7] == "990101********7027"
    full = f"export roster --school {SCHOOL} --class '三年级（1）班' --full"
    status, _, said = await town.run("wangjianguo", full)
    assert (status, said[:14]) == (1, "完整号码、敏感信息或超过20")
    submitted = await fetched(town, "wangjianguo", f"{full} --purpose 学籍核对")
    assert submitted["A2"].value == "（报送版）"
    numbers = [c.value for c in submitted["H"] if str(c.value).startswith("99")]
    assert len(numbers) == 44
    assert all(len(number) == 18 and "*" not in number for number in numbers)


async def month(town: Town, t: Terminal) -> None:
    """表一 as it was filed, and the bureau's sum with the school that is missing."""
    await back_to(t, "今日待办")
    await open_line(t, "11月控辍保学情况月报")
    await t.wait_for("截至11-25 11-25前 未报")
    await t.press("f9")
    await t.wait_for("报送11月控辍保学情况月报？")
    await t.press("enter")
    await t.wait_for("已报，第1版。")
    own = await fetched(town, "wangjianguo", "export month 2026-11")
    assert own["A1"].value == "青石镇九年一贯制学校2026年11月控辍保学情况月报表"
    heads = [[c.value for c in row] for row in own["A4:S5"]]
    assert heads[0][:7] == [
        *("学校/年级", "班级数", "期初在校", "本期增加", "本期减少", "期末在校"),
        "期末在籍",
    ]
    assert heads[1][12:17] == ["本期新增", "未销号", "本期新增", "本期返校", "累计未返校"]
    assert row_of(own, "三年级")[:7] == ["三年级", 2, 89, 0, 0, 89, 89]
    assert row_of(own, "三年级")[12:14] == [1, 1]
    assert row_of(own, "青石镇九年一贯制学校")[1:3] == [15, 672]
    above = await fetched(town, "jijiao", "export month 2026-11")
    assert above["A1"].value == "青石镇2026年11月控辍保学情况月报表"
    assert row_of(above, "河湾小学") == ["河湾小学", *["—"] * 18, "未报"]
    assert row_of(above, "合计")[:3] == ["合计", 15, 672]
    row_of(above, "应报2所，实报1所，未报1所（河湾小学）。")
    owing = await fetched(town, "jijiao", "export owing 2026-11")
    assert owing["A1"].value == "青石镇2026年11月控辍保学情况月报应报未报情况表"
    assert row_of(owing, "河湾小学", 2)[2:7] == ["2026-11-25", "未报", "—", "—", "—"]
    assert row_of(owing, "青石镇九年一贯制学校", 2)[4:7] == [
        "2026-11-25 10:00",
        "按时",
        "否",
    ]
    second = await fetched(town, "jijiao", "export month 2026-11 --kind office")
    assert second["A1"].value == "青石镇2026年11月学生变动情况月报表"
    # On the screen it is the other form of the month's paper.
    await back_to(t, "今日待办")
    await open_from_menu(t, "导出")
    await t.wait_for("7 月报表")
    await t.press("7")
    await t.wait_for("新导出  月报表", "2应报未报情况表")
    await go_to(t, "表式")
    await t.press("2", "f9")
    await t.wait_for("已导出 1行，编号8，24小时内可取。")


# The registers by their commands: the title after the school's name, words of the two heads,
# and the paper they are printed on (8 is A3, 9 is A4).
REGISTERS = (
    ("leave", "请假登记册", "请假时间 上学日数 批准人 证明材料 销假时间", 9),
    ("absences --purpose 督查", "疑似辍学、辍学学生台账", "监护人 认定 劝返 当前状态", 8),
    (
        "visits --purpose 督查",
        "家访劝返记录",
        "家访人员 思想状况 监护人意见 约定返校日期",
        9,
    ),
    (
        "changes",
        "2026—2027学年第一学期学生异动花名册",
        "异动类别 转入（转出）学校 证明材料 核验",
        9,
    ),
    (
        "unreturned",
        "2026—2027学年第一学期未返校学生名单",
        "情况 首次未到校 监护人 现住址",
        9,
    ),
)


async def registers(town: Town) -> None:
    """Every register by one command: its title, its heads, who fills it in and who signs."""
    for command, title, heads, paper in REGISTERS:
        sheet = await fetched(town, "wangjianguo", f"export {command}")
        assert sheet["A1"].value == f"青石镇九年一贯制学校{title}"
        rows = [[c for c in row if c] for row in sheet.iter_rows(values_only=True)]
        assert rows[2] == [
            *("填报单位（盖章）：青石镇九年一贯制学校", "填报日期：2026年11月25日"),
        ]
        assert set(heads.split()) <= {*rows[3], *rows[4]}, rows[3:5]
        signed = next(row[0] for row in rows if str(row[0]).startswith("单位负责人"))
        blanks = signed.replace("　", " ").split()
        assert blanks == [
            "单位负责人（签字）：",
            "审核人：",
            "填表人：王建国",
            "联系电话：",
        ]
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == (
            "landscape",
            paper,
        )


async def test_papers_come_over_the_port_they_were_asked_for_on(town: Town) -> None:
    await town.add_school(RIVER, "河湾小学", (DATA / "roster-messy.xlsx").read_bytes())
    town.clock.now = at("11-23", "08:05")
    await take_roll(town, "lixiuying", **{MISSING: Mark.ABSENT, ILL: Mark.SICK})
    town.clock.now = at("11-25", "10:00")
    await took_rolls(town, "11-23", "11-24", "11-25")
    await sweep.everything(town.front)
    async with town.sign_in("wangjianguo") as t:
        await t.wait_for("今日待办")
        await attendance(town, t)
        await roster(town, t)
        await month(town, t)
    await registers(town)
    # A class teacher has the class's own papers, and no other.
    status, _, said = await town.run("lixiuying", "export month 2026-11")
    assert (status, said) == (1, "此项由学校、教管组或上级办理，您的岗位不能办理。\n")
    own = await fetched(town, "lixiuying", "export attendance 2026-11")
    assert own["A1"].value == "三年级（1）班2026年11月学生考勤月表"
    # Everything that was taken can be seen once more, by whoever took it.
    status, listed, _ = await town.run("wangjianguo", "export list")
    numbers = " ".join(line.split("\t")[0] for line in listed.decode().splitlines())
    # 5 to 7 are the bureau's.
    assert numbers == "13 12 11 10 9 8 4 3 2 1"
