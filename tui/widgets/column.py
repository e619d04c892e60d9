"""The columns of a list: where each stands, what it says of a record, in what tone."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic, Literal, TypeVar

from tui.widgets.cells import cell_len, clipped
from tui.widgets.style import Tone

R = TypeVar("R")

_GAP: Final = 1
# The width of a screen below which lists leave out what their Enter tells as well, so
# that who each line is about still stands on it.
USUAL: Final = 76
# The width of a screen from which lists tell more, instead of leaving a third of it empty.
WIDE: Final = 112


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column `width` cells wide (0: what is left of the line, so it comes last).

    It is left out on a screen narrower than `min_screen_width`.  Text that may hold `·`,
    which some terminals draw two cells wide, belongs into the last column or a roomy one.
    """

    head: str
    width: int
    text_fn: Callable[[R], str]
    align: Literal["left", "right"] = "left"
    tone_fn: Callable[[R], Tone] | None = None
    min_screen_width: int = 0

    def cut(self, text: str, room: int) -> str:
        """Return a text as wide as the column with its gap, or as the room left for it."""
        words = clipped(text, min(self.width or room, room), right=self.align == "right")
        return words + " " * _GAP if cell_len(words) < room else words


def heads(columns: Sequence[Column[R]], room: int, kept: int = 0) -> str:
    """Return the heads, each above its column; none reaches into the `kept` last cells."""

    def head(column: Column[R], left: int) -> str:
        cells = column.width if column.align == "right" else cell_len(column.head)
        return column.head if not kept or cells + _GAP <= left - kept else ""

    placed = _placed(columns, room)
    return "".join(column.cut(head(column, left), left) for column, left in placed)


def texts(
    columns: Sequence[Column[R]], record: R, room: int
) -> Iterator[tuple[Column[R], str]]:
    """Yield each column with what it says of a record, cut to its place."""
    for column, left in _placed(columns, room):
        yield column, column.cut(column.text_fn(record), left)


def _placed(columns: Sequence[Column[R]], room: int) -> Iterator[tuple[Column[R], int]]:
    """Yield each column with the room there is from its first cell on."""
    for column in columns:
        if room <= 0:
            return
        yield column, room
        room -= (column.width or room) + _GAP
