"""What the months owe: opened by the sweep, cleared only by the acts themselves.

Class confirmations and the bureau's report ten days before the 25th, the office's on the
last school day of its month, a 补报 when an alarm overtakes a filed report.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

import db.duty as duties
import db.month as rows
import db.month_board as board
import db.month_class as classes
from core.rules.base import Record
from core.rules.duty import DutyKind
from core.rules.filed import MonthSchool
from core.rules.month import (
    ReportKind,
    due_on,
    office_opens_on,
    office_window,
    shown_due_on,
)
from core.rules.month_span import month_before, owes
from core.rules.roll_board import Timetable
from core.rules.staff import Role
from core.rules.time import day_of, moment
from core.services.desk import Desk
from core.services.month_context import due_day, timetable_of
from core.services.month_file import MONTH_DUTY
from db.outbox import tell
from db.pool import Conn, Lock, lock_key

# The duty of a report appears this long before it is due.
OPENS_BEFORE: Final = timedelta(days=10)
MIDNIGHT: Final = time(0)


class Opening(Record):
    """One kind of report of one month that these schools owe by now."""

    kind: ReportKind
    first: date
    due_on: date
    due_at: datetime
    school_ids: tuple[int, ...]
    # The classes confirm as well: it is a month of school, and not yet due.
    with_classes: bool


async def open_duties(desk: Desk, township_id: int) -> bool:
    """Open what a township's months owe by now; tell whether there was anything.

    The system's own act (`desk` is the township's system desk); it only reads while there
    is nothing to open, so a sweep may call it as often as it likes.  Raises NotYours.
    """
    desk.actor.must_hold(Role.SYSTEM, township_id=township_id)
    async with desk.reading() as (conn, now):
        todo = await _todo(conn, township_id, now)
        overtaken = await _overtaken(conn, township_id, now)
    if not todo and not overtaken:
        return False
    locks = (lock_key(Lock.TOWNSHIP, township_id),)
    async with desk.writing("month.open_duties", locks=locks) as (conn, now):
        for one in todo:
            await _open(conn, township_id, one, now)
        await duties.open_all(conn, township_id, overtaken, now)
        await tell(conn, township_id, "duty", now)
        await tell(conn, township_id, "month", now)
    return True


async def _todo(conn: Conn, township_id: int, now: datetime) -> tuple[Opening, ...]:
    """Return what is to be opened; the month before too, for a server that stood still."""
    timetable = await timetable_of(conn, township_id, day_of(now))
    schools = await rows.schools(conn, (township_id,))
    month = day_of(now).replace(day=1)
    found = []
    for kind in ReportKind:
        for first in (month_before(month), month):
            one = _planned(timetable, schools, (kind, first), day_of(now))
            if one and await board.is_needed(
                conn, township_id, (kind, first), one.school_ids, MONTH_DUTY[kind]
            ):
                found.append(one)
    return tuple(found)


def _planned(
    timetable: Timetable,
    schools: tuple[MonthSchool, ...],
    report: tuple[ReportKind, date],
    today: date,
) -> Opening | None:
    """Return the reports of a month as they are owed today, or None while none is."""
    kind, first = report
    policy, calendar = timetable.policy(today), timetable.calendar

    def teaches(day: date) -> bool:
        return bool(calendar.is_school_day(day))

    due = due_on(kind, first.year, first.month, due_day(kind, policy))
    opens_on = due - OPENS_BEFORE
    if kind is ReportKind.OFFICE:
        opens_on = office_opens_on(office_window(first.year, first.month), teaches)
    taught = any(teaches(first + timedelta(days=n)) for n in range(_days_in(first)))
    ids = tuple(school.id for school in schools if owes(kind, first, school.since, due))
    if today < opens_on or not ids or not (taught or policy.vacation_zero_report):
        return None
    return Opening(
        kind=kind,
        first=first,
        due_on=due,
        due_at=moment(shown_due_on(due, teaches) + timedelta(days=1), MIDNIGHT),
        school_ids=ids,
        with_classes=kind is ReportKind.BUREAU and taught and today <= due,
    )


async def _open(conn: Conn, township_id: int, one: Opening, now: datetime) -> None:
    opened = (one.kind, one.first, one.due_on)
    await rows.open_all(conn, township_id, one.school_ids, opened, now)
    duty = (MONTH_DUTY[one.kind], f"{one.first.month}月")
    report = (one.kind, one.first)
    await board.owe(conn, township_id, report, duty, (now, one.due_at))
    if one.with_classes:
        month = (one.first, f"{one.first.month}月")
        moments = (now, day_of(now), one.due_at)
        await classes.open_all(conn, township_id, one.school_ids, month, moments)


def _days_in(first: date) -> int:
    window = office_window(first.year, first.month)
    return (window.to_on - window.from_on).days


async def _overtaken(
    conn: Conn, township_id: int, now: datetime
) -> tuple[duties.NewDuty, ...]:
    """Return a 补报, due the same day, for each report an alarm has overtaken (36)."""
    kind = DutyKind.SUPPLEMENT
    month = day_of(now).replace(day=1)
    found = [
        one
        for first in (month_before(month), month)
        for one in await board.supplements(conn, township_id, first)
    ]
    return tuple(
        duties.NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=one.school_id,
            subject_id=one.report_id,
            words=f"{one.month.month}月",
            due_at=moment(day_of(one.rang_at) + timedelta(days=1), MIDNIGHT),
        )
        for one in found
    )
