"""The questions a terminal is asked at sign-in, and what its answers mean.

It prints, and asks where the cursor is then.  `张张` is the same six bytes to everybody:
two characters of two cells where UTF-8 is read, three where GBK is.  `││` comes after it,
an even number of bytes for GBK, so that nothing of what follows is swallowed.  Where GBK
is read, `│` is asked once more, in GBK.  Pure: whoever holds the wire sends and waits.
"""

from types import MappingProxyType
from typing import Final

from core.rules.terminal import Encoding, Measured, Width
from tui.door.keys import Position

# Row 2: xterm sends Shift+F3 as a report of row 1.
ROW: Final = 2
_THERE: Final = f"\x1b[{ROW}H"
_WHERE: Final = "\x1b[6n"
_WIPE: Final = f"{_THERE}\x1b[2K"
_ENCODING_AT: Final = MappingProxyType({5: Encoding.UTF8, 7: Encoding.GBK})
_TWO_LINES_AT: Final = MappingProxyType({3: Width.ONE, 5: Width.TWO})
_ONE_LINE_AT: Final = MappingProxyType({2: Width.ONE, 3: Width.TWO})

FIRST: Final = f"{_THERE}张张{_WHERE}{_THERE}││{_WHERE}{_WIPE}".encode()
GBK_LINE: Final = f"{_THERE}│{_WHERE}".encode("gbk")


class Probe:
    """Where in the questions one terminal is."""

    def __init__(self) -> None:
        self.measured: Measured | None = None
        self._encoding: Encoding | None = None
        self._answers = 0

    def answer(self, position: Position) -> bytes:
        """Take one answer in; return what is to be asked next, or nothing.

        Whatever makes no sense leaves the terminal unmeasured.
        """
        if position.row != ROW or self.measured is not None:
            return b""
        self._answers += 1
        if self._answers == 1:
            self._encoding = _ENCODING_AT.get(position.column)
            return b""
        if self._encoding is Encoding.UTF8:
            self._settle(_TWO_LINES_AT.get(position.column))
        elif self._encoding is Encoding.GBK and self._answers == 2:  # noqa: PLR2004
            return GBK_LINE
        else:
            self._settle(_ONE_LINE_AT.get(position.column))
        return b""

    def _settle(self, width: Width | None) -> None:
        if self._encoding is not None and width is not None:
            self.measured = Measured(encoding=self._encoding, width=width)
