"""What is owed about 重点生: after each act on one, after a visit, and by the sweep (R32, R37)."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

import db.key_student as rows
from core.rules.duty import DutyKind
from core.rules.key_student import KeyFacts, check_by, visit_by
from core.rules.place import class_name
from core.rules.roll_board import Timetable
from core.rules.time import day_of, moment
from core.services.case_duty import timetable_of
from core.services.desk import Desk
from db.case_duty import Of, as_wanted, keep
from db.duty import NewDuty
from db.outbox import tell
from db.pool import Conn

_SCHOOL_IS_OVER: Final = time(18)
_A_DAY: Final = timedelta(days=1)
_KINDS: Final = (DutyKind.KEY_CHECK.value, DutyKind.KEY_VISIT.value)


async def settle(
    conn: Conn, township_id: int, school_id: int, signed: tuple[datetime, int]
) -> None:
    """Let a school owe what its 重点生 ask for now; `signed` is (now, by whom)."""
    found = await rows.standing(conn, township_id, school_id, signed[0])
    wanted: tuple[NewDuty, ...] = ()
    if found:
        day = day_of(signed[0])
        wanted = _wanted(found, await timetable_of(conn, township_id, day), day)
    await keep(conn, township_id, Of(kinds=_KINDS, school_id=school_id), wanted, signed)


async def watch(system: Desk, township_id: int) -> None:
    """Let a township owe it where children, terms or settings have moved."""
    async with system.reading() as (conn, now):
        if await as_wanted(
            conn, township_id, _KINDS, await _of_all(conn, township_id, now)
        ):
            return
    async with system.writing("key_student.watch") as (conn, now):
        # Read again: whoever acted meanwhile has settled their own.
        wanted = await _of_all(conn, township_id, now)
        signed = (now, system.actor.account_id)
        await keep(conn, township_id, Of(kinds=_KINDS), wanted, signed)
        await tell(conn, township_id, "duty", now)


async def _of_all(conn: Conn, township_id: int, now: datetime) -> tuple[NewDuty, ...]:
    found = await rows.standing(conn, township_id, None, now)
    if not found:
        return ()
    return _wanted(found, await timetable_of(conn, township_id, day_of(now)), day_of(now))


def _wanted(
    standing: Iterable[KeyFacts], timetable: Timetable, day: date
) -> tuple[NewDuty, ...]:
    calendar, policy = timetable.calendar, timetable.policy(day)
    classes: dict[int, list[KeyFacts]] = {}
    visits = []
    for one in standing:
        classes.setdefault(one.class_id, []).append(one)
        visits.append(_visit(one, visit_by(one, calendar, policy)))
    return (*visits, *(_check(held, day) for held in classes.values()))


def _visit(one: KeyFacts, due_on: date) -> NewDuty:
    kind, due_at = DutyKind.KEY_VISIT, moment(due_on, _SCHOOL_IS_OVER)
    return NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=one.school_id,
        class_id=one.class_id,
        student_id=one.student_id,
        subject_id=one.key_id,
        words=one.student_name,
        due_at=due_at,
        climbs_at=due_at + _A_DAY,
    )


def _check(held: list[KeyFacts], day: date) -> NewDuty:
    first = held[0]
    since = min(day_of(one.entered_at) for one in held)
    checked = first.checked_at
    due_on = check_by(since, None if checked is None else day_of(checked))
    kind, due_at = DutyKind.KEY_CHECK, moment(due_on, _SCHOOL_IS_OVER)
    return NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=first.school_id,
        class_id=first.class_id,
        subject_id=first.class_id,
        words=class_name(first.cohort, first.number, day),
        due_at=due_at,
        climbs_at=due_at + _A_DAY,
    )
