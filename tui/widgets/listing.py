"""A list of records, one line each, with a cursor.

Shows and says what was chosen; reads nothing and decides nothing.  Columns stand at
absolute cells, so a long or hostile name never moves what stands beside it.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic, TypeVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Key as KeyPress
from textual.message import Message

from tui.widgets.cells import cell_len, fit
from tui.widgets.column import USUAL, WIDE, Column, heads, texts
from tui.widgets.drawn import Drawn
from tui.widgets.jump import Seeker, suits
from tui.widgets.keys import typed_character
from tui.widgets.style import Tone
from tui.widgets.window import Window

__all__ = ["USUAL", "WIDE", "Column", "Listing"]
R = TypeVar("R")
Row = TypeVar("Row")

_MARK_CELLS: Final = 2  # "> ", and the digit before a numbered row
_DIGITS: Final = "123456789"
_READING: Final = "正在读取…"


class Listing(Drawn, Generic[R], inherit_bindings=False):
    """Shows `rows`; the cursor stays with its record when they change.

    `key` tells records apart; `jump_fn` gives what one goes by when letters are typed:
    its pinyin initials.  `numbered` puts 1-9 before the first nine rows: the digit
    chooses.  A `title` draws a frame; without one, the rows in sight stand in the head.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("pageup", "page(-1)"),
        Binding("pagedown", "page(1)"),
        Binding("home", "go(0)"),
        Binding("end", "go(-1)"),
        Binding("enter", "choose"),
    ]
    KEYS_HELP: ClassVar[tuple[tuple[str, str], ...]] = (
        ("上 下 PgUp PgDn Home End", "移动光标"),
        ("字母或汉字", "按拼音首字母或姓名跳转，重复键入转到下一个"),
    )

    @dataclass
    class Chosen(Message, Generic[Row]):
        """Enter, or its digit, was pressed on a record."""

        listing: "Listing[Row]"
        record: Row

        @property
        def control(self) -> "Listing[Row]":
            """Return the list it was chosen from, for `@on` selectors."""
            return self.listing

    @dataclass
    class Moved(Message, Generic[Row]):
        """The cursor came to another record."""

        listing: "Listing[Row]"
        record: Row

        @property
        def control(self) -> "Listing[Row]":
            """Return the list it moved in, for `@on` selectors."""
            return self.listing

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        key: Callable[[R], Hashable],
        jump_fn: Callable[[R], Sequence[str]] | None = None,
        empty: str = "没有内容。",
        numbered: bool = False,
        title: str | None = None,
        tone_fn: Callable[[R], Tone] | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self._key, self._jump_fn, self._tone_fn = key, jump_fn, tone_fn
        self._empty, self._numbered, self._title = empty, numbered, title
        # None until the first rows arrive: an empty list may mean that all is well, and
        # that must not be said before it is known.
        self._records: tuple[R, ...] | None = None
        self._unread = _READING
        self._window = Window()
        self._seeker = Seeker()

    @property
    def rows(self) -> tuple[R, ...]:
        """Return the records shown."""
        return self._records or ()

    @rows.setter
    def rows(self, rows: Iterable[R]) -> None:
        held = None if self.current is None else self._key(self.current)
        self._records = tuple(rows)
        keys = [self._key(record) for record in self._records]
        if held in keys:
            self._window.at = keys.index(held)
        self._measure()
        self.repaint()

    def forget(self) -> None:
        """Show no rows until others come: those here are of something else."""
        self._records, self._unread = None, _READING
        self.repaint()

    def give_up(self, words: str) -> None:
        """Say why there are no rows, where none have come."""
        self._unread = words
        self.repaint()

    @property
    def current(self) -> R | None:
        """Return the record under the cursor, if there is one."""
        return self.rows[self._window.at] if self.rows else None

    @property
    def index(self) -> int:
        """Return the number of the row under the cursor, from 0."""
        return self._window.at

    def go_to(self, key: Hashable) -> bool:
        """Put the cursor on the record of that key; tell whether it is shown."""
        keys = [self._key(record) for record in self.rows]
        if key in keys:
            self._go(keys.index(key))
        return key in keys

    def draw(self, y: int, cells: int) -> Iterable[Segment]:
        """Draw one line: an edge, the heads, or a record."""
        if self._title is None:
            return self._inside(y, cells)
        bottom = self._above + max(1, self._window.seen)
        if y in (0, bottom):
            title = "" if y else f"{self._title} {self._window.range}".rstrip()
            return (self.segment(self.look.edge(cells, title, top=not y)),)
        if y > bottom:
            return (self.segment(" " * cells),)
        side = self.segment(self.look.upright)
        return (side, *self._inside(y, cells - 2), side)

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self._measure()
        self.repaint()

    def on_key(self, press: KeyPress) -> None:
        """Jump by typed initials or Chinese, or choose by digit."""
        typed = typed_character(press)
        if self._numbered and typed and typed in _DIGITS[: len(self.rows)]:
            press.stop()
            self._go(int(typed) - 1)
            self.action_choose()
        elif typed.isalpha():
            press.stop()
            found = self._seeker.seek(typed, self.index, len(self.rows), self._fits)
            self._go(self.index if found is None else found)
            self.post_message(self.Sought(typed, found is not None))
        else:
            self._seeker.forget()

    def action_move(self, rows: int) -> None:
        """Move the cursor by so many rows."""
        self._go(self.index + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by a screenful."""
        self._go(self.index + pages * self._window.page)

    def action_go(self, row: int) -> None:
        """Go to a row; -1 is the last."""
        self._go(row % max(1, len(self.rows)))

    def action_choose(self) -> None:
        """Tell the screen which record was chosen."""
        if self.rows:
            self.post_message(self.Chosen(self, self.rows[self.index]))

    @property
    def _above(self) -> int:
        """Return how many lines stand above the first record."""
        return (self._title is not None) + any(column.head for column in self._columns)

    def _measure(self) -> None:
        frame = self._above + (self._title is not None)
        self._window.resize(len(self.rows), self.size.height - frame)

    def _fits(self, row: int, typed: str) -> bool:
        record = self.rows[row]
        initials = () if self._jump_fn is None else self._jump_fn(record)
        said = () if typed.isascii() else (c.text_fn(record) for c in self._columns)
        return suits(typed, initials, "\n".join(said))

    def _go(self, row: int) -> None:
        if not self.rows:  # forgotten: the window keeps their size until others come
            return
        before, scrolled = self.index, self._window.go(row)
        if self.index == before:
            return
        top = self._window.top - self._above
        self.repaint(*(() if scrolled else (before - top, self.index - top)))
        self.post_message(self.Moved(self, self.rows[self.index]))

    def _inside(self, y: int, cells: int) -> Iterable[Segment]:
        row = y - self._above + self._window.top
        room = cells - self._mark_cells
        width = self.screen.size.width
        columns = [each for each in self._columns if each.min_screen_width <= width]
        if y < self._above:
            count = self._window.range
            line = " " * self._mark_cells + heads(columns, room, len(count))
            return (self.segment(fit(line, cells - len(count)) + count, Tone.STRONG),)
        if row < len(self.rows):
            return self._record(row, columns, room)
        words = self._unread if self._records is None else self._empty
        return (self.segment(fit(f"  {words}" if row == 0 else "", cells)),)

    def _record(self, row: int, columns: Sequence[Column[R]], room: int) -> list[Segment]:
        record = self.rows[row]
        here = row == self.index and self.has_focus
        digit = _DIGITS[row : row + 1] if self._numbered else ""
        its = Tone.PLAIN if self._tone_fn is None else self._tone_fn(record)
        drawn = [
            self.segment(">" if here else " ", bar=here),
            self.segment(fit(f" {digit}", self._mark_cells - 1)),
        ]
        for column, text in texts(columns, record, room):
            tone = its if column.tone_fn is None else column.tone_fn(record)
            drawn.append(self.segment(text, tone))
            room -= cell_len(text)
        return [*drawn, self.segment(" " * room)]

    @property
    def _mark_cells(self) -> int:
        return _MARK_CELLS * (1 + self._numbered)
