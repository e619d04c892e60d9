"""A clock that is set back, and ahead, while the 48 hours of many run out: each rings once.

The moment is the desk's, which every act takes for the database's: the machine's own clock is
left alone.
"""

from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from random import Random
from typing import Final

from core.services import seat, sweep
from db.bench_faults import due_moments, run_out, rung, spread
from db.bench_town import Filling
from tui.cli.bench_figure import Figure, Target
from tui.cli.bench_place import Place, filled

# In parts of the span in which clocks run out: a clock that is put right, and one that jumps.
_AHEAD: Final = (0.02, 0.1, 0.3)
_BACK: Final = (0.01, 0.08, 0.25)
_SEED: Final = 48


def _stepped(real: datetime, by: timedelta) -> datetime:
    return real + by


def steps(count: int, span: timedelta) -> tuple[timedelta, ...]:
    """Return so many moments of a clock that is stepped, the last one behind the whole span."""
    chance = Random(_SEED)  # noqa: S311 -- no secret
    at, found = 0.0, []
    for number in range(count - 1):
        by = -chance.choice(_BACK) if number % 3 == 1 else chance.choice(_AHEAD)
        # Behind the span there is nothing left to ring: begin once more.
        at = at + by if at + by < 1 else by
        found.append(at * span)
    return (*found, span + timedelta(days=1))


async def measure(place: Place, filling: Filling, count: int) -> tuple[Figure, ...]:
    """Sweep at each of so many steps; return what rang twice, never, or moved."""
    # A minute between two due moments: a step back passes many of them a second time.
    span = timedelta(minutes=filling.classes * filling.pupils)
    moments = steps(count, span)
    async with filled(place, "clock_stepped", filling, most=2) as town:
        await run_out(town.pool)
        await spread(town.pool)
        before = await due_moments(town.pool)
        for by in moments:
            front = seat.front_desk(town.pool, partial(_stepped, by=by))
            await sweep.everything(front)
        async with town.pool.acquire() as conn:
            left = await rung(conn)
        after = await due_moments(town.pool)
    moved = sum(one != other for one, other in zip(before, after, strict=True))
    return (
        Figure("faults.clock.due", left.due, "count"),
        Figure("faults.clock.steps", len(moments), "count"),
        Figure("faults.clock.back", sum(b < a for a, b in pairwise(moments)), "count"),
        Figure("faults.clock.missed", left.missed + left.untold, "count", Target(0)),
        Figure("faults.clock.doubled", left.doubled, "count", Target(0)),
        Figure("faults.clock.early", left.early, "count", Target(0)),
        Figure("faults.clock.moved", moved, "count", Target(0)),
    )
