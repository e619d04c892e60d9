"""An issued paper out, as a file to be printed, stamped and sent: one original at a time.

Before it is signed the report is printed without number and day: there is no 书面 without
a stamp, and the paper exists as soon as the clock does.
"""

import hashlib
from asyncio import to_thread
from io import BytesIO
from typing import Final
from uuid import UUID

import db.export as rows
import db.paper as papers
import db.receipt as receipts
from core.papers import missing_report
from core.rules.errors import BadInput
from core.rules.export import Exported, ExportLine, printers
from core.rules.hukou_letter import HUKOU
from core.rules.paper import UNFIT_FOR_NAME, Addressee, PaperKind, PaperState
from core.rules.time import Moment
from core.services.desk import Desk
from core.services.report_view import facts_of, report_of
from db.hukou_letter import of_report
from db.paper import PaperFacts
from db.pool import Conn

# A paper carries whole numbers by its nature: this is what it leaves for.
_PURPOSE: Final = "打印盖章报送"


class NoLetter(BadInput):
    """No 抄送函 belongs to the report: the hukou is here, or the report is not signed."""

    def __init__(self) -> None:
        super().__init__("该报告没有抄送函：户籍在本乡镇，或报告尚未签发。")


class NoReport(BadInput):
    """No case of that number has a report in sight."""

    def __init__(self, number: str) -> None:
        super().__init__(f"没有编号为“{number[:20]}”的个案书面报告，请核对个案编号。")


async def by_case(
    desk: Desk, number: str, addressee: str, op_id: UUID | None = None
) -> Exported:
    """Return an original of the report of a case, named by its number.

    `addressee`: an Addressee, or HUKOU for the 抄送函.  Raises NoReport and what `take` does.
    """
    async with desk.reading() as (conn, _):
        found = await papers.of_case(conn, desk.actor.scope, number)
    if found is None:
        raise NoReport(number)
    return await take(desk, *found, addressee, op_id)


async def take(
    desk: Desk,
    township_id: int,
    paper_id: int,
    addressee: str,
    op_id: UUID | None = None,
) -> Exported:
    """Return one original of a report, or its 抄送函, and keep it for 24 hours.

    Raises OutOfSight, NotYours, NoLetter, AlreadyDone.
    """
    async with desk.writing("export.paper", op_id) as (conn, now):
        found = await facts_of(conn, desk, township_id, paper_id)
        place = {"township_id": township_id, "school_id": found.school_id}
        desk.actor.must_hold(*printers(), **place)
        called, data = await _original(conn, found, addressee, now)
        subject = f"paper:{paper_id}:{addressee}"
        file_name = f"{called}_{found.case_number}.docx"
        return await keep(conn, desk, township_id, (file_name, data, subject), now)


async def keep(
    conn: Conn,
    desk: Desk,
    township_id: int,
    made: tuple[str, bytes, str],
    now: Moment,
    *,
    purpose: str = _PURPOSE,
) -> Exported:
    """Keep (file name, bytes, what it is of) for its maker for 24 hours."""
    file_name, data, subject = made
    export_id = await rows.next_id(conn)
    exported = Exported(
        line=ExportLine(
            id=export_id,
            township_id=township_id,
            file_name=file_name.translate(UNFIT_FOR_NAME),
            purpose=purpose,
            full_numbers=True,
            row_count=1,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            made_at=now,
        ),
        data=data,
    )
    by = desk.actor.account_id
    await rows.add(conn, by, exported, f"{subject}:E{export_id}")
    return exported


async def _original(
    conn: Conn, found: PaperFacts, addressee: str, now: Moment
) -> tuple[str, bytes]:
    """Return how a file is called and its bytes: as signed, else as things stand."""
    township_id, name = found.township_id, found.student_name
    if addressee == HUKOU:
        letter_id = await of_report(conn, township_id, found.paper_id)
        if letter_id is None:
            raise NoLetter
        data = await receipts.original(conn, township_id, letter_id, HUKOU)
        return f"{PaperKind.HUKOU_LETTER.label}_{name}", data or b""
    to = Addressee.of(addressee)
    called = f"书面报告_{name}_主送{to.label}"
    if found.state is not PaperState.TO_SIGN:
        data = await receipts.original(conn, township_id, found.paper_id, to)
        return called, data or b""
    out = BytesIO()
    report = await report_of(conn, found, now, None)
    await to_thread(missing_report.write, out, report, to)
    return f"{called}_{found.state.label}", out.getvalue()
