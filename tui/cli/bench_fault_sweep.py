"""Sweeping processes killed while clocks run out: each rings once, and all of them ring."""

import asyncio
import random
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Final

from core.services import seat, sweep
from db.bench_faults import Rung, run_out, rung
from db.bench_town import Filling
from db.keys import KeyFile
from db.pool import open_pool
from tui.cli.bench_figure import Figure, Target
from tui.cli.bench_place import Place, Town, filled

_ROOT: Final = Path(__file__).resolve().parents[2]
# What a sweeper says when it begins.
_BEGUN: Final = "begun"


async def sweep_once(dsn: str, key_file: str) -> None:
    """Sweep, as a process that may be killed; say first that it begins."""
    async with open_pool(dsn, KeyFile(Path(key_file))) as pool:
        sys.stdout.write(f"{_BEGUN}\n")
        sys.stdout.flush()
        await sweep.everything(seat.front_desk(pool))


PROGRAM: Final = (
    f"import asyncio, sys; from {__name__} import {sweep_once.__name__} as sweep;"
    " asyncio.run(sweep(*sys.argv[1:]))"
)


async def measure(
    place: Place, filling: Filling, sweepers: int, kills: int, latest: float
) -> tuple[Figure, ...]:
    """Return how many alarms were missed or rang twice, while sweepers were killed.

    Each is killed `latest` seconds after it began, or sooner.
    """
    async with filled(place, "sweep", filling, most=2) as town:
        await run_out(town.pool)
        hunt = _Hunt(town, kills, latest)
        await asyncio.gather(*(hunt.sweep_and_die() for _ in range(sweepers)))
        by_them = await _left(town)
        # The one that nobody kills.
        await sweep.everything(seat.front_desk(town.pool))
        left = await _left(town)
        missed = left.missed + left.untold
        return (
            Figure("faults.sweep.due", left.due, "count"),
            Figure("faults.sweep.kills", hunt.killed, "count"),
            Figure("faults.sweep.rung_by_killed", by_them.due - by_them.missed, "count"),
            Figure("faults.sweep.missed", missed, "count", Target(0)),
            Figure("faults.sweep.doubled", left.doubled, "count", Target(0)),
        )


async def _left(town: Town) -> Rung:
    async with town.pool.acquire() as conn:
        return await rung(conn)


class _Hunt:
    """Sweepers that are killed one after another, until there have been enough."""

    def __init__(self, town: Town, kills: int, latest: float) -> None:
        self._town, self._left, self._latest = town, kills, latest
        self.killed = 0

    async def sweep_and_die(self) -> None:
        while self._left > 0:
            self._left -= 1
            one = await _sweeper(self._town)
            try:
                if one.stdout is not None:
                    await one.stdout.readline()
                await asyncio.sleep(random.uniform(0, self._latest))  # noqa: S311 -- no secret
            finally:
                if one.returncode is None:
                    one.kill()
                    self.killed += 1
                await one.wait()


async def _sweeper(town: Town) -> Process:
    words = (sys.executable, "-c", PROGRAM, town.dsn, town.keys.path)
    return await asyncio.create_subprocess_exec(*words, cwd=_ROOT, stdout=PIPE)
