"""What the sweep watches of absences: stale clocks, and who is to be visited at home.

A visit is owed for a child missing a day, a joint one later (ladder), and for one missing
again and again (7).  Neither holds the alarm; rolls nobody takes are in roll_watch.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

import db.absence_watch as rows
import db.duty
from core.rules.absence import is_repeated
from core.rules.calendar import school_days_between
from core.rules.clock import Lookup
from core.rules.duty import DutyKind
from core.rules.ladder import Rung, earliest, owed_at, rungs_on
from core.rules.place import SchoolClass
from core.rules.roll_board import Timetable
from core.rules.session import Session, SessionPlan, expected_at, sessions_on
from core.rules.sheet import EXPECTED
from core.rules.time import day_of, moment
from core.services.absence import open_book, settle
from core.services.desk import Desk
from db.absence_watch import Unvisited
from db.board import timetables
from db.duty import NewDuty
from db.ladder import rungs
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
        timetable = await timetable_of(conn, township_id, now)
        if timetable is None:
            return
        owed = [
            *await _repeated(conn, township_id, timetable, now),
            *await _rungs(conn, township_id, timetable, now),
        ]
    if not owed:
        return
    async with system.writing("absence.watch") as (conn, now):
        await db.duty.open_all(conn, township_id, owed, now)
        await tell(conn, township_id, "duty", now)


async def timetable_of(conn: Conn, township_id: int, now: datetime) -> Timetable | None:
    """Return a township's calendar, plans and policy as far back as the sweep looks."""
    found = await timetables(conn, (township_id,), day_of(now) - _LOOK_BACK)
    return found[0] if found else None


def recent_school_days(timetable: Timetable, now: datetime) -> tuple[date, ...]:
    """Return the township's school days as far back as the sweep looks, today last."""
    day = day_of(now)
    return school_days_between(
        timetable.calendar, day - _LOOK_BACK, day + timedelta(days=1)
    )


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
    conn: Conn, township_id: int, timetable: Timetable, now: datetime
) -> list[NewDuty]:
    """Return 预警 with a visit for three unexcused runs in ten school days (7)."""
    policy, days = timetable.policy(day_of(now)), recent_school_days(timetable, now)
    if not days:
        return []
    since = days[-policy.warning_within :][0]
    found = await rows.repeated(conn, township_id, since, policy.warning_runs)
    kind = DutyKind.REPEATED
    return [
        NewDuty(
            kind=kind,
            owed_by=kind.owes,
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


async def _rungs(
    conn: Conn, township_id: int, timetable: Timetable, now: datetime
) -> list[NewDuty]:
    """Return what the rungs owe for each child missing so long, that was not done."""
    held = rungs_on(await rungs(conn, township_id), day_of(now))
    lookups = _Lookups(timetable)
    return [
        duty
        for rung in held
        for one in await rows.unvisited(conn, township_id, now - earliest(rung), rung.kind)
        if (duty := _of_rung(rung, one, lookups.of(one), now)) is not None
    ]


def _of_rung(rung: Rung, one: Unvisited, lookup: Lookup, now: datetime) -> NewDuty | None:
    reached = owed_at(rung, one.missed_at, lookup)
    if now < reached:
        return None
    due_at = max(reached, moment(day_of(reached), _SCHOOL_IS_OVER))
    return NewDuty(
        kind=rung.kind,
        owed_by=rung.owed_by,
        school_id=one.school_id,
        class_id=one.class_id,
        student_id=one.student_id,
        subject_id=one.absence_id,
        words=one.student_name,
        due_at=due_at,
        climbs_at=due_at,
        climbs_to=rung.climbs_to,
    )


class _Lookups:
    """The sessions that call children of a township, reckoned once for a class and a day.

    In every sweep it is asked for all who are missing, over a weekend too.
    """

    def __init__(self, timetable: Timetable) -> None:
        self._calendar = timetable.calendar
        self._plans: dict[int, list[SessionPlan]] = {}
        for plan in timetable.plans:
            self._plans.setdefault(plan.school_id, []).append(plan)
        self._known: dict[tuple[int, date], tuple[Session, ...]] = {}

    def of(self, one: Unvisited) -> Lookup:
        """Return the sessions of a day on which this child is expected."""
        held = SchoolClass(
            township_id=one.township_id,
            id=one.class_id,
            school_id=one.school_id,
            cohort=one.cohort,
            number=one.number,
        )
        plans = self._plans.get(one.school_id, ())

        def lookup(day: date) -> tuple[Session, ...]:
            key = (one.class_id, day)
            if key not in self._known:
                self._known[key] = sessions_on(plans, self._calendar, day, held)
            return tuple(s for s in self._known[key] if expected_at(s, boarder=one.boarder))

        return lookup
