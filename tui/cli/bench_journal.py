"""bench journal: acts a second while the sealer runs, and how long a million rows take to check.

An act here is the least there is: a signature, one changed row, its line in the journal.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter
from typing import Final

from core.rules.time import day_of
from core.services import journal, seat
from core.services.desk import Desk
from db.bench_journal import AUDITOR, lengthen, may_audit, touch
from db.bench_town import Filling
from db.pool import Pool
from tui.cli.bench_figure import Figure, Measured, Target
from tui.cli.bench_place import Place, empty, filled
from tui.cli.bench_roll import school_days

WRITERS: Final = 8
SEAL_EVERY: Final = 0.5  # seconds; forty times as often as a server does


@dataclass(frozen=True)
class Size:
    """How many acts are done, and how many rows are checked."""

    acts: int = 4000
    rows: int = 1_000_000


async def _write(desk: Desk, acts: int) -> None:
    for n in range(acts):
        async with desk.writing("bench.touch") as (conn, _):
            await touch(conn, n % WRITERS + 1, f"第{n}户")


async def _sealing(watching: Desk) -> None:
    while True:
        await journal.seal(watching)
        await asyncio.sleep(SEAL_EVERY)


async def _acts_per_second(desk: Desk, watching: Desk, acts: int) -> float:
    await _write(desk, WRITERS)
    sealer = asyncio.create_task(_sealing(watching))
    began = perf_counter()
    await asyncio.gather(*(_write(desk, acts // WRITERS) for _ in range(WRITERS)))
    took = perf_counter() - began
    sealer.cancel()
    return acts / took


async def _verify_seconds(pool: Pool, desk: Desk, watching: Desk, rows: int) -> float:
    await lengthen(pool, rows)
    # The first look only says how far the next may reach.
    for _ in range(2):
        await journal.seal(watching)
    began = perf_counter()
    checks = await journal.verify(desk)
    took = perf_counter() - began
    if any(c.faults or c.unsealed for c in checks) or sum(c.rows for c in checks) < rows:
        raise AssertionError(checks)
    return took


async def measure(place: Place, size: Size) -> Measured:
    """Return the journal's figures."""
    async with empty(place, "clock") as (_, pool), seat.front_desk(pool).reading() as seen:
        today = day_of(seen[1])
    days = school_days(today, 1)
    filling = Filling(
        schools=1,
        classes=1,
        pupils=WRITERS,
        live_on=days[0],
        days=(),
        until=today + timedelta(days=1),
    )
    async with filled(place, "journal", filling, most=WRITERS + 2) as town:
        await may_audit(town.pool)
        front = seat.front_desk(town.pool)
        watching, auditor = seat.watch_desk(front), await seat.seat(front, AUDITOR)
        rate = await _acts_per_second(town.desk, watching, size.acts)
        took = await _verify_seconds(town.pool, auditor, watching, size.rows)
    return Measured(
        title=f"留痕（{size.acts}次办理，校验{size.rows}条）",
        counted=town.counted,
        figures=(
            Figure("journal.acts_per_s", round(rate), "1/s", Target(500, at_least=True)),
            Figure("journal.verify_s", round(took, 1), "s", Target(60)),
        ),
    )
