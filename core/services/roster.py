"""Rosters in: what an import would do, and the import itself, in one transaction.

A missing pupil is a possible 异动 and is never deleted; a pupil who is new after the
school began here gets a change beside the enrolment, so that the balance cannot drift (35).
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Final, TypeAlias
from uuid import uuid4

import db.change
import db.place
import db.roster as rows
import db.roster_enrol as seats
from core.papers.roster_in import read_workbook
from core.rules.base import Record
from core.rules.change import ChangeKind, ChangeState
from core.rules.class_label import ClassKey, grades_of
from core.rules.pinyin import readings
from core.rules.place import School
from core.rules.roster import read_rows
from core.rules.roster_plan import PupilChange, RosterPlan, plan
from core.rules.roster_record import Pupil, RosterReading, RosterRow
from core.rules.staff import Role
from core.rules.time import day_of, school_year
from core.services.desk import Desk
from core.services.place import school_named
from core.services.roster_doubt import owe_checks
from db.change import NewChange
from db.outbox import tell
from db.pool import Conn, Lock, lock_key
from db.roster import Placed
from db.roster_enrol import ImportNote, Seat
from db.roster_known import known

_FOUND: Final = "名册导入"


class Import(Record):
    """A roster that has been read and compared."""

    day: date
    school: School
    reading: RosterReading
    plan: RosterPlan


async def take_in(desk: Desk, school_code: str, data: bytes, *, dry_run: bool) -> Import:
    """Read a roster file and take it in, unless `dry_run`.

    One import per school at a time; a second import of the same file changes nothing.
    Raises RosterUnreadable (nothing changes), NoSuchSchool, NotYours, Busy.
    """
    school = await school_named(desk, school_code)
    desk.actor.must_hold(
        Role.ADMIN,
        Role.REGISTRAR,
        Role.LEADER,
        Role.OFFICE,
        township_id=school.township_id,
        school_id=school.id,
    )
    cells = await read_workbook(data)
    async with desk.reading() as (_, now):
        day = day_of(now)
    # Seconds of work, in no transaction, and beside whoever else types.
    reading = await asyncio.to_thread(
        read_rows,
        cells,
        school_code=school.code,
        grades=grades_of(school.kind, school.system),
        day=day,
    )
    if dry_run:
        async with desk.reading(across=True) as (conn, _):
            compared = await _compare(conn, school, reading, day)
        return Import(day=day, school=school, reading=reading, plan=compared)
    locks = (lock_key(Lock.SCHOOL, school.id),)
    async with desk.writing("roster.take_in", uuid4(), locks=locks, across=True) as (
        conn,
        now,
    ):
        compared = await _compare(conn, school, reading, day)
        await _write(conn, desk, school, compared, now)
        done = ImportNote(
            sha256=sha256(data).hexdigest(),
            account_id=desk.actor.account_id,
            at=now,
            added=compared.added_count,
            changed=len(compared.changed),
            missing=len(compared.missing),
            refused=compared.refused_count,
            warned=compared.warned_count,
        )
        await seats.note(conn, school, done)
        await tell(conn, school.township_id, "roll", now)
    return Import(day=day, school=school, reading=reading, plan=compared)


async def _compare(
    conn: Conn, school: School, reading: RosterReading, day: date
) -> RosterPlan:
    await rows.be_patient(conn)
    existing = await known(conn, school, day, (row.pupil for row in reading.rows))
    return await asyncio.to_thread(plan, existing, reading, school_code=school.code)


async def _write(
    conn: Conn, desk: Desk, school: School, wanted: RosterPlan, now: datetime
) -> None:
    day = day_of(now)
    arriving: list[RosterRow | PupilChange] = [*wanted.new, *wanted.returning]
    changed = wanted.changed
    classes = await _classes(conn, school, arriving, changed)
    first = not await seats.has_pupils(conn, school)
    ids = await rows.new_ids(conn, len(wanted.new))
    facts = [
        *((i, row.pupil) for i, row in zip(ids, wanted.new, strict=True)),
        *((c.student_id, c.after) for c in (*wanted.returning, *changed)),
    ]
    placed = await asyncio.to_thread(_placed, facts)
    await rows.put(conn, school.township_id, placed)
    taken_in = [
        *(_seat(i, row.pupil, classes) for i, row in zip(ids, wanted.new, strict=True)),
        *(_seat(c.student_id, c.after, classes) for c in wanted.returning),
    ]
    # The school's first roster says who has been there since the year began.
    begins = date(school_year(day), 9, 1) if first else day
    await seats.enrol(conn, school, begins, taken_in)
    await _move(conn, desk, school, changed, classes, now)
    if not first and taken_in:
        await _note_changes(conn, desk, school, ChangeKind.OTHER_IN, taken_in, now)
    await owe_checks(conn, school, wanted, (ids, classes), now)


def _placed(facts: Iterable[tuple[int, Pupil]]) -> list[Placed]:
    return [
        Placed(student_id=i, pupil=pupil, pinyin=readings(pupil.name)) for i, pupil in facts
    ]


Classes: TypeAlias = dict[ClassKey, int]


def _seat(student_id: int, pupil: Pupil, classes: Classes) -> Seat:
    return Seat(
        student_id=student_id,
        class_id=classes[pupil.class_key],
        seat_no=pupil.seat_no,
        boarder=bool(pupil.boarder),
    )


async def _classes(
    conn: Conn,
    school: School,
    arriving: Iterable[RosterRow | PupilChange],
    changed: Iterable[PupilChange],
) -> Classes:
    """Return the id of every class the roster names, making those that are new."""
    pupils = [
        *(one.pupil if isinstance(one, RosterRow) else one.after for one in arriving),
        *(one.after for one in changed),
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
        await _note_changes(conn, desk, school, ChangeKind.CLASS_MOVE, moved, now)


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
