"""The pupils of a roll in columns: 54 on an 80x24 screen, seat, state, then the name.

Keeps the marks as pressed; what they mean and whether they may be saved is the screen's.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Final

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Key as KeyPress
from textual.events import Resize
from textual.message import Message

from core.rules.roll import Mark
from tui.widgets.cells import cell_len, clipped, fit
from tui.widgets.drawn import Drawn
from tui.widgets.grid_layout import BEFORE_NAME, layout
from tui.widgets.jump import Seeker, suits
from tui.widgets.keys import typed_character
from tui.widgets.style import Tone

_TONES: Final = {Mark.ABSENT: Tone.ALARM, Mark.LATE: Tone.WARNING, Mark.EARLY: Tone.WARNING}
_MOST_EARLY: Final = 40
_DIGITS: Final = {mark.digit: mark for mark in Mark}


@dataclass(frozen=True)
class GridPupil:
    """One pupil as the grid shows it; `grade` stands before the name in a 复式班."""

    student_id: int
    seat: str
    name: str
    initials: tuple[str, ...]


class RollGrid(Drawn, inherit_bindings=False):
    """Shows pupils with their marks; digits and Space change the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)"),
        Binding("down", "move(1)"),
        Binding("left", "column(-1)"),
        Binding("right", "column(1)"),
        Binding("pageup", "page(-1)"),
        Binding("pagedown", "page(1)"),
        Binding("home", "first"),
        Binding("end", "last"),
        Binding("space", "turn"),
    ]
    KEYS_HELP: ClassVar[tuple[tuple[str, str], ...]] = (
        ("上 下 左 右", "移动光标"),
        ("PgUp PgDn Home End", "翻页，到首名、末名"),
        ("空格", f"{Mark.ABSENT.short}/{Mark.PRESENT.short} 互换"),
        *((mark.digit, f"记{mark.label}") for mark in Mark),
        ("字母或汉字", "按拼音首字母或姓名跳转，重复键入转到下一个"),
    )

    @dataclass
    class Marked(Message):
        """A pupil got another mark."""

        student_id: int
        was: Mark
        mark: Mark

    @dataclass
    class Moved(Message):
        """The cursor came to another pupil."""

    def __init__(self) -> None:
        super().__init__()
        self._pupils: tuple[GridPupil, ...] = ()
        self._marks: dict[int, Mark] = {}
        self._at = 0
        self._columns, self._rows, self._cells = 1, 1, 0
        # Seat and name of each as they are drawn at this width.
        self._texts: tuple[tuple[str, str], ...] = ()
        self._seeker = Seeker()
        # Keys pressed before the pupils came: a fast hand types ahead of a slow line.
        self._early: list[Callable[[], object]] = []

    @property
    def marks(self) -> dict[int, Mark]:
        """Return each pupil's mark, by student id."""
        return dict(self._marks)

    def show(self, pupils: Sequence[GridPupil], marks: dict[int, Mark]) -> None:
        """Show pupils with their marks; the cursor stays with its pupil."""
        held = self.current
        self._pupils, self._marks = tuple(pupils), dict(marks)
        ids = [pupil.student_id for pupil in self._pupils]
        if held is not None and held.student_id in ids:
            self._at = ids.index(held.student_id)
        self._at = max(0, min(self._at, len(ids) - 1))
        self._measure()
        self.repaint()
        early, self._early = self._early, []
        for press in early:
            press()

    def _measure(self) -> None:
        """Lay the pupils out: columns, and the cells of each."""
        longest = max((cell_len(pupil.name) for pupil in self._pupils), default=0)
        size = self.size
        self._columns, self._cells = layout(
            len(self._pupils), longest, size.width, size.height
        )
        lines = -(-len(self._pupils) // self._columns)
        self._rows = max(1, min(size.height, lines))
        room = self._cells - BEFORE_NAME
        self._texts = tuple(
            (f"{fit(pupil.seat, 3, right=True)} ", clipped(pupil.name, room))
            for pupil in self._pupils
        )

    def remeasure(self) -> None:
        """Lay out anew for a terminal of other widths."""
        self._measure()
        super().remeasure()

    def _waits(self, press: Callable[[], object]) -> bool:
        """Keep a key for when the pupils have come; tell whether it must wait."""
        if not self._pupils and len(self._early) < _MOST_EARLY:
            self._early.append(press)
        return not self._pupils

    @property
    def current(self) -> GridPupil | None:
        """Return the pupil under the cursor."""
        return self._pupils[self._at] if self._pupils else None

    @property
    def _page(self) -> int:
        return self._columns * self._rows

    def draw(self, y: int, cells: int) -> Iterable[Segment]:
        """Draw one line: a pupil of each column."""
        drawn = []
        if y < self._rows:
            top = self._at // self._page * self._page
            for column in range(self._columns):
                index = top + column * self._rows + y
                if index < min(len(self._pupils), top + self._page):
                    drawn += self._pupil(index)
                else:
                    drawn.append(self.segment(" " * self._cells))
        return [*drawn, self.segment(" " * max(0, cells - self._cells * self._columns))]

    def _pupil(self, index: int) -> list[Segment]:
        seat, name = self._texts[index]
        mark = self._marks[self._pupils[index].student_id]
        here = index == self._at and self.has_focus
        cursor = [self.segment(">", bar=True)] if here else []
        before = seat if here else f" {seat}"
        if mark not in _TONES:
            return [*cursor, self.segment(f"{before}{mark.short} {name}")]
        return [
            *cursor,
            self.segment(before),
            self.segment(f"{mark.short} ", _TONES[mark]),
            self.segment(name),
        ]

    def on_resize(self, event: Resize) -> None:
        """Lay out anew."""
        del event
        self._measure()
        self.repaint()

    def on_key(self, press: KeyPress) -> None:
        """Mark by digit, or jump by typed initials or Chinese."""
        typed = typed_character(press)
        if typed and (self._waits(partial(self._typed, typed)) or self._typed(typed)):
            press.stop()

    def _typed(self, typed: str) -> bool:
        if typed in _DIGITS:
            self._mark(_DIGITS[typed])
        elif typed.isalpha():
            found = self._seeker.seek(typed, self._at, len(self._pupils), self._fits)
            self._go(self._at if found is None else found)
            self.post_message(self.Sought(typed, found is not None))
        else:
            self._seeker.forget()
            return False
        return True

    def _fits(self, row: int, typed: str) -> bool:
        pupil = self._pupils[row]
        return suits(typed, pupil.initials, pupil.name)

    def _mark(self, mark: Mark) -> None:
        pupil = self.current
        if pupil is None:
            return
        was = self._marks[pupil.student_id]
        if was is not mark:
            self._marks[pupil.student_id] = mark
            self.repaint(self._at % self._page % self._rows)
            self.post_message(self.Marked(pupil.student_id, was, mark))

    def _go(self, index: int) -> None:
        before, page = self._at, self._at // self._page
        self._at = max(0, min(index, len(self._pupils) - 1))
        if self._at // self._page != page:
            self.repaint()
        elif self._at != before:
            self.repaint(
                before % self._page % self._rows, self._at % self._page % self._rows
            )
        if self._at != before:
            self.post_message(self.Moved())

    def action_turn(self) -> None:
        """Change 缺 to 到, and anything else to 缺."""
        if self._waits(self.action_turn):
            return
        pupil = self.current
        if pupil is not None:
            absent = self._marks[pupil.student_id] is Mark.ABSENT
            self._mark(Mark.PRESENT if absent else Mark.ABSENT)

    def action_move(self, step: int) -> None:
        """Go to the pupil before or after."""
        if self._waits(partial(self.action_move, step)):
            return
        self._go(self._at + step)

    def action_column(self, step: int) -> None:
        """Go to the next column, in the same line."""
        index = self._at + step * self._rows
        if 0 <= index < len(self._pupils):
            self._go(index)

    def action_page(self, step: int) -> None:
        """Go a page on."""
        self._go(self._at + step * self._page)

    def action_first(self) -> None:
        """Go to the first pupil."""
        self._go(0)

    def action_last(self) -> None:
        """Go to the last pupil."""
        self._go(len(self._pupils) - 1)
