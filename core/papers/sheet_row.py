"""One row of a paper's table: each cell as its column says, and no number in the wrong paper.

What stands around the rows is `sheet`.  A long paper is millions of cells, so what does not
change from row to row is worked out once, before the first.
"""

import re
from collections.abc import Callable
from functools import partial
from inspect import unwrap
from typing import Final, Generic, TypeAlias

from xlsxwriter.format import Format
from xlsxwriter.worksheet import RowInfo, Worksheet

from core.papers.form import Cell, Form, R
from core.papers.look import Look
from core.rules.paper import Edition

NOT_KNOWN: Final = "—"
# An identity number, a 学籍号 or a telephone number that nobody has masked.
WHOLE_NUMBER: Final = re.compile(r"\d{10}")

# Looks at a number before it is written.
Guard: TypeAlias = Callable[[str], None]
# Of a column: where it stands, what its cell says, who looks at that first, its face,
# whether its cell leads to another sheet, and how many Latin characters a line takes.
CellOf: TypeAlias = tuple[int, Callable[[R], Cell], Guard | None, Format, bool, int]

# A column's width is told in digits of 7 pixels, a font in points of 4/3 pixels.
_DIGIT: Final = 7
_POINT: Final = 4 / 3
# Of the font: what a line below the first adds to a row; without 宋体, another font is taller.
_LEADING: Final = 1.45
_ONE_LINE: Final = 15.0  # points, as Excel makes a row of which nothing is said


class CellLost(RuntimeError):
    """The workbook did not take a cell: a fault of ours, never a paper with a hole."""


class WrongEdition(RuntimeError):
    """A whole number in an 内部版, or a masked one in a 报送版: a fault of ours."""


class RowWriter(Generic[R]):
    """Writes the rows of one sheet."""

    def __init__(
        self, sheet: Worksheet, look: Look, form: Form[R], edition: Edition
    ) -> None:
        self._sheet, self._numbered = sheet, form.numbered
        # Without what looks at every cell whether it is called "A1": a twentieth of the time.
        self._write_string = partial(unwrap(Worksheet.write_string), sheet)
        self._write_number = partial(unwrap(Worksheet.write_number), sheet)
        guard = _must_be_masked if edition is Edition.INTERNAL else _must_be_whole
        self._line = form.font * _LEADING
        self._tall: int | None = None
        # By lines, what set_row makes of a height: asking it for each row is slow.
        self._heights: dict[int, RowInfo] = {}
        self._figures = {False: look.figure, True: look.strong}
        self._cells = {
            False: _cells(form, guard, look.text, look.figure),
            True: _cells(form, guard, look.strong, look.strong),
        }

    def write(self, line: int, number: int, record: R, *, strong: bool) -> None:
        """Write a record on a line, as the `number`th; raises CellLost, WrongEdition."""
        write_string, write_number = self._write_string, self._write_number
        figure = self._figures[strong]
        lost, lines = 0, 1
        for at, cell, guard, face, opens, room in self._cells[strong]:
            value = cell(record)
            if isinstance(value, str):
                # Most cells are short, or numbers, or need no more lines than one before: those
                # are not looked at more closely.
                long, held = len(value), room * lines
                if (
                    long + long > held and (long > held or not value.isascii())
                ) or "\n" in value:
                    lines = max(lines, lines_of(value, room))
                if guard is not None:
                    guard(value)
                lost += write_string(line, at, value, face)
                if opens:
                    self._sheet.write_url(line, at, f"internal:'{value}'!A1", face, value)
            elif value is not None:
                lost += write_number(line, at, value, figure)
            elif at == 0 and self._numbered:
                lost += write_number(line, at, number, figure)
            else:
                lost += write_string(line, at, NOT_KNOWN, figure)
        # Each cell that is taken says 0, and one that is not says less.
        if lost:
            raise CellLost(f"row {line}")
        self._heighten(line, lines)

    def _heighten(self, line: int, lines: int) -> None:
        """Give a row the height its longest cell needs: not every program does by itself.

        The row before has gone to the file by now; its height is not kept in memory.
        """
        rows = self._sheet.row_info
        if self._tall is not None:
            del rows[self._tall]
            self._tall = None
        if lines > 1:
            if lines not in self._heights:
                self._sheet.set_row(line, _ONE_LINE + self._line * (lines - 1))
                self._heights[lines] = rows[line]
            rows[line] = self._heights[lines]
            self._tall = line


def lines_of(text: str, room: int) -> int:
    """Return in how many lines a text stands where one takes `room` Latin characters."""
    # GBK gives a Chinese character two bytes and a Latin one one, as their widths are.
    if "\n" not in text:
        return max(1, -(-len(text.encode("gbk", "replace")) // room))
    return sum(lines_of(line, room) for line in text.split("\n"))


def room_of(width: float, font: float) -> int:
    """Return how many Latin characters a line of a column takes (`width` in digits)."""
    return max(1, int(2 * width * _DIGIT / (font * _POINT)))


def _cells(
    form: Form[R], guard: Guard, text: Format, figure: Format
) -> tuple[CellOf[R], ...]:
    return tuple(
        (
            at,
            column.cell,
            guard if column.guarded else None,
            figure if column.centred else text,
            column.opens,
            room_of(column.width, form.font),
        )
        for at, column in enumerate(form.all_columns)
    )


def _must_be_masked(value: str) -> None:
    if WHOLE_NUMBER.search(value) is not None:
        raise WrongEdition(Edition.INTERNAL)


def _must_be_whole(value: str) -> None:
    if "*" in value:
        raise WrongEdition(Edition.SUBMITTED)
