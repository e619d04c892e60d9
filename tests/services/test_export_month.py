"""月报 out: the stored bytes of one school; many schools together, the missing as —."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from core.rules.balance import LineScope, MonthLine
from core.rules.errors import BadInput, NotYours
from core.rules.export import Asked, Listing, MonthPaper, NothingThere, PurposeNeeded
from core.rules.month import ReportKind, Window, ZeroFacts
from core.rules.month_facts import MonthFacts
from core.services import export
from tests.hand import hand
from tests.services.export_township import (
    BUREAU,
    LI,
    NINE_YEAR,
    NOW,
    OFFICE,
    RIVER,
    WANG,
    build,
    desk,
    write,
)

REPORTS = """
INSERT INTO month_report (township_id, id, school_id, kind, month, due_on, state, exempted,
                          reminded, opened_at) VALUES
 (990101100, 1, 1, 'bureau', '2026-11-01', '2026-11-25', 'returned', false, 0, '2026-11-20 08:00+08'),
 (990101100, 2, 2, 'bureau', '2026-11-01', '2026-11-25', 'not_filed', false, 1, '2026-11-20 08:00+08');
UPDATE school SET live_on = '2027-01-01' WHERE id IN (4, 5)
"""
VERSION = """
INSERT INTO month_version (township_id, report_id, version, zero, window_from, window_to,
                           content, sha256, bytes, explanation, filed_by, filed_as,
                           filed_at, late, member_class_ids, member_ids)
VALUES (990101100, 1, $1, $2, '2026-10-26 00:00+08', '2026-11-22 00:00+08', $3, 'x', $4, '',
        2, '王建国', $5, false, '{}', '{}')
"""


def facts(version: int, closing: int) -> str:
    line = MonthLine(
        scope=LineScope.TOTAL,
        name="全校",
        opening=3,
        dropout=3 - closing,
        closing=closing,
        on_roll=3,
        dropped=3 - closing,
    )
    return MonthFacts(
        kind=ReportKind.BUREAU,
        school_id=1,
        school_name="青石镇九年一贯制学校",
        year=2026,
        month=11,
        version=version,
        window=Window(from_on=date(2026, 10, 26), to_on=date(2026, 11, 22)),
        lines=(line,),
        zero=ZeroFacts(),
        is_zero=False,
        filed_at=NOW,
        filed_by="王建国",
    ).canonical


@pytest.fixture
async def town(pool):
    await build(pool)
    await write(pool, REPORTS)
    async with hand(pool, NOW).writing("test.file") as (conn, _):
        await conn.execute(VERSION, 1, True, facts(1, 3), b"PK first", NOW)
        await conn.execute(VERSION, 2, False, facts(2, 2), b"PK second", NOW)
    return pool


def asked(**more: object) -> Asked:
    return Asked.model_validate({"listing": Listing.MONTH, "month": "2026-11-01"} | more)


async def test_one_school_gets_the_very_bytes_it_filed_last(town):
    for actor, code in ((WANG, None), (OFFICE, NINE_YEAR), (BUREAU, NINE_YEAR)):
        made = await export.make(desk(town, actor), asked(school_code=code))
        assert made.data == b"PK second"
        assert made.line.file_name == (
            "青石镇九年一贯制学校2026年11月控辍保学情况月报表_第2版_报送版.xlsx"
        )


async def test_the_schools_together_name_the_missing_and_print_no_zero_for_it(town):
    made = await export.make(desk(town, OFFICE), asked())
    rows = list(load_workbook(BytesIO(made.data)).active.iter_rows(values_only=True))
    by_name = {row[0]: row for row in rows if row[0]}
    missing = by_name["河湾小学"]
    assert missing[1:18] == ("—",) * 17 + ()
    assert missing[-1] == "未报"
    filed = by_name["青石镇九年一贯制学校"]
    assert (filed[2], filed[5]) == (3, 2)
    assert filed[-1] == "已退回"
    assert by_name["合计"][5] == 2
    assert rows[0][0] == "青石镇2026年11月控辍保学情况月报表"
    assert "应报2所，实报1所，未报1所（河湾小学）。" in by_name


async def test_39_who_filed_and_who_did_not_is_a_paper_of_its_own(town):
    made = await export.make(desk(town, OFFICE), asked(paper="owing"))
    told = list(load_workbook(BytesIO(made.data)).active.iter_rows(values_only=True))
    assert told[0][0] == "青石镇2026年11月控辍保学情况月报应报未报情况表"
    assert told[2][0] == "填报单位（盖章）：青石镇"
    assert told[5] == (
        *(1, "河湾小学", "2026-11-25", "未报", "—", "—", "—", "—", "—", "—", "—", ""),
        "已催报1次",
    )
    assert told[6][1:7] == (
        *("青石镇九年一贯制学校", "2026-11-25", "已退回", "2026-11-23 10:00", "按时", "否"),
    )
    assert told[6][7:] == ("2026-11-21", 2, 0, "未附", "", "")
    assert told[7][0] == "应报2所，实报1所，未报1所（河湾小学）。"
    # A principal has the own school's line, and no other's.
    own = await export.make(desk(town, WANG), asked(paper="owing"))
    mine = list(load_workbook(BytesIO(own.data)).active.iter_rows(values_only=True))
    assert mine[5][1:] == told[6][1:]
    assert mine[6][0] == "应报1所，实报1所，未报0所。"


async def test_the_county_has_the_schools_of_its_townships_in_one_table(town):
    made = await export.make(desk(town, BUREAU), asked())
    names = [row[0].value for row in load_workbook(BytesIO(made.data)).active]
    assert [
        n
        for n in names
        if n in {"河湾小学", "白水小学", "青石镇九年一贯制学校", "远山小学"}
    ] == [
        "河湾小学",
        "青石镇九年一贯制学校",
        "白水小学",
    ]
    assert made.line.township_id == 990101000
    assert "教育局基教科" in made.line.file_name


async def test_what_nobody_filed_is_not_made_up(town):
    with pytest.raises(NothingThere, match="河湾小学2026年11月控辍保学情况月报尚未报送"):
        await export.make(desk(town, OFFICE), asked(school_code=RIVER))
    with pytest.raises(NothingThere, match="学生变动情况月报尚未报送"):
        await export.make(desk(town, WANG), asked(kind=ReportKind.OFFICE))
    with pytest.raises(NothingThere, match="没有应报月报的学校"):
        await export.make(desk(town, OFFICE), asked(month="2026-07-01"))


async def test_a_class_has_no_month_report_of_its_own(town):
    with pytest.raises(NotYours):
        await export.make(desk(town, LI), asked())
    with pytest.raises(BadInput, match="按学校导出"):
        await export.make(desk(town, WANG), asked(class_label="三(1)班"))


async def test_a_month_report_is_written_down_like_every_export(town):
    made = await export.make(desk(town, WANG), asked())
    async with town.acquire() as conn:
        row = await conn.fetchrow("SELECT subject, sha256, purpose FROM read_log")
    assert tuple(row) == (f"month:E{made.line.id}", made.line.sha256, "")


@pytest.mark.parametrize(("above", "refused"), [(1, True), (2, True), (3, False)])
async def test_a_table_of_many_schools_asks_for_a_purpose_as_well(
    town, monkeypatch, above, refused
):
    """The county's table has three rows here, and may have more than 200 there."""
    monkeypatch.setattr("core.rules.export.ASKS_ABOVE", above)
    if refused:
        with pytest.raises(PurposeNeeded):
            await export.make(desk(town, BUREAU), asked(paper=MonthPaper.OWING))
    await export.make(desk(town, BUREAU), asked(paper=MonthPaper.OWING, purpose="汇总"))
    if not refused:
        await export.make(desk(town, BUREAU), asked(paper=MonthPaper.OWING))
