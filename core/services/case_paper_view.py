"""家访劝返记录表, 一生一案, 商请函 as they were issued: read, receipted, taken out to the byte."""

from uuid import UUID

import db.case_paper as rows
import db.duty
import db.paper as papers
import db.receipt as receipts
from core.papers import case_paper as paper
from core.rules.base import Record
from core.rules.case_paper import CasePaper, goes_to
from core.rules.duty import DutyKind
from core.rules.errors import OutOfSight
from core.rules.export import Exported, printers
from core.rules.paper import Addressee, PaperKind
from core.rules.staff import Role
from core.rules.time import Moment
from core.services.desk import Desk
from core.services.export_paper import keep
from core.services.receipt import PaperReceipt, receipt
from core.services.report_view import facts_of, note_reading
from db.outbox import tell


class CasePaperView(Record):
    """A paper as a screen shows it; `may_receive` by the township's government.

    `may_record`: its paper receipt, by the school.
    """

    kind: PaperKind
    number: str
    lines: tuple[str, ...]
    may_receive: bool = False
    may_record: bool = False
    now: Moment | None = None


async def view(
    desk: Desk, township_id: int, paper_id: int, kind: PaperKind, *, again: bool = False
) -> CasePaperView:
    """Return an issued paper to read, as it was issued; raises OutOfSight.

    The reading is written down, unless a page that is open already reads it `again`.
    """
    async with desk.jotting() as (conn, now):
        found = await facts_of(conn, desk, township_id, paper_id, kind)
        said = await papers.content(conn, township_id, paper_id)
        taken = await rows.received_by(conn, township_id, paper_id)
        if not again:
            await note_reading(desk, conn, found, now)
    if said is None:
        raise OutOfSight
    issued = CasePaper.model_validate_json(said)
    told = ("", f"签收：{taken.told}") if taken else ()
    waits = kind is PaperKind.REQUEST and taken is None
    place = {"township_id": township_id, "school_id": found.school_id}
    return CasePaperView(
        kind=kind,
        number=issued.number,
        lines=(*lines_of(issued), *told),
        may_receive=waits and desk.actor.holds(Role.GOVERNMENT, township_id=township_id),
        may_record=waits
        and desk.actor.holds(Role.LEADER, Role.REGISTRAR, Role.OFFICE, **place),
        now=now,
    )


async def receive(
    desk: Desk,
    township_id: int,
    paper_id: int,
    on_paper: PaperReceipt | None,
    op_id: UUID,
) -> None:
    """Receipt a letter for the township's government, or write down its paper receipt (45).

    Raises OutOfSight, NotYours, BadInput, AlreadyReceipted.
    """
    async with desk.writing("case_paper.receive", op_id) as (conn, now):
        found = await facts_of(conn, desk, township_id, paper_id, PaperKind.REQUEST)
        await receipt(desk, conn, found, Addressee.GOVERNMENT, on_paper, now)
        by, kind = desk.actor.account_id, DutyKind.RECEIPT_REQUEST
        await db.duty.finish(conn, township_id, kind, paper_id, now, by)
        await tell(conn, township_id, "duty", now)


async def take(
    desk: Desk, township_id: int, paper_id: int, kind: PaperKind, op_id: UUID
) -> Exported:
    """Return an issued paper as a file, byte for byte; raises OutOfSight, NotYours."""
    async with desk.writing("export.case_paper", op_id) as (conn, now):
        found = await facts_of(conn, desk, township_id, paper_id, kind)
        place = {"township_id": township_id, "school_id": found.school_id}
        desk.actor.must_hold(*printers(), **place)
        data = await receipts.original(conn, township_id, paper_id, goes_to(kind))
        if data is None:
            raise OutOfSight
        name = f"{kind.label}_{found.number}_{found.case_number}.docx"
        subject = f"paper:{paper_id}:{goes_to(kind)}"
        return await keep(conn, desk, township_id, (name, data, subject), now)


def lines_of(said: CasePaper) -> tuple[str, ...]:
    """Return a paper as lines to read."""
    return (said.title, "", *(line.text for line in paper.lines(said)))
