"""What the leave screens read: the form's beginnings, 请假登记册, and the 长期请假 board."""

from datetime import date, timedelta
from itertools import groupby
from typing import Final

import db.leave_list as rows
import db.leave_watch as chains
from core.rules.attendance import sessions_between
from core.rules.base import Record
from core.rules.calendar import SessionCode
from core.rules.errors import OutOfSight
from core.rules.file import Child, GuardianLine, OpenClock, must_write
from core.rules.leave import school_days_of
from core.rules.leave_chain import term_leave
from core.rules.leave_line import (
    LeaveLine,
    LeaveRegister,
    LongBoard,
    LongLine,
    RegisterLine,
)
from core.rules.roll_board import Timetable
from core.rules.staff import Scope
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from core.services.file import guardians_masked, note_reading, seen
from core.services.leave_write import book_of
from db.board import timetables
from db.file import clock
from db.pool import Conn

# 请假登记册 on the screen: what stands, and the last four weeks.
_SHOWN_FOR: Final = timedelta(days=28)
_LOOKED_AHEAD: Final = 14
# A leave may reach far back; the holidays of a term are enough to count its days.
_COUNTED_FROM: Final = timedelta(days=220)


class LeaveForm(Record):
    """All that is known before a leave is asked for; numbers are masked."""

    now: Moment
    child: Child
    guardians: tuple[GuardianLine, ...]
    clock: OpenClock | None
    # The leave to be continued, where this is 续假.
    extended: LeaveLine | None
    # Where the leave begins unless something else is typed, and the day's last session.
    from_day: date
    from_session: SessionCode
    to_session: SessionCode
    # Every session this class's plan knows and that comes, for the choices.
    sessions: tuple[SessionCode, ...]
    previous: tuple[LeaveLine, ...]


async def form(
    desk: Desk,
    township_id: int,
    student_id: int,
    extends_id: int | None = None,
    *,
    again: bool = False,
) -> LeaveForm:
    """Return what a leave of this child begins with.  Raises OutOfSight, NotYours.

    It begins at the first missed session of a run that is not due, after the leave it
    extends, or with the next session.  A form that reads it `again` is no new reading.
    """
    async with desk.jotting() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        must_write(desk.actor, child)
        if not again:
            await note_reading(desk, conn, child, now)
        book, pupil = await book_of(conn, child, now)
        running = await clock(conn, child)
        lines = await _lines(desk, conn, now, student_id)
        extended = next((line for line in lines if line.id == extends_id), None)
        if extends_id is not None and extended is None:
            raise OutOfSight
        begin = now
        if extended is not None:
            begin = extended.to_at
        elif running is not None and now < running.due_at:
            begin = running.missed_at
        first = day_of(begin)
        last = max(first, day_of(now)) + timedelta(days=_LOOKED_AHEAD)
        coming = sessions_between(book, first, last, pupil)
        at = next((s for s in coming if s.ends_at > begin), None)
        day = first if at is None else at.day
        of_day = [s.session for s in coming if s.day == day]
        codes = {
            plan.session for plan in book.plans if pupil.boarder or not plan.boarders_only
        }
        # The first roll of a term is a choice only while one comes.
        if not any(s.session is SessionCode.REGISTRATION for s in coming):
            codes.discard(SessionCode.REGISTRATION)
        return LeaveForm(
            now=now,
            child=child,
            guardians=await guardians_masked(conn, child),
            clock=running,
            extended=extended,
            from_day=day,
            from_session=SessionCode.AM if at is None else at.session,
            to_session=of_day[-1] if of_day else SessionCode.PM,
            sessions=tuple(code for code in SessionCode if code in codes),
            previous=lines,
        )


async def _lines(
    desk: Desk, conn: Conn, now: Moment, student_id: int | None
) -> tuple[LeaveLine, ...]:
    return await rows.register(conn, desk.actor.scope, now - _SHOWN_FOR, student_id)


async def register(desk: Desk) -> LeaveRegister:
    """Return the leaves in this person's sight: what waits, what ran over, the newest."""
    async with desk.reading() as (conn, now):
        lines = await _lines(desk, conn, now, None)
        known = await _timetables(conn, desk.actor.scope, day_of(now))
    return LeaveRegister(
        now=now,
        lines=tuple(
            RegisterLine(leave=line, school_days=_days(known[line.township_id], line))
            for line in lines
        ),
    )


async def _timetables(conn: Conn, scope: Scope, day: date) -> dict[int, Timetable]:
    found = await timetables(conn, scope.reach, day - _COUNTED_FROM)
    return {timetable.township_id: timetable for timetable in found}


def _days(timetable: Timetable, line: LeaveLine) -> int:
    return len(school_days_of(line, timetable.calendar, line.schoolclass))


async def long_board(desk: Desk) -> LongBoard:
    """Return every 长期请假 of this term in this person's sight (11)."""
    scope = desk.actor.scope
    found: list[LongLine] = []
    async with desk.reading() as (conn, now):
        for township_id, timetable in (await _timetables(conn, scope, day_of(now))).items():
            one = scope.model_copy(update={"reach": (township_id,)})
            found.extend(
                await long_lines(conn, one, timetable, day_of(now), open_only=False)
            )
    return LongBoard(now=now, lines=tuple(sorted(found, key=lambda x: -x.in_term)))


async def long_lines(
    conn: Conn, scope: Scope, timetable: Timetable, day: date, *, open_only: bool
) -> tuple[LongLine, ...]:
    """Return the children of one township whose leaves of this term are too long.

    `open_only`: only those with a leave that is not closed.
    """
    term = timetable.calendar.term_of(day)
    if term is None:
        return ()
    policy = timetable.policy(day)
    least = min(policy.long_leave_consecutive, policy.long_leave_term)
    days = (term.from_on, term.to_on)
    lines = await chains.chains(conn, scope, days, least, open_only=open_only)
    groups = groupby(lines, key=lambda line: line.student_id)
    judged = (_long(tuple(group), timetable, day) for _, group in groups)
    return tuple(line for line in judged if line is not None)


def _long(
    leaves: tuple[LeaveLine, ...], timetable: Timetable, day: date
) -> LongLine | None:
    last = leaves[-1]
    calendar, schoolclass = timetable.calendar, last.schoolclass
    term = calendar.term_of(day)
    if term is None:
        return None
    taken = term_leave(leaves, calendar, schoolclass, term)
    why = taken.long(timetable.policy(day))
    if why is None:
        return None
    return LongLine(
        student_id=last.student_id,
        student_name=last.student_name,
        pinyin=last.pinyin,
        school_name=last.school_name,
        class_name=last.class_name,
        why=why,
        longest=taken.longest,
        in_term=taken.in_term,
        last=last,
        evidence="；".join(leave.evidence for leave in leaves if leave.evidence),
    )
