"""What a strip of Textual's becomes on a terminal: one character and one pen a cell.

Every character goes through the terminal's ruler, which lets none of them act; no link
and no RGB comes out of here either.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rich.color import Color, ColorSystem, ColorType
from rich.segment import Segment
from rich.style import Style

from tui.ruler import NARROW, Ruler

# A name may stack two marks on a letter; a hundred draw over the neighbours' rows.
_MOST_MARKS: Final = 2
_BRIGHT: Final = 8
# Underlined, reversed, struck, or on a background.
_SHOWS: Final = re.compile(r"[479]|4\d|10\d")


def _colour(colour: Color | None, base: int) -> tuple[int, ...]:
    if colour is None or colour.type is ColorType.DEFAULT:
        return ()
    if colour.type is not ColorType.STANDARD:
        colour = colour.downgrade(ColorSystem.STANDARD)
    number = colour.number or 0
    if number < _BRIGHT:
        return (base + number,)
    return (base + 60 + number - _BRIGHT,)


@lru_cache(maxsize=4096)
def _pen(
    colour: Color | None, background: Color | None, attributes: tuple[bool | None, ...]
) -> str:
    codes = (1, 2, 3, 4, 7, 9)
    on = [code for code, held in zip(codes, attributes, strict=True) if held]
    numbers = (*on, *_colour(colour, 30), *_colour(background, 40))
    return ";".join(map(str, numbers))


def pen_of(style: Style | None) -> str:
    """Return the SGR parameters of a style in 16 colours; "" is the terminal's own."""
    if style is None:
        return ""
    held = (
        style.bold,
        style.dim,
        style.italic,
        style.underline,
        style.reverse,
        style.strike,
    )
    return _pen(style.color, style.bgcolor, held)


@lru_cache(maxsize=4096)
def shows_on_blanks(pen: str) -> bool:
    """Tell whether a blank drawn with a pen looks otherwise than a plain one."""
    return any(_SHOWS.fullmatch(number) for number in pen.split(";"))


class Row:
    """One row of cells.  The right half of a wide character is an empty text."""

    __slots__ = ("pens", "ruler", "texts")

    def __init__(self, texts: list[str], pens: list[str], ruler: Ruler) -> None:
        self.texts = texts
        self.pens = pens
        self.ruler = ruler

    @classmethod
    def blank(cls, width: int, ruler: Ruler = NARROW) -> "Row":
        """Make a row as a cleared terminal has it."""
        return cls([" "] * width, [""] * width, ruler)

    def copy(self) -> "Row":
        """Make another row that looks the same."""
        return Row(self.texts.copy(), self.pens.copy(), self.ruler)

    def lay(self, segments: Sequence[Segment], start: int, stop: int) -> None:
        """Write segments over the cells from `start` to before `stop`, and pad."""
        stop = min(stop, len(self.texts))
        at = start
        for text, style, control in segments:
            if control or at >= stop:
                continue
            pen = pen_of(style)
            blank = pen if shows_on_blanks(pen) else ""
            if text.isascii() and text.isprintable():
                end = min(at + len(text), stop)
                cut = text[: end - at]
                self.texts[at:end] = cut
                self.pens[at:end] = [blank if c == " " else pen for c in cut]
                at = end
            else:
                at = self._lay_each(text, (pen, blank), at, stop)
        for x in range(at, stop):
            self.texts[x], self.pens[x] = " ", ""
        self._mend(start)
        self._mend(stop)

    def _lay_each(self, text: str, pens: tuple[str, str], at: int, stop: int) -> int:
        first = at
        pen, blank = pens
        for character in text:
            sent, width = self.ruler.shown(character)
            if width == 0:
                self._mark(sent, at, first)
                continue
            if at + width > stop:
                self.texts[at:stop] = [" "] * (stop - at)
                self.pens[at:stop] = [blank] * (stop - at)
                return stop
            self.texts[at] = sent
            self.pens[at] = blank if sent == " " else pen
            if width > 1:
                self.texts[at + 1], self.pens[at + 1] = "", pen
            at += width
        return at

    def _mark(self, mark: str, at: int, first: int) -> None:
        """Put a combining mark on the character before it, if there is room for one."""
        x = at - 1
        if x > first and not self.texts[x]:
            x -= 1
        if x >= first and 0 < len(self.texts[x]) <= _MOST_MARKS:
            self.texts[x] += mark

    def _mend(self, x: int) -> None:
        """Blank what is left of a wide character that was cut in two before cell `x`."""
        if 0 < x < len(self.texts):
            left = self.texts[x - 1]
            wide = bool(left) and self.ruler.shown(left[0])[1] > 1
            if self.texts[x] and wide:
                self.texts[x - 1] = " "
            elif not self.texts[x] and not wide:
                self.texts[x] = " "
