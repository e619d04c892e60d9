"""The roll sheet: what a person sees of a roll, and what comes back from them.

A 复式班 is one sheet of several parts, one part a class; every other sheet has one part.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from core.rules.attendance import excusing, sessions_between
from core.rules.base import Record, Words
from core.rules.book import BookPupil, BookRoll, ClassBook
from core.rules.calendar import SessionCode
from core.rules.errors import Refusal
from core.rules.leave import LeaveState
from core.rules.namesake import called
from core.rules.roll import (
    MARK_OF_LEAVE,
    Mark,
    Opening,
    PupilMark,
    RollPupil,
    opening_marks,
)
from core.rules.roll_merge import Conflict
from core.rules.session import Session, expected_at
from core.rules.student import EnrolmentStatus
from core.rules.time import Moment

# 应到 (21): 借读 and 疑似 are in class; 休学, 送教上门, 特校 and 外地就读 are not.
EXPECTED: Final = frozenset(
    {
        EnrolmentStatus.ENROLLED,
        EnrolmentStatus.GUEST,
        EnrolmentStatus.LONG_LEAVE,
        EnrolmentStatus.SUSPECTED,
    }
)
# A leave that kept a child away, and of which nobody has said that it is over.
_STANDS: Final = frozenset({LeaveState.APPROVED, LeaveState.OVERRUN})


class NoSession(Refusal):
    """The class has no such session on that day."""

    def __init__(self) -> None:
        super().__init__("该班当天没有这个时段的点名（停课或未安排），请核对校历。")


class RollConflict(Refusal):
    """Somebody else marked the same pupil otherwise: the person is asked."""

    def __init__(self, conflicts: tuple[tuple[str, Conflict], ...]) -> None:
        told = "；".join(
            f"{name}：他人已记{c.current.label}，您记{c.wanted.label}"
            for name, c in conflicts
        )
        super().__init__(f"{told}。请核对后逐人确认，再按 F9 提交。")
        self.conflicts = tuple(c for _, c in conflicts)


class SheetPupil(Record):
    """A pupil as the roll screen needs it."""

    student_id: int
    name: str
    # The name, told apart from another of the class (28).
    called: str
    pinyin: tuple[str, ...]
    born_on: date
    seat_no: int | None
    leave_number: str | None
    opening: Opening
    roll_pupil: RollPupil
    # What stands: the roll's mark where it was taken, else how it opens.
    current: Mark


class SheetPart(Record):
    """One class of a sheet."""

    township_id: int
    class_id: int
    school_id: int
    class_name: str
    # What a 复式班 it belongs to is called.
    combined_name: str | None
    school_name: str
    session: Session
    taken: BookRoll | None
    pupils: tuple[SheetPupil, ...]


class Sheet(Record):
    """A roll as it stands now; `needs_teller` asks on whose word a 补点名 is taken."""

    now: Moment
    day: date
    session: SessionCode
    parts: tuple[SheetPart, ...]
    # Before this moment the roll may be looked at, and not be submitted.
    opens_at: Moment
    needs_teller: bool
    needs_reason: bool

    @property
    def taken(self) -> bool:
        """Tell whether every class of the sheet has its roll."""
        return all(part.taken is not None for part in self.parts)


class SubmittedPart(Record):
    """One class of a sheet as it comes back: what the person saw, and what they want."""

    class_id: int
    base: tuple[PupilMark, ...]
    wanted: tuple[PupilMark, ...]


class Submission(Record):
    """A sheet as it comes back; `reason` for corrections of an earlier day."""

    township_id: int
    day: date
    session: SessionCode
    parts: tuple[SubmittedPart, ...]
    told_by: Words | None = None
    reason: str = ""


def session_of(book: ClassBook, day: date, code: SessionCode) -> Session:
    """Return a session of the class on a day; raises NoSession."""
    for session in sessions_between(book, day, day):
        if session.session is code:
            return session
    raise NoSession


def expected_pupils(book: ClassBook, session: Session) -> tuple[BookPupil, ...]:
    """Return who is expected at a session, by seat (21)."""
    return tuple(
        pupil
        for pupil in book.pupils
        if pupil.status in EXPECTED and expected_at(session, boarder=pupil.boarder)
    )


def _last_marks(book: ClassBook, session: Session) -> dict[int, Mark]:
    """Return each pupil's mark on the last roll at which that pupil was expected.

    A leave that began and ended after that roll counts as its mark: no roll was taken
    while it ran, and still nobody has seen the child since (ADR 8).
    """
    earlier = [
        roll
        for roll in book.rolls
        if roll.starts_at < session.starts_at and roll.voided_at is None
    ]
    boarders = {pupil.student_id for pupil in book.pupils if pupil.boarder}
    for_boarders = {plan.session for plan in book.plans if plan.boarders_only}
    marks = {(m.roll_id, m.student_id): m.mark for m in book.marks}
    found: dict[int, Mark] = {}
    seen_at: dict[int, datetime] = {}
    for roll in sorted(earlier, key=lambda roll: roll.starts_at):
        for pupil in book.pupils:
            here = pupil.student_id in boarders or roll.session not in for_boarders
            if here and roll.day >= pupil.from_on:
                mark = marks.get((roll.id, pupil.student_id), Mark.PRESENT)
                found[pupil.student_id] = mark
                seen_at[pupil.student_id] = roll.starts_at
    for leave in book.leaves:
        since = seen_at.get(leave.student_id)
        unseen = since is None or since < leave.from_at
        if unseen and leave.state in _STANDS and leave.to_at <= session.starts_at:
            found[leave.student_id] = dict(MARK_OF_LEAVE)[leave.kind]
    return found


def _roll_pupils(
    book: ClassBook, session: Session
) -> Iterable[tuple[BookPupil, RollPupil]]:
    last = _last_marks(book, session)
    names = Counter(pupil.name for pupil in book.pupils)
    runs = {run.student_id: run for run in book.runs}
    for pupil in expected_pupils(book, session):
        run, shared = runs.get(pupil.student_id), names[pupil.name] > 1
        mine = [x for x in book.leaves if x.student_id == pupil.student_id]
        leave = excusing(mine, session)
        yield (
            pupil,
            RollPupil(
                student_id=pupil.student_id,
                name=called(pupil.name, pupil.seat_no, pupil.born_on, shared=shared),
                seat=pupil.seat_no,
                last_mark=last.get(pupil.student_id),
                open_case=pupil.student_id in book.case_pupils,
                missed_day=None if run is None else run.missed_day,
                missed_session=None if run is None else run.missed_session,
                leave_id=None if leave is None else leave.id,
                leave_kind=None if leave is None else leave.kind,
            ),
        )


def part_of(book: ClassBook, day: date, code: SessionCode) -> SheetPart:
    """Return one class's part of a sheet; raises NoSession."""
    session = session_of(book, day, code)
    taken = next((r for r in book.rolls if (r.day, r.session) == (day, code)), None)
    marks = {m.student_id: m.mark for m in book.marks if taken and m.roll_id == taken.id}
    numbers = {leave.id: leave.number for leave in book.leaves}
    known = tuple(_roll_pupils(book, session))
    openings = opening_marks(pupil for _, pupil in known)
    return SheetPart(
        township_id=book.township_id,
        class_id=book.class_id,
        school_id=book.school_id,
        class_name=book.name_on(day),
        combined_name=book.combined_name,
        school_name=book.school_name,
        session=session,
        taken=taken,
        pupils=tuple(
            SheetPupil(
                student_id=pupil.student_id,
                name=pupil.name,
                called=roll_pupil.name,
                pinyin=pupil.pinyin,
                born_on=pupil.born_on,
                seat_no=pupil.seat_no,
                leave_number=None
                if opening.leave_id is None
                else numbers.get(opening.leave_id),
                opening=opening,
                roll_pupil=roll_pupil,
                current=opening.mark
                if taken is None
                else marks.get(pupil.student_id, Mark.PRESENT),
            )
            for (pupil, roll_pupil), opening in zip(known, openings, strict=True)
        ),
    )


def current_marks(part: SheetPart) -> tuple[PupilMark, ...]:
    """Return what stands in a part, pupil by pupil."""
    return tuple(PupilMark(student_id=p.student_id, mark=p.current) for p in part.pupils)
