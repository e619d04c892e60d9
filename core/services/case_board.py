"""在办个案: what is open in this person's sight, and how soon each school acts (R8, R9)."""

from datetime import date

import db.case_board as rows
import db.case_review as closings
import db.evidence_watch as proofs
from core.rules.base import Record
from core.rules.case_board import CLAIMS, BoardCase, SchoolCases, by_school
from core.rules.case_review import ClosedLine, review_since
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
        scope = desk.actor.scope
        found = await rows.cases(conn, scope, since)
        runs = await rows.runs(conn, scope, since)
        rates = await proofs.rates(conn, scope, (since, day_of(now)), sorted(CLAIMS))
    proven = {(one.township_id, one.school_id): one for one in rates}
    absent = {(one.township_id, one.school_id): one.runs for one in runs}
    return CaseBoard(
        now=now,
        cases=tuple(case for case in found if case.closed_at is None),
        schools=tuple(
            _proven(school, proven.get((school.township_id, school.school_id)))
            for school in by_school(found, since, now, absent)
        ),
    )


class Review(Record):
    """What was closed since a day, the newest first."""

    now: Moment
    since: date
    closed: tuple[ClosedLine, ...]


async def review(desk: Desk) -> Review:
    """Return what this person's quarterly review is of."""
    async with desk.reading() as (conn, now):
        since = review_since(day_of(now))
        found = await closings.closed(conn, desk.actor.scope, since)
    return Review(now=now, since=since, closed=found)


def _proven(school: SchoolCases, held: proofs.Proven | None) -> SchoolCases:
    if held is None:
        return school
    return school.model_copy(update={"claims": held.claims, "proven": held.proven})
