"""Text to read: lines wrapped to the width, scrolled by the arrow keys."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Resize

from tui.widgets.cells import fit, wrapped
from tui.widgets.drawn import Drawn


class Prose(Drawn, inherit_bindings=False):
    """Shows lines of text, one blank cell before each; long ones go on below.

    With `most`, it is as high as its text but no higher, and the cursor goes there only
    where there is something to scroll.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_by(-1)"),
        Binding("down", "scroll_by(1)"),
        Binding("pageup", "page(-1)"),
        Binding("pagedown,space,enter", "page(1)"),
        Binding("home", "first"),
        Binding("end", "last"),
    ]
    KEYS_HELP: ClassVar[tuple[tuple[str, str], ...]] = (
        ("上 下 PgUp PgDn Home End", "翻看上下文"),
    )

    def __init__(
        self,
        lines: Sequence[str] = (),
        *,
        most: int | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._lines, self._most = tuple(lines), most
        self._wrapped: tuple[str, ...] = ()
        self._top = 0

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the lines as given."""
        return self._lines

    @lines.setter
    def lines(self, lines: Iterable[str]) -> None:
        self._lines = tuple(lines)
        self._wrap()
        self.repaint()

    def draw(self, y: int, cells: int) -> Iterable[Segment]:
        """Draw one line."""
        line = y + self._top
        text = self._wrapped[line] if line < len(self._wrapped) else ""
        return (self.segment(fit(f" {text}", cells)),)

    def on_resize(self, event: Resize) -> None:
        """Wrap to the new width."""
        del event
        self._wrap()
        self.repaint()

    def remeasure(self) -> None:
        """Wrap to the terminal's own widths."""
        self._wrap()
        super().remeasure()

    def action_scroll_by(self, lines: int) -> None:
        """Move the text by so many lines."""
        self._show_from(self._top + lines)

    def action_page(self, pages: int) -> None:
        """Move the text by a screenful, less one line to go on from."""
        self._show_from(self._top + pages * max(1, self.size.height - 1))

    def action_first(self) -> None:
        """Go to the beginning."""
        self._show_from(0)

    def action_last(self) -> None:
        """Go to the end."""
        self._show_from(len(self._wrapped))

    def _show_from(self, top: int) -> None:
        self._top = max(0, min(top, len(self._wrapped) - self.size.height))
        self.repaint()

    def _wrap(self) -> None:
        room = max(2, self.size.width - 2)
        self._wrapped = tuple(part for line in self._lines for part in wrapped(line, room))
        if self._most is not None:
            self.styles.height = max(1, min(len(self._wrapped), self._most))
            self.can_focus = len(self._wrapped) > self._most
        self._show_from(self._top)
