"""One line of text: a title, the keys; and a sentence on as many lines as it takes."""

import re
from collections.abc import Iterable
from typing import ClassVar, Final

from rich.segment import Segment
from textual.events import Resize

from tui.widgets.cells import cell_len, clipped, fit, shown, wrapped
from tui.widgets.drawn import Drawn
from tui.widgets.style import Tone

_MOST_LINES: Final = 4
# F9, Enter/F9, 1-9, 空格; and the blank before.
_NAMES: Final = re.compile(r"( ?空格|(?:^| )?[A-Za-z0-9][A-Za-z0-9/+-]*)")


class Line(Drawn, can_focus=False):
    """Shows `left`, and `right` at the end of the line, which is never cut."""

    DEFAULT_CSS: ClassVar[str] = "Line { height: 1; }"

    def __init__(
        self,
        left: str = "",
        right: str = "",
        *,
        tone: Tone = Tone.PLAIN,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._left, self._right, self._tone = left, right, tone

    @property
    def text(self) -> str:
        """Return what stands at the left."""
        return self._left

    @text.setter
    def text(self, text: str) -> None:
        self.put(text, self._right)

    @property
    def right(self) -> str:
        """Return what stands at the right."""
        return self._right

    def put(self, left: str, right: str = "", *, tone: Tone | None = None) -> None:
        """Show another text; the line is sent again only if it differs."""
        shown = self._left, self._right, self._tone
        self._left, self._right = left, right
        self._tone = self._tone if tone is None else tone
        if shown != (left, right, self._tone) and self.is_mounted:
            self.repaint()

    def draw(self, y: int, cells: int) -> Iterable[Segment]:
        """Draw the left text cut so that the right one stays whole."""
        if y:
            return (self.segment(" " * cells),)
        right = shown(self._right)
        room = max(0, cells - cell_len(right))
        cut = bool(right) and cell_len(shown(self._left)) > room
        left = fit(clipped(self._left, room - 1), room) if cut else fit(self._left, room)
        return (self.segment(left + right, self._tone),)


class KeyLine(Line):
    """Shows what each key does; keys and their meanings are told apart by colour too."""

    def draw(self, y: int, cells: int) -> Iterable[Segment]:
        """Draw the names of keys and, between them, what they do."""
        del y
        for place, words in enumerate(_NAMES.split(fit(self.text, cells))):
            yield self.segment(words, Tone.KEYS if place % 2 else Tone.MEANING)


class Sentence(Drawn, can_focus=False):
    """Shows what is told, whole: a refusal that is cut tells nobody what to do."""

    DEFAULT_CSS: ClassVar[str] = "Sentence { height: 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._text, self._tone = "", Tone.PLAIN
        self._lines: tuple[str, ...] = ("",)

    @property
    def text(self) -> str:
        """Return the sentence."""
        return self._text

    def put(self, text: str, *, tone: Tone = Tone.PLAIN) -> None:
        """Show another sentence; the empty one clears the line."""
        if (text, tone) != (self._text, self._tone):
            self._text, self._tone = text, tone
            self._fill()

    def on_resize(self, event: Resize) -> None:
        """Wrap to the new width."""
        del event
        self._fill()

    def remeasure(self) -> None:
        """Wrap to the terminal's own widths."""
        self._fill()
        super().remeasure()

    def draw(self, y: int, cells: int) -> Iterable[Segment]:
        """Draw one line of it."""
        line = f" {self._lines[y]}" if y < len(self._lines) else ""
        return (self.segment(fit(line, cells), self._tone),)

    def _fill(self) -> None:
        # A screen that goes keeps its draft, and would tell so: nobody is left to read it.
        if self.is_attached:
            room = max(2, self.screen.size.width - 2)
            self._lines = wrapped(self._text.strip(), room)[:_MOST_LINES]
            self.styles.height = len(self._lines)
            self.repaint()
