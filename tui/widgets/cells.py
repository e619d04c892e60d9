"""Text measured in terminal cells: cut, padded, wrapped, and made harmless.

A Chinese character is two cells wide; nothing here ever splits one.  What is narrow in
Europe and wide in China, such as `·`, takes what the terminal here gives it.
"""

import unicodedata
from collections.abc import Sequence
from string import ascii_letters, digits
from typing import Final

from core.rules.base import HOSTILE, HOSTILE_BUT_NEWLINE
from tui.ruler import ruler

# Controls, invisible format characters, surrogates, separators: none is ever shown.
_UNSHOWN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

# What may not begin a line of Chinese text.
_NOT_FIRST: Final = frozenset("，。、；：？！）》〉」』】〕”’…,.;:?!)]}")


# What dates, times, numbers and names of files are made of: all one cell wide.
_WHOLE: Final = f"{ascii_letters}{digits}-:/_*"

# Not "…": some terminals draw it two cells wide.
_CUT: Final = ".."
_WORTH_MARKING: Final = 6


def cell_len(text: str) -> int:
    """Return the cells a text takes on the terminal here."""
    return ruler().cells(text)


def shown(text: str) -> str:
    """Replace every character that could act on a terminal by a question mark."""
    if text.isprintable():
        return text
    return "".join("?" if unicodedata.category(c) in _UNSHOWN else c for c in text)


def kept(text: str, *, lines: bool = False) -> str:
    """Drop what may not be typed or pasted; line breaks stay only where `lines` allows."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return (HOSTILE_BUT_NEWLINE if lines else HOSTILE).sub("", text)


def fit(text: str, cells: int, *, right: bool = False) -> str:
    """Cut or pad a text to exactly `cells` cells."""
    safe = shown(text)
    spare = cells - cell_len(safe)
    if spare < 0:
        safe, spare = _cut(safe, cells)
    return " " * spare + safe if right else safe + " " * spare


def _cut(text: str, cells: int) -> tuple[str, int]:
    """Return as many characters as fit, and the cells that stay free."""
    measure, free = ruler().shown, max(0, cells)
    for index, character in enumerate(text):
        wide = measure(character)[1]
        if wide > free:
            return text[:index], free
        free -= wide
    return text, free


def as_many(lead: str, names: Sequence[str], cells: int) -> str:
    """Return `lead` and as many names as the cells take, with 等 where some are left out."""
    for shown_names in range(len(names), 0, -1):
        more = "等" if shown_names < len(names) else ""
        told = f"{lead}{'、'.join(names[:shown_names])}{more}"
        if cell_len(told) <= cells:
            return told
    return ""


def clipped(text: str, cells: int, *, right: bool = False) -> str:
    """Fit a text; one that is cut ends in "..", so that it never passes for the whole."""
    if cells < _WORTH_MARKING or cell_len(shown(text)) <= cells:
        return fit(text, cells, right=right)
    return fit(fit(text, cells - len(_CUT)).rstrip() + _CUT, cells)


def spans(text: str, cells: int) -> tuple[tuple[int, int], ...]:
    """Break a text at line ends and every `cells` cells; return (start, end) indexes."""
    found = []
    measure, start, used = ruler().shown, 0, 0
    for index, character in enumerate(text):
        if character == "\n":
            found.append((start, index))
            start, used = index + 1, 0
            continue
        wide = measure(character)[1]
        if used + wide > cells:
            found.append((start, index))
            start, used = index, 0
        used += wide
    return (*found, (start, len(text)))


def wrapped(text: str, cells: int) -> tuple[str, ...]:
    """Return a text as lines of at most `cells` cells, each harmless.

    As in print, no line begins with a closing mark: the character before goes with it.
    A date, a time or a number is not torn where the line has room for more than it.
    """
    return tuple(line for part in text.split("\n") for line in _filled(shown(part), cells))


def _filled(text: str, cells: int) -> list[str]:
    lines = [""]
    measure, used = ruler().shown, 0
    for character in text:
        wide = measure(character)[1]
        if used + wide > cells:
            line, carried = lines[-1], ""
            torn = len(line) - len(line.rstrip(_WHOLE))
            if character in _WHOLE and 0 < torn * 2 <= cells:
                line, carried = line[:-torn], line[-torn:]
            elif character in _NOT_FIRST and len(line) > 1 and line[-1] not in _NOT_FIRST:
                line, carried = line[:-1], line[-1]
            lines[-1:] = [line, carried]
            used = cell_len(carried)
        lines[-1] += character
        used += wide
    return lines
