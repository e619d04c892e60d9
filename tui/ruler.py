"""What a terminal shows for a character, and how many cells that takes.

The choke point for text on its way out: a control, a direction mark, an invisible
character of anybody's data becomes a question mark here, and what a GBK terminal does not
have becomes 〓.  Widgets measure with it and the painter lays with it, so that columns
stand where they were meant on a terminal that draws `·` two cells wide as well.
"""

import re
import unicodedata
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rich.cells import get_character_cell_size

# Data can press keys in its reader's terminal (ENQ makes PuTTY type), or turn the line
# around: none of these categories is ever sent.
_HOSTILE: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_INSTEAD: Final = "?"
_WIDE: Final = 1
_GBK: Final = 2
MISSING: Final = "〓"
# What most text here is made of: one cell or two on every terminal, shown or as 〓.
_TWO_OR_ONE: Final = re.compile("[ -~、。\u4e00-\u9fa5\uff01-\uff5e]*")


@dataclass(frozen=True)
class Ruler:
    """How one terminal measures: `·` one cell or two, any character or those of GBK."""

    wide: bool = False
    gbk: bool = False

    def shown(self, character: str) -> tuple[str, int]:
        """Return what is sent for a character, and its cells: 0, 1 or 2."""
        return _shown(character, self.wide * _WIDE + self.gbk * _GBK)

    def cells(self, text: str) -> int:
        """Return the cells a text takes."""
        if text.isascii() and text.isprintable():
            return len(text)
        if _TWO_OR_ONE.fullmatch(text):
            # Of these, one cell is one byte of UTF-8, and two cells are three bytes.
            return (len(text.encode()) + len(text)) // 2
        kind = self.wide * _WIDE + self.gbk * _GBK
        return sum(_shown(character, kind)[1] for character in text)


NARROW: Final = Ruler()


@dataclass
class Ruled:
    """The ruler of one session; another one when its terminal turns out to be another."""

    ruler: Ruler = NARROW


# Set by the session, and inherited by all that runs in it.
HERE: Final[ContextVar[Ruled]] = ContextVar("RULED")


def ruler() -> Ruler:
    """Return the ruler of the terminal that is drawn on here."""
    here = HERE.get(None)
    return NARROW if here is None else here.ruler


@lru_cache(maxsize=16384)
def _shown(character: str, kind: int) -> tuple[str, int]:
    category = unicodedata.category(character)
    if category in _HOSTILE:
        return _INSTEAD, 1
    if category == "Zs":
        return (" ", 1) if character != "\u3000" else ("\u3000", 2)
    cells = get_character_cell_size(character)
    if "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef":
        # Variation selectors: terminals disagree about the width they give.
        return "", 0
    if kind & _GBK and not _in_gbk(character):
        return (MISSING, 2) if cells else ("", 0)
    if cells == 1 and kind & _WIDE and unicodedata.east_asian_width(character) == "A":
        return character, 2
    return character, cells


def _in_gbk(character: str) -> bool:
    try:
        character.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
