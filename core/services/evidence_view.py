"""佐证 to read: a child's files, what is still missing, and one file out for 24 hours."""

from typing import Final
from uuid import UUID

import db.evidence as rows
from core.rules.base import Record, Words
from core.rules.evidence_demand import Wanted, wanted
from core.rules.evidence_file import EvidenceLine, NoEvidence, NoSuchCase, Subject
from core.rules.export import Exported
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from core.services.evidence import in_sight
from core.services.export_paper import keep
from core.services.file import note_reading, seen
from db.file import open_case

_PURPOSE: Final = "核验佐证"


class EvidenceView(Record):
    """A child's files, the newest first; what its case wants; and what a file may be of."""

    now: Moment
    child_name: Words
    lines: tuple[EvidenceLine, ...]
    wanted: tuple[Wanted, ...]
    subjects: tuple[Subject, ...]


async def view(
    desk: Desk, township_id: int, student_id: int, *, again: bool = False
) -> EvidenceView:
    """Return a child's files; raises OutOfSight, NotYours.

    The reading is written down, unless a page that is open already reads it `again`.
    """
    desk.actor.must_open_files()
    async with desk.jotting() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        found = await rows.lines(conn, child)
        case = await open_case(conn, child)
        step = None if case is None or case.step is None else (case.step, case.step_as)
        asked = () if case is None else wanted(case.state, step, found, day_of(now))
        subjects = await rows.subjects(conn, child)
        if not again:
            await note_reading(desk, conn, child, now)
    return EvidenceView(
        now=now, child_name=child.name, lines=found, wanted=asked, subjects=subjects
    )


async def of_case(desk: Desk, number: str) -> tuple[int, int]:
    """Return (township, child) of the case of a number, in sight; raises NoSuchCase."""
    async with desk.reading() as (conn, _):
        found = await rows.of_case(conn, desk.actor.scope, number)
    if found is None:
        raise NoSuchCase(number)
    return found


async def take(desk: Desk, township_id: int, evidence_id: int, op_id: UUID) -> Exported:
    """Return a file as it was sent in, and keep it for its reader for 24 hours.

    Its name tells what it is, and not of whom.  Raises OutOfSight, NotYours, NoEvidence.
    """
    desk.actor.must_open_files()
    async with desk.writing("export.evidence", op_id) as (conn, now):
        found = await in_sight(desk, conn, township_id, evidence_id)
        await seen(desk, conn, found.student_id, now, township_id)
        data = await rows.data(conn, township_id, evidence_id)
        if data is None:
            raise NoEvidence
        name = f"佐证{evidence_id}_{found.kind.label}{found.file_kind.endings[0]}"
        made = (name, data, f"evidence:{evidence_id}")
        return await keep(conn, desk, township_id, made, now, purpose=_PURPOSE)
