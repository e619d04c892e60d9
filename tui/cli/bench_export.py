"""bench export: a roster of 100,000 pupils, against xlsxwriter alone on the same cells.

Ours is the whole way: a cursor on the server, records, masks, the process that prints, the
bytes back.  The children are made up by the database and stored nowhere.
"""

import asyncio
import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from time import perf_counter
from typing import Final, NamedTuple

from xlsxwriter import Workbook

from core.papers.form import Cell
from core.papers.look import Look
from core.papers.roster import FORM
from core.papers.sheet import OPTIONS
from core.rules.export import Listing
from core.rules.paper import Edition, PaperHead
from core.rules.register import RosterLine
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from core.services.export_press import Press
from core.services.export_rows import Printer
from db.register_sample import sample
from tui.cli.command import Sink, Source, say

PUPILS: Final = 100_000
RUNS: Final = 3
LOOK_EVERY: Final = 0.05  # seconds
_MB: Final = 1024 * 1024


class Figure(NamedTuple):
    """One measured figure."""

    figure: str
    value: float
    unit: str


def options(parser: ArgumentParser) -> None:
    """Take the number of pupils, and how to print."""
    parser.add_argument(
        "--pupils", type=int, default=PUPILS, metavar="人数", help=f"默认 {PUPILS}"
    )
    parser.add_argument(
        "--runs", type=int, default=RUNS, metavar="次数", help=f"取最快的一次，默认 {RUNS}"
    )
    parser.add_argument("--json", action="store_true", help="每行一个 JSON 对象")


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
    """Looks at the memory of this process and of those it starts."""

    def __init__(self) -> None:
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
            highest = (_resident(pid, "VmHWM") for pid in _children())
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


async def measure(desk: Desk, pupils: int, runs: int) -> tuple[Figure, ...]:
    """Return the figures over so many pupils: of several runs in turn, the fastest each."""
    watch = _Watch()
    looking = asyncio.create_task(watch.look())
    began = perf_counter()
    size = len(await _ours(desk, pupils))
    ours = [perf_counter() - began]
    looking.cancel()
    cells = await _cells(desk, pupils)
    bare: list[float] = []
    while len(bare) < runs:
        began = perf_counter()
        await asyncio.to_thread(_bare, cells)
        bare.append(perf_counter() - began)
        if len(ours) < runs:
            began = perf_counter()
            await _ours(desk, pupils)
            ours.append(perf_counter() - began)
    return (
        Figure("export.ratio", round(min(bare) / min(ours), 3), "x"),
        Figure("export.peak_mb", round(watch.child / _MB, 1), "MB"),
        Figure("export.server_growth_mb", round(watch.growth / _MB, 1), "MB"),
        Figure("export.seconds", round(min(ours), 2), "s"),
        Figure("export.bare_seconds", round(min(bare), 2), "s"),
        Figure("export.file_mb", round(size / _MB, 2), "MB"),
    )


async def run(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Measure, and print a table or one JSON object a line."""
    del stdin, stderr
    figures = await measure(desk, args.pupils, max(1, args.runs))
    if args.json:
        for figure in figures:
            say(stdout, json.dumps(figure._asdict()))
        return 0
    say(stdout, f"导出：学生 {args.pupils} 人，点名 0 次，标记 0 条")
    for name, value, unit in figures:
        say(stdout, f"  {name:<24} {value:>10} {unit}")
    return 0
