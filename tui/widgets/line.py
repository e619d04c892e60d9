"""One line of text: a title, a message, the keys."""

from collections.abc import Iterable
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment

from tui.widgets.cells import fit, shown
from tui.widgets.drawn import Drawn
from tui.widgets.style import Tone


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
        self._left, self._right = left, right
        self._tone = self._tone if tone is None else tone
        if self.is_mounted:
            self.repaint()

    def draw(self, y: int, cells: int) -> Iterable[Segment]:
        """Draw the left text cut so that the right one stays whole."""
        if y:
            return (self.segment(" " * cells),)
        right = shown(self._right)
        left = fit(self._left, max(0, cells - cell_len(right)))
        return (self.segment(left + right, self._tone),)
