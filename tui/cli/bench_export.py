"""bench export: a roster of 100,000 pupils, against xlsxwriter alone on the same cells.

Ours is the whole way: a cursor on the server, records, masks, the process that prints, the
bytes back.  The children are made up by the database and stored nowhere.
"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Final

from xlsxwriter import Workbook

from core.papers.form import Cell
from core.papers.look import Look
from core.papers.roster import FORM
from core.papers.sheet import OPTIONS
from core.rules.export import Listing
from core.rules.paper import Edition, PaperHead
from core.rules.register import RosterLine
from core.rules.time import Moment, day_of
from core.services import seat
from core.services.desk import Desk
from core.services.export_press import Press
from core.services.export_rows import Printer
from db.bench_town import Counted
from db.register_sample import sample
from tui.cli.bench_clock import Cost, meter_of
from tui.cli.bench_figure import Figure, Measured, Target
from tui.cli.bench_place import Place, empty

LOOK_EVERY: Final = 0.05  # seconds
_MB: Final = 1024 * 1024


@dataclass(frozen=True)
class Size:
    """How many pupils, and how often each side writes them."""

    pupils: int = 100_000
    runs: int = 2


def _resident(pid: str, field: str) -> int:
    """Return a process's memory in bytes: VmRSS now, or VmHWM at its highest."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1]) * 1024
    return 0


def _children() -> Iterator[str]:
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        with suppress(OSError):
            yield from (task / "children").read_text().split()


class _Watch:
    """Looks at the memory of this process and of those it starts from now on."""

    def __init__(self) -> None:
        # The database's server is one of our own, too.
        self._known = frozenset(_children())
        self._before = _resident("self", "VmRSS")
        self._own = self._before
        self.child = 0

    @property
    def growth(self) -> int:
        """Return by how many bytes this process grew."""
        return self._own - self._before

    async def look(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            self._own = max(self._own, _resident("self", "VmRSS"))
            started = set(_children()) - self._known
            highest = (_resident(pid, "VmHWM") for pid in started)
            self.child = max(self.child, *highest, 0)
            await asyncio.sleep(LOOK_EVERY)


def _head(desk: Desk, now: Moment) -> PaperHead:
    return PaperHead(
        title=Listing.ROSTER.label,
        unit="青石镇",
        filled_on=day_of(now),
        edition=Edition.INTERNAL,
        made_by=desk.actor.name,
        made_at=now,
        export_id="E0",
    )


async def _ours(desk: Desk, pupils: int) -> bytes:
    async with desk.reading() as (conn, now):
        printer = Printer(edition=Edition.INTERNAL, day=day_of(now), many_schools=True)
        async with Press(Listing.ROSTER, _head(desk, now)) as press:
            async for batch in sample(conn, pupils):
                await press.feed([printer.roster(row) for row in batch])
            return await press.finish()


async def _cells(desk: Desk, pupils: int) -> list[tuple[Cell, ...]]:
    """Return the very cells ours writes, ready to be written by anybody."""
    found = []
    async with desk.reading() as (conn, now):
        printer = Printer(edition=Edition.INTERNAL, day=day_of(now), many_schools=True)
        async for batch in sample(conn, pupils):
            rows: list[RosterLine] = [printer.roster(row) for row in batch]
            found += [tuple(column.cell(row) for column in FORM.columns) for row in rows]
    return found


def _bare(cells: Sequence[tuple[Cell, ...]]) -> int:
    """Write the cells with xlsxwriter and nothing else; return the size of the file."""
    out = BytesIO()
    with Workbook(out, OPTIONS) as book:
        sheet, look = book.add_worksheet(), Look(book, FORM.font)
        for line, row in enumerate(cells):
            sheet.write_number(line, 0, line + 1, look.figure)
            for at, value in enumerate(row, start=1):
                if isinstance(value, str):
                    sheet.write_string(line, at, value, look.text)
                elif value is not None:
                    sheet.write_number(line, at, value, look.figure)
    return out.tell()


async def measure(place: Place, size: Size) -> Measured:
    """Return the figures of an export: turn by turn with the bare one, medians of each."""
    async with empty(place, "export", most=1) as (_, pool):
        desk = seat.front_desk(pool)
        ours: list[Cost] = []
        bare: list[Cost] = []
        watch = _Watch()
        looking = asyncio.create_task(watch.look())
        meter = await meter_of(pool)
        file_size = len(await _ours(desk, size.pupils))
        ours.append(meter.cost)
        looking.cancel()
        cells = await _cells(desk, size.pupils)
        while len(bare) < size.runs:
            if len(ours) <= len(bare):
                meter = await meter_of(pool)
                await _ours(desk, size.pupils)
                ours.append(meter.cost)
            meter = await meter_of(pool)
            await asyncio.to_thread(_bare, cells)
            bare.append(meter.cost)
    pairs = list(zip(bare, ours, strict=True))
    return Measured(
        title="导出花名册",
        counted=Counted(pupils=size.pupils, rolls=0, marks=0),
        figures=(
            Figure(
                "export.ratio",
                round(median(b.wall / o.wall for b, o in pairs), 3),
                "x",
                Target(0.9, at_least=True),
            ),
            # What the press used, whatever else the machine did meanwhile.
            Figure(
                "export.cpu_ratio",
                round(median(b.own / o.children for b, o in pairs), 3),
                "x",
            ),
            Figure("export.peak_mb", round(watch.child / _MB, 1), "MB", Target(64)),
            Figure("export.server_growth_mb", round(watch.growth / _MB, 1), "MB"),
            Figure("export.seconds", round(median(o.wall for o in ours), 2), "s"),
            Figure("export.cpu_s", round(median(o.children for o in ours), 2), "s"),
            Figure("export.server_cpu_s", round(median(o.own for o in ours), 2), "s"),
            Figure("export.bare_seconds", round(median(b.wall for b in bare), 2), "s"),
            Figure("export.bare_cpu_s", round(median(b.own for b in bare), 2), "s"),
            Figure("export.file_mb", round(file_size / _MB, 2), "MB"),
        ),
    )
