"""What the system does by itself, every 20 seconds and whenever `sweep` is called.

Each step is safe to run on any number of servers at once, and to be killed in: what a
step has committed stays, and the next sweep goes on from there.  What fails in one
township is told to the caller, and holds up neither its other steps nor the others.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final, TypeAlias

import db.draft
import db.duty
import db.export
import db.outbox
import db.place
import db.presence
import db.seat as sittings
import db.sign_in
import db.upload
from core.rules import export, upload
from core.rules.presence import CLEARED_AFTER
from core.rules.sign_in import FORGOTTEN_AFTER
from core.rules.trouble import Away, Lost
from core.services import (
    absence_watch,
    alarm,
    area_child,
    calendar,
    case_duty,
    evidence_watch,
    journal,
    key_student_duty,
    leave_watch,
    month_duty,
    roll_watch,
    term_watch,
)
from core.services.desk import Desk
from core.services.seat import system_desk, watch_desk

# Told what failed, and in which township; 0 is none of them.
Fault: TypeAlias = Callable[[int, Exception], None]

_NEWS_KEPT_FOR: Final = timedelta(hours=1)
_DRAFTS_KEPT_FOR: Final = timedelta(days=30)
# Longer than anybody sits: what is dropped are the sittings of servers that died.
_SITTINGS_KEPT_FOR: Final = timedelta(days=7)


def _stop_at(township_id: int, error: Exception) -> None:
    """Let a fault stop the sweep."""
    del township_id
    raise error


async def everything(front: Desk, fault: Fault = _stop_at) -> int:
    """Do whatever is due in every township; return how many alarms were rung here.

    What fails is given to `fault`; unless that raises, the rest goes on.
    """
    rung = 0
    # First of all, and in every township before anything else: the alarms.
    for township_id in await alarm.townships_due(front):
        with _apart(township_id, fault):
            rung += await alarm.ring(front, township_id)
    async with front.reading() as (conn, _):
        townships = await db.place.townships(conn, None)
    for township in townships:
        with _apart(township.township_id, fault):
            await _township(front, township.township_id, fault)
    with _apart(0, fault):
        await journal.seal(watch_desk(front))
    with _apart(0, fault):
        await _forget(front)
    return rung


@contextmanager
def _apart(township_id: int, fault: Fault) -> Iterator[None]:
    """Report what fails in the block; a database that is away is everybody's fault."""
    try:
        yield
    except (Away, Lost):
        raise
    except Exception as error:  # noqa: BLE001 - the other children are waiting
        fault(township_id, error)


async def _township(front: Desk, township_id: int, fault: Fault) -> None:
    """Do what is due in one township, each step by itself."""
    system = await system_desk(front, township_id)
    for step in (
        _climb,
        absence_watch.watch,
        roll_watch.watch,
        term_watch.watch,
        case_duty.watch,
        evidence_watch.watch,
        key_student_duty.watch,
        leave_watch.watch,
        calendar.watch,
        area_child.watch,
        month_duty.open_duties,
    ):
        with _apart(township_id, fault):
            await step(system, township_id)


async def _climb(system: Desk, township_id: int) -> None:
    """Let what was missed climb to the next person."""
    async with system.reading() as (conn, now):
        if not await db.duty.to_climb(conn, township_id, now):
            return
    async with system.writing("duty.climb") as (conn, now):
        await db.duty.climb(conn, township_id, now)


async def _forget(front: Desk) -> None:
    """Drop what is over: news, drafts, the bytes of exports, uploads, tallies, dead processes."""
    async with watch_desk(front).jotting() as (conn, now):
        await sittings.forget(conn, now - _SITTINGS_KEPT_FOR)
        await db.outbox.forget(conn, now - _NEWS_KEPT_FOR)
        await db.draft.forget(conn, now - _DRAFTS_KEPT_FOR)
        await db.export.forget_old(conn, now - export.KEPT_FOR)
        await db.upload.forget_old(conn, now - upload.KEPT_FOR)
        await db.sign_in.forget(conn, now - FORGOTTEN_AFTER)
        await db.presence.clear(conn, now - CLEARED_AFTER)
