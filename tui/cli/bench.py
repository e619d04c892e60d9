"""bench: what the program's own figures are on this machine.

Each benchmark has a PostgreSQL of its own, made for it and thrown away; no real data is
ever near it.
"""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from pathlib import Path
from typing import Final

import uvloop

from tui.cli import (
    bench_cases,
    bench_export,
    bench_faults,
    bench_import,
    bench_journal,
    bench_month,
    bench_rls,
    bench_roll,
)
from tui.cli.bench_clock import load
from tui.cli.bench_figure import Measured
from tui.cli.bench_place import Place, throw_away
from tui.cli.command import Sink, say

NAMES: Final = ("roll", "import", "month", "export", "rls", "journal", "cases", "faults")


def options(parser: ArgumentParser) -> None:
    """Take which benchmarks to run, and how to print."""
    parser.add_argument(
        "what",
        metavar="项目",
        nargs="*",
        choices=(*NAMES, "all"),
        default="all",
        help="点名、导入名册、月报、导出、行级权限、留痕、个案、故障；不写则全部",
    )
    parser.add_argument("--json", action="store_true", help="每行一个 JSON 对象")


def run(bindir: Path | None, args: Namespace, stdout: Sink) -> int:
    """Run the benchmarks asked for, one after another, each on its own server."""
    asked = NAMES if "all" in args.what else [name for name in NAMES if name in args.what]
    for name in asked:
        with throw_away(bindir) as place:
            uvloop.run(_measure(name, place, stdout, as_json=args.json))
    return 0


async def _measure(name: str, place: Place, stdout: Sink, *, as_json: bool) -> None:
    before = load()
    match name:
        case "roll":
            measured = await bench_roll.measure(place, bench_roll.Size())
        case "import":
            measured = await bench_import.measure(place, bench_import.Size())
        case "month":
            measured = await bench_month.measure(place, bench_month.Size())
        case "journal":
            measured = await bench_journal.measure(place, bench_journal.Size())
        case "cases":
            measured = await bench_cases.measure(place, bench_cases.Size())
        case "faults":
            measured = await bench_faults.measure(place, bench_faults.Size())
        case "rls":
            measured = await bench_rls.measure(place, bench_rls.Size())
        case _:
            measured = await bench_export.measure(place, bench_export.Size())
    tell(replace(measured, load=(before, load())), stdout, as_json=as_json)


def tell(measured: Measured, stdout: Sink, *, as_json: bool) -> None:
    """Write one benchmark's figures: a table, or one JSON object a line."""
    for line in measured.json_lines() if as_json else measured.lines():
        say(stdout, line)
