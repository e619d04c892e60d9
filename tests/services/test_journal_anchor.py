"""Anchors of the journal: on what is filed, and a line a day in a file (P7)."""

import os
from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from docx import Document
from openpyxl import load_workbook

import db.receipt as receipts
from core.rules.journal import BadAnchor, Head, heads_of
from core.rules.paper import Addressee
from core.services import journal, report, seat
from db.pool import Pool
from tests.services import month_town, sight_town
from tests.services.journal_chain import sealed, tamper, watching
from tests.services.month_acts import DEC, filed
from tests.services.month_town import at
from tui.cli.anchoring import anchor

CUT = (
    "DELETE FROM journal WHERE township_id = 990101100",
    "DELETE FROM journal_block WHERE township_id = 990101100",
)
WHOLE = "a3" * 32


async def ends(pool: Pool) -> Head:
    (head,) = [
        one for one in await journal.heads(watching(pool)) if one.township_id == 990101100
    ]
    return head


async def faults_of(pool: Pool, *anchors: Head) -> list[str]:
    checks = await journal.check(watching(pool), anchors)
    return [fault for check in checks for fault in check.faults]


async def test_a_filed_month_carries_the_anchor_and_proves_what_was_before_it(pool):
    town = await month_town.build(pool)
    town.now = at(11, 23)
    await filed(town)
    content = "SELECT content FROM month_version ORDER BY version DESC LIMIT 1"
    assert '"anchor":""' in await pool.fetchval(content)
    await sealed(pool)
    head = await ends(pool)
    town.now = at(12, 24)
    facts = await filed(town, when=DEC)
    assert facts.anchor == f"990101100-{head.number}-{head.hash.hex()[:16]}"
    book = await pool.fetchval(
        "SELECT bytes FROM month_version ORDER BY filed_at DESC LIMIT 1"
    )
    cells = [
        str(cell)
        for row in load_workbook(BytesIO(book)).active.iter_rows(values_only=True)
        for cell in row
    ]
    assert any(f"留痕锚点：{facts.anchor}。" in cell for cell in cells)
    await sealed(pool)
    assert await faults_of(pool) == []
    # Somebody with the database's own rights forgets the past; the report does not.
    await tamper(pool, *CUT)
    assert await faults_of(pool) == [f"锚点所记第{head.number}段不在，其后留痕被截去"]


async def test_a_signed_report_carries_the_anchor_on_both_originals(pool):
    town = await sight_town.build(pool)
    await sealed(pool)
    head = await ends(pool)
    paper = 950 + sight_town.XIAOYU
    desk = await town.desk("wang")
    await report.sign(desk, sight_town.TOWNSHIP, paper, uuid4())
    for addressee in Addressee:
        async with desk.reading() as (conn, _):
            told = await receipts.original(conn, sight_town.TOWNSHIP, paper, addressee)
        last = Document(BytesIO(told)).paragraphs[-1].text
        assert last == f"留痕锚点：{head.printed}"
    await sealed(pool)
    assert await faults_of(pool) == []
    await tamper(
        pool, "UPDATE journal_block SET hash = sha256(hash) WHERE township_id = 990101100"
    )
    assert f"第{head.number}段与锚点不符" in await faults_of(pool)


async def test_each_day_has_one_line_a_township_and_none_is_ever_written_over(
    pool, tmp_path
):
    town = await sight_town.build(pool)
    await sealed(pool)
    head = await ends(pool)
    front = replace(seat.front_desk(pool), clock=lambda _: at(11, 23, 8))
    lines = await anchor(front, tmp_path)
    assert lines == len(await journal.heads(watching(pool)))
    await town.write("UPDATE student SET address = '一户' WHERE id = 1")
    await sealed(pool)
    assert await anchor(front, tmp_path) == 0
    file = tmp_path / "2026-11.txt"
    first = file.read_text()
    assert f"2026-11-23 990101100 {head.number} {head.hash.hex()}\n" in first
    # A full disk cut the next day's line: it is none yet.
    file.write_text(f"{first}2026-11-24 9901")
    tomorrow = replace(front, clock=lambda _: at(11, 24, 0))
    assert await anchor(tomorrow, tmp_path) == lines
    text = file.read_text()
    assert text.startswith(first)
    assert text.count("2026-11-24 990101100 ") == 1
    assert file.stat().st_mode & 0o777 == 0o600
    kept = heads_of(text, "2026-11.txt")
    assert await faults_of(pool, *kept) == []
    await tamper(pool, *CUT)
    assert len(await faults_of(pool, *kept)) == 2
    assert os.listdir(tmp_path) == ["2026-11.txt"]


@pytest.mark.parametrize(
    "line",
    [
        f"990101100 12 {WHOLE}",
        f"2026-11-24 990101100 12 {WHOLE}",
        f"990101100-12-{WHOLE[:16]}",
    ],
)
def test_an_anchor_is_read_from_a_file_a_day_or_a_paper(line):
    (head,) = heads_of(f"{line}\n", "x")
    assert (head.township_id, head.number, head.hash[:8].hex()) == (
        990101100,
        12,
        WHOLE[:16],
    )


@pytest.mark.parametrize(
    "line",
    [
        f"990101100-12-{WHOLE[:14]}",
        f"990101100 12 {WHOLE}ff",
        f"昨天 990101100 12 {WHOLE}",
        "990101100-12-",
    ],
)
def test_what_is_too_short_or_no_anchor_is_refused(line):
    with pytest.raises(BadAnchor):
        heads_of(line, "x")
