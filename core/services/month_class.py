"""班级月报: each class confirms its month, or the principal for it (R51, days.md 34)."""

from datetime import date, datetime
from uuid import UUID

import db.month_class as rows
import db.month_leave as rolls
from core.rules.balance import MonthLine
from core.rules.base import Record
from core.rules.errors import BadInput, OutOfSight
from core.rules.filed import ClassMonth
from core.rules.month import ReportKind
from core.rules.rate import Rate, attendance
from core.rules.staff import Actor, Role
from core.rules.stray import Stray, strays
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from core.services.month_context import MonthContext, context
from core.services.month_figures import Counted, count
from db.month import schools
from db.outbox import tell
from db.pool import Conn, Lock, lock_key


class ClassView(Record):
    """A class's month as its teacher reads it before confirming."""

    now: Moment
    month: date
    entry: ClassMonth
    line: MonthLine
    strays: tuple[Stray, ...]
    attendance: Rate
    cutoff_on: date
    shown_due_on: date


class NothingThere(BadInput):
    """The class had no pupils in that month."""

    def __init__(self) -> None:
        super().__init__("该班本月没有在册学生，无需确认。")


async def listing(
    desk: Desk, month: date, school_id: int | None = None
) -> tuple[ClassMonth, ...]:
    """Return the classes in this person's sight with who confirmed their month."""
    async with desk.reading() as (conn, _):
        scope = desk.actor.scope
        return await rows.listed(conn, scope, month.replace(day=1), school_id)


async def view(desk: Desk, class_id: int, month: date) -> ClassView:
    """Return a class's month.  Raises OutOfSight, NotOwed or NothingThere."""
    async with desk.reading() as (conn, now):
        return await _view(conn, desk.actor, class_id, month, now)


async def _view(
    conn: Conn, actor: Actor, class_id: int, month: date, now: datetime
) -> ClassView:
    first = month.replace(day=1)
    entry = await _entry(conn, actor, class_id, first)
    about, counted = await _counted(conn, entry, first, now)
    line = next((one for one in counted.classes if one.place_id == class_id), None)
    if line is None:
        raise NothingThere
    held = await rolls.attendance(conn, entry.township_id, (counted.span,))
    mine = next((one for one in held if one.class_id == class_id), None)
    return ClassView(
        now=now,
        month=first,
        entry=entry,
        line=line,
        strays=strays([f for f in counted.flows if f.class_name == line.name]),
        attendance=attendance(mine.present, mine.expected) if mine else attendance(0, 0),
        cutoff_on=min(day_of(now), about.window.cutoff_on),
        shown_due_on=about.shown_due_on,
    )


async def _entry(conn: Conn, actor: Actor, class_id: int, month: date) -> ClassMonth:
    for entry in await rows.listed(conn, actor.scope, month):
        if entry.class_id == class_id:
            return entry
    raise OutOfSight


async def _counted(
    conn: Conn, entry: ClassMonth, month: date, now: datetime
) -> tuple[MonthContext, Counted]:
    (school,) = await schools(conn, (entry.township_id,), (entry.school_id,))
    about = await context(conn, school, ReportKind.BUREAU, month, now)
    wanted = ((school, about.span()),)
    (counted,) = await count(conn, wanted, about.timetable, month)
    return about, counted


async def confirm(desk: Desk, class_id: int, month: date, op_id: UUID) -> bool:
    """Confirm a class's month as it stands; tell whether that was on the teacher's behalf.

    The class teacher's own, or 代确认 by a 校领导, printed as such.  It never holds the
    school's report.  Raises NotYours, OutOfSight, NotOwed or NothingThere.
    """
    async with desk.reading() as (conn, _):
        entry = await _entry(conn, desk.actor, class_id, month.replace(day=1))
    place = {"township_id": entry.township_id, "school_id": entry.school_id}
    desk.actor.must_hold(Role.CLASS_TEACHER, Role.LEADER, **place, class_id=class_id)
    own = desk.actor.holds(Role.CLASS_TEACHER, **place, class_id=class_id)
    lock = lock_key(Lock.SCHOOL, entry.school_id)
    async with desk.writing("month.confirm", op_id, locks=(lock,)) as (conn, now):
        seen = await _view(conn, desk.actor, class_id, month, now)
        account_id = desk.actor.account_id
        done = await rows.confirm(
            conn,
            (entry.township_id, entry.school_id, seen.month),
            ((class_id, seen.line.model_dump_json()),),
            (account_id, now),
            on_behalf=not own,
        )
        if not done:
            raise BadInput("该班月报已由班主任确认，无需代确认。")
        await tell(conn, entry.township_id, "month", now)
    return not own
