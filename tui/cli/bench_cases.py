"""bench cases: the sweep over a county in which many are missing, and the county's board.

A sweep comes round every 20 seconds on every server: what counts is the one that finds
nothing new.  The first of all, which rings, is told beside it.
"""

from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Final

from core.rules.time import day_of
from core.services import case_board, missing, seat, sweep
from core.services.desk import Desk
from db.bench_county import BUREAU, lose, open_cases, spread
from db.bench_town import Filling, counted, fill
from tui.cli.bench_figure import Figure, Measured, Target, p95
from tui.cli.bench_place import Place, empty
from tui.cli.bench_roll import school_days

# Sweeps until nothing new is found: a step opens at most 500 duties a township at once.
SETTLING: Final = 3


@dataclass(frozen=True)
class Size:
    """A county of 150,000 pupils in twelve townships; how often each thing is measured."""

    townships: int = 12
    schools: int = 10
    classes: int = 25
    pupils: int = 50
    days: int = 3
    sweeps: int = 9
    boards: int = 40


async def _swept(front: Desk) -> float:
    began = perf_counter()
    await sweep.everything(front)
    return perf_counter() - began


async def _looked(bureau: Desk, times: int) -> tuple[list[float], list[float]]:
    """Return the seconds of the board of cases, and of the list of the missing."""
    cases, absent = [], []
    for n in range(times + 2):
        began = perf_counter()
        await case_board.board(bureau)
        between = perf_counter()
        await missing.listing(bureau)
        if n > 1:  # statements are prepared, code is warm
            cases.append(between - began)
            absent.append(perf_counter() - between)
    return cases, absent


async def measure(place: Place, size: Size) -> Measured:
    """Return what the sweep and the boards of a county take."""
    async with empty(place, "county", most=4) as (_, pool):
        front = seat.front_desk(pool)
        async with front.reading() as (_, now):
            today = day_of(now)
        days = school_days(today, size.days)
        filling = Filling(
            schools=size.schools,
            classes=size.classes,
            pupils=size.pupils,
            live_on=days[0] - timedelta(days=30),
            days=days,
            until=today,
            teaching=(today,),
        )
        await fill(pool, filling)
        await spread(pool, size.townships, now)
        runs = await lose(pool, now)
        rings = await _swept(front)
        for _ in range(SETTLING):
            await _swept(front)
        sweeps = [await _swept(front) for _ in range(size.sweeps)]
        cases, absent = await _looked(await seat.seat(front, BUREAU), size.boards)
        held = await open_cases(pool)
        async with pool.acquire() as conn:
            on = await counted(conn)
    return Measured(
        title=f"个案（{size.townships} 个乡镇，未到校 {runs} 人，在办 {held} 件）",
        counted=on,
        figures=(
            Figure("cases.sweep_s", round(median(sweeps), 2), "s", Target(2.0)),
            Figure("cases.ring_s", round(rings, 2), "s"),
            Figure("cases.board_ms", p95(cases), "ms", Target(300)),
            Figure("cases.missing_ms", p95(absent), "ms"),
        ),
    )
