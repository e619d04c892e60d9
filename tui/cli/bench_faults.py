"""bench faults: what is lost or doubled when processes are killed and lines are cut."""

from dataclasses import dataclass
from datetime import timedelta

from core.rules.time import day_of
from core.services import seat
from db.bench_town import Counted, Filling
from tui.cli import bench_fault_cut, bench_fault_kill, bench_fault_sweep
from tui.cli.bench_figure import Measured
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


async def measure(place: Place, size: Size) -> Measured:
    """Return how many acts, alarms and drafts did not come to be once."""
    async with empty(place, "clock") as (_, pool), seat.front_desk(pool).reading() as seen:
        today = day_of(seen[1])
    (first,) = school_days(today, 1)
    small = Filling(
        schools=1,
        classes=size.writers,
        pupils=1,
        live_on=first - timedelta(days=30),
        days=(),
        until=today + timedelta(days=1),
    )
    classes = size.due // IN_A_CLASS
    large = small.model_copy(
        update={"schools": 1, "classes": classes, "pupils": IN_A_CLASS}
    )
    figures = (
        *await bench_fault_kill.measure(place, small, size.kills, size.writers),
        *await bench_fault_cut.measure(place, small, size.cuts),
        *await bench_fault_sweep.measure(
            place, large, size.sweepers, size.sweep_kills, size.sweeper_lives
        ),
    )
    pupils = 2 * size.writers + classes * IN_A_CLASS
    return Measured(
        title="故障",
        counted=Counted(pupils=pupils, rolls=0, marks=0),
        figures=figures,
    )
