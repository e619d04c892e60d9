"""How a name is found by typing and where it stands in a list: initials and a sort key.

Worked out once, when a name is written: every reading's initials are kept for the jump,
and one key for the order, which the teacher may correct.  Surnames go by `surname`.
"""

import unicodedata
from functools import lru_cache
from itertools import islice, product
from typing import Final, TypeAlias

from core.rules.base import Record
from core.rules.surname import DOUBLE, SINGLE

# A dictionary lists rare readings last; of each character of a given name three are kept,
# and of all combinations twelve, so that a strange name cannot fill a page.
READINGS_KEPT: Final = 3
INITIALS_KEPT: Final = 12
# Sorts after every letter: a character nobody can read stands at the end of the list.
UNREAD: Final = "~"

# The readings of one character, the likeliest first.
Syllables: TypeAlias = tuple[str, ...]


class Pinyin(Record):
    """Every way to type a name's initials, likeliest first, and the key it sorts by."""

    initials: tuple[str, ...]
    key: str


def readings(name: str) -> Pinyin:
    """Return the initials of all readings of a name, at most 12, and its sort key.

    Syllables of the key are parted by a space, so that it sorts by syllable under the
    collation "C".  The dictionary (58 MB) is loaded by the first call.
    """
    ways = _ways(name)
    found = dict.fromkeys(
        "".join(letters)
        for way in ways
        for letters in islice(product(*map(_letters, way)), INITIALS_KEPT)
    )
    return Pinyin(
        initials=tuple(filter(None, found))[:INITIALS_KEPT],
        key=" ".join(syllables[0] for syllables in ways[0]) or UNREAD,
    )


def _ways(name: str) -> list[list[Syllables]]:
    """Return each way to part a name into surname and given name, likeliest first."""
    ways: list[list[Syllables]] = []
    pair, single = name[:2], name[:1]
    if pair in DOUBLE and name != pair:
        ways.append([*((syllable,) for syllable in DOUBLE[pair]), *_given(name[2:])])
    if single in SINGLE:
        ways.append([SINGLE[single], *_given(name[1:])])
    return ways or [_given(name)]


def _letters(syllables: Syllables) -> list[str]:
    """Return the letters a character may be typed by; an unread one is typed by none."""
    return list(dict.fromkeys(s[0] for s in syllables if s[0] != UNREAD)) or [""]


def _given(text: str) -> list[Syllables]:
    """Return the readings of each character; a word of Latin letters counts as one."""
    found: list[Syllables] = []
    word = ""
    for mark in f"{_plain(text.lower())} ":
        if mark.isascii() and mark.isalnum():
            word += mark
            continue
        if word:
            found.append((word,))
            word = ""
        if mark.isalnum():
            found.append(_of(mark))
    return found


# The dictionary's answers for single characters: nobody's name can be told from them.
@lru_cache(maxsize=4096)
def _of(mark: str) -> Syllables:
    """Return one character's readings without tones, the dictionary's first one first."""
    from pypinyin.pinyin_dict import (  # noqa: PLC0415 - 58 MB, only where names are written
        pinyin_dict,
    )

    marked = pinyin_dict.get(ord(mark))
    if marked is None:
        return (f"{UNREAD}{ord(mark):06x}",)
    # Keyboards type ü as v.
    plain = _plain(unicodedata.normalize("NFD", marked).replace("u\u0308", "v"))
    return tuple(dict.fromkeys(plain.split(",")))[:READINGS_KEPT]


def _plain(text: str) -> str:
    """Take tones and accents off."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(mark for mark in parts if not unicodedata.combining(mark))
