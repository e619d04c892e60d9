"""What else a month report asks of the rolls: long leave, runs past 48 hours, 出勤."""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.leave import Leave
from core.rules.month_span import Span
from db.balance import IN_SCHOOL
from db.pool import Conn
from db.rows import many

# Only leave that can be long is judged day by day: a child of the school on leave at the
# end of the report, whose leaves there this term cover more than `$6` calendar days.  A
# leave given by another school is not seen here, and so counts for nobody who asks.
LEAVES = """
      WITH span AS (
           SELECT * FROM unnest($2::bigint[], $3::date[]) AS s (school_id, closing_on)),
           away AS (
           SELECT e.student_id, e.school_id, e.class_id
             FROM span s
             JOIN enrolment e ON e.township_id = $1 AND e.school_id = s.school_id
              AND e.from_on <= s.closing_on AND (e.to_on IS NULL OR e.to_on > s.closing_on)
              AND e.status = ANY ($5) AND e.status <> 'long_leave'
            WHERE EXISTS (
                  SELECT FROM leave l
                   WHERE (l.township_id, l.student_id) = ($1, e.student_id)
                     AND l.school_id = e.school_id
                     AND l.from_day <= s.closing_on AND l.to_day >= s.closing_on
                     AND l.state <> 'refused'
                     AND (l.closed_at IS NULL OR l.closed_at
                          >= (s.closing_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')))
    SELECT l.id, l.township_id, l.number, l.student_id, l.school_id, l.class_id, l.kind,
           l.from_day, l.from_session, l.to_day, l.to_session, l.from_at, l.to_at,
           l.asked_by, l.asked_how, l.reason, l.state, l.entered_by, l.entered_at,
           l.decided_by, l.decided_at, l.alone_until, l.closed_at,
           l.extends_id, l.evidence
      FROM (SELECT l.id, l.township_id, l.number, l.student_id, l.school_id, a.class_id,
                   l.kind, l.from_day, l.from_session, l.to_day, l.to_session, l.from_at,
                   l.to_at, l.asked_by, l.asked_how, l.reason, l.state, l.entered_by,
                   l.entered_at, l.decided_by, l.decided_at, l.alone_until, l.closed_at,
                   l.extends_id, l.evidence,
                   sum(l.to_day - l.from_day + 1) OVER (PARTITION BY l.student_id) AS days
              FROM away a
              JOIN leave l ON (l.township_id, l.student_id) = ($1, a.student_id)
               AND l.school_id = a.school_id AND l.to_day >= $4 AND l.state <> 'refused') l
     WHERE l.days > $6
"""
ON_LONG_LEAVE = """
      WITH span AS (
           SELECT * FROM unnest($2::bigint[], $3::date[]) AS s (school_id, closing_on))
    SELECT e.class_id, count(*) AS pupils
      FROM span s
      JOIN enrolment e ON e.township_id = $1 AND e.school_id = s.school_id
       AND e.from_on <= s.closing_on AND (e.to_on IS NULL OR e.to_on > s.closing_on)
     WHERE e.status = 'long_leave'
     GROUP BY e.class_id
"""


class ClassCount(Record):
    """So many pupils of a class."""

    class_id: int
    pupils: int


async def leaves(
    conn: Conn, township_id: int, spans: Sequence[Span], term_from: date, least: int
) -> tuple[Leave, ...]:
    """Return this term's leaves of pupils who may be on long leave at the spans' ends.

    Only of those whose leaves take more than `least` calendar days together.

    `class_id` is the class the pupil is in at the end, not the one the leave was asked in.
    """
    rows = await conn.fetch(
        LEAVES,
        township_id,
        [s.school_id for s in spans],
        [s.closing_on for s in spans],
        term_from,
        list(IN_SCHOOL),
        least,
    )
    return many(Leave, rows)


async def on_long_leave(
    conn: Conn, township_id: int, spans: Sequence[Span]
) -> tuple[ClassCount, ...]:
    """Return how many pupils of each class are enrolled as on long leave at the end."""
    rows = await conn.fetch(
        ON_LONG_LEAVE,
        township_id,
        [s.school_id for s in spans],
        [s.closing_on for s in spans],
    )
    return many(ClassCount, rows)


RUNS_PAST_48H = """
    SELECT count(*) FROM absence
     WHERE township_id = $1 AND school_id = $2 AND raw_due_at <= $3
       AND (ended_at IS NULL OR ended_at > $3)
"""


async def runs_past_48h(conn: Conn, township_id: int, school_id: int, at: datetime) -> int:
    """Count the children who had been missing over 48 hours at a moment."""
    found: int = await conn.fetchval(RUNS_PAST_48H, township_id, school_id, at)
    return found


ATTENDANCE = """
      WITH span AS (
           SELECT * FROM unnest($2::bigint[], $3::date[], $4::date[])
               AS s (school_id, opening_on, closing_on)),
           held AS (
           SELECT r.id, r.class_id, r.expected
             FROM span s
             JOIN roll r ON r.township_id = $1 AND r.school_id = s.school_id
              AND r.day > s.opening_on AND r.day <= s.closing_on AND r.voided_at IS NULL),
           away AS (
           SELECT h.class_id, count(*) AS pupils
             FROM held h
             JOIN roll_mark m ON (m.township_id, m.roll_id) = ($1, h.id)
            WHERE m.mark IN ('absent', 'sick', 'personal')
            GROUP BY h.class_id)
    SELECT h.class_id, sum(h.expected) AS expected,
           sum(h.expected) - coalesce(max(a.pupils), 0) AS present
      FROM held h
      LEFT JOIN away a ON a.class_id = h.class_id
     GROUP BY h.class_id
"""


class ClassAttended(Record):
    """出勤 of a class over a span, in person-sessions of the rolls that were taken."""

    class_id: int
    expected: int
    present: int


async def attendance(
    conn: Conn, township_id: int, spans: Sequence[Span]
) -> tuple[ClassAttended, ...]:
    """Return the 出勤 of each class; a roll not taken is in neither figure."""
    rows = await conn.fetch(
        ATTENDANCE,
        township_id,
        [s.school_id for s in spans],
        [s.opening_on for s in spans],
        [s.closing_on for s in spans],
    )
    return many(ClassAttended, rows)
