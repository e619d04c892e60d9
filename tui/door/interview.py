"""Getting to know a terminal while its person already types.

Its questions go out before anything is painted.  Until the first answer, or half a second,
or until the person's memory tells what it is, frames are dropped and bytes are kept in
order.  A terminal that says nothing for two seconds, while nobody has pressed a key, is
perhaps one whose person cannot read what it shows: they get two lines, each in another
encoding, and press the number of the one that is readable.
"""

import asyncio
import re
from types import MappingProxyType
from typing import Final, Protocol

from core.rules.terminal import Encoding, Wanted, answers
from tui.door import limits
from tui.door.keys import Position
from tui.door.probe import FIRST, ROW, Probe
from tui.terminal import Terminal

_ANSWER: Final = re.compile(rb"\x1b\[(%d);(\d{1,4})R" % ROW)
_CHOICES: Final = MappingProxyType({b"1": Encoding.UTF8, b"2": Encoding.GBK})
# Blanks stand around the Chinese: half a character must not swallow a digit.
_SAMPLES: Final = (
    b"\x1b[m\x1b[2J"
    + "\x1b[3;3H1  此行汉字清楚，请按  1".encode()
    + "\x1b[5;3H2  此行汉字清楚，请按  2".encode("gbk")
)


class Host(Protocol):
    """Who holds the wire and paints."""

    def ask(self, question: bytes, over: int | None = None) -> None:
        """Send a question; show the row again that it was printed over."""

    def wait(self) -> None:
        """Drop frames."""

    def go_on(self, kept: bytes) -> None:
        """Paint again, and read what was kept meanwhile."""

    def learned(self, *, anew: bool) -> None:
        """Hear that something is known, and whether all must be drawn anew for it."""


class Interview:
    """One terminal's questions and answers."""

    def __init__(self, terminal: Terminal, host: Host) -> None:
        self._terminal, self._host = terminal, host
        self._probe = Probe()
        self._kept = bytearray()
        self._timers: list[asyncio.TimerHandle] = []
        self._waits = self._sampling = False
        # Whether a key was pressed, or the terminal is known from another day.
        self._content = False

    def begin(self) -> None:
        """Ask, unless nothing there could answer."""
        if not answers(self._terminal.calls_itself):
            return
        self._waits = True
        self._host.wait()
        self._host.ask(FIRST)
        loop = asyncio.get_running_loop()
        self._timers = [
            loop.call_later(limits.ANSWER_AWAITED, self.open),
            loop.call_later(limits.PERSON_ASKED_AFTER, self._ask_the_person),
        ]

    def hear(self, data: bytes) -> bytes:
        """Take what came; return what is to be read of it now."""
        if self._sampling:
            return self._choose(data)
        if not self._waits:
            self._content = True
            return data
        self._kept += data[: limits.LONGEST_PASTE - len(self._kept)]
        for row, column in _ANSWER.findall(self._kept):
            self.answered(Position(int(row), int(column)))
        self._kept = bytearray(_ANSWER.sub(b"", self._kept))
        return b""

    def answered(self, position: Position) -> None:
        """Take an answer, and ask what follows from it."""
        before = self._probe.measured
        question = self._probe.answer(position)
        if question:
            self._host.ask(question, ROW - 1)
        measured = self._probe.measured
        if measured is not None and before is None:
            self._over(anew=self._terminal.learn(measured=measured))

    def known(self) -> None:
        """Stop waiting: the person's memory has told what the terminal is."""
        self._content = True
        self.open()

    def open(self) -> None:
        """Let frames and keys pass, those that came meanwhile first."""
        if self._waits:
            self._waits = False
            kept, self._kept = bytes(self._kept), bytearray()
            self._content = self._content or bool(kept)
            self._host.go_on(kept)

    def stop(self) -> None:
        """Wait for nothing more."""
        for timer in self._timers:
            timer.cancel()

    def _over(self, *, anew: bool) -> None:
        # The samples stand where the screen was.
        anew, self._sampling = anew or self._sampling, False
        self.stop()
        self._host.learned(anew=anew)

    def _ask_the_person(self) -> None:
        """Show two lines, unless the person has been content with what they see."""
        if self._content:
            self._over(anew=False)
            return
        self._sampling = self._waits = True
        self._host.wait()
        self._host.ask(_SAMPLES)

    def _choose(self, data: bytes) -> bytes:
        """Take the number of a sample; an answer that comes late after all is as good."""
        for row, column in _ANSWER.findall(data):
            self.answered(Position(int(row), int(column)))
        data = _ANSWER.sub(b"", data)[: limits.LONGEST_PASTE]
        if data and self._sampling:
            encoding = _CHOICES.get(data[:1])
            if encoding is not None:
                data = data[1:]
                self._terminal.learn(wanted=Wanted(encoding=encoding))
            self._over(anew=True)
        self._kept += data
        return b""
