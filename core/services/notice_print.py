"""A notice or an order out, as one file: 存根, 正本 and 送达回证.

Signed, it leaves byte for byte as it was frozen; before, without number and day.
"""

from asyncio import to_thread
from io import BytesIO
from uuid import UUID

import db.receipt as receipts
from core.papers import notice as paper
from core.rules.export import Exported, printers
from core.rules.notice import GUARDIAN
from core.rules.paper import PaperState
from core.services.desk import Desk
from core.services.export_paper import keep
from core.services.notice_view import content, of_notice


async def take(desk: Desk, township_id: int, paper_id: int, op_id: UUID) -> Exported:
    """Return a notice as a file, and keep it for 24 hours; raises OutOfSight, NotYours."""
    found, _ = await of_notice(desk, township_id, paper_id)
    place = {"township_id": township_id, "school_id": found.school_id}
    desk.actor.must_hold(*printers(), **place)
    async with desk.writing("export.notice", op_id) as (conn, now):
        said = await content(conn, found, now)
        data = await receipts.original(conn, township_id, paper_id, GUARDIAN)
        state = ""
        if data is None:
            out = BytesIO()
            await to_thread(paper.write, out, said)
            data, state = out.getvalue(), f"_{PaperState.TO_SIGN.label}"
        # No name of a child in that of a file.
        name = f"{said.kind.label}{state}_{said.case_number}.docx"
        subject = f"paper:{paper_id}:{GUARDIAN}"
        return await keep(conn, desk, township_id, (name, data, subject), now)
