"""家访劝返记录表, 一生一案 and 商请函 as files: ruled sheets, or a letter by GB/T 9704."""

from typing import BinaryIO, Final

from docx.enum.text import WD_ALIGN_PARAGRAPH

from core.papers.letter import Line, Sheet, write_sheets
from core.papers.words import long_day
from core.rules.case_paper import Block, CasePaper
from core.rules.paper import Edition, PaperKind

RIGHT: Final = WD_ALIGN_PARAGRAPH.RIGHT
LEFT: Final = WD_ALIGN_PARAGRAPH.LEFT
CENTRE: Final = WD_ALIGN_PARAGRAPH.CENTER
NO_DAY: Final = "　　　　年　　月　　日"
# A row that is printed full needs no room for a hand.
_ROW_MM: Final = 9
# What is written by hand under a record.
SIGNATURES: Final = (
    ("家长（签字）、日期", ""),
    ("学校意见（盖章）", ""),
    ("村（居）意见（盖章）", ""),
    ("乡镇意见（盖章）", ""),
)


def write(out: BinaryIO, paper: CasePaper) -> None:
    """Write an issued paper; the same content gives the same bytes."""
    if paper.issued_on is None:
        raise ValueError(paper.kind)
    write_sheets(out, paper.school_name, paper.issued_on, sheets(paper))


def sheets(paper: CasePaper) -> tuple[Sheet, ...]:
    """Return a letter's one sheet, or a record's: one for each block, then the hands."""
    if paper.kind is PaperKind.REQUEST:
        return (Sheet(paper.title, lines(paper)),)
    first, *rest = paper.blocks
    return (
        Sheet(paper.title, _head(paper), first.rows, _ROW_MM),
        *(Sheet(block.heading, (), block.rows, _ROW_MM) for block in rest),
        Sheet("意见和签字", (), SIGNATURES),
    )


def lines(paper: CasePaper) -> tuple[Line, ...]:
    """Return what is read: a letter's paragraphs, or a record's rows as lines."""
    if paper.kind is PaperKind.REQUEST:
        return _letter(paper)
    told = tuple(line for block in paper.blocks for line in _lines(block))
    return (*_head(paper), *told)


def _head(paper: CasePaper) -> tuple[Line, ...]:
    made = f"{paper.issued_by}　{_day(paper)}" if paper.issued_by else _day(paper)
    return (
        Line(paper.number, CENTRE, indent=False),
        Line(f"（{Edition.INTERNAL.label}）", CENTRE, indent=False),
        Line(f"填报单位：{paper.school_name}（盖章）", LEFT, indent=False),
        Line(f"填表人、日期：{made}", LEFT, indent=False),
    )


def _lines(block: Block) -> tuple[Line, ...]:
    told = []
    for head, said in block.rows:
        text = "：".join(filter(None, (" ".join(head.split("\n")), said)))
        told += [Line(part, LEFT, indent=False) for part in text.split("\n")]
    return (Line("", LEFT), Line(f"【{block.heading}】", LEFT, indent=False), *told)


def _letter(paper: CasePaper) -> tuple[Line, ...]:
    mandate = "（校长授权）" if paper.by_mandate else ""
    return (
        Line(paper.number, LEFT, indent=False),
        Line(f"{paper.sent_to}：", LEFT, indent=False),
        *(Line(text) for text in paper.paragraphs),
        Line(f"{paper.school_name}（盖章）", RIGHT, indent=False, keep=2),
        Line(_day(paper), RIGHT, indent=False, keep=4),
        Line(f"签发人：{paper.issued_by}{mandate}", LEFT, indent=False),
        Line(f"个案编号：{paper.case_number}", LEFT, indent=False),
    )


def _day(paper: CasePaper) -> str:
    return long_day(paper.issued_on) if paper.issued_on else NO_DAY
