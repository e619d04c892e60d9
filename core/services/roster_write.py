"""What an import writes, once it is known what it would do: a batch of children at a time.

A batch is one statement a table, and the event loop has its turn between two.  Which
children are new, changed or back is `roster_plan`'s; the transaction is `roster`'s.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, TypeAlias, TypeVar

import db.change
import db.place
import db.roster as rows
import db.roster_enrol as seats
from core.papers.roster_reading import Understood
from core.rules.change import ChangeKind, ChangeState
from core.rules.class_label import ClassKey
from core.rules.place import School
from core.rules.roster_plan import PupilChange, RosterPlan
from core.rules.roster_record import Pupil
from core.rules.time import day_of, school_year
from core.services import case_duty
from core.services.desk import Desk
from core.services.roster_doubt import owe_checks
from db import case_moved
from db.calendar_plan import begin_plans
from db.change import NewChange
from db.pool import Conn
from db.roster import Placed
from db.roster_enrol import Seat

T = TypeVar("T")

_FOUND: Final = "名册导入"
A_BATCH: Final = 1_000

# Told how many children have been written, and how many there are.
Tell: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True)
class Wanted:
    """A roster understood and compared, about to be written."""

    school: School
    understood: Understood
    plan: RosterPlan
    now: datetime


async def write(conn: Conn, desk: Desk, wanted: Wanted, tell: Tell) -> None:
    """Write the children of a roster, their classes and seats, and what is owed for them."""
    school, plan, now = wanted.school, wanted.plan, wanted.now
    day = day_of(now)
    classes = await _classes(conn, school, plan)
    if plan.new:
        await rows.measure_classes(conn)
    await rows.look_at_numbers_last(conn)
    first = not await seats.has_pupils(conn, school)
    ids = await rows.new_ids(conn, len(plan.new))
    await _put(conn, wanted, ids, tell)
    taken_in = [
        *(_seat(i, row.pupil, classes) for i, row in zip(ids, plan.new, strict=True)),
        *(_seat(c.student_id, c.after, classes) for c in plan.returning),
    ]
    if first and taken_in:
        # Until now there was nobody to call, and no roll to be taken.
        await begin_plans(conn, (school.township_id, school.id), now)
    # The school's first roster says who has been there since the year began.
    begins = date(school_year(day), 9, 1) if first else day
    for batch in _batches(taken_in):
        await seats.enrol(conn, school, begins, batch)
    await _move(conn, desk, school, plan.changed, classes, now)
    await _take_cases(conn, desk, school, taken_in, now)
    if not first and taken_in:
        await _note_changes(conn, desk, school, ChangeKind.OTHER_IN, taken_in, now)
    await owe_checks(conn, school, plan, (ids, classes), now)


async def _put(conn: Conn, wanted: Wanted, ids: Sequence[int], tell: Tell) -> None:
    """Write the facts of every child that is new, back or changed."""
    plan, understood = wanted.plan, wanted.understood
    numbers = (row.row_number for row in understood.reading.rows)
    pinyin = dict(zip(numbers, understood.pinyin, strict=True))
    known = (*plan.returning, *plan.changed)
    told: list[tuple[int, Pupil, int]] = [
        *((i, row.pupil, row.row_number) for i, row in zip(ids, plan.new, strict=True)),
        *((c.student_id, c.after, c.row_number) for c in known),
    ]
    written = 0
    for batch in _batches(told):
        placed = [
            Placed(student_id=i, pupil=pupil, pinyin=pinyin[number])
            for i, pupil, number in batch
        ]
        await rows.put(conn, wanted.school.township_id, placed, day_of(wanted.now))
        written += len(batch)
        tell(written, len(told))


def _batches(whole: Sequence[T]) -> Iterable[Sequence[T]]:
    return (whole[n : n + A_BATCH] for n in range(0, len(whole), A_BATCH))


Classes: TypeAlias = dict[ClassKey, int]


def _seat(student_id: int, pupil: Pupil, classes: Classes) -> Seat:
    return Seat(
        student_id=student_id,
        class_id=classes[pupil.class_key],
        seat_no=pupil.seat_no,
        boarder=bool(pupil.boarder),
    )


async def _classes(conn: Conn, school: School, plan: RosterPlan) -> Classes:
    """Return the id of every class the roster names, making those that are new."""
    pupils = [
        *(row.pupil for row in plan.new),
        *(one.after for one in (*plan.returning, *plan.changed)),
    ]
    keys = sorted({(p.class_key.cohort, p.class_key.number) for p in pupils})
    await db.place.add_classes(conn, school, keys)
    found = await db.place.classes_of_school(conn, school.township_id, school.id)
    return {ClassKey(cohort=c.cohort, number=c.number): c.id for c in found}


async def _move(
    conn: Conn,
    desk: Desk,
    school: School,
    changed: Sequence[PupilChange],
    classes: Classes,
    now: datetime,
) -> None:
    """Seat the changed pupils: another class is a 班级调整, another seat is not."""
    day = day_of(now)
    moving = [c for c in changed if c.before.class_key != c.after.class_key]
    staying = [c for c in changed if c.before.class_key == c.after.class_key]
    await seats.move_seats(
        conn,
        school.township_id,
        day,
        [_seat(c.student_id, c.after, classes) for c in staying],
    )
    moved = [_seat(c.student_id, c.after, classes) for c in moving]
    await seats.move_classes(conn, school, day, moved)
    if moved:
        await _take_cases(conn, desk, school, moved, now)
        await _note_changes(conn, desk, school, ChangeKind.CLASS_MOVE, moved, now)


async def _take_cases(
    conn: Conn, desk: Desk, school: School, taken_in: Sequence[Seat], now: datetime
) -> None:
    """Let open cases come with their children: a leaver's, or of one that was in no school."""
    classes = {seat.student_id: seat.class_id for seat in taken_in}
    signed = (now, desk.actor.account_id)
    for student_id in await case_moved.held(conn, school.township_id, classes):
        child, to = (school.township_id, student_id), (school.id, classes[student_id])
        words = f"按名册在{school.name}就读"
        await case_duty.follow(conn, child, to, words, signed)


async def _note_changes(
    conn: Conn,
    desk: Desk,
    school: School,
    kind: ChangeKind,
    moved: Sequence[Seat],
    now: datetime,
) -> None:
    like = NewChange(
        student_id=0,
        school_id=school.id,
        class_id=0,
        kind=kind,
        state=ChangeState.VERIFIED,
        happened_on=day_of(now),
        reason=_FOUND,
        effective_on=day_of(now),
    )
    pairs = [(seat.student_id, seat.class_id) for seat in moved]
    await db.change.add_all(
        conn, school.township_id, like, pairs, desk.actor.account_id, now
    )
