"""The line to the database cut at every step of an act: nothing is doubled or lost."""

import random
from dataclasses import replace

from core.services import seat
from db.bench_line import Cut, line_to
from db.bench_town import ACCOUNT, Filling
from db.pool import open_pool
from tui.cli.bench_fault_acts import Ledger
from tui.cli.bench_fault_kill import PATIENT
from tui.cli.bench_figure import Figure
from tui.cli.bench_place import Place, filled


async def measure(place: Place, filling: Filling, cuts: int) -> tuple[Figure, ...]:
    """Return how many acts were lost or doubled by so many cuts."""
    ledger = Ledger()
    async with (
        filled(place, "cut", filling) as town,
        line_to(town.dsn, place.folder) as (address, line),
        open_pool(address, place.keys, most=1) as pool,
    ):
        desk = await seat.seat(seat.front_desk(pool), ACCOUNT)
        desk = replace(desk, patience=PATIENT)
        # Twice: the second is as every one after it.
        for _ in range(2):
            line.arm(0, Cut.BEFORE)
            await ledger.act(desk, 1)
        steps = line.sent
        while line.cuts < cuts:
            how = random.choice((Cut.BEFORE, Cut.AFTER))  # noqa: S311 -- no secret
            line.arm(random.randint(1, steps), how, refuses=1)  # noqa: S311
            await ledger.act(desk, 1)
        return (
            Figure("faults.cut.cuts", line.cuts, "count"),
            Figure("faults.cut.steps", steps, "count"),
            *await ledger.figures(town.pool, "cut"),
        )
