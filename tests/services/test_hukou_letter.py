"""抄送函: the hukou is in another township (days.md 27); and the papers as files to print."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from docx import Document

from core.rules.duty import DutyKind
from core.rules.errors import NotYours, OutOfSight
from core.rules.hukou_letter import HUKOU, AlreadySent, NotYetSent, SentBy, is_of_elsewhere
from core.rules.paper import Addressee
from core.rules.roll import Mark
from core.services import (
    duty,
    export,
    export_paper,
    file,
    hukou_letter,
    report,
    report_view,
)
from core.services.export_paper import NoLetter, NoReport
from core.services.hukou_letter import Dispatch
from db.pool import Pool
from tests.services.school_town import TOWNSHIP, XIAOYU, SchoolTown, build

ELSEWHERE = "990101203007"  # the township 990101203 of the same county
LETTERS = "SELECT id FROM paper WHERE kind = 'hukou_letter'"


@pytest.mark.parametrize(
    ("code", "elsewhere"),
    [
        (None, False),
        ("990101100201", False),
        ("990101100", False),
        ("990101203007", True),
        ("990101203", True),
        ("990205100001", True),
        ("990205", True),  # another county
        ("990101", False),  # the own county: which township it is stays open
        ("990101000000", False),
        ("990205000000", True),
    ],
)
def test_27_a_hukou_is_elsewhere_where_its_code_says_so(code, elsewhere):
    assert is_of_elsewhere(code, 990101100) is elsewhere


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-25 08:30")
    await made.ring()
    return made


async def signed(town: SchoolTown, hukou: str | None = ELSEWHERE) -> int:
    await town.write(
        "UPDATE student SET hukou_code = $1, hukou_place = '白云镇东山村' WHERE id = $2",
        hukou,
        XIAOYU,
    )
    paper: int = await town.pool.fetchval("SELECT id FROM paper WHERE kind = 'report'")
    await report.sign(await town.desk("wang"), TOWNSHIP, paper, uuid4())
    return paper


def text_of(body: bytes) -> str:
    return "\n".join(p.text for p in Document(BytesIO(body)).paragraphs)


async def test_27_signing_the_report_issues_the_letter_under_its_own_number(town):
    paper = await signed(town)
    letter = await town.pool.fetchval(LETTERS)
    found = await hukou_letter.view(await town.desk("reg"), TOWNSHIP, letter)
    assert found.lines[0] == "关于函告学生赵小雨未到校情况的函"
    assert found.lines[2] == "河湾小学函〔2026〕1号"
    assert found.lines[3] == "学生户籍地（白云镇东山村）乡镇人民政府、街道办事处："
    whole = "".join(found.lines)
    assert "河湾小学报〔2026〕1号报告青石镇人民政府和市教育局" in whole
    assert "女，2018年3月14日出生" in whole
    assert "特此函告。" in whole
    # The report itself went where it always goes: to the school's own township.
    body = await report.original(
        await town.desk("gov"), TOWNSHIP, paper, Addressee.GOVERNMENT
    )
    assert "青石镇人民政府：" in text_of(body)
    assert "白云镇" not in text_of(body)


@pytest.mark.parametrize("hukou", [None, "990101100201", "990101"])
async def test_27_a_hukou_of_the_township_asks_for_no_letter(town, hukou):
    await signed(town, hukou)
    assert await town.pool.fetchval(LETTERS) is None
    assert "send_letter:registrar" not in await town.duties()


async def test_27_its_sending_is_owed_by_the_school_and_recorded_once(town):
    await signed(town)
    letter = await town.pool.fetchval(LETTERS)
    owed = [
        d
        for d in (await duty.today(await town.desk("reg"))).duties
        if d.kind is DutyKind.SEND_LETTER
    ]
    assert [(d.words, d.subject_id) for d in owed] == [("赵小雨", letter)]
    sent = Dispatch(by=SentBy.MAIL, to="EMS 1234567890", on=town.now.date())
    for who, refusal in (("li", NotYours), ("gov", NotYours), ("zhou", OutOfSight)):
        with pytest.raises(refusal):
            await hukou_letter.send(await town.desk(who), TOWNSHIP, letter, sent, uuid4())
    reg = await town.desk("reg")
    await hukou_letter.send(reg, TOWNSHIP, letter, sent, uuid4())
    assert "send_letter:registrar" not in await town.duties()
    with pytest.raises(AlreadySent):
        await hukou_letter.send(reg, TOWNSHIP, letter, sent, uuid4())
    told = (await hukou_letter.view(reg, TOWNSHIP, letter)).sending
    assert (told.told, told.recorded_by) == ("邮寄 EMS 1234567890", "何静")
    # The child's file tells it.
    events = (await file.timeline(reg, TOWNSHIP, XIAOYU)).events
    words = "《关于函告学生赵小雨未到校情况的函》寄送户籍地：邮寄 EMS 1234567890"
    assert words in [event.words for event in events]


async def test_neither_paper_is_taken_for_the_other(town):
    paper = await signed(town)
    letter = await town.pool.fetchval(LETTERS)
    reg, gov = await town.desk("reg"), await town.desk("gov")
    sent = Dispatch(by=SentBy.HAND, to="白云镇政府", on=town.now.date())
    for act in (
        report_view.view(reg, TOWNSHIP, letter),
        report.receive(gov, TOWNSHIP, letter, Addressee.GOVERNMENT, None, uuid4()),
        export_paper.take(reg, TOWNSHIP, letter, "bureau", uuid4()),
        hukou_letter.view(reg, TOWNSHIP, paper),
        hukou_letter.send(reg, TOWNSHIP, paper, sent, uuid4()),
    ):
        with pytest.raises(OutOfSight):
            await act
    assert await town.pool.fetchval("SELECT count(*) FROM receipt") == 0


async def test_who_has_read_a_letter_is_written_down_once_for_a_page_that_stays(town):
    await signed(town)
    letter = await town.pool.fetchval(LETTERS)
    reg = await town.desk("reg")
    await hukou_letter.view(reg, TOWNSHIP, letter)
    await hukou_letter.view(reg, TOWNSHIP, letter, again=True)
    read = await town.pool.fetch(
        "SELECT account_id, kind FROM read_log WHERE subject = $1", f"paper:{letter}"
    )
    assert [tuple(row) for row in read] == [(10, "report")]


@pytest.mark.parametrize(("to", "days"), [(" ", 0), ("白云镇政府", 1), ("白云镇政府", -1)])
async def test_27_a_sending_names_whom_and_happened_between_signature_and_today(
    town, to, days
):
    await signed(town)
    letter = await town.pool.fetchval(LETTERS)
    reg = await town.desk("reg")
    on = town.now.date() + timedelta(days=days)
    sent = Dispatch.model_construct(by=SentBy.HAND, to=to, on=on)
    with pytest.raises(NotYetSent):
        await hukou_letter.send(reg, TOWNSHIP, letter, sent, uuid4())
    assert "send_letter:registrar" in await town.duties()


async def test_27_a_letter_not_sent_the_next_day_climbs_to_the_principal(town):
    await signed(town)
    row = await town.pool.fetchrow(
        "SELECT due_at, climbs_at FROM duty WHERE kind = 'send_letter'"
    )
    assert row["due_at"] == row["climbs_at"]
    assert f"{row['due_at'].astimezone(town.now.tzinfo):%m-%d %H:%M}" == "11-26 17:00"


# The papers as files.


async def test_a_report_is_printed_before_it_is_signed_without_number_and_day(town):
    made = await export_paper.by_case(await town.desk("wang"), "2026-001", "government")
    assert made.line.file_name == "书面报告_赵小雨_主送乡镇人民政府_待签发_2026-001.docx"
    text = text_of(made.data)
    assert "河湾小学报〔2026〕　号" in text
    assert "年　　月　　日" in text


async def test_a_signed_report_is_printed_byte_for_byte_as_signed(town):
    paper = await signed(town)
    wang = await town.desk("wang")
    for addressee in Addressee:
        made = await export_paper.take(wang, TOWNSHIP, paper, addressee.value)
        assert made.data == await report.original(wang, TOWNSHIP, paper, addressee)
    letter = await export_paper.take(wang, TOWNSHIP, paper, HUKOU)
    assert "特此函告" in text_of(letter.data)
    # All three can be fetched for a day, and are written down.
    assert len(await export.mine(wang)) == 3
    purposes = await town.pool.fetch("SELECT purpose FROM read_log WHERE kind = 'export'")
    assert [row["purpose"] for row in purposes] == ["打印盖章报送"] * 3


async def test_who_may_print_a_report(town):
    await signed(town, None)
    with pytest.raises(NotYours):
        await export_paper.by_case(await town.desk("li"), "2026-001", "bureau")
    with pytest.raises(NoReport, match="2026-001"):
        await export_paper.by_case(await town.desk("zhou"), "2026-001", "bureau")
    with pytest.raises(NoReport, match="2026-009"):
        await export_paper.by_case(await town.desk("wang"), "2026-009", "bureau")
    with pytest.raises(NoLetter):
        await export_paper.by_case(await town.desk("office"), "2026-001", HUKOU)
    for who in ("reg", "office", "gov", "bureau"):
        made = await export_paper.by_case(await town.desk(who), "2026-001", "bureau")
        assert made.line.made_at.date() == date(2026, 11, 25)
