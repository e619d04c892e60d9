"""抄送函: issued with the 48-hour report where the hukou is elsewhere; its sending recorded (27)."""

from asyncio import to_thread
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Final
from uuid import UUID

import db.duty
import db.hukou_letter as rows
import db.paper as papers
from core.papers import hukou_letter as paper
from core.rules.base import Record, Words
from core.rules.duty import DutyKind
from core.rules.errors import OutOfSight
from core.rules.hukou_letter import (
    HUKOU,
    AlreadySent,
    HukouLetter,
    SentBy,
    is_of_elsewhere,
    must_be_sent,
)
from core.rules.paper import MissingReport, PaperKind
from core.rules.paper_number import Series
from core.rules.staff import Role
from core.rules.time import Moment, day_of, moment
from core.services.desk import Desk
from core.services.report_view import facts_of, note_reading
from db.duty import NewDuty
from db.hukou_letter import Sending
from db.outbox import tell
from db.paper import PaperFacts, Signing
from db.paper_number import give
from db.pool import Conn

_SENT_BY: Final = (Role.LEADER, Role.REGISTRAR)
_OFFICE_CLOSES: Final = time(17)


class LetterView(Record):
    """A letter to read, and how it was sent; the screen asks for the latter."""

    now: Moment
    township_id: int
    paper_id: int
    lines: tuple[str, ...]
    signed_on: date
    sending: Sending | None
    may_send: bool


class Dispatch(Record):
    """How a letter was sent, as it is typed."""

    by: SentBy
    to: Words
    on: date


async def issue(
    conn: Conn, desk: Desk, found: PaperFacts, report: MissingReport, now: datetime
) -> None:
    """Issue the letter of a report that is being signed, where the hukou is elsewhere.

    Numbered in a series of its own, signed by the same hand; its sending is owed.
    """
    township_id, code = found.township_id, found.hukou_code
    if code is None or not is_of_elsewhere(code, township_id):
        return
    series = Series(
        kind=PaperKind.HUKOU_LETTER,
        school_id=found.school_id,
        year=now.year,
        mark=f"{found.school_name}函",
    )
    number = await give(conn, township_id, series)
    letter = HukouLetter(
        school_name=found.school_name,
        school_phone=found.school_phone or "",
        township_name=found.township_name,
        number=number.text,
        report_number=report.number,
        student_name=found.student_name,
        sex=report.sex,
        born_on=found.born_on,
        class_name=report.class_name,
        hukou_place=found.hukou_place or "",
        hukou_code=code,
        guardian=report.guardian,
        relation=report.relation,
        missed_at=found.missed_at,
        signed_on=day_of(now),
        signed_by=report.signed_by,
        by_mandate=report.by_mandate,
    )
    mandate = "（校长授权）" if letter.by_mandate else ""
    paper_id = await papers.next_id(conn)
    signing = Signing(
        township_id=township_id,
        paper_id=paper_id,
        number=number,
        signed_by=desk.actor.account_id,
        signed_at=now,
        signed_as=f"{letter.signed_by}{mandate}",
        content=letter.model_dump_json(),
    )
    await rows.add(conn, found, letter.title, signing)
    out = BytesIO()
    await to_thread(paper.write, out, letter)
    await papers.add_originals(conn, township_id, paper_id, ((HUKOU, out.getvalue()),))
    await _owe_sending(conn, found, paper_id, now)


async def _owe_sending(conn: Conn, found: PaperFacts, paper_id: int, now: datetime) -> None:
    kind = DutyKind.SEND_LETTER
    due_at = moment(day_of(now) + timedelta(days=1), _OFFICE_CLOSES)
    duty = NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=found.school_id,
        class_id=found.class_id,
        student_id=found.student_id,
        subject_id=paper_id,
        words=found.student_name,
        due_at=due_at,
        climbs_at=due_at,
    )
    await db.duty.open_all(conn, found.township_id, (duty,), now)


async def view(
    desk: Desk, township_id: int, paper_id: int, *, again: bool = False
) -> LetterView:
    """Return a letter to read; raises OutOfSight.

    The reading is written down, unless a page that is open already reads it `again`.
    """
    async with desk.jotting() as (conn, now):
        found = await facts_of(conn, desk, township_id, paper_id, PaperKind.HUKOU_LETTER)
        signed = await papers.content(conn, township_id, paper_id)
        sent = await rows.sending(conn, township_id, paper_id)
        if not again:
            await note_reading(desk, conn, found, now)
    if signed is None:
        raise OutOfSight
    letter = HukouLetter.model_validate_json(signed)
    place = {"township_id": township_id, "school_id": found.school_id}
    return LetterView(
        now=now,
        township_id=township_id,
        paper_id=paper_id,
        lines=(letter.title, "", *(line.text for line in paper.lines(letter))),
        signed_on=letter.signed_on,
        sending=sent,
        may_send=sent is None and desk.actor.holds(*_SENT_BY, **place),
    )


async def send(
    desk: Desk, township_id: int, paper_id: int, sent: Dispatch, op_id: UUID
) -> None:
    """Record how a letter was sent, once.

    Raises OutOfSight, NotYours, NotYetSent, AlreadySent, AlreadyDone.
    """
    async with desk.writing("letter.send", op_id) as (conn, now):
        found = await facts_of(conn, desk, township_id, paper_id, PaperKind.HUKOU_LETTER)
        place = {"township_id": township_id, "school_id": found.school_id}
        desk.actor.must_hold(*_SENT_BY, **place)
        if found.signed_at is None:
            raise OutOfSight
        must_be_sent(sent.to, sent.on, day_of(found.signed_at), day_of(now))
        account = desk.actor.account_id
        told = f"{sent.by.label} {sent.to}"
        sent_at = now if sent.on == day_of(now) else moment(sent.on, _OFFICE_CLOSES)
        key = (township_id, paper_id)
        if not await rows.send(conn, key, told, sent_at, (account, now)):
            raise AlreadySent
        kind = DutyKind.SEND_LETTER
        await db.duty.finish(conn, township_id, kind, paper_id, now, account)
        await tell(conn, township_id, "duty", now)
