"""What the system does by itself, every 20 seconds and whenever `sweep` is called.

Each step is safe to run on any number of servers at once, and to be killed in: what a
step has committed stays, and the next sweep goes on from there.
"""

from datetime import timedelta
from typing import Final

import db.draft
import db.duty
import db.export
import db.outbox
import db.place
import db.presence
import db.seat as sittings
import db.sign_in
from core.rules.export import KEPT_FOR
from core.rules.presence import CLEARED_AFTER
from core.rules.sign_in import FORGOTTEN_AFTER
from core.services import (
    absence_watch,
    alarm,
    calendar,
    case,
    journal,
    leave_watch,
    month_duty,
    roll_watch,
    term_watch,
)
from core.services.desk import Desk
from core.services.seat import system_desk, watch_desk

_NEWS_KEPT_FOR: Final = timedelta(hours=1)
_DRAFTS_KEPT_FOR: Final = timedelta(days=30)
# Longer than anybody sits: what is dropped are the sittings of servers that died.
_SITTINGS_KEPT_FOR: Final = timedelta(days=7)


async def everything(front: Desk) -> int:
    """Do whatever is due in every township; return how many alarms were rung here."""
    # First of all, and in every township before anything else: the alarms.
    rung = await alarm.ring_due(front)
    async with front.reading() as (conn, _):
        townships = await db.place.townships(conn, None)
    for township in townships:
        system = await system_desk(front, township.township_id)
        await _climb(system, township.township_id)
        await absence_watch.watch(system, township.township_id)
        await roll_watch.watch(system, township.township_id)
        await term_watch.watch(system, township.township_id)
        await case.watch(system, township.township_id)
        await leave_watch.watch(system, township.township_id)
        await calendar.watch(system, township.township_id)
        await month_duty.open_duties(system, township.township_id)
    await journal.seal(watch_desk(front))
    await _forget(front)
    return rung


async def _climb(system: Desk, township_id: int) -> None:
    """Let what was missed climb to the next person."""
    async with system.reading() as (conn, now):
        if not await db.duty.to_climb(conn, township_id, now):
            return
    async with system.writing("duty.climb") as (conn, now):
        await db.duty.climb(conn, township_id, now)


async def _forget(front: Desk) -> None:
    """Drop what is over: news, drafts, the bytes of exports, tallies, dead processes."""
    async with watch_desk(front).jotting() as (conn, now):
        await sittings.forget(conn, now - _SITTINGS_KEPT_FOR)
        await db.outbox.forget(conn, now - _NEWS_KEPT_FOR)
        await db.draft.forget(conn, now - _DRAFTS_KEPT_FOR)
        await db.export.forget_old(conn, now - KEPT_FOR)
        await db.sign_in.forget(conn, now - FORGOTTEN_AFTER)
        await db.presence.clear(conn, now - CLEARED_AFTER)
