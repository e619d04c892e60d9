"""Terminals of several makes: what they read, and how wide they draw."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from unittest.mock import patch

import pyte
import pyte.screens
from pyte.screens import Char
from wcwidth import wcwidth


def _wide(character: str) -> int:
    """Cells on a terminal that draws what is ambiguous as Chinese terminals may."""
    cells = wcwidth(character)
    ambiguous = unicodedata.east_asian_width(character) == "A"
    return 2 if cells == 1 and ambiguous else cells


class WideScreen(pyte.Screen):
    """xterm -cjk_width; PuTTY and Xshell with that option."""

    def draw(self, data: str) -> None:
        with patch.object(pyte.screens, "wcwidth", _wide):
            super().draw(data)


@lru_cache(maxsize=4096)
def _cell(char: Char) -> Char:
    """A blank has no letters' colour, weight or slant."""
    if char.data != " ":
        return char
    ink = {} if char.reverse else {"fg": "default"}
    return char._replace(bold=False, italics=False, **ink)


def plain(row: Iterable[Char]) -> list[Char]:
    """What a person sees of a row's cells."""
    return [_cell(char) for char in row]


def seen(screen: pyte.Screen, y: int) -> list[Char]:
    """What a person sees in a row: text and attributes."""
    return plain(screen.buffer[y][x] for x in range(screen.columns))
