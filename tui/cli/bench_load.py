"""bench load: a school morning, hundreds at once, through the door that everybody uses.

Everybody signs in with a password, opens the roll of a class of fifty, types, and submits.
The gate is as it comes: eight stand before it at a time, each with an account and an
address of their own.
"""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Final

from core.services.password import hash_password, matches
from db.bench_town import counted
from tui.cli.bench_crowd import PASSWORD, crowded
from tui.cli.bench_figure import Figure, Measured, Target
from tui.cli.bench_place import Place
from tui.cli.bench_served import Served, served
from tui.cli.bench_typists import Job, Phase, Told

_ROOT: Final = Path(__file__).resolve().parents[2]
# Of one class there is one head; these sign in before anybody is counted, one a worker.
_WARM: Final = 4
_LONGEST_LINE: Final = 2**26
_PROCESSES: Final = 2
_AT_ONCE: Final = 8
_CHECKS: Final = 20
# Where five hundred are there, more patience is allowed.
_MANY: Final = 500


@dataclass(frozen=True)
class Size:
    """How many people, for how long, and how fast each types."""

    people: int = 200
    pupils: int = 50
    seconds: float = 30.0
    rate: float = 2.0


@asynccontextmanager
async def typists(job: Job) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a process of people for as long as the block lasts."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tui.cli.bench_typists"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        limit=_LONGEST_LINE,
    )
    try:
        await _say(process, job.model_dump_json())
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _say(process: asyncio.subprocess.Process, line: str) -> None:
    if process.stdin is None:
        raise OSError
    process.stdin.write(f"{line}\n".encode())
    await process.stdin.drain()


async def do(processes: list[asyncio.subprocess.Process], phase: Phase) -> Told:
    """Have all processes do a phase at the same time; return what it came to together."""

    async def one(process: asyncio.subprocess.Process) -> Told:
        await _say(process, phase)
        if process.stdout is None:
            raise OSError
        return Told.model_validate_json(await process.stdout.readline(), strict=False)

    told = await asyncio.gather(*(one(process) for process in processes))
    return Told(
        took_ms=tuple(ms for one in told for ms in one.took_ms),
        received=tuple(n for one in told for n in one.received),
        unanswered=sum(one.unanswered for one in told),
        turned_away=sum(one.turned_away for one in told),
        again=sum(one.again for one in told),
    )


def share(values: tuple[float, ...], part: float) -> float | None:
    """Return the value below which such a part of them lies."""
    ordered = sorted(values)
    return round(ordered[ceil(len(ordered) * part) - 1], 2) if ordered else None


def password_ms() -> float:
    """Return what checking a password costs this machine's processor."""
    secret, took = hash_password(PASSWORD), []
    for _ in range(_CHECKS):
        began = process_time()
        matches(secret, PASSWORD)
        took.append(process_time() - began)
    return median(took) * 1000


async def measure(place: Place, size: Size) -> Measured:
    """Return what a morning of so many people costs."""
    async with crowded(place, "load", size.people + _WARM, size.pupils) as crowd:
        async with served(crowd.town, place.folder / "home") as server:
            figures = await _morning(server, size)
        async with crowd.town.pool.acquire() as conn:
            rolls = (await counted(conn)).rolls - crowd.town.counted.rolls
        taken = Figure("load.rolls", rolls, "count", Target(size.people, at_least=True))
        return Measured(
            title=f"早晨{size.people}人同时登录、点名",
            counted=crowd.town.counted,
            figures=(*figures, taken),
        )


def _job(server: Served, size: Size, names: list[str]) -> Job:
    return Job(
        port=server.port,
        names=tuple(names),
        password=PASSWORD,
        at_once=_AT_ONCE // _PROCESSES,
        seconds=size.seconds,
        rate=size.rate,
        submit_within=size.people / 20,
    )


async def _morning(server: Served, size: Size) -> tuple[Figure, ...]:
    first, *names = [f"head{n + 1}" for n in range(size.people + _WARM)]
    early, names = [first, *names[: _WARM - 1]], names[_WARM - 1 :]
    halves = [names[n::_PROCESSES] for n in range(_PROCESSES)]
    async with typists(_job(server, size, early)) as warm:
        for phase in (Phase.SIGN_IN, Phase.OPEN):
            await do([warm], phase)
        async with (
            typists(_job(server, size, halves[0])) as one,
            typists(_job(server, size, halves[1])) as other,
        ):
            return await _counted(server, [one, other], size)


async def _counted(
    server: Served, people: list[asyncio.subprocess.Process], size: Size
) -> tuple[Figure, ...]:
    count = size.people
    memory, cpu, began = server.memory_mb, server.cpu, perf_counter()
    came = await do(people, Phase.SIGN_IN)
    seconds, signing = perf_counter() - began, server.cpu - cpu
    opened = await do(people, Phase.OPEN)
    held, cpu = server.memory_mb, server.cpu
    typed = await do(people, Phase.TYPE)
    typing = server.cpu - cpu
    keys = max(1, len(typed.received))
    cpu = server.cpu
    saved = await do(people, Phase.SUBMIT)
    saving = server.cpu - cpu
    await do(people, Phase.CUT)
    check, many = password_ms(), count >= _MANY
    return (
        Figure("load.signins_s", round(seconds, 2), "s", Target(8 * count / 200)),
        Figure("load.signin_p95_ms", share(came.took_ms, 0.95), "ms"),
        Figure(
            "load.signin_cpu_ms",
            round(1000 * signing / count - check, 1),
            "ms",
            Target(30),
        ),
        Figure("load.password_cpu_ms", round(check, 1), "ms"),
        Figure("load.turned_away", came.turned_away, "count"),
        Figure("load.p50_ms", share(typed.took_ms, 0.5), "ms", Target(3)),
        Figure("load.p99_ms", share(typed.took_ms, 0.99), "ms", Target(25 if many else 10)),
        Figure("load.max_ms", share(typed.took_ms, 1), "ms", Target(250)),
        Figure("load.unanswered", typed.unanswered, "count", Target(0)),
        Figure("load.keys_per_s", round(keys / size.seconds / count, 2), "keys"),
        Figure("load.cpu_ms_per_key", round(1000 * typing / keys, 2), "ms", Target(2)),
        Figure("load.worker_mb", round(memory, 1), "MB"),
        Figure("load.mb_per_session", round((held - memory) / count, 2), "MB", Target(1)),
        Figure("load.open_p95_ms", share(opened.took_ms, 0.95), "ms"),
        Figure("load.save_p95_ms", share(saved.took_ms, 0.95), "ms"),
        Figure("load.submitted_again", saved.again, "count"),
        Figure("load.save_cpu_ms", round(1000 * saving / count, 1), "ms"),
        Figure("load.lags", server.events["lag"], "count"),
        Figure("load.faults", server.events["fault"], "count", Target(0)),
        Figure("load.deaths", server.deaths, "count", Target(0)),
    )
