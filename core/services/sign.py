"""迹象: raised by who teaches the child, acknowledged by the school, answered by a visit (R5-R7)."""

from datetime import datetime, time
from typing import Final
from uuid import UUID

import db.duty
import db.sign as rows
from core.rules.base import Note
from core.rules.duty import DutyKind
from core.rules.file import Child
from core.rules.sign import (
    ACKNOWLEDGED_BY,
    RAISED_BY,
    NoSign,
    SignKind,
    SignSaysNothing,
    SignWaits,
    answered_by,
)
from core.rules.time import day_of, moment
from core.services.case_duty import timetable_of
from core.services.desk import Desk
from core.services.file import seen
from db.duty import NewDuty
from db.outbox import tell
from db.pool import Conn
from db.sign import Raising

_SCHOOL_IS_OVER: Final = time(18)


async def raise_sign(
    desk: Desk, township_id: int, student_id: int, told: tuple[SignKind, Note], op_id: UUID
) -> None:
    """Raise (kind, what was noticed) of a child; a visit is owed, and 学校备案.

    Raises OutOfSight, NotYours, SignSaysNothing, SignWaits.
    """
    kind, note = told[0], told[1].strip()
    if not note:
        raise SignSaysNothing
    async with desk.writing("sign.raise", op_id) as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        place = {"township_id": township_id, "school_id": child.school_id}
        desk.actor.must_hold(*RAISED_BY, **place, class_id=child.class_id)
        known = desk.actor.holds(*ACKNOWLEDGED_BY, **place)
        by = desk.actor.account_id
        made = Raising(kind=kind, note=note, by=by, at=now, acknowledged=known)
        sign_id = await rows.add(conn, child, made)
        if sign_id is None:
            raise SignWaits
        kinds = (
            (DutyKind.SIGN_VISIT,)
            if known
            else (
                DutyKind.SIGN_VISIT,
                DutyKind.ACKNOWLEDGE_SIGN,
            )
        )
        await _owe(conn, child, sign_id, kinds, now)
        await tell(conn, township_id, "duty", now)


async def acknowledge(desk: Desk, township_id: int, student_id: int, op_id: UUID) -> None:
    """Acknowledge the sign of a child for the school (学校备案).

    Raises OutOfSight, NotYours, NoSign.
    """
    async with desk.writing("sign.acknowledge", op_id) as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        desk.actor.must_hold(
            *ACKNOWLEDGED_BY, township_id=township_id, school_id=child.school_id
        )
        by = desk.actor.account_id
        sign_id = await rows.acknowledge(conn, child, by, now)
        if sign_id is None:
            raise NoSign
        kind = DutyKind.ACKNOWLEDGE_SIGN
        await db.duty.finish(conn, township_id, kind, sign_id, now, by)
        await tell(conn, township_id, "duty", now)


async def _owe(
    conn: Conn, child: Child, sign_id: int, kinds: tuple[DutyKind, ...], now: datetime
) -> None:
    timetable = await timetable_of(conn, child.township_id, day_of(now))
    due_at = moment(answered_by(day_of(now), timetable.calendar), _SCHOOL_IS_OVER)
    duties = [
        NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=child.school_id,
            class_id=child.class_id,
            student_id=child.student_id,
            subject_id=sign_id,
            words=child.name,
            due_at=due_at,
            climbs_at=due_at,
        )
        for kind in kinds
    ]
    await db.duty.open_all(conn, child.township_id, duties, now)
