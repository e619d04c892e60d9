"""返校通知书 and 责令通知书: drafted by the school or 教管组, signed by the township, served.

The number is given at 签发, the file is frozen there, and the term runs from the service
(R44, R45).  Reading and printing are in notice_view.  Nothing here holds up a visit or a
roll.
"""

from asyncio import to_thread
from io import BytesIO
from uuid import UUID

import db.notice as rows
import db.paper as papers
from core.papers import notice as paper
from core.rules.base import Note
from core.rules.case_guard import CaseFacts
from core.rules.errors import Changed
from core.rules.evidence_demand import must_have_slip
from core.rules.notice import (
    GUARDIAN,
    SERVED_BY,
    SIGNED_BY,
    Delivery,
    Notice,
    NoticeWaits,
    must_allow_notice,
    must_follow_term,
    must_prove,
    notice_rule,
    returns_by,
)
from core.rules.paper import PaperKind
from core.rules.paper_number import Series
from core.rules.time import Moment, day_of
from core.services.case import open_case
from core.services.case_checklist import held_since
from core.services.case_duty import settle, timetable_of
from core.services.desk import Desk
from core.services.file import seen
from core.services.notice_view import mark_of, notice_of, of_notice
from db.notice import Drafted, Serving
from db.outbox import tell
from db.paper import Signing
from db.paper_number import give
from db.pool import Conn, Lock, lock_key


async def draft(
    desk: Desk,
    township_id: int,
    student_id: int,
    wanted: tuple[PaperKind, Note],
    op_id: UUID,
) -> int:
    """Draft (kind, grounds) of a child's case; return the paper, which waits for 签发.

    Raises OutOfSight, NotYours, NoCase, NoticeWaits, BackAlready, NoticeNotNow,
    NoNoticeYet, TermRuns, GroundsMissing.
    """
    kind, grounds = wanted[0], wanted[1].strip()
    rule = notice_rule(kind)
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
    desk.actor.must_hold(
        *rule.drafted_by, township_id=township_id, school_id=child.school_id
    )
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("notice.draft", op_id, locks=locks) as (conn, now):
        case = await open_case(conn, child)
        if case.paper_kind is not None:
            raise NoticeWaits(case.paper_kind)
        must_allow_notice(case, kind, grounds, day_of(now))
        by = desk.actor.account_id
        made = Drafted(kind=kind, title=rule.title, grounds=grounds, by=by, at=now)
        paper_id = await rows.draft(conn, case, made)
        if paper_id is None:
            raise NoticeWaits(kind)
        await _settled(conn, case, desk, now)
    return paper_id


async def sign(desk: Desk, township_id: int, paper_id: int, op_id: UUID) -> None:
    """Sign for the township's government: number and file are given in one act.

    Raises OutOfSight, NotYours, NoCase, Changed, and what `draft` refuses by now.
    """
    found, child = await of_notice(desk, township_id, paper_id)
    place = {"township_id": township_id, "school_id": found.school_id}
    desk.actor.must_hold(SIGNED_BY, **place)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("notice.sign", op_id, locks=locks) as (conn, now):
        case, day = await open_case(conn, child), day_of(now)
        if case.paper_id != paper_id:
            raise Changed
        held = await rows.beside(conn, township_id, paper_id)
        if held is None:
            raise Changed
        must_allow_notice(case, held.kind, held.grounds, day)
        policy = (await timetable_of(conn, township_id, day)).policy(day)
        series = Series(
            kind=held.kind,
            school_id=None,
            year=now.year,
            mark=mark_of(found, held.kind, policy),
        )
        number = await give(conn, township_id, series)
        numbered = found.model_copy(update={"number": number.text})
        said = notice_of(numbered, held, policy, now).model_copy(
            update={"signed_on": day, "signed_by": desk.actor.name}
        )
        signing = Signing(
            township_id=township_id,
            paper_id=paper_id,
            number=number,
            signed_by=desk.actor.account_id,
            signed_at=now,
            signed_as=desk.actor.name,
            content=said.model_dump_json(),
        )
        if not await papers.sign(conn, signing):
            raise Changed
        out = BytesIO()
        # Beside the loop: three sheets take 60 ms, and everybody else's keys would wait.
        await to_thread(paper.write, out, said)
        original = ((GUARDIAN, out.getvalue()),)
        await papers.add_originals(conn, township_id, paper_id, original)
        await _settled(conn, case, desk, now)


async def serve(
    desk: Desk, township_id: int, paper_id: int, delivery: Delivery, op_id: UUID
) -> None:
    """Record how a signed paper was served; its term begins, and the case goes on.

    Raises OutOfSight, NotYours, NoCase, Changed, DeliveryIncomplete, SlipMissing, TermRuns.
    """
    found, child = await of_notice(desk, township_id, paper_id)
    place = {"township_id": township_id, "school_id": found.school_id}
    desk.actor.must_hold(*SERVED_BY, **place)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("notice.serve", op_id, locks=locks) as (conn, now):
        case, day = await open_case(conn, child), day_of(now)
        held = await rows.beside(conn, township_id, paper_id)
        said = await papers.content(conn, township_id, paper_id)
        if held is None or said is None or found.signed_at is None:
            raise Changed
        must_prove(delivery, day_of(found.signed_at), day)
        key = (township_id, case.case_id)
        must_have_slip(await held_since(conn, key, found.signed_at, day))
        must_follow_term(case, held.kind, delivery.served_on)
        days = Notice.model_validate_json(said).days
        timetable = await timetable_of(conn, township_id, delivery.served_on)
        return_by = returns_by(delivery.served_on, days, timetable.calendar)
        served = f"{delivery.served_on.month}月{delivery.served_on.day}日"
        until = f"{return_by.month}月{return_by.day}日"
        made = Serving(
            delivery=delivery,
            by=desk.actor.account_id,
            at=now,
            moves=notice_rule(held.kind).moves,
            return_by=return_by,
            words=f"{held.kind.label}{found.number}{served}{delivery.way.label}，"
            f"限{until}前返校",
        )
        if not await rows.serve(conn, case, paper_id, made):
            raise Changed
        await _settled(conn, case, desk, now)


async def _settled(conn: Conn, case: CaseFacts, desk: Desk, now: Moment) -> None:
    by = desk.actor.account_id
    await settle(conn, case.township_id, case.student_id, (now, by))
    await tell(conn, case.township_id, "duty", now)
