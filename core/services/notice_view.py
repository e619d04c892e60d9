"""A notice or an order to read and to print: as things stand, and once signed as signed."""

from datetime import datetime
from typing import Final

import db.delivery as deliveries
import db.notice as rows
import db.paper as papers
from core.papers import notice as paper
from core.papers.words import day, long_day
from core.rules.base import Record
from core.rules.case_open import OpenCause
from core.rules.errors import OutOfSight
from core.rules.evidence import EvidenceKind
from core.rules.file import Child
from core.rules.notice import (
    SERVED_BY,
    SIGNED_BY,
    Delivery,
    Notice,
    ServedBy,
    days_given,
    title_of,
)
from core.rules.paper import PaperKind, PaperState
from core.rules.paper_number import number_text
from core.rules.place import class_name
from core.rules.policy import Policy
from core.rules.student import Sex, relation_of
from core.rules.time import Moment, day_of
from core.services.case_checklist import held_since
from core.services.case_duty import timetable_of
from core.services.desk import Desk
from core.services.file import seen
from core.services.report_view import note_reading
from db.delivery import Delivered
from db.notice import Beside
from db.paper import PaperFacts
from db.pool import Conn

# What stands between the township's 代字 and the year: 返校, 责令.
_MARKS: Final = {PaperKind.RETURN_NOTICE: "返", PaperKind.ORDER: "责"}


class NoticeView(Record):
    """A notice as a screen shows it, and what this person may do with it."""

    now: Moment
    township_id: int
    student_id: int
    paper_id: int
    kind: PaperKind
    state: PaperState
    lines: tuple[str, ...]
    guardian: str
    signed_at: Moment | None
    may_sign: bool
    may_serve: bool
    # Its 送达回证 was brought since it was signed.
    has_slip: bool
    # How it was served, as it was written down last, and which version that is.
    delivered: Delivery | None = None
    version: int = 0
    may_correct: bool = False


async def of_notice(
    desk: Desk, township_id: int, paper_id: int
) -> tuple[PaperFacts, Child]:
    """Return what a notice is about, and its child; raises OutOfSight."""
    async with desk.reading() as (conn, now):
        found = await _found(conn, desk, township_id, paper_id)
        child = await seen(desk, conn, found.student_id, now, township_id)
    return found, child


async def _found(conn: Conn, desk: Desk, township_id: int, paper_id: int) -> PaperFacts:
    for kind in (PaperKind.RETURN_NOTICE, PaperKind.ORDER):
        found = await papers.facts(conn, township_id, paper_id, kind)
        if found is not None and desk.actor.scope.sees(
            township_id, found.school_id, found.class_id
        ):
            return found
    raise OutOfSight


async def view(
    desk: Desk, township_id: int, paper_id: int, *, again: bool = False
) -> NoticeView:
    """Return a notice to read; raises OutOfSight.

    The reading is written down, unless a page that is open already reads it `again`.
    """
    async with desk.jotting() as (conn, now):
        found = await _found(conn, desk, township_id, paper_id)
        said = await content(conn, found, now)
        delivered = await deliveries.delivered(conn, township_id, paper_id)
        has_slip = await _has_slip(conn, found, now)
        if not again:
            await note_reading(desk, conn, found, now)
    place = {"township_id": township_id, "school_id": found.school_id}
    told = ("", *(line for one in delivered for line in _told(one, delivered[0])))
    return NoticeView(
        now=now,
        township_id=township_id,
        student_id=found.student_id,
        has_slip=has_slip,
        paper_id=paper_id,
        kind=said.kind,
        state=found.state,
        lines=(said.title, "", *(line.text for line in paper.lines(said)), *told),
        delivered=_typed(delivered[0]) if delivered else None,
        version=delivered[0].version if delivered else 0,
        guardian=said.guardian,
        signed_at=found.signed_at,
        may_sign=found.state is PaperState.TO_SIGN
        and desk.actor.holds(SIGNED_BY, township_id=township_id),
        may_serve=found.state is PaperState.SIGNED
        and desk.actor.holds(*SERVED_BY, **place),
        may_correct=bool(delivered) and desk.actor.holds(*SERVED_BY, **place),
    )


async def _has_slip(conn: Conn, found: PaperFacts, now: datetime) -> bool:
    if found.state is not PaperState.SIGNED:
        return False
    key = (found.township_id, found.case_id)
    held = await held_since(conn, key, found.signed_at, day_of(now))
    return EvidenceKind.SERVICE_SLIP in held.brought


async def content(conn: Conn, found: PaperFacts, now: datetime) -> Notice:
    """Return what a notice says: as signed, else as things stand; raises OutOfSight."""
    signed = None
    if found.signed_at is not None:
        signed = await papers.content(conn, found.township_id, found.paper_id)
    if signed is not None:
        return Notice.model_validate_json(signed)
    held = await rows.beside(conn, found.township_id, found.paper_id)
    if held is None:
        raise OutOfSight
    timetable = await timetable_of(conn, found.township_id, day_of(now))
    return notice_of(found, held, timetable.policy(day_of(now)), now)


def notice_of(found: PaperFacts, held: Beside, policy: Policy, now: datetime) -> Notice:
    """Return what a notice says as things stand."""
    never = found.opened_as is OpenCause.NEVER_ENROLLED
    earlier = ""
    if held.earlier_number and held.earlier_served_on:
        earlier = (
            f"本机关已于{long_day(held.earlier_served_on)}送达{held.earlier_number}"
            f"《{title_of(PaperKind.RETURN_NOTICE, never_enrolled=never)}》，"
        )
    order = held.kind is PaperKind.ORDER
    mark = mark_of(found, held.kind, policy)
    return Notice(
        kind=held.kind,
        number=found.number or number_text(mark, now.year, None),
        government_name=f"{found.township_name}人民政府",
        school_name=found.school_name,
        school_phone=found.school_phone or "",
        case_number=found.case_number,
        student_name=found.student_name,
        sex=Sex.of(found.sex).label,
        born_on=found.born_on,
        class_name=class_name(found.cohort, found.class_number, day_of(now)),
        never_enrolled=never,
        guardian=found.guardian or "",
        relation=relation_of(found.relation),
        address=found.address or "",
        missed_at=found.missed_at,
        earlier=earlier,
        grounds=held.grounds,
        remedy=policy.order_remedy if order else "",
        days=days_given(held.kind, policy),
        signed_on=None,
        drafted_by=held.drafted_by,
    )


def mark_of(found: PaperFacts, kind: PaperKind, policy: Policy) -> str:
    """Return the 代字 of a kind of the township's papers: 青石镇政返."""
    return f"{policy.government_mark or f'{found.township_name}政'}{_MARKS[kind]}"


def _typed(one: Delivered) -> Delivery:
    return Delivery(
        way=ServedBy.of(one.way),
        served_on=one.served_on,
        served_by=one.served_by,
        received_by=one.received_by or "",
        witness=one.witness or "",
        refusal=one.refusal,
    )


def _told(one: Delivered, newest: Delivered) -> tuple[str, ...]:
    way = ServedBy.of(one.way)
    took = f"　签收人：{one.received_by}" if one.received_by else ""
    saw = f"　见证人：{one.witness}" if one.witness else ""
    old = "" if one is newest else f"第{one.version}版（已更正）　"
    why = (f"更正原因：{one.reason}（{one.recorded_by}）",) if one.reason else ()
    said = (f"{old}{way.label}　{day(one.served_on)}　送达人：{one.served_by}{took}{saw}",)
    refused = (f"拒收情形：{one.refusal}",) if one.refusal else ()
    return (*said, *refused, *why)
