"""Rolls, marks and corrections on disk.  A class of fifty is one statement, not fifty."""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Json

from core.rules.base import Record
from core.rules.calendar import SessionCode
from core.rules.leave import LeaveKind
from core.rules.roll import Mark
from core.rules.time import school_year
from db.pool import Conn


class RollHead(Record):
    """What is written of a roll beside its marks."""

    township_id: int
    school_id: int
    class_id: int
    day: date
    session: str
    starts_at: datetime
    limit_at: datetime
    ends_at: datetime
    expected: int
    taken_by: int
    taken_at: datetime
    on_behalf: bool
    backfilled: bool
    told_by: str | None


class Booking(Record):
    """A leave that a digit books: from the roll's session to the pupil's last of the day."""

    kind: LeaveKind
    to_session: SessionCode
    to_at: datetime


class MarkRow(Record):
    """One pupil's mark to be written; None takes it away (present is not stored)."""

    student_id: int
    mark: Mark | None
    at: datetime | None = None
    leave_id: int | None = None
    # 病假 or 事假 without a leave that counts: one is booked in this act (rule 2).
    books: Booking | None = None
    # What it was before, where this is a correction of a roll already taken.
    was: Mark | None = None
    became: Mark
    reason: str = ""


class Booked(Record):
    """A leave that was booked by the roll's own digit."""

    id: int
    number: str
    student_id: int


class Saved(Record):
    """The roll's id, the leaves its digits booked, and those a correction took back."""

    id: int
    booked: Json[tuple[Booked, ...]]
    withdrawn: Json[frozenset[int]]


# One statement: the roll, the leaves its digits book (today only, asked by the first
# guardian by telephone, approved by who takes the roll), its marks, the corrections, the
# news, and the end of the draft it came from.  A digit that was put right takes its leave
# back, unless a later roll of the day stands on it.
SAVE = """
      WITH input AS (
           SELECT * FROM unnest($15::bigint[], $16::text[], $17::timestamptz[],
                                $18::bigint[], $19::text[], $20::text[],
                                $21::timestamptz[], $22::text[], $23::text[], $24::text[])
               AS i (student_id, mark, at, leave_id, books, to_session, to_at, was, became,
                     reason)),
           saved AS (
           INSERT INTO roll (township_id, school_id, class_id, day, session, starts_at,
                             limit_at, ends_at, expected, taken_by, taken_at, on_behalf,
                             backfilled, told_by)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
               ON CONFLICT (township_id, class_id, day, session)
               DO UPDATE SET expected = roll.expected
        RETURNING id),
           series AS (
           INSERT INTO number_series (township_id, series, last)
           SELECT $1, 'leave-' || $2 || '-' || $26, count(*) FROM input
            WHERE books IS NOT NULL
           HAVING count(*) > 0
               ON CONFLICT (township_id, series)
               DO UPDATE SET last = number_series.last + excluded.last
        RETURNING last),
           booked AS (
           INSERT INTO leave (township_id, number, student_id, school_id, class_id, kind,
                              from_day, from_session, to_day, to_session, from_at, to_at,
                              asked_by, asked_how, reason, state, entered_by, entered_at,
                              decided_by, decided_at, alone_until, evidence, roll_id)
           SELECT $1,
                  $26 || '-' || to_char(series.last + 1 - row_number()
                                        OVER (ORDER BY i.student_id DESC), 'FM99990000'),
                  i.student_id, $2, $3, i.books, $4, $5, $4, i.to_session, $6, i.to_at,
                  coalesce(g.name, '监护人'), 'phone', '', 'approved', $10, $11, $10, $11,
                  i.to_at, '', saved.id
             FROM input i
            CROSS JOIN series
            CROSS JOIN saved
             LEFT JOIN guardian g ON (g.township_id, g.student_id, g.ordinal)
                                   = ($1, i.student_id, 1)
            WHERE i.books IS NOT NULL
        RETURNING id, number, student_id),
           withdrawn AS (
           UPDATE leave l
              SET state = 'refused', decided_by = $10, decided_at = $11,
                  reason = '点名更正，撤销'
             FROM saved, input i
            WHERE l.township_id = $1 AND l.roll_id = saved.id
              AND l.student_id = i.student_id AND l.state = 'approved'
              AND i.was IN ('sick', 'personal') AND i.became <> i.was
              AND NOT EXISTS (SELECT FROM roll_mark m
                               WHERE (m.township_id, m.student_id, m.leave_id)
                                     = ($1, l.student_id, l.id)
                                 AND m.roll_id <> saved.id)
        RETURNING l.id),
           removed AS (
           DELETE FROM roll_mark m USING saved, input i
            WHERE m.township_id = $1 AND m.roll_id = saved.id
              AND m.student_id = i.student_id AND i.mark IS NULL
        RETURNING 1),
           marked AS (
           INSERT INTO roll_mark (township_id, school_id, roll_id, student_id, mark, at,
                                  leave_id, noted_by, noted_at)
           SELECT $1, $2, saved.id, i.student_id, i.mark, i.at,
                  coalesce(i.leave_id, booked.id), $10, $11
             FROM saved
            CROSS JOIN input i
             LEFT JOIN booked ON booked.student_id = i.student_id
            WHERE i.mark IS NOT NULL
               ON CONFLICT (township_id, roll_id, student_id)
               DO UPDATE SET mark = excluded.mark, at = excluded.at,
                             leave_id = excluded.leave_id, noted_by = excluded.noted_by,
                             noted_at = excluded.noted_at
        RETURNING 1),
           corrected AS (
           INSERT INTO roll_correction (township_id, roll_id, student_id, was, became,
                                        reason, corrected_by, corrected_at)
           SELECT $1, saved.id, i.student_id, i.was, i.became, i.reason, $10, $11
             FROM saved, input i
            WHERE i.was IS NOT NULL
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, school_id, class_id, noun, at)
           VALUES ($1, $2, $3, 'roll', $11)
        RETURNING 1),
           dropped AS (
           DELETE FROM draft WHERE account_id = $10 AND form = 'roll' AND subject = $25
        RETURNING 1)
    SELECT id, (SELECT coalesce(jsonb_agg(to_jsonb(booked)), '[]') FROM booked) AS booked,
           (SELECT coalesce(jsonb_agg(id), '[]') FROM withdrawn) AS withdrawn
      FROM saved
"""


async def save(
    conn: Conn, head: RollHead, marks: Sequence[MarkRow], draft_subject: str
) -> Saved:
    """Write a roll with the marks that changed.

    An existing roll keeps who took it and when; corrections say who changed what.
    """
    row = await conn.fetchrow(
        SAVE,
        head.township_id,
        head.school_id,
        head.class_id,
        head.day,
        head.session,
        head.starts_at,
        head.limit_at,
        head.ends_at,
        head.expected,
        head.taken_by,
        head.taken_at,
        head.on_behalf,
        head.backfilled,
        head.told_by,
        [m.student_id for m in marks],
        [m.mark for m in marks],
        [m.at for m in marks],
        [m.leave_id for m in marks],
        [m.books and m.books.kind for m in marks],
        [m.books and m.books.to_session for m in marks],
        [m.books and m.books.to_at for m in marks],
        [m.was for m in marks],
        [m.became for m in marks],
        [m.reason for m in marks],
        draft_subject,
        str(school_year(head.day)),
    )
    return Saved.model_validate(dict(row or {}))


VOID = """
    UPDATE roll SET voided_at = $6
     WHERE township_id = $1 AND class_id = ANY ($2) AND day >= $3 AND day < $4
       AND ($5::text IS NULL OR session = $5) AND voided_at IS NULL
"""


async def void(
    conn: Conn,
    township_id: int,
    class_ids: Sequence[int],
    days: tuple[date, date],
    session: str | None,
    now: datetime,
) -> None:
    """Mark rolls taken in a session that was called off (停课): kept, counting nothing."""
    await conn.execute(VOID, township_id, list(class_ids), *days, session, now)
