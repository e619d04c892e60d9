"""bench rls: what the walls of the database cost, beside the same questions without them.

Both sides are asked turn by turn in one run, so that both meet the same load.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from time import perf_counter
from typing import Final, TypeAlias

from core.rules.calendar import SessionCode
from core.rules.time import day_of
from core.services import board, missing, roll, seat
from core.services.desk import Desk
from db.bench_town import TOWNSHIP, Filling, sit
from db.pool import Badge, DbRole
from tui.cli.bench_figure import Figure, Measured, Target
from tui.cli.bench_place import Place, Town, empty, filled
from tui.cli.bench_roll import school_days

# Questions before the first that counts: statements are prepared, code is warm.
WARM: Final = 12
UNWALLED: Final = Badge(DbRole.NONE)

Ask: TypeAlias = Callable[[Desk, int], Awaitable[object]]


@dataclass(frozen=True)
class Size:
    """A township of 20,000 pupils, the largest there is; how often each side is asked."""

    schools: int = 20
    classes: int = 20
    pupils: int = 50
    days: int = 20
    opens: int = 400
    boards: int = 60


async def _compare(walled: Desk, ask: Ask, times: int) -> tuple[float, float]:
    """Return the median seconds of a question with the walls and without."""
    found: tuple[list[float], list[float]] = ([], [])
    bare = replace(walled, badge=UNWALLED)
    for n in range(WARM + times):
        sides = ((walled, found[0]), (bare, found[1]))
        for desk, seconds in sides if n % 2 else reversed(sides):
            began = perf_counter()
            await ask(desk, n)
            if n >= WARM:
                seconds.append(perf_counter() - began)
    return median(found[0]), median(found[1])


def _opening(size: Size, today: date) -> Ask:
    async def ask(desk: Desk, n: int) -> object:
        ids = (n % size.classes + 1,)  # the classes of the first school
        return await roll.open_sheet(desk, TOWNSHIP, ids, today, SessionCode.AM)

    return ask


async def _board(desk: Desk, n: int) -> object:
    del n
    return await board.rolls(desk), await missing.listing(desk)


async def _teacher(town: Town) -> Desk:
    """Return the desk of somebody of the first school, who sees no township whole."""
    token = await sit(town.pool, school_id=1)
    return replace(town.desk, badge=Badge(DbRole.PEOPLE, token))


async def measure(place: Place, size: Size) -> Measured:
    """Return what the walls add to opening a roll and to the township's board."""
    async with empty(place, "clock") as (_, pool), seat.front_desk(pool).reading() as seen:
        today = day_of(seen[1])
    days = school_days(today, size.days)
    filling = Filling(
        schools=size.schools,
        classes=size.classes,
        pupils=size.pupils,
        live_on=days[0],
        days=days,
        until=today,
        teaching=(today,),
    )
    async with filled(place, "walls", filling) as town:
        opening = _opening(size, today)
        rolls = await _compare(await _teacher(town), opening, size.opens)
        boards = await _compare(town.desk, _board, size.boards)
    return Measured(
        title="数据库行级权限的代价（同一问题，有与没有）",
        counted=town.counted,
        figures=(
            Figure("rls.roll_ms", round(rolls[0] * 1000, 2), "ms"),
            Figure("rls.roll_bare_ms", round(rolls[1] * 1000, 2), "ms"),
            Figure("rls.roll_ratio", round(rolls[0] / rolls[1], 3), "x", Target(1.2)),
            Figure("rls.board_ms", round(boards[0] * 1000, 2), "ms"),
            Figure("rls.board_bare_ms", round(boards[1] * 1000, 2), "ms"),
            Figure("rls.board_ratio", round(boards[0] / boards[1], 3), "x", Target(1.2)),
        ),
    )
