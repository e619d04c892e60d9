"""bench month: the township's month at twenty thousand pupils and a month of rolls.

What 教管组 waits for: every school's figures counted anew beside what was filed (核实), and
the 汇总 with its workbook.  The filing of each school's report is told beside it.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from time import perf_counter
from typing import Final
from uuid import uuid4

from core.rules.month import ReportKind
from core.rules.time import moment
from core.services import month, month_check, month_rollup
from db.bench_town import TOWNSHIP, Filling
from tui.cli.bench_clock import Cost, meter_of
from tui.cli.bench_figure import Figure, Measured, Target, p95
from tui.cli.bench_place import Place, Town, filled
from tui.cli.bench_roll import school_days

# The calendar of this month is known; the township began to use the system just before.
LIVE_ON: Final = date(2026, 10, 26)
MONTH: Final = date(2026, 11, 1)
NOW: Final = moment(date(2026, 11, 25), time(9))
KIND: Final = ReportKind.BUREAU


@dataclass(frozen=True)
class Size:
    """How large a township, and how often it is counted."""

    schools: int = 20
    classes: int = 20
    pupils: int = 50
    days: int = 22
    times: int = 5


def _now(_: datetime) -> datetime:
    return NOW


async def _file(town: Town, schools: int) -> list[float]:
    took = []
    for school_id in range(1, schools + 1):
        began = perf_counter()
        await month.file(town.desk, school_id, KIND, MONTH, "", uuid4())
        took.append(perf_counter() - began)
    return took


async def _township(town: Town) -> tuple[float, float, Cost]:
    """Return the seconds of counting every school, of the 汇总, and what both cost."""
    meter = await meter_of(town.pool)
    began = perf_counter()
    await month_check.check(town.desk, TOWNSHIP, MONTH, KIND)
    checked = perf_counter()
    await month_rollup.roll_up(town.desk, TOWNSHIP, MONTH, KIND, uuid4())
    rolled_up = perf_counter() - checked
    return checked - began, rolled_up, meter.cost


async def measure(place: Place, size: Size) -> Measured:
    """Return the figures of a township's month; the slowest of several runs counts."""
    town_of = Filling(
        schools=size.schools,
        classes=size.classes,
        pupils=size.pupils,
        live_on=LIVE_ON,
        days=school_days(NOW.date(), size.days),
        until=NOW.date(),
    )
    async with filled(place, "month", town_of, _now) as town:
        filing = await _file(town, size.schools)
        runs = [await _township(town) for _ in range(size.times)]
        counted = town.counted
    slowest = max(runs, key=lambda run: run[0] + run[1])
    return Measured(
        title=f"月报（{size.schools}所学校）",
        counted=counted,
        figures=(
            Figure("month.township_s", round(slowest[0] + slowest[1], 3), "s", Target(1.0)),
            Figure("month.township_cpu_s", round(slowest[2].cpu, 3), "s"),
            Figure("month.figures_s", round(slowest[0], 3), "s"),
            Figure("month.roll_up_s", round(slowest[1], 3), "s"),
            Figure("month.file_p95_ms", p95(filing), "ms"),
        ),
    )
