"""家访劝返记录表, 一生一案, 商请函: read first, issued once, the same to the byte ever after."""

import hashlib
from io import BytesIO
from uuid import uuid4

import pytest
from docx import Document

from core.rules.case_paper import AskedMissing, NoCaseEver, NoPaper, NoVisitYet
from core.rules.errors import BadInput, NotYours, OutOfSight
from core.rules.evidence import EvidenceKind
from core.rules.paper import PaperKind
from core.rules.roll import Mark
from core.services import case_paper, case_paper_name, case_paper_view, seat, sweep, visit
from core.services.receipt import AlreadyReceipted, PaperReceipt
from db.pool import Pool
from tests.services.evidence_acts import bring
from tests.services.file_acts import ALL_THREE, trip
from tests.services.school_town import DASHAN, TOWNSHIP, XIAOYU, SchoolTown, at, build

RECORD, WHOLE, LETTER = PaperKind.VISIT_RECORD, PaperKind.CASE_FILE, PaperKind.REQUEST
PLACE = (TOWNSHIP, XIAOYU)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    return made


async def visited(town: SchoolTown, **more: object) -> None:
    draft = trip(town.now, ALL_THREE, promised_on=None, result="refused", **more)
    await visit.submit(await town.desk("li"), draft, uuid4())


async def issue(town: SchoolTown, who: str, kind: PaperKind, asked: str = "") -> int:
    return await case_paper.issue(await town.desk(who), PLACE, kind, asked, uuid4())


async def taken(town: SchoolTown, paper_id: int, kind: PaperKind) -> bytes:
    desk = await town.desk("wang")
    return (await case_paper_view.take(desk, TOWNSHIP, paper_id, kind, uuid4())).data


def cells(data: bytes) -> list[list[str]]:
    return [
        [cell.text for cell in row.cells]
        for table in Document(BytesIO(data)).tables
        for row in table.rows
    ]


async def test_a_record_tells_every_visit_of_the_case_and_no_number_whole(town):
    with pytest.raises(NoVisitYet):
        await issue(town, "li", RECORD)
    await visited(town)
    town.clock("11-26 09:00")
    await visited(town, guardian_opinion="坚持外出")
    record = await issue(town, "li", RECORD)
    told = cells(await taken(town, record, RECORD))
    said = dict(told)
    assert said["学生"] == "赵小雨　女　2018年3月14日出生"
    assert said["身份证件号"] == "990101********0212"
    assert "138****0000" in said["监护人、电话"]
    assert said["劝返次数"] == "2次家访，0次联系"
    assert said["第1次\n2026-11-25 08:30\n入户家访"].startswith(
        "人员：王建国（报班领导）、李秀英（班主任）、刘芳（报班教师）\n受访人：母亲"
    )
    assert "监护人意见：坚持外出" in said["第2次\n2026-11-26 09:00\n入户家访"]
    assert not any("990101201803140212" in c or "13800000000" in c for r in told for c in r)


async def test_what_was_issued_does_not_change_and_its_next_one_has_the_next_number(town):
    await visited(town)
    first = await issue(town, "reg", WHOLE)
    before = await taken(town, first, WHOLE)
    await bring(town, "reg", EvidenceKind.PHOTO)
    town.clock("11-26 09:00")
    await visited(town)
    second = await issue(town, "reg", WHOLE)
    assert await taken(town, first, WHOLE) == before
    assert await taken(town, second, WHOLE) != before
    rows = await town.pool.fetch(
        "SELECT number FROM paper WHERE kind = 'case_file' ORDER BY id"
    )
    assert [row["number"] for row in rows] == [
        "河湾小学案〔2026〕1号",
        "河湾小学案〔2026〕2号",
    ]
    kept = "SELECT sha256, cipher FROM paper_original WHERE paper_id = $1"
    row = await town.pool.fetchrow(kept, first)
    assert row["sha256"] == hashlib.sha256(before).hexdigest()
    assert before[:4] not in row["cipher"]
    heads = [row[0] for row in cells(await taken(town, second, WHOLE))]
    assert "佐证1" in heads
    assert "河湾小学案〔2026〕1号" in heads
    # By its number on the command line: the same file again.
    named = await case_paper_name.take(
        await town.desk("wang"), "河湾小学案〔2026〕1号", "government", uuid4()
    )
    assert named.data == before
    with pytest.raises(NoPaper):
        await case_paper_name.take(
            await town.desk("zhou"), "河湾小学案〔2026〕1号", "government", uuid4()
        )


async def test_a_preview_leaves_nothing_behind(town):
    await visited(town)
    desk = await town.desk("li")
    seen = await case_paper.preview(desk, *PLACE, RECORD)
    assert seen.lines[0] == "学生赵小雨家访劝返记录表"
    assert "【家访、劝返记录】" in seen.lines
    assert (
        await town.pool.fetchval("SELECT count(*) FROM paper WHERE kind <> 'report'") == 0
    )
    given = "SELECT count(*) FROM number_series WHERE series LIKE '%visit_record%'"
    assert await town.pool.fetchval(given) == 0


async def test_the_letter_asks_the_township_is_signed_by_the_principal_and_receipted(town):
    with pytest.raises(NotYours):
        await issue(town, "li", LETTER, "派出所协助查找")
    for asked in ("  ", "查" * 151):
        with pytest.raises(AskedMissing):
            await issue(town, "wang", LETTER, asked)
    letter = await issue(town, "wang", LETTER, "请派出所协助查找。")
    text = [p.text for p in Document(BytesIO(await taken(town, letter, LETTER))).paragraphs]
    assert text[0] == "关于商请协助做好学生赵小雨劝返工作的函"
    assert "河湾小学商〔2026〕1号" in text
    assert "青石镇人民政府：" in text
    assert "现商请贵府协助：请派出所协助查找。" in text
    assert "receipt_request:government" in await town.duties()
    with pytest.raises(NotYours):
        await case_paper_view.receive(
            await town.desk("wang"), TOWNSHIP, letter, None, uuid4()
        )
    await case_paper_view.receive(await town.desk("gov"), TOWNSHIP, letter, None, uuid4())
    assert "receipt_request:government" not in await town.duties()
    with pytest.raises(AlreadyReceipted):
        await case_paper_view.receive(
            await town.desk("gov"), TOWNSHIP, letter, None, uuid4()
        )


CLIMBED = "SELECT climbed_to FROM duty WHERE kind = 'receipt_request' AND done_at IS NULL"


async def test_a_letter_on_paper_is_receipted_by_the_school_and_one_unanswered_climbs(town):
    letter = await issue(town, "wang", LETTER, "请派出所协助查找。")
    for told in ("11-25 08:29", "11-25 08:31"):
        early_or_late = PaperReceipt(received_by="镇办公室 小孙", received_at=at(told))
        with pytest.raises(BadInput):
            await receipted(town, "wang", letter, early_or_late)
    town.clock("11-25 23:59")
    await swept(town)
    assert await town.pool.fetchval(CLIMBED) is None
    town.clock("11-26 00:00")
    await swept(town)
    assert await town.pool.fetchval(CLIMBED) == "office"
    stamped = PaperReceipt(received_by="镇办公室 小孙", received_at=at("11-25 16:20"))
    for who in ("li", "gov", "zhou"):
        with pytest.raises((NotYours, OutOfSight)):
            await receipted(town, who, letter, stamped)
    await receipted(town, "reg", letter, stamped)
    assert "receipt_request:government" not in await town.duties()
    seen = await case_paper_view.view(await town.desk("wang"), TOWNSHIP, letter, LETTER)
    assert seen.lines[-1] == "签收：镇办公室 小孙 2026-11-25 16:20（纸质签收）"
    with pytest.raises(AlreadyReceipted):
        await receipted(town, "gov", letter, None)


async def receipted(
    town: SchoolTown, who: str, letter: int, on_paper: PaperReceipt | None
) -> None:
    desk = await town.desk(who)
    await case_paper_view.receive(desk, TOWNSHIP, letter, on_paper, uuid4())


async def swept(town: SchoolTown) -> None:
    await sweep.everything(seat.front_desk(town.pool, lambda _: town.now))


async def test_nobody_else_s_child_and_no_case_has_no_papers(town):
    with pytest.raises(OutOfSight):
        await case_paper.preview(await town.desk("zhou"), *PLACE, WHOLE)
    with pytest.raises(NotYours):
        await issue(town, "bureau", WHOLE)
    with pytest.raises(NoCaseEver):
        await case_paper.preview(await town.desk("li"), TOWNSHIP, DASHAN, WHOLE)
