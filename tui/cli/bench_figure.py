"""A figure, what it was measured on, and how both are printed."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from db.bench_town import Counted


@dataclass(frozen=True)
class Target:
    """What a figure should be: at most, or at least, so much."""

    limit: float
    at_least: bool = False

    def met_by(self, value: float) -> bool:
        """Tell whether a value is as it should be."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.at_least else '<='} {self.limit:,g}"


@dataclass(frozen=True)
class Figure:
    """One measured figure; None could not be measured."""

    name: str
    value: float | None
    unit: str
    target: Target | None = None


@dataclass(frozen=True)
class Measured:
    """The figures of one benchmark, and how much it ran on."""

    title: str
    counted: Counted
    figures: tuple[Figure, ...]
    # Why a figure could not be measured.
    note: str = ""
    # The machine's load before and after: figures of a busy one prove nothing.
    load: tuple[float, float] | None = None

    def lines(self) -> Iterator[str]:
        """Yield a table: figure, value, unit, target, and whether it is met."""
        on = self.counted
        yield f"{self.title}：学生 {on.pupils} 人，点名 {on.rolls} 次，标记 {on.marks} 条"
        for one in self.figures:
            value = "-" if one.value is None else f"{one.value:,g}"
            line = f"  {one.name:<26} {value:>10} {one.unit:<8}"
            if one.target is not None:
                line += f" {one.target!s:<10}"
                if one.value is not None:
                    line += "  达标" if one.target.met_by(one.value) else "  未达"
            yield line.rstrip()
        if self.note:
            yield f"  {self.note}"
        if self.load is not None:
            before, after = self.load
            yield f"  机器负载 {before:g}→{after:g}，{os.cpu_count()} 核"

    def json_lines(self) -> Iterator[str]:
        """Yield one JSON object a figure."""
        for one in self.figures:
            yield json.dumps({"figure": one.name, "value": one.value, "unit": one.unit})
        if self.load is not None:
            for when, value in zip(("before", "after"), self.load, strict=True):
                yield json.dumps({"figure": f"load.{when}", "value": value, "unit": "load"})


def p95(seconds: list[float]) -> float:
    """Return the 95th percentile in milliseconds."""
    ordered = sorted(seconds)
    return round(ordered[ceil(len(ordered) * 0.95) - 1] * 1000, 2)
