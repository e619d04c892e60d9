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
from tui.cli.bench_line import Answer, Caller, sit_down
from tui.cli.bench_teacher import Teacher

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
    # How often a roll had to be submitted again.
    again: int = 0


class Room:
    """One process's people."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lines: list[Teacher] = []
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
                told = _told(await self._each(self._submit))
                return told.model_copy(update={"again": sum(x.again for x in self._lines)})
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

    async def _let_in(self, caller: Caller) -> Teacher:
        """Sign in, again where the gate was crowded, as people do; wait for what is due."""
        for _ in range(_TRIES):
            teacher = Teacher()
            try:
                await sit_down(caller, teacher)
            except (asyncssh.Error, OSError):
                self._turned_away += 1
                await asyncio.sleep(_AGAIN_AFTER)
            else:
                await teacher.sees_what_is_due()
                return teacher
        raise ConnectionRefusedError

    async def _each(
        self, act: Callable[[Teacher, random.Random], Awaitable[list[Answer]]]
    ) -> list[Answer]:
        everybody = [
            act(line, random.Random(number))  # noqa: S311 -- the same hands every time
            for number, line in enumerate(self._lines)
        ]
        return [answer for found in await asyncio.gather(*everybody) for answer in found]

    async def _open(self, teacher: Teacher, dice: random.Random) -> list[Answer]:
        await asyncio.sleep(dice.random() * self._job.submit_within)
        return await teacher.opens()

    async def _type(self, teacher: Teacher, dice: random.Random) -> list[Answer]:
        return await teacher.types(dice, self._job.rate, self._job.seconds)

    async def _submit(self, teacher: Teacher, dice: random.Random) -> list[Answer]:
        await asyncio.sleep(dice.random() * self._job.submit_within)
        return await teacher.submits()


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
