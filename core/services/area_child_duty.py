"""What is owed about children in no school: after each act on one, and by the sweep (R48)."""

from datetime import datetime, time, timedelta
from typing import Final

import db.area_child_duty as rows
from core.rules.area_child_duty import AreaFacts, AreaOwed, owed
from core.rules.duty import DutyKind, climbs_to
from core.rules.time import day_of, moment
from core.services.desk import Desk
from db.case_duty import Of, as_wanted, keep
from db.duty import NewDuty
from db.outbox import tell
from db.pool import Conn

KINDS: Final = (
    DutyKind.ENROL.value,
    DutyKind.RENEW_AREA.value,
    DutyKind.VERIFY_AREA.value,
)
_OFFICE_IS_OVER: Final = time(18)
_A_DAY: Final = timedelta(days=1)


async def settle(conn: Conn, township_id: int, signed: tuple[datetime, int]) -> None:
    """Let what is in sight of the register owe what it owes now; `signed` is (now, by whom)."""
    wanted = await _wanted(conn, township_id, signed[0])
    await keep(conn, township_id, Of(kinds=KINDS), wanted, signed)


async def watch(system: Desk, township_id: int) -> None:
    """Let a township owe it where time, a roster or a case has moved."""
    async with system.reading() as (conn, now):
        wanted = await _wanted(conn, township_id, now)
        if await as_wanted(conn, township_id, KINDS, wanted):
            return
    async with system.writing("area_child.watch") as (conn, now):
        # Read again: whoever acted meanwhile has settled their own.
        await settle(conn, township_id, (now, system.actor.account_id))
        await tell(conn, township_id, "duty", now)


async def _wanted(conn: Conn, township_id: int, now: datetime) -> tuple[NewDuty, ...]:
    day = day_of(now)
    found = await rows.standing(conn, township_id, day)
    return tuple(
        _duty(child, one) for child in found if (one := owed(child, day)) is not None
    )


def _duty(child: AreaFacts, one: AreaOwed) -> NewDuty:
    due_at = moment(one.due_on, _OFFICE_IS_OVER)
    return NewDuty(
        kind=one.kind,
        owed_by=one.owes,
        school_id=child.school_id,
        subject_id=child.id,
        words=child.name,
        due_at=due_at,
        climbs_at=due_at + _A_DAY if climbs_to(one.owes) is not None else None,
    )
