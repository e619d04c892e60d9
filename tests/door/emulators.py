"""Terminals of several makes: what they read, and how wide they draw."""

import unicodedata
from typing import TypeAlias
from unittest.mock import patch

import pyte
import pyte.screens
from wcwidth import wcwidth

Cell: TypeAlias = tuple[str, str, str, bool, bool, bool, bool, bool]


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


def seen(screen: pyte.Screen, y: int) -> list[Cell]:
    """What a person sees in a row: text and attributes; a blank has no letters' colour."""
    row = screen.buffer[y]
    return [
        (
            c.data,
            "default" if blank and not c.reverse else c.fg,
            c.bg,
            c.bold and not blank,
            c.italics and not blank,
            c.underscore,
            c.strikethrough,
            c.reverse,
        )
        for x in range(screen.columns)
        for c in (row[x],)
        for blank in (c.data == " ",)
    ]
