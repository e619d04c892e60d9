"""Situation 40: the last twelve months of a school or a township, in one workbook."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from core.rules.errors import BadInput, NotYours
from core.rules.export import Asked, Listing, PurposeNeeded
from core.rules.paper import Edition
from core.rules.staff import Role
from core.services import export
from tests.papers.samples import words
from tests.services.export_township import (
    BUREAU,
    CADRE,
    DUTY,
    FENG,
    GOVERNMENT,
    LI,
    NINE_YEAR,
    OFFICE,
    RIVER,
    SUPERVISION,
    WANG,
    desk,
    seated,
)
from tests.services.inspection_town import build

SHEETS = [
    "目录",
    "月报报送登记",
    "控辍保学情况月报表各版",
    "学生变动情况月报表各版",
    "书面报告与签收",
    "48小时报告登记簿",
    "请假登记册",
    "家访劝返记录",
    "学生异动花名册",
    "更正和补点名登记",
]


@pytest.fixture
async def town(pool):
    await build(pool)
    return pool


def asked(**more: object) -> Asked:
    usual: dict[str, object] = {"listing": Listing.INSPECTION, "purpose": "市督导检查"}
    return Asked.model_validate(usual | more)


async def pack(town, actor, *, read_only: bool = True, **more: object):
    """Of a hundred sheets a test reads a few: the others stay shut."""
    made = await export.make(await seated(town, actor), asked(**more))
    return load_workbook(BytesIO(made.data), read_only=read_only)


def rows(sheet) -> list[list[object]]:
    """The rows that are counted: by number, or (the two tables) by month."""
    found = [[cell or None for cell in row] for row in sheet.iter_rows(values_only=True)]
    return [row for row in found if isinstance(row[0], int) or "2026-" in str(row[1])]


async def test_40_a_year_of_a_school_is_one_workbook_with_an_index(town):
    book = await pack(town, WANG, read_only=False)
    assert book.sheetnames[: len(SHEETS)] == SHEETS
    index = rows(book["目录"])
    assert [row[1] for row in index] == book.sheetnames[1:]
    counts = {row[1]: row[3] or 0 for row in index}
    for name in SHEETS[1:]:
        assert counts[name] == len(rows(book[name])), name
    # The second leave begins after the span.
    assert counts["请假登记册"] == 1
    assert counts["家访劝返记录"] == 2
    assert counts["学生异动花名册"] == 2
    assert counts["更正和补点名登记"] == 5
    assert "（无）" in words(book["学生变动情况月报表各版"])
    cells = [row[1] for row in book["目录"].iter_rows() if row[1].hyperlink]
    links = [cell.hyperlink.location for cell in cells]
    assert links == [f"'{name}'!A1" for name in book.sheetnames[1:]]
    assert book["目录"]["A1"].value == "青石镇九年一贯制学校迎检材料目录"
    assert "　　　2．期间：2025-12-01至2026-11-23。" in words(book["目录"])


async def test_40_every_version_is_there_with_what_was_wrong_and_who_took_it_in(town):
    book = await pack(town, OFFICE)
    filed = {(row[1], row[4]): row for row in rows(book["月报报送登记"])}
    first = filed["青石镇九年一贯制学校", 1]
    assert first[2:4] == ["2026-11", "控辍保学情况月报"]
    assert first[5:10] == [
        "零报告，已更正",
        "2026-11-25",
        "2026-11-23 10:00",
        "按时",
        "王建国",
    ]
    assert first[10] == "2026-11-21"
    assert first[12] == "2026-11-23 09:10 接收 陈卫"
    second = filed["青石镇九年一贯制学校", 2]
    assert second[5] == "已退回"
    assert second[12] == "2026-11-23 09:30 退回 陈卫：数字不符"
    missing = filed["河湾小学", "—"]
    assert missing[5] == "未报"
    assert missing[7:10] == [None, None, None]
    assert missing[12] == "2026-11-22 09:00 催报 陈卫"
    told = rows(book["控辍保学情况月报表各版"])
    # 期初 3 in both; the first said 3 stay and none is lost, the second 2 and one.
    line = {(row[0], row[2]): row for row in told}
    assert [line["青石镇九年一贯制学校", one][8] for one in (1, 2)] == [3, 2]
    dropped = [line["青石镇九年一贯制学校", one][17] for one in (1, 2)]
    assert dropped == [None, 1]  # 0 reads as nothing here
    assert line["河湾小学", "—"][4:22] == ["—"] * 18
    assert line["河湾小学", "—"][-1] == "未报"


async def test_40_the_48_hour_list_has_the_four_early_times(town):
    book = await pack(town, OFFICE)
    chen, feng = rows(book["48小时报告登记簿"])
    assert feng[1:5] == [
        "青石镇九年一贯制学校七年级（1）班",
        "冯浩然",
        "2026-11-16 08:00",
        "2026-11-18 08:30",
    ]
    # 08:20 the roll; 48.5 hours on the alarm; 32 hours on the first visit, though only a
    # neighbour was met; one hour on the first talk, by telephone.
    assert feng[5:9] == [
        "2026-11-16 08:20（0时）",
        "2026-11-18 08:30（48时）",
        "2026-11-17 16:00（32时）",
        "2026-11-16 09:00（1时）",
    ]
    assert feng[9:12] == ["青九校报〔2026〕3号", "2026-11-18 10:00", 1]
    assert feng[13] == "个案2026-001已报告"
    assert chen[2] == "陈雨桐"
    assert chen[5:9] == [
        "2026-11-20 08:15（0时）",
        "2026-11-20 11:00（3时）",
        "未家访",
        "—",
    ]
    assert chen[14] == "去向不明，提前报告"


async def test_40_a_paper_tells_who_receipted_each_original_and_who_did_not(town):
    government, bureau, notice = rows((await pack(town, WANG))["书面报告与签收"])
    assert government[8] == "乡镇人民政府"
    assert government[3:5] == ["报告", "青九校报〔2026〕3号"]
    assert government[9:] == ["党政办刘芳", "2026-11-18 15:00", "纸质签收", "王建国"]
    assert bureau[8] == "市教育局"
    assert bureau[9:] == [None] * 4
    assert notice[3:5] == ["返校通知书", "待签发"]


async def test_40_corrections_and_rolls_taken_late_or_for_another_are_told(town):
    told = rows((await pack(town, WANG))["更正和补点名登记"])
    assert [row[2] for row in told] == [
        "点名更正",
        "补点名",
        "代点名",
        "停课作废",
        "家访记录更正",
    ]
    corrected, late, _, voided, visit = told
    assert corrected[1:] == [
        "2026-11-10 09:00",
        "点名更正",
        "三年级（1）班",
        "2026-11-10上午",
        "赵小雨",
        "缺",
        "迟到",
        "家长送到门口",
        "李秀英",
    ]
    assert late[8] == "班长点名表"
    assert voided[8:] == ["台风", "王建国"]
    assert visit[8] == "第2次第2版：时间"


async def test_40_the_rolls_of_every_month_are_sheets_and_an_untaken_one_is_no_presence(
    town,
):
    book = await pack(town, WANG)
    sheets = book.sheetnames[len(SHEETS) :]
    # Since the school went live in September: three months of 七(1) and 三(1), and the
    # boarders' evenings of 三(1).
    assert "2026年9月三年级（1）班" in sheets
    assert "2026年11月七年级（1）班" in sheets
    assert "2026年10月三年级（1）班住校生晚点名" in sheets
    assert len(sheets) == 9
    sheet = book["2026年9月三年级（1）班"]
    assert sheet["A1"].value == "2026年9月三年级（1）班学生考勤月表"
    # One session of September was taken: of 赵小雨 alone, 罗子涵 came in November.
    assert "应到1人次，实到1人次，出勤率100.00%。" in words(sheet)
    assert any(
        "未" in str(cell.value) for row in sheet.iter_rows(min_row=6) for cell in row
    )


async def test_40_only_what_falls_into_the_span_is_there(town):
    book = await pack(town, OFFICE, from_on="2026-11-18", last_on="2026-11-18")
    assert len(rows(book["48小时报告登记簿"])) == 1
    assert len(rows(book["家访劝返记录"])) == 0
    assert len(rows(book["更正和补点名登记"])) == 0
    assert len(rows(book["学生异动花名册"])) == 0
    assert len(rows(book["书面报告与签收"])) == 2
    book = await pack(town, OFFICE, from_on="2026-08-31", last_on="2026-09-01")
    assert [row[3] for row in rows(book["学生异动花名册"])] == ["陈雨桐", "罗子涵"]


async def test_40_the_span_is_twelve_months_unless_told_and_never_more_than_a_year(town):
    made = await export.make(desk(town, WANG), asked(last_on="2026-11-30"))
    book = load_workbook(BytesIO(made.data), read_only=True)
    assert any("2025-12-01至2026-11-30" in word for word in words(book["目录"]))
    with pytest.raises(BadInput, match="一次最多导出一年"):
        await export.make(
            desk(town, WANG), asked(from_on="2025-11-22", last_on="2026-11-23")
        )
    with pytest.raises(BadInput, match="截止日期早于起始日期"):
        await export.make(
            desk(town, WANG), asked(from_on="2026-11-24", last_on="2026-11-23")
        )


async def test_40_leaders_the_office_the_bureau_and_the_inspectors_have_it(town):
    for actor in (WANG, OFFICE, BUREAU, SUPERVISION):
        book = await pack(town, actor, school_code=NINE_YEAR)
        assert book["目录"]["A1"].value == "青石镇九年一贯制学校迎检材料目录"
    registrar = WANG.model_copy(
        update={
            "grants": (
                WANG.grants[0].model_copy(update={"role": Role.REGISTRAR, "post": None}),
            )
        }
    )
    for actor in (LI, registrar, GOVERNMENT, DUTY, CADRE):
        for edition in Edition:
            with pytest.raises(NotYours, match="校领导、教管组、基教科或督导室"):
                await export.make(await seated(town, actor), asked(edition=edition))


async def test_40_no_school_finds_another_schools_child_and_a_county_names_one(town):
    grant = WANG.grants[0].model_copy(update={"school_id": 2})
    book = await pack(town, WANG.model_copy(update={"grants": (grant,)}))
    told = "\n".join(word for sheet in book for word in words(sheet))
    assert "陈雨桐" in told
    for name in ("赵小雨", "罗子涵", "冯浩然", "青石镇九年一贯制学校"):
        assert name not in told
    told = "\n".join(
        word
        for sheet in await pack(town, OFFICE, school_code=RIVER)
        for word in words(sheet)
    )
    assert "陈雨桐" in told
    assert "冯浩然" not in told
    for actor in (BUREAU, SUPERVISION):
        with pytest.raises(BadInput, match="不止一个乡镇，请写明学校"):
            await export.make(desk(town, actor), asked())


async def test_40_it_says_what_it_is_for_and_that_is_written_down(town):
    with pytest.raises(PurposeNeeded):
        await export.make(desk(town, WANG), asked(purpose=" "))
    made = await export.make(desk(town, WANG), asked())
    async with town.acquire() as conn:
        (read,) = await conn.fetch("SELECT * FROM read_log")
    assert read["subject"] == f"inspection:E{made.line.id}"
    assert (read["purpose"], read["row_count"]) == ("市督导检查", made.line.row_count)
    assert read["sha256"] == made.line.sha256


async def test_40_numbers_are_whole_in_the_submitted_edition_only(town):
    for edition, whole in ((Edition.INTERNAL, False), (Edition.SUBMITTED, True)):
        book = await pack(town, WANG, edition=edition)
        told = "\n".join(word for sheet in book for word in words(sheet))
        assert (FENG in told) is whole
        assert f"（{edition.label}）" in told


async def test_40_a_long_pack_made_by_a_process_of_its_own_is_the_same(town, monkeypatch):
    ask = asked(last_on=date(2026, 11, 23))
    here = await export.make(desk(town, WANG), ask)
    monkeypatch.setattr("core.services.export_press.LARGE", 3)
    away = await export.make(desk(town, WANG), ask)
    plain = [
        [words(sheet) for sheet in load_workbook(BytesIO(one.data), read_only=True)]
        for one in (here, away)
    ]
    assert plain[0] == plain[1]
