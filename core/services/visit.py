"""Home visits: recorded on one screen, final once submitted, corrected by versions (R39-R41).

Telephone calls are in contact; what a visit must say is in core.rules.visit.
"""

from uuid import UUID

import db.visit as rows
from core.rules.base import Record
from core.rules.errors import BadInput, Changed, OutOfSight
from core.rules.file import Child, GuardianLine, OpenClock, must_write
from core.rules.time import Moment, day_of, school_year
from core.rules.visit import (
    COUNTS_AS_VISIT,
    Member,
    VisitDraft,
    must_be_joint,
    must_have_happened,
    must_say_why,
    series_of,
    waits_for_no_clock,
)
from core.rules.visit_record import Candidate, Standing, VisitLine
from core.services import lost
from core.services.case_duty import settle
from core.services.desk import Desk
from core.services.file import guardians_masked, note_reading, seen
from core.services.key_student_duty import settle as settle_key
from db.file import clock, standing
from db.pool import Conn, Lock, lock_key
from db.visit import Series, Signed


class VisitForm(Record):
    """All that is known before anybody sets out: nothing of it is typed again."""

    now: Moment
    child: Child
    guardians: tuple[GuardianLine, ...]
    clock: OpenClock | None
    candidates: tuple[Candidate, ...]
    # Who without an account went along before, this child's companions first.
    companions: tuple[Member, ...]
    next_number: int
    # Whether the three roles of R39 must go, as things stand now.
    joint: bool
    previous: tuple[VisitLine, ...]


class NotThisChild(BadInput):
    """A correction is about the child the visit was made to."""

    def __init__(self) -> None:
        super().__init__("更正的家访不是该学生的，请返回后重新选择。")


def subject_of(student_id: int, corrected_id: int | None) -> str:
    """Return the draft subject of a visit, or of a visit's correction."""
    return f"{student_id}" if corrected_id is None else f"{student_id}:{corrected_id}"


async def form(
    desk: Desk, township_id: int, student_id: int, *, again: bool = False
) -> VisitForm:
    """Return what a visit to this child begins with.  Raises OutOfSight, NotYours."""
    async with desk.jotting() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        must_write(desk.actor, child)
        if not again:
            await note_reading(desk, conn, child, now)
        stood = await standing(conn, child, now)
        return VisitForm(
            now=now,
            child=child,
            guardians=await guardians_masked(conn, child),
            clock=await clock(conn, child),
            candidates=await rows.candidates(conn, child, day_of(now)),
            companions=await rows.companions(conn, child),
            next_number=await rows.next_number(conn, child, school_year(day_of(now))),
            joint=stood.past_48h or stood.after_sign,
            previous=await rows.of_student(conn, child),
        )


async def read(desk: Desk, township_id: int, student_id: int, visit_id: int) -> VisitLine:
    """Return one version of a visit as it was recorded, a corrected one too.

    Raises OutOfSight.  Whoever reads it has opened the child's file, which is written down.
    """
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        found = (v for v in await rows.of_student(conn, child) if v.id == visit_id)
        line = next(found, None)
    if line is None:
        raise OutOfSight
    return line


async def submit(desk: Desk, draft: VisitDraft, op_id: UUID) -> int:
    """Record a visit for good; return its number in the child's school year.

    A 家访 clears the duties that asked for one; a child found to be lost raises 紧急 at
    once (12).  Raises OutOfSight, NotYours, NotYetHappened, MembersMissing (R39), Changed
    when the child has just been moved to another class, AlreadyDone.
    """
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, draft.student_id, now)
    must_write(desk.actor, child)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("visit.submit", op_id, locks=locks) as (conn, now):
        await _must_be_there(desk, conn, child, now)
        must_have_happened(draft, now)
        stood = await standing(conn, child, draft.visited_at)
        must_be_joint(draft, after_sign=stood.after_sign, past_48h=stood.past_48h)
        series = Series(school_year=series_of(draft))
        signed = _signed(desk, now, subject_of(child.student_id, None))
        number = await rows.submit(conn, child, stood, draft, series, signed)
        await _tell(conn, child, stood, draft, signed)
    return number


async def correct(
    desk: Desk, visit_id: int, draft: VisitDraft, reason: str, op_id: UUID
) -> int:
    """Write a visit's next version with the reason; the old one stays visible.

    It keeps its number, its run and its case.  Returns the version.  Raises ReasonMissing,
    OutOfSight, NotYours, NotThisChild, Changed when it was corrected meanwhile, and all
    that `submit` raises.
    """
    must_say_why(reason)
    async with desk.reading() as (conn, now):
        student_id = await rows.student_of(conn, desk.actor.scope.reach, visit_id)
        if student_id is None:
            raise OutOfSight
        child = await seen(desk, conn, student_id, now)
    must_write(desk.actor, child)
    if draft.student_id != student_id:
        raise NotThisChild
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("visit.correct", op_id, locks=locks) as (conn, now):
        await _must_be_there(desk, conn, child, now)
        old = next(v for v in await rows.of_student(conn, child) if v.id == visit_id)
        if not old.newest:
            raise Changed
        must_have_happened(draft, now)
        stood = await standing(conn, child, draft.visited_at)
        must_be_joint(draft, after_sign=stood.after_sign, past_48h=stood.past_48h)
        series = Series(
            school_year=old.school_year,
            number=old.number,
            version=old.version + 1,
            reason=reason.strip(),
        )
        signed = _signed(desk, now, subject_of(child.student_id, visit_id))
        kept = {"absence_id": old.absence_id, "case_id": old.case_id}
        stood = stood.model_copy(update=kept)
        await rows.submit(conn, child, stood, draft, series, signed)
        await _tell(conn, child, stood, draft, signed)
    return series.version


def _signed(desk: Desk, now: Moment, subject: str) -> Signed:
    return Signed(account_id=desk.actor.account_id, now=now, draft_subject=subject)


async def _must_be_there(desk: Desk, conn: Conn, child: Child, now: Moment) -> None:
    """Refuse when the child was moved to another class before the lock was held."""
    if (await seen(desk, conn, child.student_id, now)).class_id != child.class_id:
        raise Changed


async def _tell(
    conn: Conn, child: Child, stood: Standing, draft: VisitDraft, signed: Signed
) -> None:
    """Clear what a visit ends, and raise what it found."""
    if draft.method in COUNTS_AS_VISIT:
        await rows.clear_duties(conn, child, draft, stood.absence_id, signed)
    by = (signed.now, signed.account_id)
    await settle(conn, child.township_id, child.student_id, by)
    await settle_key(conn, child.township_id, child.school_id, by)
    if waits_for_no_clock(draft):
        await lost.ring(conn, child, stood.absence_id, signed.now)
