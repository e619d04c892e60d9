"""签收: an addressee takes an original in, or the school writes a paper receipt down (45)."""

from datetime import datetime

import db.receipt as rows
from core.rules.base import Record, Words
from core.rules.errors import BadInput, Changed, Refusal
from core.rules.paper import Addressee
from core.rules.staff import Role
from core.rules.time import Moment
from core.services.desk import Desk
from core.services.report_view import TAKES
from db.paper import PaperFacts
from db.pool import Conn
from db.receipt import Receipt


class AlreadyReceipted(Refusal):
    """The addressee has receipted the paper before."""

    def __init__(self) -> None:
        super().__init__("该文书已签收，无需再次签收。")


class PaperReceipt(Record):
    """纸质签收, as the school writes it down."""

    received_by: Words
    received_at: Moment


async def receipt(
    desk: Desk,
    conn: Conn,
    found: PaperFacts,
    addressee: Addressee,
    on_paper: PaperReceipt | None,
    now: datetime,
) -> None:
    """Write down who took a signed paper in: the addressee's own hand, or what stands on paper.

    Raises OutOfSight, NotYours, Changed (not signed yet), BadInput, AlreadyReceipted.
    """
    place = {"township_id": found.township_id, "school_id": found.school_id}
    if on_paper is None:
        desk.actor.must_hold(TAKES[addressee], **place)
    else:
        desk.actor.must_hold(Role.LEADER, Role.REGISTRAR, Role.OFFICE, **place)
    if found.signed_at is None:
        raise Changed
    # A receipt is written to the minute.
    signed_at = found.signed_at.replace(second=0, microsecond=0)
    if on_paper is not None and not signed_at <= on_paper.received_at <= now:
        raise BadInput("签收时间不能早于签发或晚于现在，请核对。")
    written = Receipt(
        township_id=found.township_id,
        paper_id=found.paper_id,
        addressee=addressee,
        how="system" if on_paper is None else "paper",
        received_by=desk.actor.name if on_paper is None else on_paper.received_by,
        received_at=now if on_paper is None else on_paper.received_at,
        recorded_by=desk.actor.account_id,
        recorded_at=now,
    )
    if not await rows.receive(conn, written):
        raise AlreadyReceipted
