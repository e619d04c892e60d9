"""Who is signed in where, since when, and from what address; and ending such a place.

Everybody sees and ends their own; whoever gives a school's posts, those of its people.  The
process that holds the place finds the order at its next look (`presence`).
"""

from datetime import datetime
from uuid import UUID

import db.presence_list as rows
from core.rules.presence import DEAD_AFTER, NotSignedIn, Seated
from core.rules.staff import Actor, Role
from core.rules.time import day_of
from core.services.desk import Desk
from db.pool import Conn


def reach_of(actor: Actor) -> rows.Reach:
    """Return whom a person answers for, as they give posts (staff.must_admit)."""
    own = [g for g in actor.grants if g.acting is None]
    offices = {g.township_id for g in own if g.role is Role.OFFICE}
    return rows.Reach(
        everywhere=actor.holds(Role.ADMIN),
        townships=tuple(sorted(offices)),
        schools=tuple(
            sorted(g.school_id for g in own if g.role is Role.LEADER and g.school_id)
        ),
    )


async def _seated(conn: Conn, desk: Desk, now: datetime) -> tuple[Seated, ...]:
    reach, alive = reach_of(desk.actor), now - DEAD_AFTER
    return await rows.seated(conn, desk.actor.account_id, reach, alive, day_of(now))


async def seated(desk: Desk) -> tuple[Seated, ...]:
    """Return the places that this person may know of, their own first."""
    async with desk.reading() as (conn, now):
        return await _seated(conn, desk, now)


async def sign_out(desk: Desk, place_id: UUID, op_id: UUID) -> None:
    """End a place within five seconds; raises NotSignedIn, AlreadyDone."""
    async with desk.writing("presence.sign_out", op_id) as (conn, now):
        found = [p for p in await _seated(conn, desk, now) if p.id == place_id]
        if not found:
            raise NotSignedIn
        await rows.order(conn, found, desk.actor.account_id, now)


async def sign_out_all(desk: Desk, signin_name: str) -> int:
    """End every place of a person within five seconds; return how many there were."""
    async with desk.writing("presence.sign_out") as (conn, now):
        seen = await _seated(conn, desk, now)
        found = [p for p in seen if p.signin_name == signin_name]
        await rows.order(conn, found, desk.actor.account_id, now)
    return len(found)
