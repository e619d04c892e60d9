"""bench roll: open and save a roll of fifty, beside pgbench, and beside a hundredfold.

The desk goes by the database's own clock, as a real one does, so a save is what it is in
use; the filled township teaches on the day it happens to be, from midnight to midnight.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import mean, median
from time import perf_counter
from typing import Final
from uuid import uuid4

from core.rules.calendar import SessionCode
from core.rules.roll import Mark, PupilMark
from core.rules.sheet import Sheet, Submission, SubmittedPart, current_marks
from core.rules.time import day_of
from core.services import roll, seat
from db.bench_recorder import Repeat, find_pgbench, recording, seconds_of
from db.bench_town import TOWNSHIP, Filling, forget
from tui.cli.bench_clock import Meter
from tui.cli.bench_figure import Figure, Measured, Target, p95
from tui.cli.bench_place import Place, Town, empty, filled

ABSENT: Final = 3
SATURDAY: Final = 5
# Saves before the first that counts: statements are prepared, code is warm.
WARM: Final = 8
A_TURN: Final = 60


@dataclass(frozen=True)
class Size:
    """How large the small township is, how many times that the large one, and how often."""

    schools: int = 2
    classes: int = 6
    pupils: int = 50
    days: int = 60
    times: int = 100
    # Many short turns: what else the machine does falls on both sides alike.
    opens: int = 480
    rounds: int = 24
    saves: int = 15


def school_days(until: date, count: int) -> tuple[date, ...]:
    """Return so many weekdays before a day, in their order."""
    found: list[date] = []
    day = until
    while len(found) < count:
        day -= timedelta(days=1)
        if day.weekday() < SATURDAY:
            found.append(day)
    return tuple(reversed(found))


def _filling(size: Size, today: date, times: int) -> Filling:
    days = school_days(today, size.days)
    return Filling(
        schools=size.schools * times,
        classes=size.classes,
        pupils=size.pupils,
        live_on=days[0],
        days=days,
        until=today,
        teaching=(today,),
    )


async def _open(town: Town, class_id: int, day: date) -> tuple[Sheet, float]:
    began = perf_counter()
    sheet = await roll.open_sheet(town.desk, TOWNSHIP, (class_id,), day, SessionCode.AM)
    return sheet, perf_counter() - began


async def _save(town: Town, sheet: Sheet) -> float:
    """Take a roll with three absent children; return the seconds it took."""
    part = sheet.parts[0]
    base = current_marks(part)
    away = base[:ABSENT]
    wanted = (
        *(PupilMark(student_id=mark.student_id, mark=Mark.ABSENT) for mark in away),
        *(
            PupilMark(student_id=mark.student_id, mark=Mark.PRESENT)
            for mark in base[ABSENT:]
        ),
    )
    submission = Submission(
        township_id=TOWNSHIP,
        day=sheet.day,
        session=sheet.session,
        parts=(SubmittedPart(class_id=part.class_id, base=base, wanted=wanted),),
        told_by=town.desk.actor.name if sheet.needs_teller else None,
    )
    began = perf_counter()
    await roll.submit(town.desk, submission, uuid4())
    return perf_counter() - began


async def _forget(town: Town, class_id: int, day: date) -> None:
    async with town.pool.acquire() as conn:
        await forget(conn, class_id, day)


async def _once(town: Town, class_id: int, day: date) -> float:
    sheet, _ = await _open(town, class_id, day)
    took = await _save(town, sheet)
    await _forget(town, class_id, day)
    return took


async def _recorded(town: Town, class_id: int, day: date) -> Repeat:
    # The driver's own questions about types are asked once a connection, not once a save.
    for _ in range(2):
        await _once(town, class_id, day)
    async with recording(town.pool) as recorder:
        sheet, _ = await _open(town, class_id, day)
        await _save(town, sheet)
        await asyncio.sleep(0)
    await _forget(town, class_id, day)
    return Repeat(recorder.last_transaction(), (TOWNSHIP, class_id, day))


class _Saves:
    """Saves of ours and of pgbench's, turn by turn, so that both meet the same load."""

    def __init__(self, place: Place, pgbench: Path | None) -> None:
        self._place, self._pgbench = place, pgbench
        self.all: list[float] = []
        # Of each round the mean of a save, and of what it took of this process.
        self.ours: list[float] = []
        self.bare: list[float] = []
        self.cpu: list[float] = []
        self.statements = 0

    async def round(self, town: Town, class_id: int, day: date, saves: int) -> None:
        """Save one class's roll again and again, first ourselves, then by pgbench."""
        act = await _recorded(town, class_id, day)
        self.statements = max(self.statements, len(act.statements))
        for _ in range(0 if self.ours else WARM):
            await _once(town, class_id, day)
        meter = Meter()
        took = [await _once(town, class_id, day) for _ in range(saves)]
        self.cpu.append(meter.cost.own / saves)
        self.all += took
        self.ours.append(mean(took))
        if self._pgbench is not None:
            folder = self._place.folder
            self.bare.append(
                await asyncio.to_thread(
                    seconds_of, self._pgbench, town.dsn, act, saves, folder
                )
            )

    @property
    def ratio(self) -> float | None:
        """Return our saves a second over pgbench's: the median of the rounds."""
        if not self.bare:
            return None
        rounds = zip(self.bare, self.ours, strict=True)
        return round(median(bare / ours for bare, ours in rounds), 3)


async def measure(place: Place, size: Size) -> Measured:
    """Return the figures of rolls."""
    async with empty(place, "clock") as (_, pool), seat.front_desk(pool).reading() as seen:
        today = day_of(seen[1])
    saves = _Saves(place, find_pgbench(place.cluster))
    small_opens: list[float] = []
    large_opens: list[float] = []
    async with (
        filled(place, "small", _filling(size, today, 1)) as small,
        filled(place, "large", _filling(size, today, size.times)) as large,
    ):
        classes = size.schools * size.classes
        for n in range(WARM + size.opens):
            sides = ((small, small_opens), (large, large_opens))
            for town, opens in sides if n % 2 else reversed(sides):
                _, took = await _open(town, n % classes + 1, today)
                if n >= WARM:
                    opens.append(took)
        for n in range(size.rounds):
            await saves.round(small, n % classes + 1, today, size.saves)
        counted = large.counted
    return Measured(
        title=f"点名（{size.pupils}人的班，数据为小乡镇的{size.times}倍）",
        counted=counted,
        figures=_figures(saves, small_opens, large_opens),
        note="" if saves.bare else "找不到 pgbench，roll.pgbench_ratio 未能测得。",
    )


def growth(small: list[float], large: list[float]) -> float:
    """Return p95 over p95: the median of turns of sixty, so that one pause decides nothing."""
    turns = range(0, len(small), A_TURN)
    return round(
        median(p95(large[n : n + A_TURN]) / p95(small[n : n + A_TURN]) for n in turns), 3
    )


def _figures(saves: _Saves, small: list[float], large: list[float]) -> tuple[Figure, ...]:
    bare = round(1000 * median(saves.bare), 2) if saves.bare else None
    return (
        Figure("roll.open_p95_ms", p95(small), "ms"),
        Figure("roll.open_large_p95_ms", p95(large), "ms"),
        Figure("roll.growth_ratio", growth(small, large), "x", Target(1.2)),
        Figure("roll.save_p95_ms", p95(saves.all), "ms"),
        Figure("roll.save_mean_ms", round(1000 * median(saves.ours), 2), "ms"),
        # With the opening before each save, and what forgets it: what Python costs.
        Figure("roll.turn_cpu_ms", round(1000 * median(saves.cpu), 2), "ms"),
        Figure("roll.pgbench_mean_ms", bare, "ms"),
        Figure("roll.pgbench_ratio", saves.ratio, "x", Target(0.6, at_least=True)),
        Figure("roll.save_statements", saves.statements, "count", Target(6)),
    )
