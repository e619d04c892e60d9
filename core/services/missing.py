"""Who is missing now, and where each clock stands (R1, R3)."""

import db.missing as rows
from core.rules.base import Record
from core.rules.missing import Missing
from core.rules.time import Moment, day_of
from core.services.desk import Desk


class MissingList(Record):
    """The open runs in this person's sight, nearest deadline first, and how many in all."""

    now: Moment
    children: tuple[Missing, ...]
    missing: int
    # Of those, past their deadline.
    over: int


async def listing(desk: Desk, most: int = rows.MOST) -> MissingList:
    """Return the first `most` of the children missing now."""
    scope = desk.actor.roll_scope
    async with desk.reading() as (conn, now):
        count = await rows.how_many(conn, scope, now)
        return MissingList(
            now=now,
            children=await rows.in_sight(conn, scope, most, day_of(now)),
            missing=count.missing,
            over=count.over,
        )
