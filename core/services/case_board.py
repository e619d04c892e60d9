"""在办个案: what is open in this person's sight, and how soon each school acts (R8, R9)."""

from datetime import date

import db.case_board as rows
import db.evidence_watch as proofs
from core.rules.base import Record
from core.rules.case_board import CLAIMS, BoardCase, SchoolCases, by_school
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
        rates = await proofs.rates(conn, scope, (since, day_of(now)), sorted(CLAIMS))
    proven = {(one.township_id, one.school_id): one for one in rates}
    return CaseBoard(
        now=now,
        cases=tuple(case for case in found if case.closed_at is None),
        schools=tuple(
            _proven(school, proven.get((school.township_id, school.school_id)))
            for school in by_school(found, since, now)
        ),
    )


def _proven(school: SchoolCases, held: proofs.Proven | None) -> SchoolCases:
    if held is None:
        return school
    return school.model_copy(update={"claims": held.claims, "proven": held.proven})
