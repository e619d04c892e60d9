"""在办个案: what is open in this person's sight, and how soon each school acts (R8, R9)."""

from datetime import date

import db.case_board as rows
from core.rules.base import Record
from core.rules.case_board import BoardCase, SchoolCases, by_school
from core.rules.time import Moment, day_of, school_year
from core.services.desk import Desk


class CaseBoard(Record):
    """The open cases, oldest first, and every school that has or had one this school year."""

    now: Moment
    cases: tuple[BoardCase, ...]
    schools: tuple[SchoolCases, ...]


async def board(desk: Desk) -> CaseBoard:
    """Return the board of this person's sight."""
    async with desk.reading() as (conn, now):
        since = date(school_year(day_of(now)), 9, 1)
        found = await rows.cases(conn, desk.actor.scope, since)
    return CaseBoard(
        now=now,
        cases=tuple(case for case in found if case.closed_at is None),
        schools=by_school(found, since, now),
    )
