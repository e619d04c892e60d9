"""bench faults: what is lost or doubled when processes are killed and lines are cut."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final, TypeAlias

from core.rules.time import day_of
from core.services import seat
from db.bench_town import Counted, Filling
from tui.cli import (
    bench_fault_clock,
    bench_fault_cut,
    bench_fault_disk,
    bench_fault_drafts,
    bench_fault_kill,
    bench_fault_months,
    bench_fault_roll,
    bench_fault_sweep,
    bench_fault_upgrade,
)
from tui.cli.bench_figure import Figure, Measured
from tui.cli.bench_place import Place, empty
from tui.cli.bench_roll import school_days

IN_A_CLASS = 50


@dataclass(frozen=True)
class Size:
    """How often each is tried."""

    kills: int = 100
    writers: int = 16
    cuts: int = 1000
    due: int = 20_000
    sweepers: int = 6
    sweep_kills: int = 100
    # The longest that a sweeper lives after it began, in seconds.
    sweeper_lives: float = 2.5
    drafts: int = 200
    # Of two people's steps; there are seventy.
    orders: int = 70
    # Statements of the migrations behind which the upgrade is killed; None for each of them.
    boundaries: int | None = None
    # How often the disk is full.
    fills: int = 5
    # Clocks that run out while the time is stepped, and how often it is.
    clocks: int = 2000
    steps: int = 200
    months: int = 12


_Part: TypeAlias = Callable[[Place, Size], Awaitable[tuple[Figure, ...]]]


async def _small(place: Place, size: Size) -> Filling:
    async with empty(place, "clock") as (_, pool), seat.front_desk(pool).reading() as seen:
        today = day_of(seen[1])
    (first,) = school_days(today, 1)
    return Filling(
        schools=1,
        classes=size.writers,
        pupils=1,
        live_on=first - timedelta(days=30),
        days=(),
        until=today + timedelta(days=1),
    )


async def _kill(place: Place, size: Size) -> tuple[Figure, ...]:
    small = await _small(place, size)
    return await bench_fault_kill.measure(place, small, size.kills, size.writers)


async def _cut(place: Place, size: Size) -> tuple[Figure, ...]:
    return await bench_fault_cut.measure(place, await _small(place, size), size.cuts)


async def _disk(place: Place, size: Size) -> tuple[Figure, ...]:
    small = await _small(place, size)
    return await bench_fault_disk.measure(place, small, size.fills, size.writers)


async def _sweep(place: Place, size: Size) -> tuple[Figure, ...]:
    classes = size.due // IN_A_CLASS
    large = (await _small(place, size)).model_copy(
        update={"classes": classes, "pupils": IN_A_CLASS}
    )
    return await bench_fault_sweep.measure(
        place, large, size.sweepers, size.sweep_kills, size.sweeper_lives
    )


async def _drafts(place: Place, size: Size) -> tuple[Figure, ...]:
    return await bench_fault_drafts.measure(place, size.drafts)


async def _roll(place: Place, size: Size) -> tuple[Figure, ...]:
    return await bench_fault_roll.measure(place, size.orders)


async def _upgrade(place: Place, size: Size) -> tuple[Figure, ...]:
    return await bench_fault_upgrade.measure(place, size.boundaries)


async def _clock(place: Place, size: Size) -> tuple[Figure, ...]:
    pupils = min(IN_A_CLASS, size.clocks)
    small = (await _small(place, size)).model_copy(
        update={"classes": size.clocks // pupils, "pupils": pupils}
    )
    return await bench_fault_clock.measure(place, small, size.steps)


async def _months(place: Place, size: Size) -> tuple[Figure, ...]:
    return await bench_fault_months.measure(place, size.months)


PARTS: Final[Mapping[str, tuple[str, _Part]]] = MappingProxyType(
    {
        "kill": ("数据库被杀", _kill),
        "cut": ("数据库连接被掐断", _cut),
        "disk": ("数据库的磁盘写满", _disk),
        "sweep": ("巡查进程被杀", _sweep),
        "drafts": ("SSH 在点名时被掐断", _drafts),
        "roll": ("两人点一个班", _roll),
        "upgrade": ("升级被杀", _upgrade),
        "clock": ("时钟被拨", _clock),
        "months": ("来源全改的月报", _months),
    }
)


async def measure(place: Place, size: Size, part: str) -> Measured:
    """Return what one kind of fault has lost, doubled or left half done."""
    title, work = PARTS[part]
    figures = await work(place, size)
    return Measured(
        title=f"故障：{title}", counted=Counted(pupils=0, rolls=0, marks=0), figures=figures
    )
