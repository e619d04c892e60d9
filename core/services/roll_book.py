"""The class book as a saved roll leaves it, without reading it again.

The save is one statement and its runs the next: what lies between is worked out here.
"""

from datetime import datetime

from core.rules.book import BookMark, BookPupil, BookRoll, ClassBook
from core.rules.leave import BookLeave, LeaveState
from core.rules.sheet import SheetPart
from db.roll import MarkRow, Saved


def book_after(
    book: ClassBook,
    part: SheetPart,
    saved: Saved,
    marks: tuple[MarkRow, ...],
    now: datetime,
) -> ClassBook:
    """Return the book as it stands after the save, without reading it again."""
    session = part.session
    changed = {mark.student_id for mark in marks}
    kept = [
        m
        for m in book.marks
        if (m.roll_id, m.student_id)
        not in {(saved.id, student_id) for student_id in changed}
    ]
    added = [
        BookMark(
            roll_id=saved.id,
            student_id=mark.student_id,
            mark=mark.mark,
            at=mark.at,
            leave_id=mark.leave_id,
        )
        for mark in marks
        if mark.mark is not None
    ]
    books = {mark.student_id: mark.books for mark in marks if mark.books is not None}
    leaves = [
        BookLeave(
            id=leave.id,
            number=leave.number,
            student_id=leave.student_id,
            kind=books[leave.student_id].kind,
            from_at=session.starts_at,
            to_at=books[leave.student_id].to_at,
            state=LeaveState.APPROVED,
            entered_at=now,
            alone_until=books[leave.student_id].to_at,
            closed_at=None,
            roll_id=saved.id,
        )
        for leave in saved.booked
    ]
    standing = [leave for leave in book.leaves if leave.id not in saved.withdrawn]
    rolls = list(book.rolls)
    if part.taken is None:
        rolls.append(
            BookRoll(
                id=saved.id,
                day=session.day,
                session=session.session,
                starts_at=session.starts_at,
                limit_at=session.limit_at,
                ends_at=session.ends_at,
                expected=len(part.pupils),
                taken_by=0,
                taken_by_name="",
                taken_at=now,
                on_behalf=False,
                backfilled=False,
                told_by=None,
                voided_at=None,
            )
        )
    return book.model_copy(
        update={
            "marks": (*kept, *added),
            "leaves": (*standing, *leaves),
            "rolls": tuple(rolls),
        }
    )


def booked_by(book: ClassBook, roll_id: int) -> frozenset[int]:
    """Return the leaves that a roll's own digits booked."""
    return frozenset(leave.id for leave in book.leaves if leave.roll_id == roll_id)


def touched(book: ClassBook, marks: tuple[MarkRow, ...]) -> tuple[BookPupil, ...]:
    """Return the pupils whose run this save may have opened, moved or ended."""
    ids = {mark.student_id for mark in marks} | {run.student_id for run in book.runs}
    ids |= {leave.student_id for leave in book.leaves}
    return tuple(pupil for pupil in book.pupils if pupil.student_id in ids)
