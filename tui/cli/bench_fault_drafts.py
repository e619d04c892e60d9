"""People cut off in the midst of a roll: every mark older than a moment is in their draft.

It is asked for in the moment of the cut, before the server can notice it: what stands then
would stand as well if the server itself had died.
"""

import asyncio
import random
from dataclasses import dataclass
from typing import Final

from textual.app import App

from db.bench_faults import draft_of
from tui.cli.bench_crowd import Crowd, crowded
from tui.cli.bench_figure import Figure, Target
from tui.cli.bench_inside import Inside, inside
from tui.cli.bench_line import Caller, Line, sit_down
from tui.cli.bench_place import Place
from tui.door import limits
from tui.screens.roll import RollScreen

PUPILS: Final = 40
# A mark that is older than this many seconds has to be there (P1).
OLD: Final = 1.5
_AT_ONCE: Final = 4
_ENTER, _LATE, _DOWN = b"\r", b"2", b"\x1b[B"
_TRIES: Final = 30
# Seconds between two marks, and how many of them at most.
_SOONEST, _LATEST = 0.05, 0.6
_MARKS: Final = 15
_LOOK: Final = 0.1


@dataclass
class Found:
    """What one cut came to: marks made, those that had to be there, and those that were."""

    made: int
    old: int
    then: int
    # After the session has ended.
    after: int


async def measure(place: Place, cuts: int) -> tuple[Figure, ...]:
    """Return how many marks of so many people were lost; each is cut off once."""
    async with (
        crowded(place, "drafts", cuts, PUPILS) as crowd,
        inside(crowd.town.dsn, crowd.town.keys, place.folder) as house,
    ):
        gate, door = asyncio.Semaphore(_AT_ONCE), asyncio.Lock()
        dice = random.Random(1)  # noqa: S311 -- no secret

        async def one(number: int) -> Found:
            async with gate:
                return await _cut(crowd, house, number, door, dice)

        found = await asyncio.gather(*(one(n + 1) for n in range(cuts)))
    return (
        Figure("faults.drafts.cuts", len(found), "count"),
        Figure("faults.drafts.marks", sum(f.made for f in found), "count"),
        Figure("faults.drafts.old", sum(f.old for f in found), "count"),
        Figure(
            "faults.drafts.lost",
            sum(max(0, f.old - min(f.then, f.after)) for f in found),
            "count",
            Target(0),
        ),
        Figure(
            "faults.drafts.last_keys_lost", sum(f.made - f.after for f in found), "count"
        ),
    )


async def _cut(
    crowd: Crowd, house: Inside, number: int, door: asyncio.Lock, dice: random.Random
) -> Found:
    """Open the roll of class `number`, mark one pupil after another, and be cut."""
    loop, name = asyncio.get_running_loop(), f"head{number}"
    address = f"127.0.{number // 200}.{number % 200 + 2}"
    async with door:
        before = {id(app) for app in house.apps}
        line = await sit_down(Caller(house.port, name, address, key=crowd.key))
        (app,) = (app for app in house.apps if id(app) not in before)
    base = await _opened(crowd, line, app, name)
    marked: list[float] = []
    for _ in range(dice.randint(1, _MARKS)):
        line.write(_DOWN)
        line.write(_LATE)
        marked.append(loop.time())
        await asyncio.sleep(dice.uniform(_SOONEST, _LATEST))
    at = loop.time()
    then = await _kept(crowd, name) - base
    line.cut()
    for _ in range(round(limits.LEAVING / _LOOK)):
        if (after := await _kept(crowd, name) - base) == len(marked):
            break
        await asyncio.sleep(_LOOK)
    return Found(len(marked), sum(at - mark > OLD for mark in marked), then, after)


async def _opened(crowd: Crowd, line: Line, app: App[None], name: str) -> int:
    """Open the first roll and mark a pupil; return how many are in the draft by then."""
    for _ in range(_TRIES):
        # What came too soon for a screen that was still opening is typed again.
        line.write(_LATE if isinstance(app.screen, RollScreen) else _ENTER)
        for _ in range(round(OLD / _LOOK)):
            await asyncio.sleep(_LOOK)
            if await _kept(crowd, name):
                await asyncio.sleep(OLD)
                return await _kept(crowd, name)
    raise TimeoutError(name)


async def _kept(crowd: Crowd, name: str) -> int:
    """Return how many late pupils stand in a person's drafts."""
    async with crowd.town.pool.acquire() as conn:
        return (await draft_of(conn, name)).count('"late"')
