"""A school's sessions: their times, limits (点名时限) and days.

A change holds from a day on and the past keeps its own plan.  It never puts a running
clock off.
"""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

import db.calendar_plan as rows
import db.place
from core.rules.calendar_entry import PlanDraft, RollTaken, SessionOver, must_keep_lessons
from core.rules.errors import BadInput, OutOfSight
from core.rules.session import SessionPlan
from core.rules.staff import Actor, Role
from core.rules.time import day_of, moment
from core.services.calendar_runs import locks_of, reckon_again, running
from core.services.desk import Desk
from db.board import timetables
from db.outbox import tell
from db.pool import Conn

_PLANNERS = (Role.LEADER, Role.REGISTRAR, Role.OFFICE, Role.BUREAU)


class InThePast(BadInput):
    """A plan cannot be changed for days that have passed."""

    def __init__(self) -> None:
        super().__init__("点名时段只能从今天或以后起修改，请核对生效日期。")


def must_plan(actor: Actor, township_id: int, school_id: int) -> None:
    """Refuse who does not plan a school's sessions.  Raises OutOfSight, NotYours."""
    actor.must_hold(*_PLANNERS, township_id=township_id, school_id=school_id)


async def change(desk: Desk, draft: PlanDraft, replaces: int | None, op_id: UUID) -> None:
    """Plan a session from a day on, in place of plan `replaces`.

    Raises OutOfSight, NotYours, InThePast, RollTaken, SessionOver, LastSession,
    AlreadyDone.
    """
    must_plan(desk.actor, draft.township_id, draft.school_id)
    class_ids = await running(desk, draft.township_id)
    async with desk.writing("calendar.change_plan", op_id, locks=locks_of(class_ids)) as (
        conn,
        now,
    ):
        await _must_be_free(conn, draft, now)
        before = await _plans(conn, draft.township_id, draft.school_id, day_of(now))
        _must_not_be_over(before, replaces, draft.from_on, now)
        if replaces is not None:
            await rows.end_plan(
                conn, (draft.township_id, draft.school_id, replaces), draft.from_on
            )
        await rows.add_plan(conn, draft)
        plans = await _plans(conn, draft.township_id, draft.school_id, day_of(now))
        must_keep_lessons(plans, None, draft.from_on)
        await _after(desk, conn, (draft.township_id, class_ids), now)


async def end(desk: Desk, key: tuple[int, int, int], from_on: date, op_id: UUID) -> None:
    """Hold a session no more from a day on; `key` is (township, school, plan).

    Raises OutOfSight, NotYours, InThePast, RollTaken, SessionOver, LastSession,
    AlreadyDone.
    """
    township_id, school_id, plan_id = key
    must_plan(desk.actor, township_id, school_id)
    class_ids = await running(desk, township_id)
    async with desk.writing("calendar.end_plan", op_id, locks=locks_of(class_ids)) as (
        conn,
        now,
    ):
        plans = await _plans(conn, township_id, school_id, day_of(now))
        held = next((plan for plan in plans if plan.id == plan_id), None)
        if held is None:
            raise OutOfSight
        must_keep_lessons(plans, held, from_on)
        if from_on < day_of(now):
            raise InThePast
        if await rows.roll_taken(conn, (township_id, school_id), from_on, held.session):
            raise RollTaken
        _must_not_be_over(plans, plan_id, from_on, now)
        await rows.end_plan(conn, key, from_on)
        await _after(desk, conn, (township_id, class_ids), now)


async def _must_be_free(conn: Conn, draft: PlanDraft, now: datetime) -> None:
    if draft.from_on < day_of(now):
        raise InThePast
    school = (draft.township_id, draft.school_id)
    if await rows.roll_taken(conn, school, draft.from_on, draft.session):
        raise RollTaken


def _must_not_be_over(
    plans: Iterable[SessionPlan], plan_id: int | None, from_on: date, now: datetime
) -> None:
    """Refuse to plan away a session of today that is over: its roll would be owed by nobody."""
    for plan in plans:
        if plan.id == plan_id and moment(from_on, plan.ends_at) <= now:
            raise SessionOver


async def _plans(
    conn: Conn, township_id: int, school_id: int, day: date
) -> tuple[SessionPlan, ...]:
    found = await timetables(conn, (township_id,), day)
    return tuple(p for one in found for p in one.plans if p.school_id == school_id)


async def _after(
    desk: Desk, conn: Conn, key: tuple[int, tuple[int, ...]], now: datetime
) -> None:
    await db.place.bump_calendar(conn, key[0])
    await reckon_again(desk, conn, key, now, closed=True)
    await tell(conn, key[0], "calendar", now)
    await tell(conn, key[0], "roll", now)
