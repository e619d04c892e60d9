"""Terminals of several makes: what they read, and how wide they draw."""

import unicodedata
from unittest.mock import patch

import pyte
import pyte.screens
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
