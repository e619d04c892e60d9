"""毕业: whole classes that are beyond the last grade of their school leave it by one act.

Until then they stand in the school's books and are called at no roll (session.sessions_on).
"""

from datetime import date
from uuid import UUID

import db.duty
import db.graduation as rows
from core.rules.duty import DutyKind
from core.rules.time import day_of, school_year
from core.services.change import locks_of, must_keep_roll
from core.services.desk import Desk
from db.outbox import tell


def turned_on(day: date) -> date:
    """Return the day on which the school year of `day` began."""
    return date(school_year(day), 9, 1)


async def graduate(desk: Desk, township_id: int, school_id: int, op_id: UUID) -> int:
    """Let them leave as of 1 September; return how many.  The month counts them as 毕业.

    Who is missing, has an open case or a change that waits stays.  Raises NotYours,
    OutOfSight, AlreadyDone.
    """
    must_keep_roll(desk.actor, township_id, school_id)
    async with desk.reading() as (conn, now):
        found = await rows.leaving(conn, (township_id,), turned_on(day_of(now)))
    ids = [one.class_id for one in found if one.school_id == school_id]
    locks = locks_of({school_id}, ids)
    async with desk.writing("graduation.graduate", op_id, locks=locks) as (conn, now):
        account = desk.actor.account_id
        turned = turned_on(day_of(now))
        # Read again now that the classes are held: a roll may have found one missing.
        leaving = await rows.leaving(conn, (township_id,), turned)
        pupils = [i for one in leaving if one.class_id in ids for i in one.enrolment_ids]
        done = await rows.graduate(conn, township_id, pupils, turned, (account, now))
        kind = DutyKind.GRADUATES
        await db.duty.finish(conn, township_id, kind, school_id, now, account)
        for noun in ("change", "duty", "roll"):
            await tell(conn, township_id, noun, now)
    return done
