"""The day's rolls for whoever answers for them: one class, a school, or a township."""

from datetime import date

import db.board as rows
from core.rules.base import Record
from core.rules.roll_board import RollLine, lines_of
from core.rules.sheet import EXPECTED
from core.rules.time import Moment, day_of
from core.services.desk import Desk


class RollBoard(Record):
    """Every roll of a day in this person's sight."""

    now: Moment
    day: date
    lines: tuple[RollLine, ...]


async def rolls(desk: Desk, day: date | None = None) -> RollBoard:
    """Return the rolls of a day (today when not given), taken or not."""
    scope = desk.actor.roll_scope
    async with desk.reading() as (conn, now):
        on = day or day_of(now)
        classes = await rows.classes_today(conn, scope, on, sorted(EXPECTED))
        townships = sorted({c.township_id for c in classes})
        timetables = await rows.timetables(conn, townships, on)
    return RollBoard(now=now, day=on, lines=lines_of(classes, timetables, on))
