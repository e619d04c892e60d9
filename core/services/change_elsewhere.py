"""A child on two townships' rolls: the old school's answer, and the bureau's finding.

The school that lost the child enters its 转出 like any other (change.enter); here it says that
the child is still its own, and the bureau, which sees both schools, that this is settled.
"""

from datetime import datetime
from uuid import UUID

import db.change_elsewhere as rows
import db.duty as duties
from core.rules.duty import DutyKind
from core.rules.staff import Role
from core.services.change import VERIFY_WITHIN, must_keep_roll
from core.services.change_verify import NothingWaits
from core.services.desk import Desk
from db.outbox import tell
from db.pool import Conn


async def still_here(desk: Desk, township_id: int, student_id: int, op_id: UUID) -> None:
    """Say, as the old school, that the child is still taught here; the bureau hears of it.

    The child stays in 应到 and on the clock.  Raises NothingWaits, NotYours or OutOfSight.
    """
    kind = DutyKind.CHECK_ELSEWHERE
    async with desk.writing("change.still_here", op_id) as (conn, now):
        owed = await _owed(conn, township_id, kind, student_id)
        must_keep_roll(desk.actor, township_id, owed.school_id, owed.class_id)
        await _done(conn, desk, (township_id, kind, student_id), now)
        await _owe(conn, (township_id, DutyKind.SETTLE_TWICE, student_id), owed, now)


async def settle(
    desk: Desk, township_id: int, student_id: int, op_id: UUID, *, stays: bool
) -> None:
    """Say, as the bureau, whose child it is; where it `stays` not, its old school owes again.

    Raises NothingWaits, NotYours.
    """
    desk.actor.must_hold(Role.BUREAU, township_id=township_id)
    kind = DutyKind.SETTLE_TWICE
    async with desk.writing("change.settle_twice", op_id) as (conn, now):
        owed = await _owed(conn, township_id, kind, student_id)
        await _done(conn, desk, (township_id, kind, student_id), now)
        if not stays:
            kind = DutyKind.CHECK_ELSEWHERE
            await _owe(conn, (township_id, kind, student_id), owed, now)


async def _owed(
    conn: Conn, township_id: int, kind: DutyKind, student_id: int
) -> rows.Check:
    found = await rows.check(conn, township_id, kind, student_id)
    if found is None:
        raise NothingWaits
    return found


async def _done(
    conn: Conn, desk: Desk, about: tuple[int, DutyKind, int], now: datetime
) -> None:
    await duties.finish(conn, *about, now, desk.actor.account_id)
    await tell(conn, about[0], "duty", now)


async def _owe(
    conn: Conn, about: tuple[int, DutyKind, int], owed: rows.Check, now: datetime
) -> None:
    township_id, kind, student_id = about
    due_at = now + VERIFY_WITHIN
    duty = duties.NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=owed.school_id,
        class_id=owed.class_id,
        student_id=student_id,
        subject_id=student_id,
        words=owed.words,
        due_at=due_at,
        climbs_at=due_at,
    )
    await duties.open_all(conn, township_id, (duty,), now)
