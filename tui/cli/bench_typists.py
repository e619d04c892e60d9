"""A process of many people at their terminals, told by its parent what to do next.

Clients work in processes of their own, so that what they cost is not taken for the
server's.  One JSON line says who they are, then each word on a line is a phase; each phase
is answered by one JSON line.
"""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Final

import asyncssh
import uvloop

from core.rules.base import Record
from tui.cli.bench_line import Answer, Caller, Line, sit_down

_DOWN, _UP, _TURN, _ENTER, _SUBMIT = b"\x1b[B", b"\x1b[A", b" ", b"\r", b"\x1b[20~"
# Pupils that a hand goes down a roll before it goes up again.
_REACH: Final = 18
# A screen that comes from the database comes in pieces.
_OPENING: Final = 0.3
_OPENS_WITHIN: Final = 8.0
_TRIES: Final = 20
_AGAIN_AFTER: Final = 0.3


class Phase(StrEnum):
    """What all of a process's people do next."""

    SIGN_IN = "sign in"
    OPEN = "open"
    TYPE = "type"
    SUBMIT = "submit"
    CUT = "cut"


class Job(Record):
    """Who sits in one process, and how they type."""

    port: int
    names: tuple[str, ...]
    password: str
    at_once: int
    seconds: float
    # Keys a second, of each.
    rate: float
    # Seconds over which all submit.
    submit_within: float


class Told(Record):
    """What a phase came to: milliseconds of each answer, and what was never answered."""

    took_ms: tuple[float, ...] = ()
    received: tuple[int, ...] = ()
    unanswered: int = 0
    turned_away: int = 0


class Room:
    """One process's people."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lines: list[Line] = []
        self._turned_away = 0

    async def do(self, phase: Phase) -> Told:
        """Let everybody do a phase; return what it came to."""
        match phase:
            case Phase.SIGN_IN:
                return await self._sign_in()
            case Phase.OPEN:
                return _told(await self._each(self._open))
            case Phase.TYPE:
                return _told(await self._each(self._type))
            case Phase.SUBMIT:
                return _told(await self._each(self._submit))
            case Phase.CUT:
                for line in self._lines:
                    line.cut()
                return Told()

    async def _sign_in(self) -> Told:
        gate, loop = asyncio.Semaphore(self._job.at_once), asyncio.get_running_loop()

        async def one(number: int, name: str) -> float:
            # Teachers of one school come from one address, and schools from several.
            address = f"127.0.{number // 200}.{number % 200 + 2}"
            caller = Caller(self._job.port, name, address, self._job.password)
            async with gate:
                began = loop.time()
                self._lines.append(await self._let_in(caller))
                return loop.time() - began

        people = enumerate(self._job.names)
        took = await asyncio.gather(*(one(number, name) for number, name in people))
        ms = tuple(round(seconds * 1000, 2) for seconds in took)
        return Told(took_ms=ms, turned_away=self._turned_away)

    async def _let_in(self, caller: Caller) -> Line:
        """Sign in, again where the gate was crowded, as people do."""
        for _ in range(_TRIES):
            try:
                return await sit_down(caller)
            except (asyncssh.Error, OSError):
                self._turned_away += 1
                await asyncio.sleep(_AGAIN_AFTER)
        return await sit_down(caller)

    async def _each(
        self, act: Callable[[Line, random.Random], Awaitable[list[Answer]]]
    ) -> list[Answer]:
        everybody = [
            act(line, random.Random(number))  # noqa: S311 -- the same hands every time
            for number, line in enumerate(self._lines)
        ]
        return [answer for found in await asyncio.gather(*everybody) for answer in found]

    async def _open(self, line: Line, dice: random.Random) -> list[Answer]:
        await asyncio.sleep(dice.random() * self._job.submit_within)
        answer = line.press(_ENTER, _OPENING)
        await _over(answer)
        return [answer]

    async def _type(self, line: Line, dice: random.Random) -> list[Answer]:
        loop = asyncio.get_running_loop()
        found: list[Answer] = []
        await asyncio.sleep(dice.random() / self._job.rate)
        end, at, step = loop.time() + self._job.seconds, 0, 1
        while loop.time() < end:
            if len(found) % 2:
                key = _TURN
            else:
                at += step
                key = _DOWN if step > 0 else _UP
                step = -step if at in {0, _REACH} else step
            found.append(line.press(key))
            await asyncio.sleep((0.9 + 0.2 * dice.random()) / self._job.rate)
        return found

    async def _submit(self, line: Line, dice: random.Random) -> list[Answer]:
        await asyncio.sleep(dice.random() * self._job.submit_within)
        # Who was absent at the last roll is named first, and Enter says that it is so.
        await _over(line.press(_SUBMIT, _OPENING))
        answer = line.press(_ENTER, _OPENING)
        await _over(answer)
        return [answer]


async def _over(answer: Answer) -> None:
    """Wait until an answer has come and nothing has been added to it for a while."""
    loop = asyncio.get_running_loop()
    while loop.time() - answer.began < _OPENS_WITHIN:
        if answer.received and loop.time() - answer.ended > _OPENING:
            return
        await asyncio.sleep(_OPENING / 2)


def _told(answers: list[Answer]) -> Told:
    took = [answer.seconds for answer in answers]
    return Told(
        took_ms=tuple(round(seconds * 1000, 2) for seconds in took if seconds is not None),
        received=tuple(answer.received for answer in answers),
        unanswered=took.count(None),
    )


async def _work() -> None:
    loop = asyncio.get_running_loop()
    room = Room(Job.model_validate_json(sys.stdin.readline(), strict=False))
    while word := await loop.run_in_executor(None, sys.stdin.readline):
        told = await room.do(Phase(word.strip()))
        sys.stdout.write(told.model_dump_json() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(_work())
