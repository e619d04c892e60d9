"""Absence runs: read again from the class book after every act that touches them.

Rolls, corrections, leaves, closures and the sweep all call `settle`; none of them decides
by itself whether a run opens, moves or ends.
"""

from collections.abc import Iterable
from datetime import date, datetime

import db.absence as rows
from core.rules.attendance import LOOKED_AT_FOR, Reader, Standing
from core.rules.book import BookPupil, BookRun, ClassBook
from core.rules.clock import Due, contact_by, contact_climbs_at, recomputed
from core.rules.errors import OutOfSight
from core.rules.sheet import EXPECTED
from core.rules.time import day_of
from db.absence import ClassKey, EndRow, RunRow
from db.book import book
from db.pool import Conn


async def open_book(conn: Conn, township_id: int, class_id: int, day: date) -> ClassBook:
    """Return the book of a class as of `day`; raises OutOfSight for no such class."""
    found = await book(conn, township_id, class_id, day, day - LOOKED_AT_FOR)
    if found is None:
        raise OutOfSight
    return found


def _due_of(run: BookRun, standing: Standing, *, closed: bool) -> Due:
    """Return by when a run that was open already is due, after its book changed."""
    new = standing.clock
    if new is None:  # an open run always has a clock
        raise AssertionError
    old = new.model_copy(update={"due_at": run.due_at, "provisional": run.provisional})
    if standing.since is not None and standing.since.starts_at != run.missed_at:
        # Another beginning is another clock; an alarm that rang stays.
        return old if run.rung else new
    return recomputed(old, new, rang=run.rung, closed=closed)


def _row(standing: Standing, clock: Due) -> RunRow:
    if standing.since is None:
        raise AssertionError
    return RunRow(
        student_id=standing.student_id,
        missed_day=standing.since.day,
        missed_session=standing.since.session,
        missed_at=standing.since.starts_at,
        due_at=clock.due_at,
        raw_due_at=clock.raw_due_at,
        clock_mode=clock.clock_mode,
        provisional=clock.provisional,
        contact_by=contact_by(standing.since),
        contact_climbs_at=contact_climbs_at(standing.since),
    )


async def settle(
    conn: Conn,
    now_book: ClassBook,
    pupils: Iterable[BookPupil],
    now: datetime,
    account_id: int,
    *,
    closed: bool = False,
) -> None:
    """Bring the runs of these pupils to where the class book says they stand.

    `closed`: a closure was just declared, which never puts an alarm off (23).  The caller
    holds the class's lock.  Of a child who is in another class by now, or is expected at no
    roll (辍学), this class's rolls tell nothing: its run stays as it is.
    """
    reader = Reader(now_book, day_of(now) - LOOKED_AT_FOR, now)
    open_runs = {run.student_id: run for run in now_book.runs}
    ends: list[EndRow] = []
    runs: list[RunRow] = []
    for pupil in pupils:
        if not _is_called(pupil, day_of(now)):
            continue
        run = open_runs.get(pupil.student_id)
        standing = reader.standing(pupil)
        if standing.since is not None and standing.clock is not None:
            clock = standing.clock
            if run is not None:
                clock = _due_of(run, standing, closed=closed)
            row = _row(standing, clock)
            if run is None or _differs(run, row, now_book.calendar_version):
                runs.append(row)
        elif run is not None:
            ends.append(
                EndRow(
                    absence_id=run.id,
                    ended_at=now,
                    ended_how=standing.ended_how or "present",
                    leave_id=standing.leave_id,
                )
            )
    if ends or runs:
        key = ClassKey(
            township_id=now_book.township_id,
            school_id=now_book.school_id,
            class_id=now_book.class_id,
            now=now,
            account_id=account_id,
            calendar_version=now_book.calendar_version,
        )
        await rows.reconcile(conn, key, ends, runs)


def _is_called(pupil: BookPupil, today: date) -> bool:
    """Tell whether the class's rolls call a pupil today."""
    here = pupil.to_on is None or today < pupil.to_on
    return here and pupil.status in EXPECTED


def _differs(run: BookRun, row: RunRow, calendar_version: int) -> bool:
    return (run.missed_at, run.due_at, run.provisional, run.calendar_version) != (
        row.missed_at,
        row.due_at,
        row.provisional,
        calendar_version,
    )
