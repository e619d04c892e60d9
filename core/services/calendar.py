"""The calendar of a township: shown, its terms and holiday lists entered, its end watched.

停课 is in `calendar_closure`, session plans are in `calendar_plan`.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

import db.calendar as rows
import db.place
from core.rules.calendar import CalendarYear
from core.rules.calendar_entry import must_fit
from core.rules.calendar_line import CalendarBoard, Coverage, coverage_of, red_schools
from core.rules.duty import DutyKind
from core.rules.errors import OutOfSight
from core.rules.holiday_list import read_list
from core.rules.roll_board import Timetable
from core.rules.time import day_of, moment
from core.rules.township_keeper import must_keep
from core.services.calendar_runs import locks_of, reckon_again, running
from core.services.desk import Desk
from db.board import timetables
from db.duty import NewDuty, finish, open_all, open_subjects
from db.outbox import tell
from db.pool import Conn

# The closures a term may still be asked about.
_SHOWN_FOR: Final = timedelta(days=200)


async def board(desk: Desk, township_id: int | None = None) -> CalendarBoard:
    """Return a township's calendar as far as this person sees it; the first when None.

    Raises OutOfSight.
    """
    scope = desk.actor.roll_scope
    # A county code is no township: its townships stand in the reach as well.
    chosen = township_id or next((t for t in scope.reach if t % 1000), None)
    if chosen is None or chosen not in scope.reach:
        raise OutOfSight
    one = scope.model_copy(update={"reach": (chosen,)})
    async with desk.reading() as (conn, now):
        today = day_of(now)
        timetable = await _timetable(conn, chosen, today - _SHOWN_FOR)
        calendar, policy = timetable.calendar, timetable.policy(today)
        coverage = await _coverage(conn, timetable, today)
        return CalendarBoard(
            now=now,
            coverage=coverage,
            terms=calendar.terms,
            years=calendar.years,
            closures=await rows.closures(conn, chosen, one, today - _SHOWN_FOR),
            schools=await db.place.schools(conn, one),
            classes=await db.place.classes(conn, one),
            plans=tuple(p for p in timetable.plans if p.to_on is None or p.to_on > today),
            limit_after=policy.roll_limit_after,
            red_schools=red_schools(
                calendar.closures, calendar.term_of(today), policy.suspensions_red_after
            ),
        )


async def coverage(desk: Desk) -> tuple[Coverage, ...]:
    """Return how far the calendar of each township in sight reaches."""
    async with desk.reading() as (conn, now):
        found = await timetables(conn, desk.actor.scope.reach, day_of(now))
        return tuple([await _coverage(conn, one, day_of(now)) for one in found])


async def _timetable(conn: Conn, township_id: int, since: date) -> Timetable:
    found = await timetables(conn, (township_id,), since)
    if not found:
        raise OutOfSight
    return found[0]


async def _coverage(conn: Conn, timetable: Timetable, today: date) -> Coverage:
    township = await db.place.township(conn, timetable.township_id)
    name = "" if township is None else township.name
    warn_before = timetable.policy(today).calendar_warn_before
    key = (timetable.township_id, name)
    return coverage_of(timetable.calendar, key, today, warn_before)


async def set_term(
    desk: Desk,
    township_id: int,
    key: tuple[int, int],
    days: tuple[date, date],
    op_id: UUID,
) -> None:
    """Enter or move a term: `key` (school year, 1 or 2), `days` first and last, both held.

    Raises OutOfSight, NotYours, BadDays, TermsOverlap, AlreadyDone.
    """
    must_keep(desk.actor, township_id)
    class_ids = await running(desk, township_id)
    locks = locks_of(class_ids)
    async with desk.writing("calendar.set_term", op_id, locks=locks) as (conn, now):
        timetable = await _timetable(conn, township_id, day_of(now))
        term = (days[0], days[1] + timedelta(days=1))
        must_fit(key, term, timetable.terms)
        await rows.set_term(conn, township_id, key, term)
        await _after(desk, conn, (township_id, class_ids), now)


async def enter_list(
    desk: Desk, township_id: int, year: CalendarYear, text: str, op_id: UUID
) -> int:
    """Enter a year's list of holidays as pasted; return how many days it names.

    Raises OutOfSight, NotYours, BadLine, TwoSayings, NoHoliday, OtherYear, AlreadyDone.
    """
    must_keep(desk.actor, township_id)
    holidays = read_list(text, year.year)
    class_ids = await running(desk, township_id)
    locks = locks_of(class_ids)
    async with desk.writing("calendar.enter_list", op_id, locks=locks) as (conn, now):
        await rows.set_year(conn, township_id, year, holidays, now)
        await _after(desk, conn, (township_id, class_ids), now)
    return len(holidays)


async def _after(
    desk: Desk, conn: Conn, key: tuple[int, tuple[int, ...]], now: datetime
) -> None:
    """Count a new version, and reckon again what the old one could not (provisional)."""
    township_id, _ = key
    await db.place.bump_calendar(conn, township_id)
    await reckon_again(desk, conn, key, now, closed=False)
    # Told again at the next sweep, if it still ends too soon.
    by = desk.actor.account_id
    await finish(conn, township_id, DutyKind.CALENDAR_ENDS, township_id, now, by)
    for noun in ("calendar", "roll", "duty"):
        await tell(conn, township_id, noun, now)


async def watch(system: Desk, township_id: int) -> bool:
    """Owe 教管组 a longer calendar where it ends within the days policy says.

    Returns whether it was told in this round.
    """
    kind = DutyKind.CALENDAR_ENDS
    async with system.reading() as (conn, now):
        found = await timetables(conn, (township_id,), day_of(now))
        if not found:
            return False
        one = await _coverage(conn, found[0], day_of(now))
        known = await open_subjects(conn, township_id, kind)
    if not one.warns or township_id in known:
        return False
    until = one.until or day_of(now)
    duty = NewDuty(
        kind=kind,
        owed_by=kind.owes,
        subject_id=township_id,
        words=f"{until:%Y-%m-%d}",
        due_at=moment(until, time(8)),
    )
    async with system.writing("calendar.watch") as (conn, now):
        await open_all(conn, township_id, (duty,), now)
        await tell(conn, township_id, "duty", now)
    return True
