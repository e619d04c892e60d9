"""Absence runs on disk: opened, moved and ended set-based; swept one by one."""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from db.pool import Conn


class RunRow(Record):
    """A run to be opened, or moved to another beginning."""

    student_id: int
    missed_day: date
    missed_session: str
    missed_at: datetime
    due_at: datetime
    raw_due_at: datetime
    clock_mode: str
    provisional: bool
    # By when the family is to be telephoned, and when that climbs.
    contact_by: datetime
    contact_climbs_at: datetime


class EndRow(Record):
    """A run to be ended: when, how, and by which leave."""

    absence_id: int
    ended_at: datetime
    ended_how: str
    leave_id: int | None


# One statement for a class: end what ended, open or move what is open.  A new run owes the
# telephone call; one that only moved owes it no second time (xmax is 0 in a new row).
RECONCILE = """
      WITH ended AS (
           UPDATE absence a
              SET ended_at = e.ended_at, ended_how = e.how, ended_leave_id = e.leave_id
             FROM unnest($6::bigint[], $7::timestamptz[], $8::text[], $9::bigint[])
               AS e (id, ended_at, how, leave_id)
            WHERE a.township_id = $1 AND a.id = e.id AND a.ended_at IS NULL
        RETURNING a.id, a.student_id),
           cleared AS (
           UPDATE duty d SET done_at = $4, done_by = $5
             FROM ended
            WHERE d.township_id = $1 AND d.done_at IS NULL
              AND ((d.subject_id = ended.id AND d.kind IN ('contact', 'visit',
                                                         'joint_visit', 'mark_register'))
                   OR (d.subject_id = ended.student_id AND d.kind = 'not_known'))
        RETURNING 1),
           input AS (
           SELECT * FROM unnest($10::bigint[], $11::date[], $12::text[], $13::timestamptz[],
                                $14::timestamptz[], $15::timestamptz[], $16::text[],
                                $17::boolean[], $19::timestamptz[], $20::timestamptz[])
               AS i (student_id, missed_day, missed_session, missed_at, due_at, raw_due_at,
                     clock_mode, provisional, contact_by, contact_climbs_at)),
           opened AS (
           INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day,
                                missed_session, missed_at, noted_at, due_at, raw_due_at,
                                clock_mode, provisional, calendar_version)
           SELECT $1, i.student_id, $2, $3, i.missed_day, i.missed_session, i.missed_at, $4,
                  i.due_at, i.raw_due_at, i.clock_mode, i.provisional, $18
             FROM input i
               ON CONFLICT (township_id, student_id) WHERE ended_at IS NULL
               DO UPDATE SET school_id = excluded.school_id, class_id = excluded.class_id,
                             missed_day = excluded.missed_day,
                             missed_session = excluded.missed_session,
                             missed_at = excluded.missed_at, due_at = excluded.due_at,
                             raw_due_at = excluded.raw_due_at,
                             clock_mode = excluded.clock_mode,
                             provisional = excluded.provisional,
                             calendar_version = excluded.calendar_version
        RETURNING id, student_id, xmax = 0 AS fresh),
           owed AS (
           INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, student_id,
                             subject_id, words, opened_at, due_at, climbs_at)
           SELECT $1, 'contact', 'class_teacher', $2, $3, o.student_id, o.id, s.name, $4,
                  i.contact_by, i.contact_climbs_at
             FROM opened o
             JOIN input i ON i.student_id = o.student_id
             JOIN student s ON (s.township_id, s.id) = ($1, o.student_id)
            WHERE o.fresh
               ON CONFLICT (township_id, kind, owed_by, subject_id) WHERE done_at IS NULL
               DO NOTHING
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, school_id, class_id, noun, at)
           VALUES ($1, $2, $3, 'absence', $4)
        RETURNING 1)
    SELECT (SELECT count(*) FROM opened) + (SELECT count(*) FROM ended)
"""


class ClassKey(Record):
    """Which class a reconciliation is for, when, and who signs it."""

    township_id: int
    school_id: int
    class_id: int
    now: datetime
    account_id: int
    calendar_version: int


async def reconcile(
    conn: Conn, key: ClassKey, ends: Sequence[EndRow], runs: Sequence[RunRow]
) -> None:
    """End and open the runs of one class as its book says they stand."""
    await conn.execute(
        RECONCILE,
        key.township_id,
        key.school_id,
        key.class_id,
        key.now,
        key.account_id,
        [e.absence_id for e in ends],
        [e.ended_at for e in ends],
        [e.ended_how for e in ends],
        [e.leave_id for e in ends],
        [r.student_id for r in runs],
        [r.missed_day for r in runs],
        [r.missed_session for r in runs],
        [r.missed_at for r in runs],
        [r.due_at for r in runs],
        [r.raw_due_at for r in runs],
        [r.clock_mode for r in runs],
        [r.provisional for r in runs],
        key.calendar_version,
        [r.contact_by for r in runs],
        [r.contact_climbs_at for r in runs],
    )
