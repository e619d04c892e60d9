"""What a printed form is: its columns, its paper, and how small it gets on it.

The writer is in sheet; each paper's own columns are in its module.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter
from typing import Final, Generic, TypeAlias, TypeVar

from core.rules.paper import PaperHead

R = TypeVar("R")
# None is what is not known and prints —; 0 is a figure and prints 0.
Cell: TypeAlias = str | int | None

MARGIN_MM: Final = 10
MM_PER_INCH: Final = 25.4


class Page(Enum):
    """A sheet of paper, lying: xlsxwriter's number for it and its width in mm."""

    A4 = (9, 297)
    A3 = (8, 420)


@dataclass(frozen=True)
class Column(Generic[R]):
    """A heading under an optional upper heading, a width in characters, and the cell.

    `guarded` columns hold numbers that must be masked in one edition and whole in the
    other; `centred` ones hold short words; one that `opens` names a sheet to go to.
    """

    head: str
    width: float
    cell: Callable[[R], Cell]
    group: str = ""
    guarded: bool = False
    centred: bool = False
    opens: bool = False


@dataclass(frozen=True)
class Form(Generic[R]):
    """A printed form: its columns, its paper, and what always stands around the table."""

    columns: Sequence[Column[R]]
    page: Page = Page.A4
    font: float = 10.5
    measure: str = ""
    notes: Sequence[str] = ()
    numbered: bool = True
    # Which rows are sums, and printed bold.
    strong: Callable[[R], bool] | None = None
    # Rows come sorted by this; each group ends with a line that counts it.
    section: Callable[[R], str] | None = None

    @property
    def all_columns(self) -> tuple[Column[R], ...]:
        """Return the columns with 序号 in front where the form has it."""
        if not self.numbered:
            return tuple(self.columns)
        return (Column("序号", 4.5, lambda _: None), *self.columns)


def cells_of(form: Form[R], row: R) -> tuple[Cell, ...]:
    """Return what the form's own columns say of a row."""
    return tuple([column.cell(row) for column in form.columns])


def for_cells(form: Form[R]) -> Form[Sequence[Cell]]:
    """Return a form without sums and sections as one that takes what `cells_of` gave."""
    columns: Sequence[Column[Sequence[Cell]]] = tuple(
        Column(
            column.head,
            column.width,
            itemgetter(at),
            column.group,
            guarded=column.guarded,
            centred=column.centred,
            opens=column.opens,
        )
        for at, column in enumerate(form.columns)
    )
    return Form(columns, form.page, form.font, form.measure, form.notes, form.numbered)


@dataclass(frozen=True)
class Leaf(Generic[R]):
    """One sheet of a workbook."""

    name: str
    form: Form[R]
    head: PaperHead
    rows: Iterable[R]
