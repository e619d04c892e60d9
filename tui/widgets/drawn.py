"""What every widget here is: lines drawn one by one, of which only changed ones are sent.

A subclass says what line `y` holds; it never scrolls by Textual's own means, has no mouse,
and its width and height are whatever the screen gives it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Self

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.handlers import Handles
from tui.widgets.style import Look, Tone, look_of


class Drawn(Handles, ScrollView, can_focus=True, inherit_bindings=False):
    """Draws lines, and remembers them so that `repaint` refreshes only what differs."""

    # What the keys of this widget do, as (keys, meaning) lines of the F1 help.
    KEYS_HELP: ClassVar[tuple[tuple[str, str], ...]] = ()
    DEFAULT_CSS: ClassVar[str] = """
    Drawn {
        height: 1fr; overflow: hidden; scrollbar-size: 0 0;
        background: ansi_default; color: ansi_default;
    }
    """

    @dataclass
    class Sought(Message):
        """A letter or a Chinese character looked for a line here."""

        typed: str
        found: bool

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._drawn_lines: dict[int, Strip] = {}
        # Drawn to see whether they differ, and not asked for yet.
        self._ready_lines: dict[int, Strip] = {}

    @property
    def look(self) -> Look:
        """Return the look of the person's terminal, which the app carries."""
        return look_of(self.app)

    def draw(self, y: int, cells: int) -> Iterable[Segment]:
        """Return line `y` of the widget, at most `cells` wide."""
        raise NotImplementedError

    def segment(self, text: str, tone: Tone = Tone.PLAIN, *, bar: bool = False) -> Segment:
        """Return a text in its tone; `bar` turns it round where the look marks the cursor."""
        style = self.look.style(tone)
        return Segment(text, style + self.look.style(Tone.CURSOR) if bar else style)

    def render_line(self, y: int) -> Strip:
        """Return one line and remember it; one that `repaint` has drawn is not drawn again."""
        strip = self._ready_lines.pop(y, None)
        if strip is None or strip.cell_length != self.size.width:
            strip = self._line(y)
        self._drawn_lines[y] = strip
        return strip

    def repaint(self, *lines: int) -> None:
        """Refresh those lines (all, if none is named) that differ from what was drawn."""
        width, height = self.size
        for y in lines or range(height):
            strip = self._line(y)
            self._ready_lines.pop(y, None)
            if self._drawn_lines.get(y) != strip:
                self._ready_lines[y] = strip
                self.refresh(Region(0, y, width, 1))

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Ask for a new picture; of the whole widget, it is drawn when it is asked for."""
        if not regions:
            self._ready_lines.clear()
        return super().refresh(
            *regions, repaint=repaint, layout=layout, recompose=recompose
        )

    def remeasure(self) -> None:
        """Draw everything again: the terminal is another than it was drawn for."""
        self.refresh()

    def _line(self, y: int) -> Strip:
        cells = self.size.width
        return Strip(self.draw(y, cells)).adjust_cell_length(cells)
