"""The first letter a person's name is typed by, without a dictionary of readings.

Colleagues are found by it in a short list; children's names are read in full by `pinyin`.
"""

from itertools import pairwise
from typing import Final

from core.rules.surname import DOUBLE, SINGLE

# The common characters of GB 2312 stand in the order of their reading: where each letter
# begins.  Rarer ones stand by radical, and go by no letter.
_BEGINS: Final = (
    (0xB0A1, "a"), (0xB0C5, "b"), (0xB2C1, "c"), (0xB4EE, "d"), (0xB6EA, "e"),
    (0xB7A2, "f"), (0xB8C1, "g"), (0xB9FE, "h"), (0xBBF7, "j"), (0xBFA6, "k"),
    (0xC0AC, "l"), (0xC2E8, "m"), (0xC4C3, "n"), (0xC5B6, "o"), (0xC5BE, "p"),
    (0xC6DA, "q"), (0xC8BB, "r"), (0xC8F6, "s"), (0xCBFA, "t"), (0xCDDA, "w"),
    (0xCEF4, "x"), (0xD1B9, "y"), (0xD4D1, "z"), (0xD7FA, ""),
)  # fmt: skip


def initials_of(name: str) -> tuple[str, ...]:
    """Return the letters a name may be typed by, its surname read as a surname."""
    if name[:2] in DOUBLE:
        first = "".join(syllable[0] for syllable in DOUBLE[name[:2]])
        return (first + "".join(map(_letter, name[2:])),)
    rest = "".join(map(_letter, name[1:]))
    firsts = SINGLE.get(name[:1], (_letter(name[:1]),))
    found = dict.fromkeys(f"{syllable[:1]}{rest}" for syllable in firsts)
    return tuple(letters for letters in found if letters)


def _letter(mark: str) -> str:
    try:
        code = int.from_bytes(mark.encode("gb2312"))
    except UnicodeEncodeError:
        return ""
    for (begin, letter), (end, _) in pairwise(_BEGINS):
        if begin <= code < end:
            return letter
    return ""
