"""bench: what the program's own figures are on this machine.

Each benchmark has a PostgreSQL of its own, made for it and thrown away; no real data is
ever near it.
"""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import uvloop

from tui.cli import (
    bench_bytes,
    bench_cases,
    bench_churn,
    bench_export,
    bench_faults,
    bench_fuzz,
    bench_import,
    bench_journal,
    bench_load,
    bench_month,
    bench_privacy,
    bench_rls,
    bench_roll,
)
from tui.cli.bench_clock import load
from tui.cli.bench_figure import Measured
from tui.cli.bench_place import Place, throw_away
from tui.cli.command import Sink, say

NAMES: Final = (
    *("roll", "import", "month", "export", "rls", "journal", "cases", "faults"),
    *("bytes", "load", "churn", "fuzz", "privacy"),
)
FAULTS: Final = tuple(f"faults.{part}" for part in bench_faults.PARTS)


def options(parser: ArgumentParser) -> None:
    """Take which benchmarks to run, and how to print."""
    parser.add_argument(
        "what",
        metavar="项目",
        nargs="*",
        choices=(*NAMES, *FAULTS, "all"),
        default="all",
        help="点名、导入名册、月报、导出、行级权限、留痕、个案、故障，以及 SSH 的每键字节数、早晨登录、"
        "掐断、乱码、互不可见；不写则全部",
    )
    parser.add_argument(
        "-n",
        metavar="数量",
        type=int,
        help="load 的人数（200）、churn 的次数（500）、fuzz 的会话数和 privacy 的键数（10000）",
    )
    parser.add_argument(
        "--seconds",
        metavar="秒",
        type=float,
        help="load 打字的秒数（30）；bytes、fuzz、privacy 最长的秒数（300、1800、1800）",
    )
    parser.add_argument("--json", action="store_true", help="每行一个 JSON 对象")


def run(bindir: Path | None, args: Namespace, stdout: Sink) -> int:
    """Run the benchmarks asked for, one after another, each on its own server."""
    for name in NAMES:
        for part in FAULTS if name == "faults" else (name,):
            if any(asked in args.what for asked in ("all", name, part)):
                _one(bindir, part, args, stdout)
    return 0


def _one(bindir: Path | None, name: str, args: Namespace, stdout: Sink) -> None:
    with throw_away(bindir) as place:
        uvloop.run(_measure(name, place, stdout, args))


async def _measure(name: str, place: Place, stdout: Sink, args: Namespace) -> None:
    before = load()
    measured = await _measured(name, place, _Asked(args.n, args.seconds))
    tell(replace(measured, load=(before, load())), stdout, as_json=args.json)


@dataclass(frozen=True)
class _Asked:
    """How much was asked for; what is None is each benchmark's own."""

    number: int | None
    seconds: float | None

    def of(self, number: int) -> int:
        """Return the number, or a benchmark's own."""
        return number if self.number is None else self.number

    def within(self, seconds: float) -> float:
        """Return the seconds, or a benchmark's own."""
        return seconds if self.seconds is None else self.seconds


async def _measured(name: str, place: Place, asked: _Asked) -> Measured:
    match name:
        case "roll":
            work = bench_roll.measure(place, bench_roll.Size())
        case "import":
            work = bench_import.measure(place, bench_import.Size())
        case "month":
            work = bench_month.measure(place, bench_month.Size())
        case "journal":
            work = bench_journal.measure(place, bench_journal.Size())
        case "cases":
            work = bench_cases.measure(place, bench_cases.Size())
        case fault if fault in FAULTS:
            part = fault.partition(".")[2]
            work = bench_faults.measure(place, bench_faults.Size(), part)
        case "rls":
            work = bench_rls.measure(place, bench_rls.Size())
        case "export":
            work = bench_export.measure(place, bench_export.Size())
        case _:
            work = _of_the_door(name, place, asked)
    return await work


async def _of_the_door(name: str, place: Place, asked: _Asked) -> Measured:
    match name:
        case "bytes":
            walk = bench_bytes.Size(seconds=asked.within(300))
            return await bench_bytes.measure(place, walk)
        case "load":
            morning = bench_load.Size(people=asked.of(200), seconds=asked.within(30))
            return await bench_load.measure(place, morning)
        case "churn":
            return await bench_churn.measure(place, bench_churn.Size(asked.of(500)))
        case "fuzz":
            storm = bench_fuzz.Size(asked.of(10_000), asked.within(1800))
            return await bench_fuzz.measure(place, storm)
        case _:
            stroll = bench_privacy.Size(keys=asked.of(10_000), seconds=asked.within(1800))
            return await bench_privacy.measure(place, stroll)


def tell(measured: Measured, stdout: Sink, *, as_json: bool) -> None:
    """Write one benchmark's figures: a table, or one JSON object a line."""
    for line in measured.json_lines() if as_json else measured.lines():
        say(stdout, line)
