"""What cases owe next, kept as the rules derive it: after each act on one, and by the sweep."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

import db.case as cases
import db.case_duty as rows
from core.rules.calendar import school_days_between
from core.rules.case_guard import CaseFacts, is_watched_again, observation_ends
from core.rules.case_next import KEPT, Next, owed
from core.rules.duty import climbs_to
from core.rules.roll_board import Timetable
from core.rules.time import day_of, moment
from core.services.desk import Desk
from db import case_moved
from db.board import timetables
from db.case_duty import Of
from db.duty import NewDuty
from db.outbox import tell
from db.pool import Conn

_SCHOOL_IS_OVER: Final = time(18)
_A_DAY: Final = timedelta(days=1)
# Twenty school days with a winter vacation between them.
_FAR: Final = timedelta(days=120)
_KINDS: Final = tuple(sorted(KEPT))


async def timetable_of(conn: Conn, township_id: int, day: date) -> Timetable:
    """Return a township's calendar and policy."""
    (found,) = await timetables(conn, (township_id,), day)
    return found


async def settle(
    conn: Conn, township_id: int, student_id: int, signed: tuple[datetime, int]
) -> None:
    """Let a child's case owe what it owes now; `signed` is (now, by whom)."""
    case = await cases.facts(conn, township_id, student_id)
    wanted: tuple[NewDuty, ...] = ()
    if case is not None:
        day = day_of(signed[0])
        wanted = _wanted((case,), await timetable_of(conn, township_id, day), day)
    of = Of(kinds=_KINDS, student_id=student_id)
    await rows.keep(conn, township_id, of, wanted, signed)


async def follow(
    conn: Conn,
    child: tuple[int, int],
    to: tuple[int, int],
    words: str,
    signed: tuple[datetime, int],
) -> None:
    """Let the open case of (township, child), if any, go to (school, class), and owe there."""
    if await case_moved.follow(conn, child, to, words, signed):
        await settle(conn, *child, signed)


async def watch(system: Desk, township_id: int) -> None:
    """Let every open case of a township owe what time has made it owe.

    Who was missing too often while it was watched is watched once more.
    """
    async with system.reading() as (conn, now):
        day = day_of(now)
        standing = await cases.standing(conn, township_id)
        timetable = await timetable_of(conn, township_id, day) if standing else None
        again = _again(standing, timetable, day)
        wanted = _wanted(standing, timetable, day)
        held = await rows.as_wanted(conn, township_id, _KINDS, wanted)
    if held and not again:
        return
    async with system.writing("case.watch") as (conn, now):
        signed = (now, system.actor.account_id)
        # Read again: whoever acted meanwhile has settled their case.
        standing = await cases.standing(conn, township_id)
        if timetable is None and standing:
            timetable = await timetable_of(conn, township_id, day)
        for case in _again(standing, timetable, day):
            await _watch_again(conn, case, timetable, signed)
            standing = await cases.standing(conn, township_id)
        wanted = _wanted(standing, timetable, day)
        await rows.keep(conn, township_id, Of(kinds=_KINDS), wanted, signed)
        await tell(conn, township_id, "duty", now)


async def _watch_again(
    conn: Conn, case: CaseFacts, timetable: Timetable | None, signed: tuple[datetime, int]
) -> None:
    if timetable is None:
        return
    day = day_of(signed[0])
    until = observed_until(timetable, day, timetable.policy(day).observe_for)
    words = f"观察期内无故未到校{case.missed}次，重新观察至{until.month}月{until.day}日"
    await cases.watch_again(conn, case, until, words, signed)


def _wanted(
    standing: Iterable[CaseFacts], timetable: Timetable | None, day: date
) -> tuple[NewDuty, ...]:
    if timetable is None:
        return ()
    policy, calendar = timetable.policy(day), timetable.calendar
    return tuple(
        _duty(case, one)
        for case in standing
        for one in owed(case, day, policy, calendar)
        if one.kind in KEPT
    )


def _duty(case: CaseFacts, one: Next) -> NewDuty:
    due_at = moment(one.due_on, _SCHOOL_IS_OVER)
    climbs = climbs_to(one.kind.owes) is not None
    return NewDuty(
        kind=one.kind,
        owed_by=one.kind.owes,
        school_id=case.school_id,
        class_id=case.class_id,
        student_id=case.student_id,
        subject_id=one.subject_id,
        words=case.student_name,
        due_at=due_at,
        climbs_at=due_at + _A_DAY if climbs else None,
    )


def _again(
    standing: Iterable[CaseFacts], timetable: Timetable | None, day: date
) -> tuple[CaseFacts, ...]:
    if timetable is None:
        return ()
    policy = timetable.policy(day)
    return tuple(case for case in standing if is_watched_again(case, day, policy))


def observed_until(timetable: Timetable, day: date, observe_for: int) -> date:
    """Return the last of so many school days after a day; a day nobody knows counts."""
    first = day + _A_DAY
    days = school_days_between(timetable.calendar, first, first + _FAR)
    return observation_ends(days, observe_for)
