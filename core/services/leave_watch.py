"""What time does to a leave: reminded of, closed when the child is seen, or run over.

One round for one township, signed by its system account.  What is owed is found by
reading; nothing is signed where there is nothing new.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Final

import db.leave_watch as rows
from core.rules.absence import Attended, Outcome
from core.rules.attendance import LOOKED_AT_FOR, Reader
from core.rules.calendar import LOOK_BACK_DAYS
from core.rules.duty import DutyKind
from core.rules.leave import reminder_on
from core.rules.place import SchoolClass
from core.rules.roll_board import Timetable
from core.rules.session import Session, expected_at, sessions_on
from core.rules.sheet import EXPECTED
from core.rules.staff import Scope
from core.rules.time import day_of, moment
from core.services.absence import open_book, settle
from core.services.desk import Desk
from core.services.leave_book import long_lines
from db.board import timetables
from db.duty import NewDuty, open_all, open_subjects
from db.leave_watch import Over
from db.outbox import tell
from db.pool import Conn, Lock, lock_key

_LOOK_BACK: Final = timedelta(days=220)
_SEEN: Final = frozenset({Outcome.PRESENT, Outcome.LATE})
_NOON: Final = time(12)


async def watch(system: Desk, township_id: int) -> int:
    """Do all of it for one township; return how many leaves ran over in this round."""
    await _close_seen(system, township_id)
    async with system.reading() as (conn, now):
        found = await timetables(conn, (township_id,), day_of(now) - _LOOK_BACK)
        if not found:
            return 0
        over = await rows.over(conn, township_id, now, day_of(now), sorted(EXPECTED))
        late = [one for one in over if _missed_since(found[0], one, now)]
        duties = [
            *await _ending(conn, township_id, found[0], now),
            *await _unproven(conn, township_id, found[0], now),
        ]
    if duties:
        async with system.writing("leave.remind") as (conn, now):
            await open_all(conn, township_id, duties, now)
            await tell(conn, township_id, "duty", now)
    count = 0
    for class_id, leaves in groupby(late, key=lambda one: one.class_id):
        count += await _run_over(system, (township_id, class_id), tuple(leaves))
    return count


async def _close_seen(system: Desk, township_id: int) -> None:
    """Close (销假) what is over where the first roll that could showed the child."""
    async with system.reading() as (conn, now):
        seen = await rows.seen(conn, township_id, now, sorted(EXPECTED))
    if seen:
        async with system.writing("leave.close_seen") as (conn, now):
            await rows.close_seen(conn, township_id, seen, now, system.actor.account_id)


def _missed_since(timetable: Timetable, one: Over, now: datetime) -> bool:
    """Tell whether the limit of a session has gone by since the leave stopped counting."""
    schoolclass = SchoolClass(
        township_id=one.township_id,
        id=one.class_id,
        school_id=one.school_id,
        cohort=one.cohort,
        number=one.class_number,
    )
    first = day_of(one.until)
    # Beyond the history nothing is decided any more.
    for after in range(min((day_of(now) - first).days, LOOKED_AT_FOR.days) + 1):
        day = first + timedelta(days=after)
        for session in sessions_on(timetable.plans, timetable.calendar, day, schoolclass):
            if _owed(session, one) and session.limit_at <= now:
                return True
    return False


def _owed(session: Session, one: Over) -> bool:
    return (
        session.certain
        and session.starts_at >= one.until
        and expected_at(session, boarder=one.boarder)
    )


async def _run_over(system: Desk, key: tuple[int, int], leaves: tuple[Over, ...]) -> int:
    """Open the runs of children who did not come back, and mark their leaves (10)."""
    township_id, class_id = key
    locks = (lock_key(Lock.CLASS, class_id),)
    async with system.writing("leave.run_over", locks=locks) as (conn, now):
        book = await open_book(conn, township_id, class_id, day_of(now))
        reader = Reader(book, day_of(now) - LOOKED_AT_FOR, now)
        pupils = {pupil.student_id: pupil for pupil in book.pupils}
        missed = {
            one.id: (one, session)
            for one in leaves
            if one.student_id in pupils
            and (session := _first_missed(reader.history(pupils[one.student_id]), one))
        }
        # What waits stays waiting: marked as run over it would count again for its days.
        marked = await rows.mark_overrun(conn, township_id, missed)
        duties = [
            _overrun_duty(one, session)
            for one, session in missed.values()
            if one.id in marked
        ]
        await open_all(conn, township_id, duties, now)
        touched = [pupils[one.student_id] for one, _ in missed.values()]
        await settle(conn, book, touched, now, system.actor.account_id)
        if marked:
            await tell(conn, township_id, "leave", now)
            await tell(conn, township_id, "duty", now)
    return len(marked)


def _first_missed(history: Iterable[Attended], one: Over) -> Session | None:
    """Return the first session after the leave, unless the child came or is excused."""
    for past in history:
        if past.session.starts_at >= one.until and past.outcome is not Outcome.CLOSED:
            excused = past.outcome in _SEEN or past.outcome is Outcome.LEAVE
            return None if excused else past.session
    return None


def _overrun_duty(one: Over, session: Session) -> NewDuty:
    kind = DutyKind.LEAVE_OVERRUN
    return NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=one.school_id,
        class_id=one.class_id,
        student_id=one.student_id,
        subject_id=one.id,
        words=one.student_name,
        due_at=session.ends_at,
        climbs_at=session.ends_at,
    )


async def _ending(
    conn: Conn, township_id: int, timetable: Timetable, now: datetime
) -> list[NewDuty]:
    """Return 到期提醒 for the school day before a leave's last."""
    day = day_of(now)
    soon = day + timedelta(days=LOOK_BACK_DAYS + 2)
    ending = await rows.ending(conn, township_id, now, soon)
    kind = DutyKind.LEAVE_ENDING
    return [
        NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=leave.school_id,
            class_id=leave.class_id,
            student_id=leave.student_id,
            subject_id=leave.id,
            words=leave.student_name,
            due_at=leave.to_at,
        )
        for leave in ending
        if (remind := reminder_on(leave, timetable.calendar, leave.schoolclass))
        and remind <= day
    ]


async def _unproven(
    conn: Conn, township_id: int, timetable: Timetable, now: datetime
) -> list[NewDuty]:
    """Return who owes a proof for a 长期请假 that has none (11)."""
    scope = Scope(reach=(township_id,), townships=(township_id,))
    lines = await long_lines(conn, scope, timetable, day_of(now), open_only=True)
    kind = DutyKind.LEAVE_PROOF
    known = await open_subjects(conn, township_id, kind) if lines else frozenset[int]()
    fresh = [line for line in lines if not line.evidence and line.student_id not in known]
    return [
        NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=line.last.school_id,
            class_id=line.last.class_id,
            student_id=line.student_id,
            subject_id=line.student_id,
            words=line.student_name,
            due_at=max(line.last.to_at, moment(day_of(now) + timedelta(days=1), _NOON)),
        )
        for line in fresh
    ]
