"""书面报告: the 48-hour report read, signed to both addressees, and receipted (R3, R45).

*Reported* means signed to both; receipts are the addressees' duties, and a paper receipt
may be written down by the school.
"""

from asyncio import to_thread
from datetime import datetime
from io import BytesIO
from typing import Final
from uuid import UUID

import db.duty
import db.paper as rows
import db.receipt as receipts
from core.papers import missing_report
from core.rules.duty import DutyKind
from core.rules.errors import Changed, NotYours, OutOfSight
from core.rules.paper import (
    Addressee,
    MissingReport,
    PaperKind,
)
from core.rules.paper_number import Series
from core.rules.staff import Post
from core.services import hukou_letter
from core.services.case_duty import settle
from core.services.desk import Desk
from core.services.receipt import PaperReceipt, receipt
from core.services.report_view import (
    facts_of,
    note_reading,
    report_mark,
    report_of,
)
from db.case import move_case
from db.duty import NewDuty
from db.journal import printed_head
from db.outbox import tell
from db.paper import PaperFacts, Signing
from db.paper_number import give
from db.pool import Conn

_RECEIPT: Final = {
    Addressee.GOVERNMENT: (DutyKind.RECEIPT_GOVERNMENT, DutyKind.ALARM_GOVERNMENT),
    Addressee.BUREAU: (DutyKind.RECEIPT_BUREAU, DutyKind.ALARM_BUREAU),
}
# Whoever has the report of a case that was opened by hand knows of it.
_OPENED: Final = {
    Addressee.GOVERNMENT: DutyKind.OPENED_GOVERNMENT,
    Addressee.BUREAU: DutyKind.OPENED_BUREAU,
}


async def sign(desk: Desk, township_id: int, paper_id: int, op_id: UUID) -> None:
    """Sign a report to both addressees: number, originals and receipts owed in one act.

    Only 校长 or a dated 代签 grant may.  Raises OutOfSight, NotYours, Changed.
    """
    async with desk.writing("report.sign", op_id) as (conn, now):
        found = await facts_of(conn, desk, township_id, paper_id)
        grant = desk.actor.signs_for(found.school_id)
        if grant is None:
            raise NotYours(Post.PRINCIPAL.label)
        series = Series(
            kind=PaperKind.REPORT,
            school_id=found.school_id,
            year=now.year,
            mark=report_mark(found),
        )
        number = await give(conn, township_id, series)
        numbered = found.model_copy(update={"number": number.text})
        report = await report_of(conn, numbered, now, grant, desk.actor.name)
        anchor = await printed_head(conn, township_id)
        report = report.model_copy(update={"anchor": anchor})
        mandate = "（校长授权）" if report.by_mandate else ""
        signing = Signing(
            township_id=township_id,
            paper_id=paper_id,
            number=number,
            signed_by=desk.actor.account_id,
            signed_at=now,
            signed_as=f"{desk.actor.name}{mandate}",
            content=report.model_dump_json(),
            anchor=anchor,
        )
        if not await rows.sign(conn, signing):
            raise Changed
        # Beside the loop: a .docx takes 40 ms, and everybody else's keys would wait.
        originals = await to_thread(_originals, report)
        await rows.add_originals(conn, township_id, paper_id, originals)
        step = ("reported", "signed", f"书面报告{number.text}已签发")
        await move_case(conn, township_id, found.case_id, step, desk.actor.account_id, now)
        await _owe_receipts(conn, found, now)
        await hukou_letter.issue(conn, desk, found, report, now)
        account = desk.actor.account_id
        await db.duty.finish(
            conn, township_id, DutyKind.SIGN_REPORT, paper_id, now, account
        )
        await settle(conn, township_id, found.student_id, (now, account))
        await tell(conn, township_id, "duty", now)


def _originals(report: MissingReport) -> tuple[tuple[Addressee, bytes], ...]:
    found = []
    for addressee in Addressee:
        out = BytesIO()
        missing_report.write(out, report, addressee)
        found.append((addressee, out.getvalue()))
    return tuple(found)


async def _owe_receipts(conn: Conn, found: PaperFacts, now: datetime) -> None:
    duties = [
        NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=found.school_id,
            class_id=found.class_id,
            student_id=found.student_id,
            subject_id=found.paper_id,
            words=found.student_name,
            due_at=now.replace(hour=23, minute=59, second=59, microsecond=0),
        )
        for kind, _ in _RECEIPT.values()
    ]
    await db.duty.open_all(conn, found.township_id, duties, now)


async def receive(
    desk: Desk,
    township_id: int,
    paper_id: int,
    addressee: Addressee,
    on_paper: PaperReceipt | None,
    op_id: UUID,
) -> None:
    """签收 by the addressee, or write down a paper receipt for the school.

    Raises OutOfSight, NotYours, Changed (not signed yet), BadInput, AlreadyReceipted.
    """
    async with desk.writing("report.receive", op_id) as (conn, now):
        found = await facts_of(conn, desk, township_id, paper_id)
        await receipt(desk, conn, found, addressee, on_paper, now)
        owed, told = _RECEIPT[addressee]
        account = desk.actor.account_id
        await db.duty.finish(conn, township_id, owed, paper_id, now, account)
        opened = _OPENED[addressee]
        await db.duty.finish(conn, township_id, opened, found.case_id, now, account)
        if found.absence_id is not None:
            await db.duty.finish(conn, township_id, told, found.absence_id, now, account)
        await tell(conn, township_id, "duty", now)


async def original(
    desk: Desk, township_id: int, paper_id: int, addressee: Addressee
) -> bytes:
    """Return an original as signed, byte for byte, and write it down; raises OutOfSight."""
    async with desk.jotting() as (conn, now):
        paper = await facts_of(conn, desk, township_id, paper_id)
        found = await receipts.original(conn, township_id, paper_id, addressee)
        if found is None:
            raise OutOfSight
        await note_reading(desk, conn, paper, now)
    return found
