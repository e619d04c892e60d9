"""预警: who may leave and why, computed from what the township knows, whenever it is asked."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

import db.risk as rows
from core.rules.base import Record
from core.rules.calendar import Term, school_days_between
from core.rules.errors import OutOfSight
from core.rules.file import Child
from core.rules.key_student import KeyClass, KeyLine
from core.rules.risk import LOOK_BACK, Reason, is_at_risk, reasons, told
from core.rules.roll_board import Timetable
from core.rules.staff import Scope
from core.rules.time import Moment, day_of
from core.services.case_duty import timetable_of
from core.services.desk import Desk
from db.key_student import standing
from db.pool import Conn
from db.risk import RiskRow

# Sixty school days with the longest vacation between them.
_FAR: Final = timedelta(days=200)


class Known(Record):
    """What is known of one child, and what that says."""

    row: RiskRow
    reasons: tuple[Reason, ...]


class KeyBoard(Record):
    """The 重点生 of a person's sight, and who may belong among them; then class by class."""

    now: Moment
    township_id: int
    lines: tuple[KeyLine, ...]
    classes: tuple[KeyClass, ...]


async def board(desk: Desk, township_id: int | None = None) -> KeyBoard:
    """Return the board of a township in sight; of the first one when None.

    Raises OutOfSight, NotYours.
    """
    desk.actor.must_open_files()
    scope = desk.actor.scope
    chosen = township_id or next((t for t in scope.reach if t % 1000), None)
    if chosen is None or chosen not in scope.reach:
        raise OutOfSight
    async with desk.reading() as (conn, now):
        known = await _known(conn, chosen, scope, now)
        checked = {
            one.class_id: one.checked_at for one in await standing(conn, chosen, None, now)
        }
    lines = tuple(_line(one) for one in known if one.row.source or is_at_risk(one.reasons))
    return KeyBoard(
        now=now,
        township_id=chosen,
        lines=lines,
        classes=_classes(lines, checked, now),
    )


async def known_of(conn: Conn, child: Child, now: datetime) -> Known:
    """Return what is known of a child that is in sight."""
    scope = Scope(reach=(child.township_id,), townships=(child.township_id,))
    (found,) = await _known(conn, child.township_id, scope, now, child.student_id)
    return found


async def _known(
    conn: Conn,
    township_id: int,
    scope: Scope,
    now: datetime,
    student_id: int | None = None,
) -> tuple[Known, ...]:
    day = day_of(now)
    timetable = await timetable_of(conn, township_id, day - _FAR)
    days = _school_days(timetable, day)
    term = _running(timetable, day)
    told_of = (day, days[0] if days else day, None if term is None else term.from_on)
    policy = timetable.policy(day)
    return tuple(
        Known(row=row, reasons=reasons(row.facts, day, days, policy, term))
        for row in await rows.at_risk(conn, township_id, scope, told_of, student_id)
    )


def _school_days(timetable: Timetable, day: date) -> tuple[date, ...]:
    first, last = day - _FAR, day + timedelta(days=1)
    return school_days_between(timetable.calendar, first, last)[-LOOK_BACK:]


def _running(timetable: Timetable, day: date) -> Term | None:
    return next((t for t in timetable.terms if t.from_on <= day < t.to_on), None)


def _line(known: Known) -> KeyLine:
    row = known.row
    return KeyLine(
        township_id=row.township_id,
        student_id=row.student_id,
        student_name=row.student_name,
        pinyin=row.pinyin,
        school_id=row.school_id,
        school_name=row.school_name,
        class_id=row.class_id,
        cohort=row.cohort,
        number=row.number,
        source=row.source,
        visit_due_at=row.visit_due_at,
        why=told(known.reasons) or row.entry or "",
    )


def _classes(
    lines: Iterable[KeyLine], checked: dict[int, Moment | None], now: datetime
) -> tuple[KeyClass, ...]:
    held: dict[int, list[KeyLine]] = {}
    for line in lines:
        if line.source is not None:
            held.setdefault(line.class_id, []).append(line)
    return tuple(
        _class(found, checked.get(found[0].class_id), now) for found in held.values()
    )


def _class(held: list[KeyLine], checked_at: Moment | None, now: datetime) -> KeyClass:
    first = held[0]
    overdue = sum(x.visit_due_at is not None and x.visit_due_at <= now for x in held)
    return KeyClass(
        township_id=first.township_id,
        school_id=first.school_id,
        school_name=first.school_name,
        class_id=first.class_id,
        cohort=first.cohort,
        number=first.number,
        count=len(held),
        overdue=overdue,
        checked_at=checked_at,
    )
