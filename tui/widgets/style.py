"""How things look, by meaning: sixteen colours at most, and none where none are wanted.

State is always readable as text; a tone only helps the eye.  What glyphs and attributes
a person's terminal can show is a `Look`, decided at the door and passed down.
"""

from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final, TypeVar

from rich.style import Style
from textual.app import App

from core.rules.terminal import Colour, Display, Frames
from tui.widgets.cells import cell_len, fit

Answer = TypeVar("Answer")


class Tone(Enum):
    """What a piece of text means to the reader."""

    PLAIN = auto()
    STRONG = auto()
    WARNING = auto()
    ALARM = auto()
    DONE = auto()
    TITLE = auto()
    KEYS = auto()
    MEANING = auto()
    CURSOR = auto()
    CARET = auto()


# Readable on a black background and on a white one: no yellow, no cyan letters.
_COLOURED: Final = MappingProxyType(
    {
        Tone.PLAIN: Style.null(),
        Tone.STRONG: Style(bold=True),
        Tone.WARNING: Style(color="magenta"),
        Tone.ALARM: Style(color="red", bold=True),
        Tone.DONE: Style(color="green"),
        Tone.TITLE: Style(color="white", bgcolor="blue"),
        Tone.KEYS: Style(bold=True),
        Tone.MEANING: Style(color="black", bgcolor="cyan"),
    }
)
_REVERSED: Final = Style(reverse=True)


@dataclass(frozen=True)
class Look:
    """What a terminal shows well.  The default is safe on every one of them.

    `mark` reverses the `>` before the line under the cursor.  Only that cell: a move then
    costs 17 bytes of the line, and the whole line turned round would cost 120.
    """

    colour: bool = False
    frames: bool = False
    mark: bool = False

    def style(self, tone: Tone) -> Style:
        """Return the style of a tone; the caret is reversed even without colours."""
        if tone is Tone.CARET or (tone is Tone.CURSOR and self.mark):
            return _REVERSED
        return _COLOURED.get(tone, Style.null()) if self.colour else Style.null()

    @property
    def upright(self) -> str:
        """Return the glyph of a frame's side."""
        return "│" if self.frames else "|"

    def edge(self, cells: int, title: str = "", *, top: bool = True) -> str:
        """Return a frame's upper edge with its title, or its lower edge."""
        left, bar, right = ("┌─┐" if top else "└─┘") if self.frames else "+-+"
        head = fit(f"{bar} {title} ", min(cell_len(title) + 3, cells - 2)) if title else ""
        return f"{left}{head}{bar * (cells - 2 - cell_len(head))}{right}"

    def bar(self, share: float, cells: int) -> str:
        """Return a bar of so many cells, filled as far as `share` of 1.

        Half a block more is drawn where blocks are; without them, what is full is counted.
        """
        share = min(1.0, max(0.0, share))
        if not self.frames:
            full = int((cells - 2) * share)
            return f"[{'#' * full}{'-' * (cells - 2 - full)}]"
        full, half = divmod(int(cells * 2 * share), 2)
        return f"{'█' * full}{'▌' * half}{'░' * (cells - full - half)}"


def look_for(display: Display) -> Look:
    """Return the look of a terminal that is drawn so."""
    coloured, framed = display.colour is Colour.ON, display.frames is Frames.FULL
    return Look(colour=coloured, frames=framed, mark=coloured)


PLAIN: Final = Look()
FULL: Final = Look(colour=True, frames=True, mark=True)


def look_of(app: App[Answer]) -> Look:
    """Return the look an app carries in its `look`, or the plain one."""
    look = getattr(app, "look", PLAIN)
    return look if isinstance(look, Look) else PLAIN
