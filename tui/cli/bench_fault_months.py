"""Twelve filed months after every row they were reckoned from has changed: the same bytes (P7)."""

import asyncio
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from typing import Final
from uuid import uuid4

from core.rules.change import ChangeDraft, ChangeKind, Side
from core.rules.month import ReportKind
from core.rules.month_facts import MonthFacts
from core.rules.time import moment
from core.services import change, month
from core.services.month_file import render
from db.bench_months import Version, change_sources, versions
from db.bench_town import Filling
from tui.cli.bench_figure import Figure, Target
from tui.cli.bench_place import Place, Town, filled

_LIVE_ON: Final = date(2026, 10, 26)
_FIRST: Final = 11
_FILLING: Final = Filling(
    schools=1,
    classes=2,
    pupils=3,
    live_on=_LIVE_ON,
    days=(date(2026, 11, 2), date(2026, 11, 3)),
    until=date(2027, 8, 31),
)


def _stands(_: datetime, at: datetime) -> datetime:
    return at


async def measure(place: Place, count: int) -> tuple[Figure, ...]:
    """File so many months, change everything, and return how many are other bytes now."""
    async with filled(place, "months", _FILLING) as town:
        await _file(town, count)
        before = await versions(town.pool)
        changed = await change_sources(town.pool)
        after = await versions(town.pool)
    differ = sum(
        [
            one != other or not await asyncio.to_thread(_made_again, one)
            for one, other in zip(before, after, strict=True)
        ]
    )
    return (
        Figure("faults.months.versions", len(before), "count"),
        Figure("faults.months.rows_changed", changed, "count"),
        Figure("faults.months.differ", differ, "count", Target(0)),
    )


async def _file(town: Town, count: int) -> None:
    for number in range(count):
        year, at = divmod(_FIRST - 1 + number, 12)
        first = date(_LIVE_ON.year + year, at + 1, 1)
        stands = partial(_stands, at=moment(first.replace(day=24), time(9)))
        desk = replace(town.desk, clock=stands)
        if number == 0:
            gone = ChangeDraft(
                student_id=1,
                kind=ChangeKind.TRANSFER_OUT,
                happened_on=first.replace(day=20),
                other_school="外镇小学",
                side=Side.OUTSIDE,
            )
            await change.enter(desk, gone, uuid4())
        await month.file(desk, 1, ReportKind.BUREAU, first, "", uuid4())


def _made_again(version: Version) -> bool:
    """Tell whether the stored text alone makes the stored bytes, under the stored fingerprint."""
    facts = MonthFacts.model_validate_json(version.content)
    kept = (version.content, version.sha256)
    return (facts.canonical, facts.sha256) == kept and render(facts) == version.rendered
