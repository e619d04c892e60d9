"""办理清单: what a step of a case waits for, to be seen before it is asked for.

What a step needs is evidence_demand's to say; confirming it is `case`.
"""

from datetime import date, datetime

import db.case as cases
import db.case_paper as papers
import db.evidence as proofs
from core.rules.case import CaseStep, Settlement
from core.rules.case_guard import CaseFacts, proven_since
from core.rules.evidence_demand import Held, Wanted, checklist
from core.rules.paper import PaperState
from core.rules.time import day_of
from core.services.desk import Desk
from core.services.file import seen
from db.pool import Conn


async def of_step(
    desk: Desk, place: tuple[int, int], step: CaseStep, settled_as: Settlement | None
) -> tuple[Wanted, ...]:
    """Return what a step of the case of (township, child) waits for; nothing without a case.

    Raises OutOfSight.
    """
    township_id, student_id = place
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        case = await cases.facts(conn, township_id, child.student_id)
        if case is None:
            return ()
        held = await held_of(conn, case, step, day_of(now))
    return checklist(step, settled_as, held)


async def held_of(conn: Conn, case: CaseFacts, step: CaseStep, day: date) -> Held:
    """Return what a case has to prove a step by; a return, what was brought since that day."""
    since = proven_since(case, step)
    return await held_since(conn, (case.township_id, case.case_id), since, day)


async def held_since(
    conn: Conn, key: tuple[int, int], since: datetime | None, day: date
) -> Held:
    """Return what (township, case) has, of files only those brought since a moment."""
    checked, brought = await proofs.held(conn, *key, day, since)
    lines = await papers.papers(conn, *key)
    issued = (line.kind for line in lines if line.state is PaperState.SIGNED)
    return Held(checked=checked, brought=brought, papers=frozenset(issued))
