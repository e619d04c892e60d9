"""What an import leaves to be looked at: a duty until somebody has settled it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import db.duty
from core.rules.class_label import ClassKey
from core.rules.duty import DutyKind
from core.rules.file import must_write
from core.rules.place import School
from core.rules.roster_plan import RosterPlan
from core.services.desk import Desk
from core.services.file import seen
from db.duty import NewDuty
from db.outbox import tell
from db.pool import Conn

_TO_CHECK_WITHIN: Final = timedelta(days=7)


async def owe_checks(
    conn: Conn,
    school: School,
    wanted: RosterPlan,
    placed: tuple[Sequence[int], Mapping[ClassKey, int]],
    now: datetime,
) -> None:
    """Owe a look at every accepted row that left a doubt, until somebody settles it."""
    ids, classes = placed
    doubtful = {fault.row_number for fault in wanted.warned}
    told = [
        *(
            (i, row.pupil)
            for i, row in zip(ids, wanted.new, strict=True)
            if row.row_number in doubtful
        ),
        *(
            (c.student_id, c.after)
            for c in (*wanted.returning, *wanted.changed)
            if c.row_number in doubtful
        ),
    ]
    kind = DutyKind.CHECK_BIRTH
    duties = [
        NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=school.id,
            class_id=classes[pupil.class_key],
            student_id=student_id,
            subject_id=student_id,
            words=pupil.name,
            due_at=now + _TO_CHECK_WITHIN,
        )
        for student_id, pupil in told
    ]
    await db.duty.open_all(conn, school.township_id, duties, now)


async def settle_doubt(desk: Desk, township_id: int, student_id: int) -> None:
    """Settle a doubt an import left: somebody has looked at the 户口簿.

    Raises OutOfSight for a child that is none of this person's, NotYours for who only reads.
    """
    async with desk.writing("roster.settle_doubt") as (conn, now):
        must_write(desk.actor, await seen(desk, conn, student_id, now, township_id))
        account = desk.actor.account_id
        await db.duty.finish(
            conn, township_id, DutyKind.CHECK_BIRTH, student_id, now, account
        )
        await tell(conn, township_id, "duty", now)
