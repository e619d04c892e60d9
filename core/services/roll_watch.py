"""What the sweep watches of rolls and classes: rolls nobody takes, classes nobody heads.

Both are the principal's, and are seen at the township at once (6, 16).
"""

from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Final

import db.duty
import db.roll_watch as rows
from core.rules.absence import ClassDay, principal_owes
from core.rules.duty import DutyKind
from core.rules.place import class_name
from core.rules.roll_board import ClassToday, Timetable
from core.rules.session import Held, sessions_on
from core.rules.sheet import EXPECTED
from core.rules.staff import Scope
from core.rules.time import day_of, moment
from core.services.absence_watch import recent_school_days, timetable_of
from core.services.desk import Desk
from db.board import classes_today
from db.duty import NewDuty
from db.outbox import tell
from db.pool import Conn

_SCHOOL_IS_OVER: Final = time(18)


async def watch(system: Desk, township_id: int) -> None:
    """Owe, or call off, what stands as long as a state of things does.

    Nothing is signed while the state has not changed.
    """
    async with system.reading() as (conn, now):
        timetable = await timetable_of(conn, township_id, now)
        if timetable is None:
            return
        scope = Scope(reach=(township_id,), townships=(township_id,))
        classes = await classes_today(conn, scope, day_of(now), sorted(EXPECTED))
        day = day_of(now)
        live = [
            c for c in classes if c.live_on <= day and c.expected and not c.has_left(day)
        ]
        wanted = {
            DutyKind.UNTAKEN: await _untaken(conn, township_id, timetable, live, now),
            DutyKind.HEAD_TEACHER: _headless(live, now),
        }
        stale = [
            kind
            for kind, duties in wanted.items()
            if {(duty.subject_id, duty.words) for duty in duties}
            != await db.duty.open_about(conn, township_id, kind)
        ]
    if not stale:
        return
    account = system.actor.account_id
    async with system.writing("roll.watch") as (conn, now):
        for kind in stale:
            await db.duty.keep(conn, township_id, kind, wanted[kind], (now, account))
        await tell(conn, township_id, "duty", now)


async def _untaken(
    conn: Conn,
    township_id: int,
    timetable: Timetable,
    classes: list[ClassToday],
    now: datetime,
) -> list[NewDuty]:
    """Return the principal's duties for rolls nobody took for two school days (6)."""
    policy, today = timetable.policy(day_of(now)), day_of(now)
    # Today is not over: the last whole school days are looked at.
    days = [day for day in recent_school_days(timetable, now) if day < today]
    if len(days) < policy.untaken_days:
        return []
    lessons = {p.session for p in timetable.plans if p.held is Held.SCHOOL_DAY}
    since = days[-policy.untaken_days]
    recent = await rows.rolled_since(conn, township_id, since, lessons)
    doubtful = [c for c in classes if c.class_id not in recent]
    ids = [c.class_id for c in doubtful]
    last = {
        one.class_id: one.day
        for one in await rows.last_rolls(conn, township_id, ids, lessons)
    }
    found = []
    for one in doubtful:
        rolled = last.get(one.class_id)
        held = [
            ClassDay(
                day=day,
                owed=sum(
                    session.held is Held.SCHOOL_DAY
                    for session in sessions_on(
                        timetable.plans, timetable.calendar, day, one.schoolclass
                    )
                ),
                taken=int(rolled is not None and day <= rolled),
            )
            for day in days
            if day >= one.live_on
        ]
        if principal_owes(held, policy):
            found.append(_untaken_duty(one, now))
    return found


def _untaken_duty(one: ClassToday, now: datetime) -> NewDuty:
    kind = DutyKind.UNTAKEN
    return NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=one.school_id,
        class_id=one.class_id,
        subject_id=one.class_id,
        words=class_name(one.cohort, one.number, day_of(now)),
        due_at=moment(day_of(now), _SCHOOL_IS_OVER),
        climbs_at=now,
    )


def _headless(classes: list[ClassToday], now: datetime) -> list[NewDuty]:
    """Return one duty a school for its classes without a head teacher (16)."""
    kind = DutyKind.HEAD_TEACHER
    found = []
    bare = [one for one in classes if not one.headed]
    for school_id, group in groupby(bare, key=lambda one: one.school_id):
        first, *others = group
        name = class_name(first.cohort, first.number, day_of(now))
        duty = NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=school_id,
            subject_id=school_id,
            words=f"{name}等{len(others) + 1}个班" if others else name,
            due_at=moment(day_of(now) + timedelta(days=3), _SCHOOL_IS_OVER),
            climbs_at=now,
        )
        found.append(duty)
    return found
