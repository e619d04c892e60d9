"""A person's terminal: what it answered, what they chose for it, and how it is drawn then.

What bytes ask and answer is `tui.door.probe`; what a look is made of is `tui.widgets.style`.
"""

import re
from typing import Final

from core.rules.base import HOSTILE, Coded, Record

LONGEST_CLIENT: Final = 100
# Never had a colour.
_COLOURLESS: Final = re.compile(r"dumb|vt\d+.*|.*-m(ono)?")
# Nothing that answers a question calls itself so: scripts, editors.
_MUTE: Final = frozenset({"", "dumb", "unknown"})


class Encoding(Coded):
    """How a terminal writes characters as bytes."""

    UTF8 = "utf8", "UTF-8"
    GBK = "gbk", "GBK"


class Width(Coded):
    """How many cells it gives to what is narrow in Europe and wide in China: · — “ │."""

    ONE = "one", "一格"
    TWO = "two", "两格"


class Frames(Coded):
    """What lines and bars are drawn with."""

    FULL = "full", "表格线"
    PLAIN = "plain", "简明"


class Colour(Coded):
    """Whether colours help reading; what they say stands in words as well."""

    ON = "on", "彩色"
    OFF = "off", "单色"


class Measured(Record):
    """What a terminal answered when it was asked."""

    encoding: Encoding
    width: Width


class Wanted(Record):
    """What a person chose; None leaves it to what was measured."""

    encoding: Encoding | None = None
    width: Width | None = None
    frames: Frames | None = None
    colour: Colour | None = None


class Remembered(Record):
    """What is kept of one person's terminal."""

    wanted: Wanted = Wanted()
    measured: Measured | None = None


class Display(Record):
    """How a terminal is drawn."""

    encoding: Encoding = Encoding.UTF8
    width: Width = Width.ONE
    frames: Frames = Frames.PLAIN
    colour: Colour = Colour.ON


def display(calls_itself: str, kept: Remembered) -> Display:
    """Return how a terminal is drawn: as chosen, else as measured, else as is safe.

    One that has shown to read UTF-8 is never written to in GBK: a choice that nobody can read
    could not be taken back.
    Lines are drawn where one is sure to exist and to take one cell: UTF-8, and it answered.
    Where it takes two they never are: nothing would stand in its place.
    """
    wanted, measured = kept.wanted, kept.measured
    encoding = measured.encoding if measured else Encoding.UTF8
    if measured is None or measured.encoding is Encoding.GBK:
        encoding = wanted.encoding or encoding
    width = wanted.width or (measured.width if measured else Width.ONE)
    lines = (encoding, width) == (Encoding.UTF8, Width.ONE) and measured is not None
    colourless = _COLOURLESS.fullmatch(calls_itself)
    return Display(
        encoding=encoding,
        width=width,
        frames=Frames.PLAIN
        if width is Width.TWO
        else wanted.frames or (Frames.FULL if lines else Frames.PLAIN),
        colour=wanted.colour or (Colour.OFF if colourless else Colour.ON),
    )


def answers(calls_itself: str) -> bool:
    """Tell whether a terminal may be asked at all."""
    return calls_itself not in _MUTE


def client_name(version: str, calls_itself: str) -> str:
    """Return what tells one client from another: its program, and what it calls itself."""
    said = f"{version.removeprefix('SSH-2.0-')} {calls_itself}"
    return HOSTILE.sub("", said).strip()[:LONGEST_CLIENT].strip() or "-"
