"""Letters on A4 sheets by GB/T 9704: margins, fonts, paragraphs, and stable bytes.

What a letter says stands in its own module.  Whether it fits on its sheet is reckoned
here from the width of its characters: every Chinese one is a square.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import BinaryIO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.table import WD_ALIGN_VERTICAL, WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

TITLE_FACE: Final = "方正小标宋简体"
BODY_FACE: Final = "仿宋_GB2312"
TITLE_SIZE: Final = 22
TITLE_LEADING: Final = 32
# Where a long title may be broken: before one of these words.
TITLE_WORDS: Final = (
    "超过",
    "未到校",
    "情况",
    "协助",
    "通知书",
    "返校",
    "一生一案",
    "家访",
)
# GB/T 9704: 三号 on 28 pt; a long report steps down to 四号 before it takes a second page.
SIZES: Final = ((16, 28), (15, 25), (14, 22))
TOP_MM, RIGHT_MM, BOTTOM_MM, LEFT_MM = 37, 26, 35, 28
PAGE_MM: Final = (210, 297)
POINTS_PER_MM: Final = 72 / 25.4
WIDTH: Final = (PAGE_MM[0] - LEFT_MM - RIGHT_MM) * POINTS_PER_MM
HEIGHT: Final = (PAGE_MM[1] - TOP_MM - BOTTOM_MM) * POINTS_PER_MM
# A form to be filled in by hand: 四号, rows of 13 mm, headings beside room to write.
FORM_SIZE: Final = (14, 20)
ROW_MM: Final = 13
COLUMNS_MM: Final = (48, 108)
# The first moment a zip archive can name; every part carries it.
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
WIDE_FROM: Final = 0x2E80


@dataclass(frozen=True)
class Line:
    """A paragraph: where it stands, and whether its first line is set in by two."""

    text: str
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY
    indent: bool = True
    # Squares kept free on the right of a signature or a date.
    keep: int = 0


def squares(text: str) -> float:
    """Return the width of a text in Chinese characters."""
    return sum(1 if ord(char) >= WIDE_FROM else 0.5 for char in text)


def title_lines(title: str) -> tuple[str, ...]:
    """Break a title too long for its line in two, at a word and near its middle (GB/T 9704).

    A title of which no word is known there is broken in its middle.
    """
    # One square is not counted on: another face's figures are wider than half of one.
    room = WIDTH // TITLE_SIZE - 1
    if squares(title) <= room:
        return (title,)
    middle = len(title) / 2
    starts = [at for word in TITLE_WORDS if (at := title.find(word)) > 0]
    breaks = (at for at in starts if squares(title[:at]) <= room)
    at = min(breaks, key=lambda at: abs(at - middle), default=round(middle))
    return title[:at], title[at:]


def height(title: str, lines: Sequence[Line], size: int, leading: int) -> float:
    """Return how tall the letter is in points, if its body is `size` points."""
    titles = sum(-(-squares(part) * TITLE_SIZE // WIDTH) for part in title_lines(title))
    # A line may not begin with a full stop: one square of each is not counted on.
    room = WIDTH // size - 1
    body = sum(
        max(1, -(-(squares(line.text) + 2 * line.indent + line.keep) // room))
        for line in lines
    )
    return titles * TITLE_LEADING + (body + 1) * leading


def size_for(title: str, lines: Sequence[Line]) -> tuple[int, int] | None:
    """Return the largest size and leading that keep one sheet; None if none does."""
    for size, leading in SIZES:
        if height(title, lines, size, leading) <= HEIGHT:
            return size, leading
    return None


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file: its title, its paragraphs, and a form under them."""

    title: str
    lines: Sequence[Line] = ()
    # (heading, what stands beside it); blank cells are filled in by hand.
    rows: Sequence[tuple[str, str]] = ()
    # How low a row may be: written in by hand, or printed full.
    row_mm: int = ROW_MM


def write_letter(
    out: BinaryIO, title: str, author: str, dated_on: date, lines: Sequence[Line]
) -> None:
    """Write a letter of one sheet; the same content gives the same bytes."""
    write_sheets(out, author, dated_on, (Sheet(title, lines),))


def write_sheets(
    out: BinaryIO, author: str, dated_on: date, sheets: Sequence[Sheet]
) -> None:
    """Write the sheets into one file; the same content gives the same bytes.

    `dated_on` is the paper's own date and becomes the file's.  What is too long for one
    sheet is written at the smallest size.
    """
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    section.top_margin, section.bottom_margin = Mm(TOP_MM), Mm(BOTTOM_MM)
    section.left_margin, section.right_margin = Mm(LEFT_MM), Mm(RIGHT_MM)
    for place, sheet in enumerate(sheets):
        _write(document, sheet, begins_page=place > 0)
    facts = document.core_properties
    facts.title, facts.author, facts.last_modified_by = sheets[0].title, author, author
    facts.comments, facts.revision = "", 1
    facts.created = facts.modified = datetime.combine(dated_on, time(), UTC)
    plain = BytesIO()
    document.save(plain)
    _still(plain, out)


def _write(document: DocumentObject, sheet: Sheet, *, begins_page: bool) -> None:
    size, leading = size_for(sheet.title, sheet.lines) or SIZES[-1]
    first = document.add_paragraph()
    first.alignment = WD_ALIGN_PARAGRAPH.CENTER
    first.paragraph_format.page_break_before = begins_page
    _set(first, "\n".join(title_lines(sheet.title)), TITLE_FACE, TITLE_SIZE, TITLE_LEADING)
    _set(document.add_paragraph(), "", BODY_FACE, size, leading)
    for line in sheet.lines:
        paragraph = document.add_paragraph()
        paragraph.alignment = line.align
        if line.indent:
            paragraph.paragraph_format.first_line_indent = Pt(2 * size)
        if line.keep:
            paragraph.paragraph_format.right_indent = Pt(line.keep * size)
        _set(paragraph, line.text, BODY_FACE, size, leading)
    if sheet.rows:
        _table(document, sheet)


def _table(document: DocumentObject, sheet: Sheet) -> None:
    """Rule a form of two columns; a cell of several lines has a paragraph for each."""
    table = document.add_table(len(sheet.rows), 2, "Table Grid")
    table.autofit = False
    # Word goes by the cells' widths, LibreOffice and WPS by the columns'.
    for column, width in zip(table.columns, COLUMNS_MM, strict=True):
        column.width = Mm(width)
    for row, texts in zip(table.rows, sheet.rows, strict=True):
        row.height, row.height_rule = Mm(sheet.row_mm), WD_ROW_HEIGHT_RULE.AT_LEAST
        # What was done at one time stands on one page.
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - no public way
        for cell, text, width in zip(row.cells, texts, COLUMNS_MM, strict=True):
            cell.width, cell.vertical_alignment = Mm(width), WD_ALIGN_VERTICAL.CENTER
            first, *more = text.split("\n")
            _set(cell.paragraphs[0], first, BODY_FACE, *FORM_SIZE)
            for line in more:
                _set(cell.add_paragraph(), line, BODY_FACE, *FORM_SIZE)


def _set(paragraph: Paragraph, text: str, face: str, size: int, leading: int) -> None:
    """Set a paragraph's words in a Chinese face: Word asks for it by w:eastAsia."""
    look = paragraph.paragraph_format
    look.line_spacing_rule, look.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(leading)
    look.space_before = look.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.font.name, run.font.size = face, Pt(size)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001 - no public way to w:eastAsia
    fonts.set(qn("w:eastAsia"), face)


def _still(plain: BytesIO, out: BinaryIO) -> None:
    """Copy the archive with one moment on every part, so that its bytes stand still."""
    with ZipFile(plain) as source, ZipFile(out, "w") as target:
        for name in source.namelist():
            part = ZipInfo(name, EPOCH)
            part.compress_type = ZIP_DEFLATED
            target.writestr(part, source.read(name))
