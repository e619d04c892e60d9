"""Who is missing now, and where each clock stands (R1, R3)."""

import db.missing as rows
from core.rules.base import Record
from core.rules.missing import Missing
from core.rules.time import Moment
from core.services.desk import Desk


class MissingList(Record):
    """Every open run in this person's sight."""

    now: Moment
    children: tuple[Missing, ...]


async def listing(desk: Desk) -> MissingList:
    """Return the children missing now, nearest deadline first."""
    async with desk.reading() as (conn, now):
        return MissingList(now=now, children=await rows.in_sight(conn, desk.actor.scope))
