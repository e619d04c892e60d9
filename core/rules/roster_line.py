"""One row beside its heads: gives cells by name and gathers what is wrong with them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Self, TypeVar

from core.rules.base import HOSTILE
from core.rules.class_label import Grades
from core.rules.errors import BadInput
from core.rules.mask import mask_number, mask_phone, mask_student_no
from core.rules.roster_alias import Field, Part
from core.rules.roster_cell import Cell, folded, text
from core.rules.roster_code import Meanings
from core.rules.roster_head import GuardianHead, Head
from core.rules.roster_record import Fault

T = TypeVar("T")
LONGEST_SHOWN: Final = 20


@dataclass(frozen=True)
class Sheet:
    """What is the same for every row: the heads, the school, the day, what codes mean."""

    head: Head
    columns: Mapping[Field, int]
    # Of each guardian, where its parts stand.
    kin: tuple[tuple[GuardianHead, Mapping[Part, int]], ...]
    school_code: str
    day: date
    meanings: Meanings

    @classmethod
    def under(cls, head: Head, *, school_code: str, grades: Grades, day: date) -> Self:
        """Return the sheet that stands under these heads."""
        return cls(
            head=head,
            columns=dict(head.fields),
            kin=tuple((one, dict(one.parts)) for one in head.guardians),
            school_code=school_code,
            day=day,
            meanings=Meanings(grades, day),
        )


@dataclass(frozen=True)
class Line:
    """One row.  A refused fault keeps the child out; a warned one does not."""

    sheet: Sheet
    row_number: int
    cells: Sequence[Cell]
    refused: list[Fault] = field(default_factory=list)
    warned: list[Fault] = field(default_factory=list)

    def at(self, column: int | None) -> Cell:
        """Return the cell of a column; a short row and a missing column are blank."""
        return None if column is None or column >= len(self.cells) else self.cells[column]

    def of(self, name: Field) -> Cell:
        """Return the cell of a field, None where the roster has no such column."""
        column = self.sheet.columns.get(name)
        return None if column is None or column >= len(self.cells) else self.cells[column]

    def has(self, name: Field) -> bool:
        """Tell whether the roster has a column for a field."""
        return name in self.sheet.columns

    @property
    def of_another_school(self) -> bool:
        """Tell whether the row bears another 学校标识码; a blank one is ours."""
        code = self.sheet.meanings.folded(self.of(Field.SCHOOL))
        return code not in {"", self.sheet.school_code}

    def read(self, name: Field, take: Callable[[Cell], T | None]) -> T | None:
        """Return a field understood by `take`; what it cannot take refuses the row."""
        try:
            return take(self.of(name))
        except BadInput as refusal:
            self.refuse(name, str(refusal))
            return None

    def read_at(self, column: int | None, take: Callable[[Cell], T | None]) -> T | None:
        """Return a guardian's cell understood by `take`; else the row is refused."""
        try:
            return take(self.at(column))
        except BadInput as refusal:
            self.refused.append(self._fault(column, "", str(refusal)))
            return None

    def refuse(self, name: Field, reason: str) -> None:
        """Keep the child out because of a field."""
        self.refused.append(self._fault(self.sheet.columns.get(name), name, reason))

    def warn(self, name: Field, reason: str) -> None:
        """Take the child in, but let somebody settle this field."""
        self.warned.append(self._fault(self.sheet.columns.get(name), name, reason))

    def warn_at(self, column: int | None, reason: str) -> None:
        """Take the child in, but let somebody settle a guardian's cell."""
        self.warned.append(self._fault(column, "", reason))

    def _fault(self, column: int | None, name: str, reason: str) -> Fault:
        head = name if column is None else self.sheet.head.titles[column]
        return Fault(
            row_number=self.row_number,
            column=head,
            reason=reason,
            value_masked=_masked(head, self.at(column)),
        )


def _masked(head: str, cell: Cell) -> str:
    """Return what the cell shows, numbers of people and of telephones masked."""
    if "学籍号" in head:
        return mask_student_no(_safe(folded(cell)))
    if "证" in head and "类" not in head:
        return mask_number(_safe(folded(cell)))
    if any(word in head for word in ("电话", "手机", "联系方式")):
        return mask_phone(_safe(folded(cell)))
    return _safe(text(cell))[:LONGEST_SHOWN]


def _safe(shown: str) -> str:
    return HOSTILE.sub("?", shown)
