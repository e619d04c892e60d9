"""Rosters in: what an import would do, and the import itself, in one transaction.

A missing pupil is a possible 异动 and is never deleted; a pupil who is new after the
school began here gets a change beside the enrolment, so that the balance cannot drift (35).
"""

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from hashlib import sha256
from typing import TypeAlias
from uuid import uuid4

import db.roster as rows
import db.roster_enrol as seats
from core.papers.roster_reading import Order, understand
from core.rules.base import Record
from core.rules.class_label import grades_of
from core.rules.place import School
from core.rules.roster_plan import RosterPlan, plan
from core.rules.roster_record import Pupil, RosterReading
from core.rules.staff import Role
from core.rules.time import day_of
from core.services.change_whereabouts import enrolled_twice, tell_old_schools
from core.services.desk import Desk
from core.services.place import school_named
from core.services.roster_write import Wanted, write
from db.outbox import tell
from db.pool import Conn, Lock, lock_key
from db.roster_enrol import ImportNote
from db.roster_known import known


class Progress(Record):
    """How far an import has come; `to_write` is None until it begins to write."""

    rows_read: int
    written: int = 0
    to_write: int | None = None


Watch: TypeAlias = Callable[[Progress], None]


def _silent(progress: Progress) -> None:
    del progress


def _tell(watch: Watch, rows_read: int, written: int, to_write: int) -> None:
    watch(Progress(rows_read=rows_read, written=written, to_write=to_write))


class Import(Record):
    """A roster that has been read and compared."""

    day: date
    school: School
    reading: RosterReading
    plan: RosterPlan


async def take_in(
    desk: Desk, school_code: str, data: bytes, *, dry_run: bool, watch: Watch = _silent
) -> Import:
    """Read a roster file and take it in, unless `dry_run`; tell `watch` how far it is.

    One import per school at a time; a second import of the same file changes nothing, and
    neither does one that is cancelled.
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
    async with desk.reading() as (_, now):
        day = day_of(now)
    grades = grades_of(school.kind, school.system)
    order = Order(school_code=school.code, grades=grades, day=day)
    # Seconds of work, in no transaction, and beside whoever else types.
    understood = await understand(
        data, order, lambda count: watch(Progress(rows_read=count))
    )
    reading = understood.reading
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
        wanted = Wanted(school, understood, compared, now)
        await write(conn, desk, wanted, partial(_tell, watch, len(reading.rows)))
        came = [pupil for _, pupil in _newcomers(compared)]
        numbers = [one.identity.number for one in came if one.identity is not None]
        await tell_old_schools(conn, school, numbers, now)
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
    found = await asyncio.to_thread(plan, existing, reading, school_code=school.code)
    twice = await enrolled_twice(conn, school.township_id, _newcomers(found), day)
    return found.model_copy(update={"warned": (*found.warned, *twice)})


def _newcomers(found: RosterPlan) -> list[tuple[int, Pupil]]:
    """Return who is on this school's roll only since this file, with their rows."""
    newcomers = [(row.row_number, row.pupil) for row in found.new]
    return newcomers + [(one.row_number, one.after) for one in found.returning]
