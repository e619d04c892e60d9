"""Contacts: a telephone call or a message to the family, recorded in seconds (R2).

A contact tells what the guardian said; only the roll shows that the child is back.  Home
visits are in visit.
"""

from typing import Final
from uuid import UUID

import db.contact as rows
import db.duty_lost
from core.rules.base import Record
from core.rules.contact import ContactDraft, ends_duty, rings_at_once
from core.rules.duty import DutyKind
from core.rules.errors import Changed, NotYours
from core.rules.file import Child, GuardianLine, OpenClock, may_write, must_write
from core.rules.time import Moment, day_of, school_year
from core.rules.visit_record import ContactLine, must_have_answered, must_have_been
from core.services import lost
from core.services.case_duty import settle
from core.services.desk import Desk
from core.services.file import guardians_masked, note_reading, seen
from db.duty import finish
from db.file import clock, standing
from db.pool import Lock, lock_key

_SHOWN: Final = 5


class ContactForm(Record):
    """All that is known before the telephone is picked up; numbers are masked."""

    now: Moment
    child: Child
    guardians: tuple[GuardianLine, ...]
    clock: OpenClock | None
    previous: tuple[ContactLine, ...]
    next_number: int


async def form(
    desk: Desk, township_id: int, student_id: int, *, again: bool = False
) -> ContactForm:
    """Return what a contact of this child begins with.  Raises OutOfSight, NotYours."""
    async with desk.jotting() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        must_write(desk.actor, child)
        if not again:
            await note_reading(desk, conn, child, now)
        return ContactForm(
            now=now,
            child=child,
            guardians=await guardians_masked(conn, child),
            clock=await clock(conn, child),
            previous=await rows.latest(conn, child, _SHOWN),
            next_number=await rows.next_number(conn, child, school_year(day_of(now))),
        )


async def record(desk: Desk, draft: ContactDraft, op_id: UUID) -> int:
    """Record a contact for good; return its number in the child's school year.

    Clears the duty to contact the family where somebody was reached; 去向不明 clears
    nothing and raises 紧急 at once (12).  Raises OutOfSight, NotYours, NotYetContacted,
    Changed when the child has just been moved to another class, AlreadyDone.
    """
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, draft.student_id, now)
    must_write(desk.actor, child)
    account_id = desk.actor.account_id
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("contact.record", op_id, locks=locks) as (conn, now):
        if (await seen(desk, conn, draft.student_id, now)).class_id != child.class_id:
            raise Changed
        must_have_been(draft.contacted_at, now)
        stood = await standing(conn, child, draft.contacted_at)
        series = school_year(day_of(draft.contacted_at))
        number = await rows.record(conn, child, stood, draft, series, (account_id, now))
        if ends_duty(draft.result) and stood.absence_id is not None:
            subject = (DutyKind.CONTACT, stood.absence_id)
            await finish(conn, child.township_id, *subject, now, account_id)
        await settle(conn, child.township_id, child.student_id, (now, account_id))
        if rings_at_once(draft.result):
            await lost.ring(conn, child, stood.absence_id, now)
    return number


async def take_note(desk: Desk, township_id: int, student_id: int, op_id: UUID) -> None:
    """Take note of a lost child, or of an alarm's copy: this person's own and nobody else's.

    Raises OutOfSight, NotYours, and PoliceFirst while the last contact says that the
    police were not told.
    """
    async with desk.writing("contact.take_note", op_id) as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        mine = lost.owed_by_actor(desk.actor, child)
        if not mine:
            raise NotYours("、".join(owes.label for owes in lost.TOLD_AT_ONCE))
        if set(mine) & set(lost.TOLD_AT_ONCE):
            latest = next(iter(await rows.latest(conn, child, 1)), None)
            must_have_answered(latest, may_write=may_write(desk.actor, child))
        account_id = desk.actor.account_id
        await db.duty_lost.take_note(conn, child, mine, now, account_id)
