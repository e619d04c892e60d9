"""One workbook as a township prints it: title, heads, rows, signatures, 说明.

Rows are streamed: only one of them is in memory.  What a paper's columns are stands in
its own module; whose numbers may be whole is decided before a record comes here.
"""

from collections.abc import Iterable
from datetime import datetime, time
from typing import BinaryIO, Final, Generic

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from core.papers.form import MARGIN_MM, MM_PER_INCH, Leaf, R
from core.papers.look import Look
from core.papers.sheet_row import CellLost, RowWriter
from core.rules.paper import PaperHead

NOTHING: Final = "（无）"
SIGNATURES: Final = (
    "单位负责人（签字）：{gap}审核人：{gap}填表人：{by}{gap}联系电话：{phone}"
)
GAP: Final = "　" * 8
UNFIT_FOR_SHEET: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class Unsorted(RuntimeError):
    """A section of a register came twice: its count would be wrong."""


def write_book(out: BinaryIO, leaves: Iterable[Leaf[R]]) -> None:
    """Write a workbook; the same content gives the same bytes.

    Raises CellLost, WrongEdition or Unsorted rather than hand over a wrong paper.
    """
    with Workbook(out, OPTIONS) as book:
        for leaf in leaves:
            write_leaf(book, leaf)


def write_leaf(book: Workbook, leaf: Leaf[R], sheet: Worksheet | None = None) -> None:
    """Write one sheet of a book, on a new tab or on the one it was kept; see write_book."""
    if not book.doc_properties:
        book.set_properties(properties(leaf.head))
    name = leaf.name.translate(UNFIT_FOR_SHEET).strip()[:31]
    _Writer(book, sheet or book.add_worksheet(name), leaf).write()


def properties(head: PaperHead) -> dict[str, str | datetime]:
    """Return the file's properties; its date is the paper's own."""
    created = datetime.combine(head.filled_on, time())
    return {"title": head.title, "author": head.unit, "created": created}


class _Writer(Generic[R]):
    """Write one sheet from the top down: a finished row cannot be gone back to."""

    def __init__(self, book: Workbook, sheet: Worksheet, leaf: Leaf[R]) -> None:
        self.sheet, self.leaf = sheet, leaf
        self.form, self.head = leaf.form, leaf.head
        self.columns = leaf.form.all_columns
        self.last = len(self.columns) - 1
        self.look = Look(book, leaf.form.font)
        self.rows = RowWriter(sheet, self.look, leaf.form, leaf.head.edition)
        self.line = 0

    def write(self) -> None:
        """Write the whole sheet."""
        self._page()
        self._top()
        self._heads()
        self._body()
        self._bottom()

    def _page(self) -> None:
        sheet, head = self.sheet, self.head
        sheet.set_landscape()
        sheet.set_paper(self.form.page.value[0])
        side = MARGIN_MM / MM_PER_INCH
        sheet.set_margins(left=side, right=side, top=0.6, bottom=0.7)
        sheet.fit_to_pages(1, 0)
        sheet.center_horizontally()
        for at, column in enumerate(self.columns):
            sheet.set_column(at, at, column.width)
        made = f"{head.made_by[:40]} {head.made_at:%Y-%m-%d %H:%M} {head.export_id[:40]}"
        sheet.set_footer(
            f"&L&8 {made.replace('&', '&&')}&R&8 第&P页 共&N页", {"margin": 0.3}
        )

    def _top(self) -> None:
        head, look = self.head, self.look
        self.sheet.set_row(0, 30)
        self._wide(head.title, look.title)
        self._wide(f"（{head.edition.label}）", look.edition)
        day = f"{head.filled_on.year}年{head.filled_on.month}月{head.filled_on.day}日"
        one, two = self.last // 2, self.last - max(1, self.last // 5)
        self._span(self.line, 0, one, f"填报单位（盖章）：{head.unit}", look.left)
        self._span(self.line, one + 1, two, f"填报日期：{day}", look.left)
        self._span(self.line, two + 1, self.last, self.form.measure, look.right)
        self.line += 1

    def _heads(self) -> None:
        """Write both rows of heads in full before any merge: see `_merge`."""
        top, face = self.line, self.look.head
        double = any(column.group for column in self.columns)
        low = top + double
        self.sheet.set_row(top, 24 if double else 36)
        before = ""
        for at, column in enumerate(self.columns):
            upper = "" if column.group and column.group == before else column.group
            self._put(top, at, upper if column.group else column.head, face)
            before = column.group
        if double:
            self.sheet.set_row(low, 48)
            for at, column in enumerate(self.columns):
                self._put(low, at, column.head if column.group else "", face)
            self._merge_heads(top, low)
        self.sheet.repeat_rows(top, low)
        self.sheet.freeze_panes(low + 1, 0)
        self.line = low + 1

    def _merge_heads(self, top: int, low: int) -> None:
        at = 0
        while at <= self.last:
            group, end = self.columns[at].group, at
            while group and end < self.last and self.columns[end + 1].group == group:
                end += 1
            self._merge(top, at, top if group else low, end)
            at = end + 1

    def _body(self) -> None:
        form, first, counted, section = self.form, self.line, 0, ""
        done: set[str] = set()
        for number, record in enumerate(self.leaf.rows, start=1):
            if form.section is not None:
                now = form.section(record)
                if section and now != section:
                    self._subtotal(section, counted)
                    done.add(section)
                    counted = 0
                if now in done:
                    raise Unsorted(now)
                section = now
            counted += 1
            strong = form.strong is not None and form.strong(record)
            self.rows.write(self.line, number, record, strong=strong)
            self.line += 1
        if section:
            self._subtotal(section, counted)
        if self.line == first:
            self._wide(NOTHING, self.look.centred)

    def _subtotal(self, section: str, count: int) -> None:
        self._wide(f"{section}小计：{count}人", self.look.strong)

    def _bottom(self) -> None:
        head, look = self.head, self.look
        if head.sentence:
            self._paragraph(head.sentence, look.statement)
        signatures = SIGNATURES.format(gap=GAP, by=head.filled_by, phone=head.phone)
        self.sheet.set_row(self.line, 30)
        self._wide(signatures, look.left)
        notes = (*self.form.notes, *head.notes)
        for at, note in enumerate(notes, start=1):
            lead = "说明：" if at == 1 else "　　　"
            self._paragraph(f"{lead}{at}．{note}", look.note)

    def _paragraph(self, text_: str, face: Format) -> None:
        # A merged row does not grow by itself: two characters wide for each Chinese one.
        room = sum(column.width for column in self.columns)
        rows = max(1, -(-2 * len(text_) // int(room)))
        self.sheet.set_row(self.line, 16 * rows)
        self._wide(text_, face)

    def _wide(self, text_: str, face: Format) -> None:
        self._span(self.line, 0, self.last, text_, face)
        self.line += 1

    def _span(self, row: int, first: int, last: int, text_: str, face: Format) -> None:
        if first > last:
            return
        self._put(row, first, text_, face)
        for at in range(first + 1, last + 1):
            self._put(row, at, "", face)
        self._merge(row, first, row, last)

    def _put(self, row: int, at: int, text_: str, face: Format) -> None:
        if self.sheet.write_string(row, at, text_, face):
            raise CellLost(f"row {row}, column {at}")

    def _merge(self, top: int, left: int, low: int, right: int) -> None:
        """Join cells that have been written.

        merge_range writes the cells itself, goes down to the second row for the first
        head, and then drops every further head of the row above without a word.
        """
        if (top, left) != (low, right):
            self.sheet.merge.append([top, left, low, right])
