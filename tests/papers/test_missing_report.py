"""关于学生×××超过48小时未到校情况的报告, read back as a counter reads it."""

import re
import zipfile
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from core.papers.letter import Line, height, size_for, title_lines
from core.papers.missing_report import lines, write
from core.rules.paper import Addressee, MissingReport, TimelineEntry
from core.rules.paper_number import number_text
from core.rules.time import SHANGHAI

GOVERNMENT, BUREAU = Addressee.GOVERNMENT, Addressee.BUREAU


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def report(**more: object) -> MissingReport:
    usual: dict[str, object] = {
        "school_name": "青石镇九年一贯制学校",
        "government_name": "青石镇人民政府",
        "bureau_name": "青州市教育局",
        "number": number_text("青九校报", 2026, 3),
        "student_name": "赵小雨",
        "sex": "女",
        "born_on": date(2012, 3, 15),
        "class_name": "三年级（1）班",
        "guardian": "赵大山",
        "relation": "父亲",
        "phone": "19900000001",
        "address": "青石镇河东村二组",
        "missed_at": at(23, 8),
        "due_at": at(25, 8, 30),
        "timeline": (
            TimelineEntry(at=at(23, 9, 10), text="班主任电话联系监护人，未接通"),
            TimelineEntry(at=at(23, 16, 30), text="入户家访，家中无人"),
        ),
        "contacted": True,
        "visited": True,
        "measures": ("继续联系监护人", "会同村两委再次入户"),
        "signed_on": date(2026, 11, 25),
        "signed_by": "王建国",
    }
    return MissingReport.model_validate(usual | more)


def bytes_of(one: MissingReport, addressee: Addressee = GOVERNMENT) -> bytes:
    out = BytesIO()
    write(out, one, addressee)
    return out.getvalue()


def letter(one: MissingReport, addressee: Addressee = GOVERNMENT) -> Document:
    return docx.Document(BytesIO(bytes_of(one, addressee)))


def told(one: MissingReport, addressee: Addressee = GOVERNMENT) -> list[str]:
    return [paragraph.text for paragraph in letter(one, addressee).paragraphs]


def test_two_originals_of_one_content_each_with_one_addressee() -> None:
    to_government, to_bureau = told(report()), told(report(), BUREAU)
    assert to_government[0] == "关于学生赵小雨超过48小时\n未到校情况的报告"
    assert to_government[2:4] == ["青九校报〔2026〕3号", "青石镇人民政府："]
    assert to_government[-1] == "抄送：青州市教育局"
    assert to_bureau[3] == "青州市教育局："
    assert to_bureau[-1] == "抄送：青石镇人民政府"
    assert to_government[4:-1] == to_bureau[4:-1]
    assert to_government[2] == to_bureau[2]


def test_the_facts_the_timeline_and_the_closing() -> None:
    text = told(report())
    assert text[4] == (
        "我校三年级（1）班学生赵小雨（女，2012年3月15日出生，监护人赵大山，系其父亲，"
        "电话19900000001，住青石镇河东村二组），自2026-11-23 08:00起未到校，未履行请假手续，"
        "至2026-11-25 08:30已超过48小时。"
    )
    assert text[5] == (
        "发现和处置经过：2026-11-23 09:10，班主任电话联系监护人，未接通；"
        "2026-11-23 16:30，入户家访，家中无人。"
    )
    assert text[7:] == [
        "已采取的措施：继续联系监护人；会同村两委再次入户。",
        "特此报告。",
        "青石镇九年一贯制学校（盖章）",
        "2026年11月25日",
        "签发人：王建国",
        "抄送：青州市教育局",
    ]


def test_a_report_asks_for_nothing_and_finds_no_dropout() -> None:
    """党政机关公文处理工作条例 15(4): a 报告 carries no 请求事项."""
    text = "".join(told(report()))
    assert not re.search(r"请求|请示|请予|恳请|妥否|批复|疑似辍学", text)


@pytest.mark.parametrize(
    ("contacted", "visited", "gap"),
    [
        (False, False, "截至报告时未联系、未家访。"),
        (True, False, "截至报告时未家访。"),
        (False, True, "截至报告时未联系。"),
    ],
)
def test_what_was_not_done_is_printed(*, contacted: bool, visited: bool, gap: str) -> None:
    assert gap in told(report(contacted=contacted, visited=visited))[6]
    assert "截至报告时" not in told(report())[6]
    assert told(report())[6] == "初步了解：原因，尚未查明；去向，尚未查明。"


def test_the_paper_exists_before_it_is_signed_without_number_and_day() -> None:
    """days.md, papers 3: without paper there is no stamp."""
    unsigned = report(
        number=number_text("青九校报", 2026, None),
        signed_on=None,
        signed_by="",
        timeline=(),
        measures=(),
    )
    text = told(unsigned)
    assert text[2] == "青九校报〔2026〕　号"
    assert "　　　　年　　月　　日" in text
    assert "签发人：" in text
    assert "特此报告。" in text


def test_31_a_delegated_signature_says_so() -> None:
    assert "签发人：张敏（校长授权）" in told(report(signed_by="张敏", by_mandate=True))


def test_the_sheet_is_a4_with_the_margins_and_faces_of_gb_t_9704() -> None:
    one = letter(report())
    section = one.sections[0]
    millimetres = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.bottom_margin,
        section.left_margin,
        section.right_margin,
    )
    assert [round(length.mm) for length in millimetres] == [210, 297, 37, 35, 28, 26]
    faces = [
        paragraph.runs[0].font.element.rPr.rFonts.get(qn("w:eastAsia"))
        for paragraph in one.paragraphs
        if paragraph.runs
    ]
    assert faces[0] == "方正小标宋简体"
    assert set(faces[1:]) == {"仿宋_GB2312"}
    assert one.paragraphs[0].runs[0].font.size.pt == 22
    assert one.paragraphs[4].runs[0].font.size.pt == 16
    assert one.paragraphs[4].paragraph_format.first_line_indent.pt == 32


def test_the_same_report_gives_the_same_bytes() -> None:
    first = bytes_of(report())
    assert bytes_of(report()) == first
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    facts = docx.Document(BytesIO(first)).core_properties
    day = datetime(2026, 11, 25)  # noqa: DTZ001 - python-docx reads it without a zone
    assert facts.created.replace(tzinfo=None) == facts.modified.replace(tzinfo=None) == day
    assert (facts.author, facts.last_modified_by) == ("青石镇九年一贯制学校",) * 2


def test_a_long_story_stays_on_one_sheet_and_says_what_it_leaves_out(
    tmp_path: Path,
) -> None:
    long = report(
        timeline=tuple(
            TimelineEntry(
                at=at(23, 8, minute), text=f"第{minute}次联系监护人及亲属均未接通"
            )
            for minute in range(40)
        )
    )
    fitting = lines(long, GOVERNMENT)
    assert size_for(long.title, fitting) is not None
    text = "".join(told(long))
    left_out = re.search(r"其间另有(\d+)项记录，存校备查", text)
    assert left_out is not None
    shown = len(re.findall(r"第\d+次联系", text))
    assert shown + int(left_out[1]) == 40
    assert "第0次联系" in text
    assert "第39次联系" in text


def test_the_height_of_a_letter_by_hand() -> None:
    # 156 mm = 442.2 pt = 27 squares of 16 pt, 26 counted on, and 20 of the title's 22 pt,
    # 19 counted on: one line of 32; the blank line and two of 28 for 27 squares.
    assert height("题" * 19, [Line("字" * 26, indent=False)], 16, 28) == 32 + 28 + 28
    assert height("题" * 19, [Line("字" * 27, indent=False)], 16, 28) == 32 + 28 + 56
    assert height("题" * 20, [Line("字" * 24)], 16, 28) == 64 + 28 + 28
    assert height("题" * 19, [Line("字" * 25)], 16, 28) == 32 + 28 + 56


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于学生王小明返校的函", ("关于学生王小明返校的函",)),
        ("题" * 19, ("题" * 19,)),
        ("题" * 20, ("题" * 10, "题" * 10)),
        (
            "关于学生李轩超过48小时未到校情况的报告",
            ("关于学生李轩超过48小时未到校情况的报告",),
        ),
        (
            "关于学生李轩思超过48小时未到校情况的报告",
            ("关于学生李轩思超过48小时", "未到校情况的报告"),
        ),
    ],
)
def test_a_long_title_is_broken_at_a_word(title, lines) -> None:
    assert title_lines(title) == lines
