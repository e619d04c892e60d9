"""迎检材料: one workbook for an inspection, an index sheet before everything (days.md 40).

Registers keep their own columns; those of the other sheets are in inspection_forms.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from types import MappingProxyType
from typing import BinaryIO, Final, TypeVar

from xlsxwriter import Workbook

from core.papers import attendance, changes, leaves, visits
from core.papers.form import Form, Leaf
from core.papers.inspection_forms import (
    BUREAU,
    CONTENTS,
    DEEDS,
    EARLY,
    FILED,
    FILINGS,
    ISSUED,
    OFFICE,
    Entry,
)
from core.papers.sheet import OPTIONS, Unsorted, properties, write_leaf
from core.rules.base import Record
from core.rules.inspection import (
    BureauLine,
    DeedRow,
    EarlyRow,
    FiledRow,
    IssuedRow,
    OfficeLine,
)
from core.rules.paper import PaperHead
from core.rules.register import ChangeRow, ClassAttendance, LeaveRow, VisitRow

K = TypeVar("K", bound=Record)

INDEX: Final = "目录"


@dataclass(frozen=True)
class Sheet:
    """A sheet of one kind of rows: it writes itself, and tells what the index says of it."""

    kind: type[Record]
    write: Callable[[Workbook, PaperHead, Iterable[Record]], Entry]


def _sheet(kind: type[K], name: str, told: str, form: Form[K]) -> Sheet:
    def write(book: Workbook, head: PaperHead, rows: Iterable[Record]) -> Entry:
        count = 0

        def counted() -> Iterator[K]:
            nonlocal count
            for row in rows:
                if isinstance(row, kind):
                    count += 1
                    yield row

        mine = head.model_copy(update={"title": f"{head.unit}{name}"})
        write_leaf(book, Leaf(name, form, mine, counted()))
        return Entry(name, told, count)

    return Sheet(kind, write)


# In the order of the workbook; 考勤月表 follow, a sheet for each class and month.
SHEETS: Final = (
    _sheet(FiledRow, FILINGS, "每版一行，含接收、退回、更正；未报的单列", FILED),
    _sheet(BureauLine, "控辍保学情况月报表各版", "各版原数", BUREAU),
    _sheet(OfficeLine, "学生变动情况月报表各版", "各版原数", OFFICE),
    _sheet(IssuedRow, "书面报告与签收", "每份正本一行", ISSUED),
    _sheet(EarlyRow, "48小时报告登记簿", "四早时间、书面报告、结果", EARLY),
    _sheet(LeaveRow, "请假登记册", "期间内的假条", leaves.FORM),
    _sheet(VisitRow, "家访劝返记录", "各次最新一版", visits.FORM),
    _sheet(ChangeRow, "学生异动花名册", "按异动类别", changes.FORM),
    _sheet(DeedRow, "更正和补点名登记", "点名更正、补点名、代点名、停课、家访更正", DEEDS),
)
KINDS: Final[Mapping[str, type[Record]]] = MappingProxyType(
    {one.kind.__name__: one.kind for one in SHEETS} | {"ClassAttendance": ClassAttendance}
)


def write(out: BinaryIO, head: PaperHead, records: Iterable[Record]) -> None:
    """Write the pack; records come in the order of the sheets (Unsorted)."""
    with Workbook(out, OPTIONS) as book:
        book.set_properties(properties(head))
        # Kept in front, and written when the rest can be counted.
        front = book.add_worksheet(INDEX)
        entries = tuple(_sheets(book, head, records))
        mine = head.model_copy(update={"title": f"{head.title}{INDEX}"})
        write_leaf(book, Leaf(INDEX, CONTENTS, mine, entries), front)


def _sheets(book: Workbook, head: PaperHead, records: Iterable[Record]) -> Iterator[Entry]:
    """Write every sheet but the index; yield its entries.  An empty register is a sheet."""
    end: tuple[type[Record] | None, Iterable[Record]] = (None, ())
    groups = groupby(records, key=type)
    kind, rows = next(groups, end)
    for sheet in SHEETS:
        if kind is sheet.kind:
            yield sheet.write(book, head, rows)
            kind, rows = next(groups, end)
        else:
            yield sheet.write(book, head, ())
    if kind is ClassAttendance:
        yield from _months(book, head, rows)
        kind, rows = next(groups, end)
    if kind is not None:
        raise Unsorted(kind.__name__)


def _months(book: Workbook, head: PaperHead, rows: Iterable[Record]) -> Iterator[Entry]:
    mine = head.model_copy(update={"title": "学生考勤月表"})
    for one in rows:
        if isinstance(one, ClassAttendance):
            leaf = attendance.leaf(mine, one)
            write_leaf(book, leaf)
            yield Entry(leaf.name, leaf.head.sentence, len(one.rows))
