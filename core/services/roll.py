"""Rolls: opening a sheet, submitting it, correcting it.  Who has not taken one is `board`."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

import db.draft
import db.roll as rows
from core.rules.attendance import last_session
from core.rules.book import BookPupil, ClassBook
from core.rules.calendar import SessionCode
from core.rules.errors import BadInput, OutOfSight
from core.rules.leave import LeaveKind
from core.rules.roll import Mark, needs_teller
from core.rules.roll_merge import MarkChange, Merged, merge, must_have_reason, needs_reason
from core.rules.session import must_be_open, opens_at
from core.rules.sheet import (
    RollConflict,
    Sheet,
    SheetPart,
    Submission,
    SubmittedPart,
    current_marks,
    part_of,
)
from core.rules.staff import ROLL_TAKERS, Role
from core.rules.time import day_of
from core.services.absence import open_book, settle
from core.services.desk import Desk
from core.services.roll_book import book_after, booked_by, touched
from db.pool import Conn, Lock, lock_key
from db.roll import Booking, MarkRow, RollHead, Saved

# Under this form and `subject_of` a roll's marks are kept until they are submitted.
FORM: Final = "roll"


def subject_of(class_ids: tuple[int, ...], day: date, session: SessionCode) -> str:
    """Return the draft subject of a roll."""
    return f"{'+'.join(map(str, class_ids))}:{day}:{session}"


async def open_sheet(
    desk: Desk,
    township_id: int,
    class_ids: tuple[int, ...],
    day: date,
    session: SessionCode,
) -> Sheet:
    """Return a roll as it stands: taken, or as it opens.

    Raises OutOfSight or NoSession.
    """
    async with desk.reading() as (conn, now):
        parts, opens = [], []
        for class_id in class_ids:
            book = await open_book(conn, township_id, class_id, day)
            if not desk.actor.roll_scope.sees(township_id, book.school_id, class_id):
                raise OutOfSight
            part = part_of(book, day, session)
            parts.append(part)
            opens.append(opens_at(part.session, book.policy(day)))
    return Sheet(
        now=now,
        day=day,
        session=session,
        parts=tuple(parts),
        opens_at=max(opens),
        needs_teller=any(p.taken is None and needs_teller(p.session, now) for p in parts),
        needs_reason=any(p.taken is not None for p in parts)
        and needs_reason(day, day_of(now)),
    )


async def submit(desk: Desk, submission: Submission, op_id: UUID) -> None:
    """Take a roll, or correct one that was taken; all classes of a sheet, or none.

    Different pupils' marks merge with what somebody else has saved since; the same
    pupil's raise RollConflict.  Also raises TooEarly, TooLate, NeedsReason, OutOfSight,
    NotYours, NoSession, AlreadyDone.
    """
    class_ids = tuple(part.class_id for part in submission.parts)
    locks = tuple(lock_key(Lock.CLASS, class_id) for class_id in class_ids)
    async with desk.writing("roll.submit", op_id, locks=locks) as (conn, now):
        for part in submission.parts:
            await _submit_part(desk, conn, submission, part, now)


async def _submit_part(
    desk: Desk, conn: Conn, submission: Submission, sent: SubmittedPart, now: datetime
) -> None:
    day, code = submission.day, submission.session
    book = await open_book(conn, submission.township_id, sent.class_id, day)
    desk.actor.must_hold(
        *sorted(ROLL_TAKERS),
        township_id=book.township_id,
        school_id=book.school_id,
        class_id=book.class_id,
    )
    part = part_of(book, day, code)
    must_be_open(part.session, now, book.policy(day))
    merged = merge(sent.base, current_marks(part), sent.wanted)
    if merged.conflicts:
        names = {pupil.student_id: pupil.called for pupil in part.pupils}
        raise RollConflict(
            tuple((names.get(c.student_id, ""), c) for c in merged.conflicts)
        )
    if part.taken is not None:
        must_have_reason(day, day_of(now), submission.reason if merged.ours else "-")
        if not merged.ours:
            # Nothing is left of the draft this came from: all of it stands already.
            ids = tuple(p.class_id for p in submission.parts)
            subject = subject_of(ids, day, code)
            await db.draft.drop(conn, desk.actor.account_id, FORM, subject)
            return
    elif needs_teller(part.session, now) and submission.told_by is None:
        raise BadInput("补点名须写明由谁告知到校情况，请填写后再提交。")
    marks = _rows(book, part, merged, submission, now)
    saved = await _save(desk, conn, book, part, marks, submission, now)
    after = book_after(book, part, saved, marks, now)
    await settle(conn, after, touched(after, marks), now, desk.actor.account_id)


def _rows(
    book: ClassBook,
    part: SheetPart,
    merged: Merged,
    submission: Submission,
    now: datetime,
) -> tuple[MarkRow, ...]:
    """Return what is to be written: every exception of a new roll, else what changed."""
    enrolled = {pupil.student_id: pupil for pupil in book.pupils}
    pupils = {pupil.student_id: pupil for pupil in part.pupils}
    if part.taken is None:
        changes = tuple(
            MarkChange(student_id=m.student_id, was=None, wanted=m.mark)
            for m in merged.sheet
            if m.mark is not Mark.PRESENT
        )
    else:
        changes = merged.ours
    live = submission.day == day_of(now)
    own = frozenset[int]() if part.taken is None else booked_by(book, part.taken.id)
    found = []
    for change in changes:
        pupil = pupils.get(change.student_id)
        if pupil is None:
            continue
        # What this roll's own digit booked excuses no other mark of it.
        excused = None if pupil.opening.leave_id in own else pupil.opening.leave_id
        kind = change.wanted.books if excused is None else None
        found.append(
            MarkRow(
                student_id=change.student_id,
                mark=None if change.wanted is Mark.PRESENT else change.wanted,
                at=now if live and change.wanted in {Mark.LATE, Mark.EARLY} else None,
                leave_id=excused if change.wanted.books else None,
                books=kind and _booking(book, enrolled[pupil.student_id], part, kind),
                was=None if part.taken is None else pupil.current,
                became=change.wanted,
                reason=submission.reason,
            )
        )
    return tuple(found)


def _booking(
    book: ClassBook, pupil: BookPupil, part: SheetPart, kind: LeaveKind
) -> Booking:
    """Return the leave a digit books: today only, to the pupil's own last session (2)."""
    last = last_session(book, part.session.day, pupil)
    return Booking(kind=kind, to_session=last.session, to_at=last.ends_at)


def _on_behalf(desk: Desk, part: SheetPart) -> bool:
    """Tell whether this is 代点名 or 代班: not the class teacher's own hand.

    晚点名 and 返校 belong to 值班/宿管 and 校领导 as much as to the class teacher (13).
    """
    if part.session.boarders_only:
        return False
    return not any(
        g.role is Role.CLASS_TEACHER and g.class_id == part.class_id and g.acting is None
        for g in desk.actor.grants
    )


async def _save(
    desk: Desk,
    conn: Conn,
    book: ClassBook,
    part: SheetPart,
    marks: tuple[MarkRow, ...],
    submission: Submission,
    now: datetime,
) -> Saved:
    session = part.session
    head = RollHead(
        township_id=book.township_id,
        school_id=book.school_id,
        class_id=book.class_id,
        day=submission.day,
        session=submission.session,
        starts_at=session.starts_at,
        limit_at=session.limit_at,
        ends_at=session.ends_at,
        expected=len(part.pupils),
        taken_by=desk.actor.account_id,
        taken_at=now,
        on_behalf=_on_behalf(desk, part),
        backfilled=needs_teller(session, now),
        told_by=submission.told_by,
    )
    ids = tuple(p.class_id for p in submission.parts)
    subject = subject_of(ids, submission.day, submission.session)
    return await rows.save(conn, head, marks, subject)
