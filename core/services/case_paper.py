"""家访劝返记录表, 一生一案, 商请函: read before they are issued, and issued.

Issuing gives the number, freezes what is said and keeps the file.  The letter to the
township is signed by 校长.  What was issued is read and taken out in case_paper_view.
"""

from asyncio import to_thread
from datetime import datetime
from io import BytesIO
from uuid import UUID

import db.case_paper as rows
import db.duty
import db.evidence as files
import db.paper as papers
from core.papers import case_paper as paper
from core.rules.case_paper import (
    CaseHead,
    NoCaseEver,
    goes_to,
    mark_of,
    must_make,
)
from core.rules.case_paper_said import CaseSaid, paper_of
from core.rules.duty import DutyKind, Owes
from core.rules.file import Child
from core.rules.file_event import event_of
from core.rules.mask import mask_number
from core.rules.paper import PaperKind
from core.rules.paper_number import Series
from core.rules.time import Moment, day_of
from core.services.case_paper_view import CasePaperView, lines_of
from core.services.desk import Desk
from core.services.file import guardians_masked, note_reading, seen
from db.duty import NewDuty
from db.file import numbers
from db.file_events import events
from db.outbox import tell
from db.paper import Signing
from db.paper_number import give
from db.pool import Conn
from db.visit import of_student


async def preview(
    desk: Desk, township_id: int, student_id: int, kind: PaperKind, asked: str = ""
) -> CasePaperView:
    """Return a paper as it would be issued now, and issue nothing; the reading is noted.

    Raises OutOfSight, NotYours, NoCaseEver, NoVisitYet, AskedMissing.
    """
    async with desk.jotting() as (conn, now):
        child, case = await _case(desk, conn, (township_id, student_id), now)
        must_make(desk.actor, kind, _place(child, case), asked)
        said = paper_of(kind, await _said(conn, child, case, now), asked)
        await note_reading(desk, conn, child, now)
    return CasePaperView(kind=kind, number="", lines=lines_of(said))


async def issue(
    desk: Desk,
    place: tuple[int, int],
    kind: PaperKind,
    asked: str,
    op_id: UUID,
) -> int:
    """Issue a paper of (township, child); return it.  Raises what `preview` does."""
    township_id = place[0]
    async with desk.writing("case_paper.issue", op_id) as (conn, now):
        child, case = await _case(desk, conn, place, now)
        by_mandate = must_make(desk.actor, kind, _place(child, case), asked)
        said = paper_of(kind, await _said(conn, child, case, now), asked)
        series = Series(
            kind=kind,
            school_id=case.school_id,
            year=now.year,
            mark=mark_of(kind, case.school_name),
        )
        number = await give(conn, township_id, series)
        issued = said.model_copy(
            update={
                "number": number.text,
                "issued_on": day_of(now),
                "issued_by": desk.actor.name,
                "by_mandate": by_mandate,
            }
        )
        mandate = "（校长授权）" if by_mandate else ""
        paper_id = await papers.next_id(conn)
        signing = Signing(
            township_id=township_id,
            paper_id=paper_id,
            number=number,
            signed_by=desk.actor.account_id,
            signed_at=now,
            signed_as=f"{desk.actor.name}{mandate}",
            content=issued.model_dump_json(),
        )
        made = (kind, issued.title)
        await rows.issue(conn, child, case, made, signing)
        out = BytesIO()
        # Beside the loop: a file of many sheets takes its time, and everybody's keys wait.
        await to_thread(paper.write, out, issued)
        await papers.add_originals(
            conn, township_id, paper_id, ((goes_to(kind), out.getvalue()),)
        )
        if kind is PaperKind.REQUEST:
            await _owe_receipt(conn, child, case, paper_id, now)
        await tell(conn, township_id, "case", now)
        await tell(conn, township_id, "duty", now)
    return paper_id


async def _case(
    desk: Desk, conn: Conn, place: tuple[int, int], now: Moment
) -> tuple[Child, CaseHead]:
    desk.actor.must_open_files()
    township_id, student_id = place
    child = await seen(desk, conn, student_id, now, township_id)
    case = await rows.head(conn, child)
    if case is None:
        raise NoCaseEver
    return child, case


def _place(child: Child, case: CaseHead) -> tuple[int, int, int]:
    return child.township_id, case.school_id, child.class_id


async def _said(conn: Conn, child: Child, case: CaseHead, now: datetime) -> CaseSaid:
    identity = (await numbers(conn, child)).identity
    visits = await of_student(conn, child)
    return CaseSaid(
        now=now,
        head=case,
        child=child,
        identity=None if identity is None else mask_number(identity),
        guardians=await guardians_masked(conn, child),
        visits=tuple(v for v in visits if v.newest and _within(case, v.visited_at)),
        contacts=await rows.contacts(conn, child, case),
        events=tuple(event_of(row) for row in await events(conn, child)),
        papers=await rows.papers(conn, child.township_id, case.case_id),
        evidence=await files.lines(conn, child),
    )


def _within(case: CaseHead, at: datetime) -> bool:
    return at >= case.missed_at and (case.closed_at is None or at <= case.closed_at)


async def _owe_receipt(
    conn: Conn, child: Child, case: CaseHead, paper_id: int, now: datetime
) -> None:
    kind = DutyKind.RECEIPT_REQUEST
    by = now.replace(hour=23, minute=59, second=59, microsecond=0)
    duty = NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=case.school_id,
        class_id=child.class_id,
        student_id=child.student_id,
        subject_id=paper_id,
        words=child.name,
        due_at=by,
        # The government's line ends with it: who asked hears that nobody answers.
        climbs_at=by,
        climbs_to=Owes.OFFICE,
    )
    await db.duty.open_all(conn, child.township_id, (duty,), now)
