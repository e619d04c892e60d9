"""Sweeping and looking at what is owed today, each in one line."""

from core.rules.duty import DutyKind
from core.services import duty, seat, sweep
from core.services.duty import Today
from tests.services.school_town import (
    SchoolTown,
)


async def sweep_all(town: SchoolTown) -> None:
    await sweep.everything(seat.front_desk(town.pool, lambda _: town.now))


async def today(town: SchoolTown, who: str) -> Today:
    return await duty.today(await town.desk(who))


async def owed(town: SchoolTown, who: str, kind: DutyKind) -> list[str]:
    await sweep_all(town)
    return [one.words for one in (await today(town, who)).duties if one.kind is kind]
