"""返校通知书 and 责令通知书 as files: three sheets, the official look, no fine, stable bytes."""

from datetime import date, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from core.papers import notice as paper
from core.papers.letter import BODY_FACE, TITLE_FACE, size_for
from core.rules.notice import Notice
from core.rules.paper import PaperKind
from core.rules.time import SHANGHAI


def notice(**more: object) -> Notice:
    usual = {
        "kind": PaperKind.RETURN_NOTICE,
        "number": "青石镇政返〔2026〕3号",
        "government_name": "青石镇人民政府",
        "school_name": "河湾小学",
        "school_phone": "0990-1234567",
        "case_number": "2026-017",
        "student_name": "赵小雨",
        "sex": "女",
        "born_on": date(2018, 3, 14),
        "class_name": "三年级（1）班",
        "guardian": "李梅",
        "relation": "母亲",
        "address": "河湾村3组",
        "missed_at": datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI),
        "days": 5,
        "signed_on": date(2026, 11, 26),
        "signed_by": "吴强",
        "drafted_by": "王建国",
    }
    return Notice.model_validate(usual | more)


def order(**more: object) -> Notice:
    told = {
        "kind": PaperKind.ORDER,
        "number": "青石镇政责〔2026〕1号",
        "earlier": "本机关已于2026-11-26送达青石镇政返〔2026〕3号《返校通知书》，",
        "grounds": "12月2日由镇分管领导当面批评教育；司法所审核同意。",
        "remedy": "如不服本通知，可以依法申请行政复议或者提起行政诉讼。",
        "days": 7,
    }
    return notice(**told | more)


def written(one: Notice) -> bytes:
    out = BytesIO()
    paper.write(out, one)
    return out.getvalue()


def texts(body: bytes) -> list[str]:
    return [p.text for p in Document(BytesIO(body)).paragraphs if p.text]


def test_the_notice_says_who_why_by_when_and_what_follows() -> None:
    found = texts(written(notice()))
    begins = found.index("辍学生返校通知书")
    assert found[begins : begins + 9] == [
        "辍学生返校通知书",
        "青石镇政返〔2026〕3号",
        "李梅：",
        (
            "你的被监护人赵小雨（女，2018年3月14日出生），系河湾小学三年级（1）班学生，"
            "自2026年11月23日起未到校，未履行请假手续。"
        ),
        (
            "《中华人民共和国义务教育法》第五条第二款规定：“适龄儿童、少年的父母或者其他法定监护人"
            "应当依法保证其按时入学接受并完成义务教育。”"
        ),
        (
            "现通知你自本通知书送达之日起5日内，送赵小雨返校就读。逾期未送返校的，本机关将依照该法"
            "第五十八条的规定给予批评教育，责令限期改正。"
        ),
        "因患病、转学等确有特殊情况的，请在上述期限内持有关证明与河湾小学（电话0990-1234567）联系。",
        "青石镇人民政府（盖章）",
        "2026年11月26日",
    ]


def test_the_order_says_whom_what_for_by_what_law_and_what_may_be_done() -> None:
    found = texts(written(order()))
    begins = found.index("责令送被监护人接受义务教育通知书")
    assert found[begins + 2 : begins + 7] == [
        "被责令人：李梅（系被监护人之母亲），身份证件号＿＿＿＿＿＿＿＿＿＿，住河湾村3组",
        "被监护人：赵小雨（女，2018年3月14日出生），系河湾小学三年级（1）班学生",
        (
            "经查，赵小雨自2026年11月23日起未到校，未履行请假手续。本机关已于2026-11-26送达"
            "青石镇政返〔2026〕3号《返校通知书》，期限届满，仍未送其返校。"
            "12月2日由镇分管领导当面批评教育；司法所审核同意。"
        ),
        (
            "上述行为违反了《中华人民共和国义务教育法》第五条第二款、第十一条的规定。依照该法"
            "第五十八条的规定，现责令你自本通知书送达之日起7日内，送赵小雨到河湾小学接受义务教育。"
        ),
        "如不服本通知，可以依法申请行政复议或者提起行政诉讼。",
    ]


@pytest.mark.parametrize("one", [notice(), order()])
def test_stub_original_and_slip_stand_on_a_sheet_each(one: Notice) -> None:
    document = Document(BytesIO(written(one)))
    section = document.sections[0]
    assert [round(x.mm) for x in (section.page_width, section.page_height)] == [210, 297]
    titles = [p for p in document.paragraphs if p.runs and p.runs[0].font.size == Pt(22)]
    told = [p.text.replace("\n", "") for p in titles]
    assert told == [f"{one.title}（存根）", one.title, "送达回证"]
    assert [p.paragraph_format.page_break_before for p in titles] == [False, True, True]
    faces = {
        run._element.rPr.rFonts.get(qn("w:eastAsia"))
        for p in document.paragraphs
        for run in p.runs
    }
    assert faces == {TITLE_FACE, BODY_FACE} == {"方正小标宋简体", "仿宋_GB2312"}
    stub, slip = (
        {r.cells[0].text: r.cells[1].text for r in t.rows} for t in document.tables
    )
    assert stub["签发人"] == "吴强"
    assert stub["拟稿人"] == "王建国"
    assert stub["限期"] == f"自送达之日起{one.days}日内"
    assert slip["送达方式"] == "□直接送达　□留置送达\n□邮寄送达　□委托送达"
    assert slip["送达文书"] == f"《{one.title}》"
    # What is written by hand is left blank.
    for head in ("拒收情形", "见证人（签名）、单位职务、日期", "受送达人（签名）、日期"):
        assert slip[head] == ""


def test_the_longest_paper_keeps_to_its_sheet() -> None:
    long = {"grounds": "教" * 120, "remedy": "可" * 100, "address": "河" * 60}
    long |= {"school_name": "青石镇第二九年一贯制学校", "student_name": "买买提江·吐尔逊"}
    one = order(**long)
    assert size_for(one.title, paper.lines(one)) is not None


def test_an_unsigned_paper_has_neither_day_nor_signature_and_a_nameless_guardian_is_told() -> (
    None
):
    found = texts(written(notice(signed_on=None, signed_by="", guardian="", relation="")))
    assert "　　　　年　　月　　日" in found
    assert "赵小雨的监护人：" in found


@pytest.mark.parametrize("one", [notice(), order()])
def test_no_paper_names_a_fine_or_a_threat(one: Notice) -> None:
    document = Document(BytesIO(written(one)))
    cells = (c.text for t in document.tables for r in t.rows for c in r.cells)
    whole = "".join([*(p.text for p in document.paragraphs), *cells])
    for word in ("罚款", "元", "处罚", "拘留", "起诉"):
        assert word not in whole


def test_the_same_paper_is_the_same_file() -> None:
    assert written(notice()) == written(notice())
    assert written(notice()) != written(notice(days=6))
