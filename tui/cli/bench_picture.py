"""What a person sees at the far end of a line: the rows that the door's bytes have drawn.

It knows the few sequences that the door sends, and reads them only when it is looked at: a
client under measurement costs nothing until it does.  No attributes, and no other terminal.
"""

import re
from codecs import getincrementaldecoder
from typing import Final

from tui.ruler import NARROW

# A sequence, a lone escape with its letter, or text; what is half there waits for the rest.
_PIECE: Final = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|\x1b[^\[]|([^\x1b]+)")
_BLANK: Final = " "


class Picture:
    """The rows of one terminal, as far as bytes have come."""

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._decoder = getincrementaldecoder("utf-8")("replace")
        self._raw = bytearray()
        self._rest = ""
        self._x = self._y = 0
        self._cells: list[list[str]] = []
        self._clear()

    def take(self, data: bytes) -> None:
        """Keep bytes until somebody looks."""
        self._raw += data

    @property
    def rows(self) -> list[str]:
        """Return what stands in each row."""
        text, self._raw = self._rest + self._decoder.decode(bytes(self._raw)), bytearray()
        at = 0
        while (piece := _PIECE.match(text, at)) is not None:
            at = piece.end()
            if piece[3]:
                self._write(piece[3])
            elif piece[2]:
                self._obey(piece[1], piece[2])
        self._rest = text[at:]
        return ["".join(row) for row in self._cells]

    def _clear(self) -> None:
        self._cells = [[_BLANK] * self._width for _ in range(self._height)]

    def _write(self, text: str) -> None:
        row = self._cells[self._y]
        for character in text:
            cells = NARROW.shown(character)[1]
            if character.isprintable() and self._x + cells <= self._width:
                # The right half of a wide character is no text, as in the door's own books.
                row[self._x : self._x + cells] = [character, ""][:cells]
                self._x += cells

    def _obey(self, numbers: str, letter: str) -> None:
        if letter == "H":
            line, _, column = numbers.partition(";")
            self._y, self._x = int(line or 1) - 1, int(column or 1) - 1
        elif letter == "G":
            self._x = int(numbers or 1) - 1
        elif letter == "K":
            begin = self._x if numbers in {"", "0"} else 0
            self._cells[self._y][begin:] = [_BLANK] * (self._width - begin)
        elif letter == "J":
            self._clear()
