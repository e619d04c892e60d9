"""停课 and 补课: declared at once for a school, grade or class, 备案 afterwards (22-24).

Rolls taken in what is called off stay, voided; clocks keep running, never later than
before; an alarm that rang stays.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import db.calendar as rows
import db.place
from core.rules.calendar import Closure, ClosureKind
from core.rules.calendar_entry import (
    AlreadyPast,
    ClosureDraft,
    LessonsOver,
    RollsMissing,
    must_lie_ahead,
)
from core.rules.duty import DutyKind
from core.rules.errors import OutOfSight
from core.rules.month_refused import rolls_named
from core.rules.place import SchoolClass, class_name, grade_name
from core.rules.roll_board import lines_of
from core.rules.sheet import EXPECTED
from core.rules.staff import Actor, Role, Scope
from core.rules.time import day_of
from core.rules.township_keeper import KEEPERS, keeps, must_keep
from core.services.calendar_runs import locks_of, reckon_again
from core.services.desk import Desk
from db.board import classes_today, timetables
from db.duty import NewDuty, finish, open_all
from db.outbox import tell
from db.pool import Conn
from db.roll import void

_CALLED_OFF: Final = frozenset({ClosureKind.SUSPENSION, ClosureKind.ARRANGED})
_ACKNOWLEDGE_WITHIN: Final = timedelta(hours=24)


def _must_declare(actor: Actor, draft: ClosureDraft) -> None:
    """Refuse who may not: a principal for the own school, 教管组 for all (23)."""
    if draft.school_id is None:
        must_keep(actor, draft.township_id)
        return
    actor.must_hold(
        Role.LEADER,
        *KEEPERS,
        township_id=draft.township_id,
        school_id=draft.school_id,
        class_id=draft.class_id,
    )


async def declare(desk: Desk, draft: ClosureDraft, op_id: UUID) -> int:
    """Declare 停课 or 补课 from today on; it holds at once.  Returns its id.

    Raises OutOfSight, NotYours, AlreadyPast, LessonsOver, RollsMissing, BadDays,
    AlreadyDone.
    """
    _must_declare(desk.actor, draft)
    async with desk.reading() as (conn, _):
        classes = await _touched(conn, draft)
    class_ids = [one.id for one in classes]
    async with desk.writing("calendar.declare", op_id, locks=locks_of(class_ids)) as (
        conn,
        now,
    ):
        must_lie_ahead(draft, day_of(now))
        await _must_not_be_over(desk.actor, conn, draft, class_ids, now)
        by = desk.actor.account_id
        closure_id = await rows.declare(conn, draft, by, now)
        await db.place.bump_calendar(conn, draft.township_id)
        if draft.kind in _CALLED_OFF:
            days = (draft.from_on, draft.to_on)
            await void(conn, draft.township_id, class_ids, days, draft.session, now)
            await _owe_acknowledgement(desk, conn, draft, closure_id, now)
        await reckon_again(desk, conn, (draft.township_id, class_ids), now, closed=True)
        await _tell(conn, draft.township_id, now)
    return closure_id


async def _must_not_be_over(
    actor: Actor, conn: Conn, draft: ClosureDraft, class_ids: Sequence[int], now: datetime
) -> None:
    """Refuse to call off what is over today.

    Who was missed in lessons that were held stays missed, whoever asks (LessonsOver).  That
    none were held where nobody called is 教管组's to say: a school's own word would hide the
    roll it did not take (RollsMissing).
    """
    if draft.kind not in _CALLED_OFF or draft.from_on != day_of(now):
        return
    over = (draft.township_id, class_ids, draft.session)
    if await rows.called_and_over(conn, *over, now):
        raise LessonsOver
    if draft.school_id is None or keeps(actor, draft.township_id):
        return
    school = Scope(reach=(draft.township_id,), schools=(draft.school_id,))
    classes = await classes_today(conn, school, draft.from_on, sorted(EXPECTED))
    known = await timetables(conn, (draft.township_id,), draft.from_on)
    untaken = [
        line
        for line in lines_of(classes, known, draft.from_on)
        if line.class_id in class_ids
        and draft.session in {None, line.session.session}
        and line.taken is None
        and line.session.ends_at <= now
    ]
    if untaken:
        raise RollsMissing(rolls_named(untaken))


async def _touched(conn: Conn, draft: ClosureDraft) -> tuple[SchoolClass, ...]:
    """Return the classes a closure speaks of; raises OutOfSight for a class elsewhere."""
    whole = Scope(reach=(draft.township_id,), townships=(draft.township_id,))
    classes = await db.place.classes(conn, whole)
    touched = tuple(one for one in classes if draft.touches(one))
    if draft.class_id is not None and not touched:
        raise OutOfSight
    return touched


async def _owe_acknowledgement(
    desk: Desk, conn: Conn, draft: ClosureDraft, closure_id: int, now: datetime
) -> None:
    """Owe 备案 to 教管组; what 教管组 itself declares is on its own record at once."""
    if keeps(desk.actor, draft.township_id):
        held = await rows.closure(conn, draft.township_id, closure_id)
        if held is not None:
            await rows.acknowledge(conn, held, desk.actor.account_id, now)
        return
    kind = DutyKind.ACKNOWLEDGE
    duty = NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=draft.school_id,
        subject_id=closure_id,
        words=await _who(conn, draft),
        due_at=now + _ACKNOWLEDGE_WITHIN,
    )
    await open_all(conn, draft.township_id, (duty,), now)


async def _who(conn: Conn, draft: ClosureDraft) -> str:
    """Return 河湾小学三年级（11-25），for the duty's sentence."""
    school = None
    if draft.school_id is not None:
        school = await db.place.school(conn, draft.township_id, draft.school_id)
    whom = "" if school is None else school.name
    if draft.class_id is not None:
        (one,) = await _touched(conn, draft)
        whom += class_name(one.cohort, one.number, draft.from_on)
    elif draft.grade is not None:
        whom += grade_name(draft.grade)
    return f"{whom} {draft.from_on:%m-%d}"


async def end(desk: Desk, township_id: int, closure_id: int, op_id: UUID) -> None:
    """End a closure with today, or take out one that has not begun; the past stays.

    Raises OutOfSight, NotYours, AlreadyPast, AlreadyDone.
    """
    held, classes = await _held(desk, township_id, closure_id)
    class_ids = [one.id for one in classes]
    async with desk.writing("calendar.end", op_id, locks=locks_of(class_ids)) as (
        conn,
        now,
    ):
        if held.to_on <= day_of(now):
            raise AlreadyPast
        tomorrow = day_of(now) + timedelta(days=1)
        begun = held.from_on < tomorrow
        await rows.end_closure(conn, held, tomorrow if begun else held.from_on)
        await db.place.bump_calendar(conn, township_id)
        if not begun:
            by = desk.actor.account_id
            await finish(conn, township_id, DutyKind.ACKNOWLEDGE, closure_id, now, by)
        await reckon_again(desk, conn, (township_id, class_ids), now, closed=True)
        await _tell(conn, township_id, now)


async def acknowledge(desk: Desk, township_id: int, closure_id: int, op_id: UUID) -> None:
    """Take note of a 临时停课 (备案): it changes nothing but the record.

    Raises OutOfSight, NotYours, AlreadyDone.
    """
    must_keep(desk.actor, township_id)
    async with desk.writing("calendar.acknowledge", op_id) as (conn, now):
        held = await rows.closure(conn, township_id, closure_id)
        if held is None:
            raise OutOfSight
        by = desk.actor.account_id
        await rows.acknowledge(conn, held, by, now)
        await finish(conn, township_id, DutyKind.ACKNOWLEDGE, closure_id, now, by)
        await _tell(conn, township_id, now)


async def _held(
    desk: Desk, township_id: int, closure_id: int
) -> tuple[Closure, tuple[SchoolClass, ...]]:
    async with desk.reading() as (conn, _):
        held = await rows.closure(conn, township_id, closure_id)
        if held is None:
            raise OutOfSight
        draft = ClosureDraft(
            township_id=township_id,
            school_id=held.school_id,
            grade=held.grade,
            class_id=held.class_id,
            session=held.session,
            from_on=held.from_on,
            last_on=held.to_on - timedelta(days=1),
            kind=held.kind,
            reason=held.reason,
        )
        _must_declare(desk.actor, draft)
        return held, await _touched(conn, draft)


async def _tell(conn: Conn, township_id: int, now: datetime) -> None:
    for noun in ("calendar", "roll", "duty"):
        await tell(conn, township_id, noun, now)
