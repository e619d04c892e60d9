"""就读证明 and what else lapses: two weeks before, somebody owes the next one (R14)."""

from datetime import datetime, time
from typing import Final

import db.duty
import db.evidence_watch as rows
from core.rules.duty import DutyKind
from core.rules.evidence_file import ASKED_BEFORE
from core.rules.time import day_of, moment
from core.services.desk import Desk
from db.duty import NewDuty
from db.outbox import tell
from db.pool import Conn

_SCHOOL_IS_OVER: Final = time(18)
_KIND: Final = DutyKind.RENEW_EVIDENCE


async def watch(system: Desk, township_id: int) -> None:
    """Let exactly the certificates that lapse be owed anew."""
    async with system.reading() as (conn, now):
        wanted = await _wanted(conn, township_id, now)
        held = await db.duty.open_about(conn, township_id, _KIND)
    if held == {(duty.subject_id, duty.words) for duty in wanted}:
        return
    async with system.writing("evidence.watch") as (conn, now):
        wanted = await _wanted(conn, township_id, now)
        signed = (now, system.actor.account_id)
        await db.duty.keep(conn, township_id, _KIND, wanted, signed)
        await tell(conn, township_id, "duty", now)


async def _wanted(conn: Conn, township_id: int, now: datetime) -> list[NewDuty]:
    found = await rows.lapsing(conn, township_id, day_of(now) + ASKED_BEFORE)
    duties = []
    for one in found:
        due_at = moment(one.valid_until, _SCHOOL_IS_OVER)
        duty = NewDuty(
            kind=_KIND,
            owed_by=_KIND.owes,
            school_id=one.school_id,
            student_id=one.student_id,
            subject_id=one.id,
            words=one.student_name,
            due_at=due_at,
            climbs_at=due_at,
        )
        duties.append(duty)
    return duties
