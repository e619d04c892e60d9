"""A roster understood: raw rows in, accepted children and faults out.

Pure: the rows come from `core/papers/roster_in`, what to do with them is `roster_plan`.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import chain, islice
from typing import Final

from core.rules import roster_cell
from core.rules.class_label import Grades
from core.rules.errors import BadInput
from core.rules.roster_alias import Field
from core.rules.roster_cell import Cell
from core.rules.roster_head import HEAD_ROWS, find_head, is_name_head
from core.rules.roster_line import Line, Sheet
from core.rules.roster_record import Fault, Pupil, RefusedPupil, RosterReading, RosterRow
from core.rules.roster_row import read_row

ROWS_A_PIECE: Final = 100
NAMED: Final = {
    "national_no": (Field.NATIONAL_NO, "学籍号"),
    "identity": (Field.ID_NUMBER, "身份证件号"),
    "person": (Field.NAME, "姓名、出生日期和监护人电话"),
}


def read_rows(
    cells: Iterable[Sequence[Cell]], *, school_code: str, grades: Grades, day: date
) -> RosterReading:
    """Understand every row below the heads; one bad row never stops the others.

    Row numbers are Excel's.  Of two rows with one number the first accepted one stays.
    Raises RosterUnreadable when no heads are found.
    """
    return joined(read_pieces(cells, school_code=school_code, grades=grades, day=day))


def read_pieces(
    cells: Iterable[Sequence[Cell]], *, school_code: str, grades: Grades, day: date
) -> Iterator[RosterReading]:
    """Yield what `read_rows` returns, in pieces of a hundred rows, as the rows come."""
    rows = iter(cells)
    above = tuple(islice(rows, HEAD_ROWS))
    head = find_head(above)
    sheet = Sheet.under(head, school_code=school_code, grades=grades, day=day)
    first_with: dict[Hashable, int] = {}
    below = enumerate(chain(above[head.row_number :], rows), start=head.row_number + 1)
    yield RosterReading(rows=(), refused=(), warned=(), unread=head.unread)
    while piece := tuple(islice(below, ROWS_A_PIECE)):
        yield _piece(sheet, piece, first_with)


def _piece(
    sheet: Sheet,
    numbered: Iterable[tuple[int, Sequence[Cell]]],
    first_with: dict[Hashable, int],
) -> RosterReading:
    rows: list[RosterRow] = []
    refused: list[Fault] = []
    warned: list[Fault] = []
    pupils: list[RefusedPupil] = []
    for number, row in numbered:
        line = Line(sheet, number, row)
        if _is_empty(line):
            continue
        found = read_row(line)
        if found is not None and not _repeats(line, found.pupil, first_with):
            first_with |= {key: number for _, key in _keys(found.pupil)}
            rows.append(found)
            warned.extend(line.warned)
            continue
        refused.extend(line.refused)
        pupils.extend(_about(line))
    return RosterReading(
        rows=tuple(rows),
        refused=tuple(refused),
        warned=tuple(warned),
        refused_pupils=tuple(pupils),
    )


def joined(pieces: Iterable[RosterReading]) -> RosterReading:
    """Return one reading of all its pieces, in their order."""
    all_of = tuple(pieces)
    return RosterReading(
        rows=tuple(row for piece in all_of for row in piece.rows),
        refused=tuple(fault for piece in all_of for fault in piece.refused),
        warned=tuple(fault for piece in all_of for fault in piece.warned),
        refused_pupils=tuple(one for piece in all_of for one in piece.refused_pupils),
        unread=tuple(head for piece in all_of for head in piece.unread),
    )


def _is_empty(line: Line) -> bool:
    """Tell whether a row holds no child: blank, or the heads again on a second page."""
    return is_name_head(roster_cell.text(line.of(Field.NAME))) or not any(
        roster_cell.text(cell) for cell in line.cells
    )


def _keys(pupil: Pupil) -> Iterator[tuple[str, Hashable]]:
    """Yield what no two rows may share (domain.md 7.2: 学籍号, 证件号, 姓名+出生+电话)."""
    if pupil.national_no is not None:
        yield "national_no", ("national_no", pupil.national_no)
    if pupil.identity is not None:
        yield "identity", ("identity", pupil.identity.number)
    if pupil.national_no is None and pupil.identity is None:
        phones = tuple(sorted({g.phone for g in pupil.guardians if g.phone}))
        yield "person", ("person", pupil.name, pupil.born_on, phones)


def _repeats(line: Line, pupil: Pupil, first_with: dict[Hashable, int]) -> bool:
    """Refuse a row whose number an accepted row above bears already."""
    for name, key in _keys(pupil):
        if (first := first_with.get(key)) is not None:
            at, what = NAMED[name]
            line.refuse(at, f"与第{first}行的{what}相同，只收第{first}行，请核对。")
            return True
    return False


def _about(line: Line) -> Iterator[RefusedPupil]:
    """Yield whom a refused row tells of: that child is in the file, and not missing."""
    if line.of_another_school:
        return
    try:
        name = roster_cell.name(line.of(Field.NAME))
    except BadInput:
        return
    try:
        born_on = roster_cell.day(line.of(Field.BORN))
    except BadInput:
        born_on = None
    if name is not None:
        yield RefusedPupil(name=name, born_on=born_on)
