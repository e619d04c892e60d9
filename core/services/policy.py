"""Policy: what a township has set, and changing it from a day on.

Everybody in a township may read its settings; 教管组 and 基教科 change them.
"""

from datetime import date
from uuid import UUID

import db.place
import db.policy as rows
from core.rules.errors import OutOfSight
from core.rules.policy_line import PolicyBoard, changed, lines_on
from core.rules.time import day_of
from core.rules.township_keeper import keeps, must_keep
from core.services.desk import Desk
from db.outbox import tell


async def board(desk: Desk, township_id: int | None = None) -> PolicyBoard:
    """Return the settings of a township in sight; the first one when None.

    Raises OutOfSight.
    """
    reach = desk.actor.scope.reach
    chosen = township_id or next((t for t in reach if t % 1000), None)
    if chosen is None or chosen not in reach:
        raise OutOfSight
    async with desk.reading() as (conn, now):
        township = await db.place.township(conn, chosen)
        if township is None:
            raise OutOfSight
        held = await rows.rows(conn, chosen)
    return PolicyBoard(
        now=now,
        township_id=chosen,
        township_name=township.name,
        may_change=keeps(desk.actor, chosen),
        lines=lines_on(held, day_of(now)),
    )


async def change(
    desk: Desk, township_id: int, setting: tuple[str, str], from_on: date, op_id: UUID
) -> None:
    """Set (name, value) from a day on; running clocks keep the policy they began under.

    Raises OutOfSight, NotYours, NoSuchSetting, BadSetting, Backwards, AlreadyDone.
    """
    must_keep(desk.actor, township_id)
    name, typed = setting[0], setting[1].strip()
    async with desk.writing("policy.change", op_id) as (conn, now):
        value = changed(name, typed, from_on, day_of(now))
        by = desk.actor.account_id
        await rows.put(conn, township_id, (name, value, from_on), by, now)
        await tell(conn, township_id, "policy", now)
