"""F3 查找: any child in sight, by name or pinyin initials.  Searches are written down."""

import db.student as rows
from core.rules.errors import OutOfSight
from core.rules.found import Found
from core.rules.time import day_of
from core.services.desk import Desk


async def one(desk: Desk, student_id: int) -> Found:
    """Return one child that is on a roll in this person's sight; raises OutOfSight."""
    async with desk.reading() as (conn, now):
        found = await rows.find(conn, desk.actor.scope, day_of(now), "", student_id)
    if not found:
        raise OutOfSight
    return found[0]


async def find(desk: Desk, typed: str) -> tuple[Found, ...]:
    """Return the children in this person's sight whose name or initials match."""
    wanted = typed.strip().lower()
    if not wanted:
        return ()
    scope = desk.actor.scope
    async with desk.reading() as (conn, now):
        found = await rows.find(conn, scope, day_of(now), wanted)
    township = scope.reach[0] if scope.reach else 0
    async with desk.jotting() as (conn, now):
        # The words typed stay out: they are a child's name.
        reader = (desk.actor.account_id, now)
        await rows.log_read(conn, township, reader, "search", "student", len(found))
    return found
