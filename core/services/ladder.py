"""升级阶梯: what a township has set, changing a rung from a day on, and saying that one was done.

Everybody in a township may read it; 教管组 and 基教科 change it.  What a rung owes is opened
by absence_watch.
"""

from datetime import date
from uuid import UUID

import db.ladder as rows
import db.place
from core.rules.errors import OutOfSight
from core.rules.file import WRITERS
from core.rules.ladder import Ladder, NothingToMark, Rung, changed, lines_on
from core.rules.time import day_of
from core.rules.township_keeper import keeps, must_keep
from core.services.case_duty import timetable_of
from core.services.desk import Desk
from core.services.file import seen
from db.outbox import tell


async def board(desk: Desk, township_id: int | None = None) -> Ladder:
    """Return the ladder of a township in sight; of the first one when None.

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
        day = day_of(now)
        policy = (await timetable_of(conn, chosen, day)).policy(day)
        lines = lines_on(await rows.rungs(conn, chosen), policy, day)
    return Ladder(
        now=now,
        township_id=chosen,
        township_name=township.name,
        may_change=keeps(desk.actor, chosen),
        lines=lines,
    )


async def change(
    desk: Desk, township_id: int, rung: Rung, from_on: date, op_id: UUID
) -> None:
    """Set a rung from a day on; what is owed already stays as it was owed.

    Raises OutOfSight, NotYours, BadRung, Backwards, AlreadyDone.
    """
    must_keep(desk.actor, township_id)
    async with desk.writing("ladder.change", op_id) as (conn, now):
        kept = changed(rung, from_on, day_of(now))
        await rows.put(conn, township_id, kept, from_on, (now, desk.actor.account_id))
        await tell(conn, township_id, "policy", now)


async def mark(desk: Desk, township_id: int, student_id: int, op_id: UUID) -> None:
    """Say that a child was marked 疑似辍学 in the national register.

    Raises OutOfSight, NotYours, NothingToMark.
    """
    async with desk.writing("ladder.mark", op_id) as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        place = {"school_id": child.school_id, "class_id": child.class_id}
        desk.actor.must_hold(*WRITERS, township_id=township_id, **place)
        signed = (now, desk.actor.account_id)
        if not await rows.marked(conn, township_id, student_id, signed):
            raise NothingToMark
        await tell(conn, township_id, "duty", now)
