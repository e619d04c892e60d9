"""The terminal as we left it, and the fewest bytes that make it look as it should.

It knows cells and escape sequences; what stands in them is `cells`, and when to paint
is `painter`.
"""

import re
from collections.abc import Mapping
from typing import Final

from tui.door.cells import Row, shows_on_blanks
from tui.ruler import NARROW, Ruler

CLEAR: Final = "\x1b[m\x1b[2J"
# Cells that may be sent again rather than jumped over: a jump costs four to six bytes.
_BRIDGE = 4
# Text after which every terminal agrees where its cursor is.  After any other the cursor is
# put where the next cell is, so that a terminal which draws a rare character wider or
# narrower than it should still shows the rest of the line in its place.
_AGREED: Final = re.compile(
    "[ -~\u2500-\u259f\u3000-\u303f\u4e00-\u9fff\uff01-\uff5e\uffe0-\uffe6]*"
)
# Blank cells at a row's end worth an erase-to-end, which needs the plain pen.
_ERASE = 6


class Canvas:
    """What was sent to one terminal of one size, cell by cell."""

    def __init__(self, width: int, height: int, ruler: Ruler = NARROW) -> None:
        self.width = width
        self.height = height
        self._rows = [Row.blank(width, ruler) for _ in range(height)]

    def row(self, y: int) -> Row:
        """Return a copy of row `y` to lay the news on."""
        return self._rows[y].copy()

    def again(self, y: int) -> str:
        """Return what makes row `y` look as it was sent, whatever stands there now."""
        unlike = Row(["\0"] * self.width, [""] * self.width, NARROW)
        brush = _Brush()
        brush.paint(y, unlike, self._rows[y])
        return brush.finish()

    def change(self, rows: Mapping[int, Row]) -> str:
        """Take the rows as they should be; return what to send, "" for nothing."""
        brush = _Brush()
        for y, new in rows.items():
            brush.paint(y, self._rows[y], new)
            self._rows[y] = new
        return brush.finish()


def move_to(x: int, y: int) -> str:
    """Return the shortest sequence that puts the cursor at cell `x` of row `y`."""
    if x:
        return f"\x1b[{y + 1};{x + 1}H"
    return f"\x1b[{y + 1}H" if y else "\x1b[H"


_NOWHERE: Final = -1


class _Brush:
    """One frame in the making: where the cursor is, and which pen it holds."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._x = _NOWHERE
        self._y = _NOWHERE
        self._pen = ""

    def paint(self, y: int, old: Row, new: Row) -> None:
        """Write the cells of one row that differ."""
        if old.texts == new.texts and old.pens == new.pens:
            return
        width = len(new.texts)
        differs = [
            x
            for x in range(width)
            if old.texts[x] != new.texts[x] or old.pens[x] != new.pens[x]
        ]
        end = width
        while end and new.texts[end - 1] == " " and not new.pens[end - 1]:
            end -= 1
        blanked = [x for x in differs if x >= end]
        if len(blanked) > _ERASE:
            differs = differs[: -len(blanked)]
        for x in differs:
            if new.texts[x]:  # the right half of a wide character comes with the left
                self._reach(x, y, new)
                self._write(x, new)
        if len(blanked) > _ERASE:
            self._reach(blanked[0], y, new)
            self._take("")
            self._out.append("\x1b[K")

    def finish(self) -> str:
        """Return the frame; it leaves the terminal's own pen behind."""
        if self._out:
            self._take("")
        return "".join(self._out)

    def _write(self, x: int, row: Row) -> None:
        text = row.texts[x]
        if not self._suits(text, row.pens[x]):
            self._take(row.pens[x])
        self._out.append(text)
        if not _AGREED.fullmatch(text):
            self._x = _NOWHERE
            return
        self._x = x + 1
        if self._x < len(row.texts) and not row.texts[self._x]:
            self._x += 1

    def _reach(self, x: int, y: int, row: Row) -> None:
        if self._y != y:
            self._out.append(move_to(x, y))
        elif self._x != x:
            between = range(self._x, x)
            near = self._x != _NOWHERE and 0 < len(between) <= _BRIDGE
            if near and all(
                row.texts[b].isascii()
                and row.texts[b]
                and self._suits(row.texts[b], row.pens[b])
                for b in between
            ):
                self._out.extend(row.texts[b] for b in between)
            else:
                self._out.append(f"\x1b[{x + 1}G")
        self._x, self._y = x, y

    def _suits(self, text: str, pen: str) -> bool:
        """Tell whether a cell may be written with the pen in hand."""
        if pen == self._pen:
            return True
        return text == " " and not pen and not shows_on_blanks(self._pen)

    def _take(self, pen: str) -> None:
        if pen != self._pen:
            again = "0;" if self._pen and pen else ""
            self._out.append(f"\x1b[{again}{pen}m")
            self._pen = pen
