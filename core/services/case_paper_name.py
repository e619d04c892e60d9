"""Issued papers named from outside: by 文号, or by the number of their case."""

from uuid import UUID, uuid4

import db.case_paper as rows
from core.rules.case_paper import KINDS, NoCaseEver, NoPaper
from core.rules.case_paper_said import IssuedLine
from core.rules.export import Exported
from core.rules.hukou_letter import HUKOU
from core.rules.paper import PaperKind
from core.services import case_paper, case_paper_view, export_paper, notice_print
from core.services.desk import Desk
from core.services.evidence_view import of_case
from core.services.file import seen
from db.hukou_letter import report_of


async def take(desk: Desk, number: str, addressee: str, op_id: UUID) -> Exported:
    """Return an issued paper of a 文号 as a file; a report's original for one addressee.

    Raises NoPaper, OutOfSight, NotYours.
    """
    async with desk.reading() as (conn, _):
        found = await rows.named(conn, desk.actor.scope, number.strip())
        report_id = None
        if found is not None and found.kind is PaperKind.HUKOU_LETTER:
            report_id = await report_of(conn, found.township_id, found.paper_id)
    if found is None:
        raise NoPaper(number)
    key = (found.township_id, found.paper_id)
    if found.kind in KINDS:
        return await case_paper_view.take(desk, *key, found.kind, op_id)
    if found.kind is PaperKind.REPORT:
        return await export_paper.take(desk, *key, addressee, op_id)
    if found.kind is not PaperKind.HUKOU_LETTER:
        return await notice_print.take(desk, *key, op_id)
    if report_id is None:
        raise NoPaper(number)
    return await export_paper.take(desk, found.township_id, report_id, HUKOU, op_id)


async def make(desk: Desk, case_number: str, kind: PaperKind) -> Exported:
    """Issue a record of a case and return its file; raises what issuing and taking do."""
    place = await of_case(desk, case_number)
    paper_id = await case_paper.issue(desk, place, kind, "", uuid4())
    return await case_paper_view.take(desk, place[0], paper_id, kind, uuid4())


async def listing(desk: Desk, case_number: str) -> tuple[IssuedLine, ...]:
    """Return the papers of a case's child, oldest first; raises NoSuchCase, OutOfSight."""
    township_id, student_id = await of_case(desk, case_number)
    desk.actor.must_open_files()
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        case = await rows.head(conn, child)
        if case is None:
            raise NoCaseEver
        return await rows.papers(conn, township_id, case.case_id)
