"""立案: a case opened by the school's leaders or 教管组, before the clock or without one.

The report to both is signed as ever (report); the clock runs on, and its alarm rings.  It is
read and written across the walls of schools: another one may have received the child.
"""

from datetime import datetime
from uuid import UUID

import db.case
import db.case_open as rows
import db.duty
from core.rules.base import Note
from core.rules.case_open import OPENED_BY, OpenCause, causes_of, must_open
from core.rules.case_refused import StillOpen
from core.rules.errors import BadInput
from core.rules.file import Child
from core.rules.paper import report_title
from core.rules.staff import Scope
from core.rules.time import Moment, day_of
from core.services import place
from core.services.absence import open_book
from core.services.alarm import opened_told, signature_owed
from core.services.case_duty import settle
from core.services.desk import Desk
from core.services.file import seen
from db.case_open import Opening
from db.export import Picked
from db.file import clock
from db.pool import Conn, Lock, lock_key
from db.register_unreturned import listed


class NoSuchPupil(BadInput):
    """Nobody, or more than one, has this number in the class."""

    def __init__(self) -> None:
        super().__init__("该班没有这个班内学号，或不止一人，请核对，或在个案页办理。")


async def causes(desk: Desk, township_id: int, student_id: int) -> tuple[OpenCause, ...]:
    """Return why this person may open a child's case now: nothing of a child at school.

    Raises OutOfSight, NotYours, StillOpen.
    """
    async with desk.reading(across=True) as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        _must_open(desk, child)
        if await db.case.facts(conn, township_id, student_id) is not None:
            raise StillOpen
        return await _causes(conn, child, now)


async def open_case(
    desk: Desk,
    township_id: int,
    student_id: int,
    why: tuple[OpenCause, Note],
    op_id: UUID,
) -> str:
    """Open a child's case for (cause, what was told); return its number.

    Raises OutOfSight, NotYours, StillOpen, ProofMissing, NotMissing, CauseUnfit.
    """
    cause, note = why[0], why[1].strip()
    async with desk.reading(across=True) as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
    _must_open(desk, child)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("case.open", op_id, locks=locks, across=True) as (conn, now):
        if await db.case.facts(conn, township_id, student_id) is not None:
            raise StillOpen
        must_open(cause, note, await _causes(conn, child, now))
        return await begin(conn, child, (cause, note), (now, desk.actor.account_id))


async def begin(
    conn: Conn, child: Child, why: tuple[OpenCause, Note], signed: tuple[datetime, int]
) -> str:
    """Write a case with its report and what is owed of it; return its number.

    `signed` is (now, by whom).  Raises StillOpen.
    """
    (cause, note), now = why, signed[0]
    made = Opening(
        cause=cause,
        grounds=note,
        words=f"立案（{cause.label}）：{note}",
        title=report_title(child.name, cause),
    )
    opened = await rows.open_case(conn, child, made, signed)
    if opened is None:
        raise StillOpen
    book = await open_book(conn, child.township_id, child.class_id, day_of(now))
    about = (child.school_id, child.class_id, child.student_id)
    sign = signature_owed(book, about, (opened.paper_id, child.name), now)
    told = opened_told(about, (opened.case_id, child.name), now)
    await db.duty.open_all(conn, child.township_id, (sign, *told), now)
    await settle(conn, child.township_id, child.student_id, signed)
    return opened.number


async def named(
    desk: Desk, school_code: str, class_name: str, seat_no: int
) -> tuple[int, int]:
    """Return (township, child) by its number in a class, its last one.

    Raises NoSuchSchool, BadInput, NoSuchPupil.
    """
    school = await place.school_named(desk, school_code)
    found = await place.class_of(desk, school, class_name)
    async with desk.reading() as (conn, now):
        where = (school.township_id, found.id)
        student_id = await rows.in_seat(conn, where, seat_no, now)
    if student_id is None:
        raise NoSuchPupil
    return school.township_id, student_id


def _must_open(desk: Desk, child: Child) -> None:
    at = {"township_id": child.township_id, "school_id": child.school_id}
    desk.actor.must_hold(*OPENED_BY, **at)


async def _causes(conn: Conn, child: Child, now: Moment) -> tuple[OpenCause, ...]:
    here = Scope(reach=(child.township_id,), schools=(child.school_id,))
    found = await listed(conn, Picked(scope=here), day_of(now))
    why = next((one.why for one in found if one.student_id == child.student_id), None)
    return causes_of(why, missing=await clock(conn, child) is not None)
