"""What the sweep watches beside the alarms: stale clocks, repeated runs, rolls not taken."""

from datetime import date, datetime, time, timedelta
from typing import Final

import db.absence_watch as rows
import db.duty
from core.rules.absence import is_repeated
from core.rules.calendar import school_days_between
from core.rules.duty import DutyKind, owed_by
from core.rules.place import class_name
from core.rules.roll_board import Timetable
from core.rules.sheet import EXPECTED
from core.rules.staff import Scope
from core.rules.time import day_of, moment
from core.services.absence import open_book, settle
from core.services.desk import Desk
from db.board import classes_today, timetables
from db.duty import NewDuty
from db.outbox import tell
from db.pool import Conn, Lock, lock_key

_LOOK_BACK: Final = timedelta(days=30)
_SCHOOL_IS_OVER: Final = time(18)


async def watch(system: Desk, township_id: int) -> None:
    """Do all of it for one township, signed by its system account.

    What is owed is found by reading; nothing is signed when there is nothing new.
    """
    await reckon_again(system, township_id)
    async with system.reading() as (conn, now):
        timetable = await _timetable(conn, township_id, now)
        if timetable is None:
            return
        days = school_days_between(
            timetable.calendar, day_of(now) - _LOOK_BACK, day_of(now) + timedelta(days=1)
        )
        owed = await _repeated(conn, township_id, timetable, days, now)
        untaken = await _untaken(conn, township_id, timetable, days, now)
        known = await db.duty.open_subjects(conn, township_id, DutyKind.UNTAKEN)
    fresh = [*owed, *(duty for duty in untaken if duty.subject_id not in known)]
    over = known - {duty.subject_id for duty in untaken}
    if not fresh and not over:
        return
    async with system.writing("absence.watch") as (conn, now):
        await db.duty.open_all(conn, township_id, fresh, now)
        for subject in over:
            await db.duty.finish(
                conn, township_id, DutyKind.UNTAKEN, subject, now, system.actor.account_id
            )
        await tell(conn, township_id, "duty", now)


async def _timetable(conn: Conn, township_id: int, now: datetime) -> Timetable | None:
    found = await timetables(conn, (township_id,), day_of(now) - _LOOK_BACK)
    return found[0] if found else None


async def reckon_again(system: Desk, township_id: int) -> None:
    """Reckon the clocks again that an older calendar set; none that rang moves."""
    async with system.reading() as (conn, now):
        stale = await rows.stale(conn, township_id, day_of(now), EXPECTED)
    for one in stale:
        locks = (lock_key(Lock.CLASS, one.class_id),)
        async with system.writing("absence.reckon_again", locks=locks) as (conn, now):
            book = await open_book(conn, township_id, one.class_id, day_of(now))
            ids = {run.student_id for run in book.runs}
            pupils = [p for p in book.pupils if p.student_id in ids]
            # `closed`: an entry in the calendar never puts a running alarm off (23).
            await settle(conn, book, pupils, now, system.actor.account_id, closed=True)


async def _repeated(
    conn: Conn,
    township_id: int,
    timetable: Timetable,
    days: tuple[date, ...],
    now: datetime,
) -> list[NewDuty]:
    """Return 预警 with a visit for three unexcused runs in ten school days (7)."""
    policy = timetable.policy(day_of(now))
    if not days:
        return []
    since = days[-policy.warning_within :][0]
    found = await rows.repeated(conn, township_id, since, policy.warning_runs)
    headed = await rows.headed(conn, township_id, day_of(now))
    return [
        NewDuty(
            kind=DutyKind.REPEATED,
            owed_by=owed_by(DutyKind.REPEATED, has_head_teacher=one.class_id in headed),
            school_id=one.school_id,
            class_id=one.class_id,
            student_id=one.student_id,
            subject_id=one.student_id,
            words=one.student_name,
            due_at=moment(day_of(now) + timedelta(days=3), _SCHOOL_IS_OVER),
            climbs_at=moment(day_of(now) + timedelta(days=4), _SCHOOL_IS_OVER),
        )
        for one in found
        if is_repeated(one.missed_days, days, policy)
    ]


async def _untaken(
    conn: Conn,
    township_id: int,
    timetable: Timetable,
    days: tuple[date, ...],
    now: datetime,
) -> list[NewDuty]:
    """Return the principal's duties for rolls nobody took for two school days (6)."""
    policy = timetable.policy(day_of(now))
    # Today is not over: the last whole school days are looked at.
    whole = [day for day in days if day < day_of(now)][-policy.untaken_days :]
    if len(whole) < policy.untaken_days:
        return []
    scope = Scope(reach=(township_id,), townships=(township_id,))
    classes = await classes_today(conn, scope, day_of(now), sorted(EXPECTED))
    looked = [c for c in classes if c.live_on <= whole[0] and c.expected]
    last = await rows.last_rolls(conn, township_id, [c.class_id for c in looked])
    taken = {one.class_id: one.day for one in last}
    kind = DutyKind.UNTAKEN
    return [
        NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=one.school_id,
            class_id=one.class_id,
            subject_id=one.class_id,
            words=class_name(one.cohort, one.number, day_of(now)),
            due_at=moment(day_of(now), _SCHOOL_IS_OVER),
            climbs_at=now + timedelta(days=1),
        )
        for one in looked
        if one.class_id not in taken or taken[one.class_id] < whole[0]
    ]
