"""One class teacher at the roll, as a benchmark needs them: each key when its time has come.

They look at their screen as people do, and press a key only when they have seen what it is
about: Enter when the list is there, a mark when the mark before it stands.  So a key that
the server lost would show, however slow everything else is.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from tui.cli.bench_line import PAUSE, SIZE, Answer, Line
from tui.cli.bench_picture import Picture

Rows: TypeAlias = Sequence[str]

_DOWN, _UP, _TURN, _ENTER, _SUBMIT = b"\x1b[B", b"\x1b[A", b" ", b"\r", b"\x1b[20~"
# Pupils that a hand goes down a roll before it goes up again: those of its first column.
_REACH: Final = 16
# Seconds after which whoever waits gives a key up.
_PATIENCE: Final = 30.0
_TRIES: Final = 5
_READS: Final = 1.0
_QUESTION: Final = "确认提交"
_KEPT: Final = "已存草稿"


class Teacher(Line):
    """A line whose far end is looked at."""

    def __init__(self) -> None:
        super().__init__()
        self._picture = Picture(*SIZE)
        self._news = asyncio.Event()
        # How often something else than what was wanted had to be read, and F9 pressed again.
        self.again = 0

    def connection_lost(self, exc: Exception | None) -> None:
        """Know that it is over."""
        super().connection_lost(exc)
        self._news.set()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Show what comes."""
        super().data_received(data, datatype)
        self._picture.take(data)
        self._news.set()

    async def sees(self, there: Callable[[Rows], bool]) -> None:
        """Look until something is there; raises TimeoutError, or ConnectionResetError."""
        async with asyncio.timeout(_PATIENCE):
            while not there(self._picture.rows):
                if self.ended.is_set():
                    raise ConnectionResetError
                self._news.clear()
                await self._news.wait()

    async def sees_what_is_due(self) -> None:
        """Wait until the first screen has been read."""
        await self.sees(_at_home)

    async def opens(self) -> list[Answer]:
        """Open the roll that is due."""
        return [await self._press(_ENTER, _at_roll)]

    async def types(self, dice: random.Random, rate: float, seconds: float) -> list[Answer]:
        """Go down the roll and up, and turn every mark, so many keys a second."""
        loop = asyncio.get_running_loop()
        found: list[Answer] = []
        due = loop.time() + dice.random() / rate
        end, at, step = loop.time() + seconds, 0, 1
        while due < end:
            await asyncio.sleep(max(0.0, due - loop.time()))
            if len(found) % 2:
                found.append(await self._press(_TURN, _turned(self._picture.rows, at)))
            else:
                at += step
                key = _DOWN if step > 0 else _UP
                step = -step if at in {0, _REACH} else step
                found.append(await self._press(key, _stands(at)))
            # Whoever had to wait for an answer is not in a hurry afterwards.
            due = max(due + (0.9 + 0.2 * dice.random()) / rate, loop.time() + PAUSE)
        return found

    async def submits(self) -> list[Answer]:
        """Submit the roll; who was absent at the last one is named first."""
        answer = await self._press(_SUBMIT, _submitted_or_asked)
        for _ in range(_TRIES):
            if _asked(self._picture.rows):
                answer = await self._press(_ENTER, _submitted_or_told)
            if _at_home(self._picture.rows):
                break
            self.again += 1
            await asyncio.sleep(_READS)
            answer = await self._press(_SUBMIT, _submitted_or_asked)
        return [answer]

    async def _press(self, key: bytes, seen: Callable[[Rows], bool]) -> Answer:
        answer = self.press(key)
        try:
            await self.sees(seen)
        except TimeoutError:
            answer.received = 0
        return answer


def _at_home(rows: Rows) -> bool:
    return rows[0].startswith(" 保学") and any("今日点名 已点" in row for row in rows)


def _at_roll(rows: Rows) -> bool:
    return rows[0].startswith(" 点名 ") and "应到" in rows[0]


def _stands(at: int) -> Callable[[Rows], bool]:
    return lambda rows: rows[at + 1].startswith(">")


def _turned(before: Rows, at: int) -> Callable[[Rows], bool]:
    return lambda rows: rows[at + 1] != before[at + 1]


def _asked(rows: Rows) -> bool:
    return any(_QUESTION in row for row in rows)


def _told(rows: Rows) -> bool:
    """Tell whether the roll says something else than that its draft is kept."""
    said = rows[-2].strip()
    return _at_roll(rows) and bool(said) and not said.startswith(_KEPT)


def _submitted_or_asked(rows: Rows) -> bool:
    return _at_home(rows) or _asked(rows) or _told(rows)


def _submitted_or_told(rows: Rows) -> bool:
    return _at_home(rows) or _told(rows)
