"""What the sweep looks for among leaves: over and seen, over and not seen, too long."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.leave_line import LeaveLine
from core.rules.staff import Scope
from core.rules.time import Moment
from db.pool import Conn
from db.rows import many


class Over(Record):
    """A leave whose end, or whose enterer's own days, are past; the class is today's."""

    id: int
    township_id: int
    number: str
    student_id: int
    student_name: str
    school_id: int
    class_id: int
    cohort: int
    class_number: int
    boarder: bool
    state: str
    # From when on the child is expected again.
    until: Moment


class Seen(Record):
    """A leave that is over, and the first session after it that saw the child."""

    id: int
    at: datetime


# A child was seen when a roll at which it was expected holds no mark of absence for it.
SEEN = """
    SELECT l.id, min(r.starts_at) AS at
      FROM leave l
      JOIN enrolment e ON e.township_id = l.township_id AND e.student_id = l.student_id
      JOIN roll r ON r.township_id = e.township_id AND r.class_id = e.class_id
     WHERE l.township_id = $1 AND l.state IN ('approved', 'overrun') AND l.to_at <= $2
       AND e.status = ANY ($3)
       AND r.starts_at >= l.to_at AND r.voided_at IS NULL
       AND r.day >= e.from_on AND (e.to_on IS NULL OR r.day < e.to_on)
       AND (e.boarder OR NOT EXISTS (SELECT FROM session_plan p
                                      WHERE p.township_id = r.township_id
                                        AND p.school_id = r.school_id
                                        AND p.session = r.session AND p.boarders_only
                                        AND p.from_on <= r.day
                                        AND (p.to_on IS NULL OR p.to_on > r.day)))
       AND NOT EXISTS (SELECT FROM roll_mark m
                        WHERE (m.township_id, m.roll_id, m.student_id)
                            = (r.township_id, r.id, l.student_id)
                          AND m.mark IN ('absent', 'sick', 'personal'))
     GROUP BY l.id
"""
CLOSE_SEEN = """
      WITH closed AS (
           UPDATE leave l SET state = 'closed', closed_by = $3, closed_at = seen.at
             FROM unnest($4::bigint[], $5::timestamptz[]) AS seen (id, at)
            WHERE l.township_id = $1 AND l.id = seen.id
              AND l.state IN ('approved', 'overrun')
        RETURNING l.id),
           cleared AS (
           UPDATE duty d SET done_at = $2, done_by = $3
             FROM closed
            WHERE d.township_id = $1 AND d.subject_id = closed.id AND d.done_at IS NULL
              AND d.kind IN ('leave_ending', 'leave_overrun')
        RETURNING 1)
    INSERT INTO outbox (township_id, noun, at)
    SELECT $1, n.noun, $2 FROM unnest(ARRAY['leave', 'duty']) AS n (noun)
     WHERE EXISTS (SELECT FROM closed)
"""


async def seen(
    conn: Conn, township_id: int, now: datetime, expected: Sequence[str]
) -> tuple[Seen, ...]:
    """Return the leaves that are over and whose child a later roll shows present."""
    return many(Seen, await conn.fetch(SEEN, township_id, now, expected))


async def close_seen(
    conn: Conn, township_id: int, leaves: Sequence[Seen], now: datetime, by: int
) -> None:
    """Close leaves with the session that saw the child, and the duties about them."""
    ids, ats = [one.id for one in leaves], [one.at for one in leaves]
    await conn.execute(CLOSE_SEEN, township_id, now, by, ids, ats)


# A later leave that has begun answers for the child; it will have its own turn.  For a
# leave that waits, what counts ended with its enterer's own days.
OVER = """
    SELECT l.id, l.township_id, l.number, l.student_id, s.name AS student_name, e.school_id,
           e.class_id, c.cohort, c.number AS class_number, e.boarder, l.state,
           CASE WHEN l.state = 'waiting' THEN least(l.to_at, l.alone_until)
                ELSE l.to_at END AS until
      FROM leave l
      JOIN student s ON (s.township_id, s.id) = (l.township_id, l.student_id)
      JOIN enrolment e ON e.township_id = l.township_id AND e.student_id = l.student_id
                      AND e.from_on <= $3 AND (e.to_on IS NULL OR e.to_on > $3)
      JOIN class c ON (c.township_id, c.id) = (e.township_id, e.class_id)
     WHERE l.township_id = $1 AND e.status = ANY ($4)
       AND (l.state = 'approved' AND l.to_at <= $2
            OR l.state = 'waiting' AND least(l.to_at, l.alone_until) <= $2
               AND NOT EXISTS (SELECT FROM absence a
                                WHERE a.township_id = l.township_id
                                  AND a.student_id = l.student_id AND a.ended_at IS NULL))
       AND NOT EXISTS (SELECT FROM leave x
                        WHERE x.township_id = l.township_id AND x.student_id = l.student_id
                          AND x.id <> l.id AND x.from_at <= $2 AND x.to_at > l.to_at
                          AND (x.state IN ('approved', 'overrun')
                               OR x.state = 'waiting' AND x.alone_until > $2))
     ORDER BY e.class_id, l.id
"""
MARK_OVERRUN = """
    UPDATE leave SET state = 'overrun'
     WHERE township_id = $1 AND id = ANY ($2) AND state = 'approved'
 RETURNING id
"""


async def over(
    conn: Conn, township_id: int, now: datetime, day: date, expected: Iterable[str]
) -> tuple[Over, ...]:
    """Return the leaves that no longer count and are neither closed nor continued.

    `expected`: the enrolment statuses that count as 应到.
    """
    return many(Over, await conn.fetch(OVER, township_id, now, day, list(expected)))


async def mark_overrun(
    conn: Conn, township_id: int, leave_ids: Iterable[int]
) -> frozenset[int]:
    """Mark approved leaves as 逾期未销假; return which were."""
    rows = await conn.fetch(MARK_OVERRUN, township_id, list(leave_ids))
    return frozenset(row["id"] for row in rows)


# Every leave of the term of the children whose leaves together are long enough to look at.
CHAINS = """
      WITH asked AS (
           SELECT l.township_id, l.student_id
             FROM leave l
            WHERE l.township_id = ANY ($1)
              AND (l.township_id = ANY ($2) OR l.school_id = ANY ($3)
                   OR l.class_id = ANY ($4))
              AND l.state <> 'refused' AND l.to_day >= $5 AND l.from_day < $6
            GROUP BY l.township_id, l.student_id
           HAVING sum(l.to_day - l.from_day + 1) > $7
              AND (NOT $8 OR bool_or(l.state IN ('waiting', 'approved', 'overrun'))))
    SELECT l.id, l.township_id, l.number, l.student_id, l.school_id, l.class_id, l.kind,
           l.from_day, l.from_session, l.to_day, l.to_session, l.from_at, l.to_at,
           l.asked_by, l.asked_how, l.reason, l.state, l.entered_by, l.entered_at,
           l.decided_by, l.decided_at, l.alone_until, l.closed_at,
           l.extends_id, l.evidence, called(st, $2, $3, $4) AS student_name, st.pinyin,
           sc.name AS school_name, c.cohort, c.number AS class_number, false AS boarder,
           '' AS entered_by_name, NULL::text AS decided_by_name
      FROM asked
      JOIN leave l USING (township_id, student_id)
      JOIN student st ON (st.township_id, st.id) = (l.township_id, l.student_id)
      JOIN school sc ON (sc.township_id, sc.id) = (l.township_id, l.school_id)
      JOIN class c ON (c.township_id, c.id) = (l.township_id, l.class_id)
     WHERE l.state <> 'refused' AND l.to_day >= $5 AND l.from_day < $6
     ORDER BY l.township_id, l.student_id, l.from_at
"""


async def chains(
    conn: Conn, scope: Scope, term: tuple[date, date], least: int, *, open_only: bool
) -> tuple[LeaveLine, ...]:
    """Return the leaves of children with more than `least` days of leave in the term.

    `open_only`: only of children with a leave that is not closed.
    """
    rows = await conn.fetch(
        CHAINS,
        scope.reach,
        scope.townships,
        scope.schools,
        scope.classes,
        *term,
        least,
        open_only,
    )
    return many(LeaveLine, rows)


# Leaves of several days that nothing continues, and nobody has been reminded of.
ENDING = """
    SELECT l.id, l.township_id, l.number, l.student_id, l.school_id, l.class_id, l.kind,
           l.from_day, l.from_session, l.to_day, l.to_session, l.from_at, l.to_at,
           l.asked_by, l.asked_how, l.reason, l.state, l.entered_by, l.entered_at,
           l.decided_by, l.decided_at, l.alone_until, l.closed_at,
           l.extends_id, l.evidence, st.name AS student_name, st.pinyin,
           sc.name AS school_name, c.cohort, c.number AS class_number, false AS boarder,
           '' AS entered_by_name, NULL::text AS decided_by_name
      FROM leave l
      JOIN student st ON (st.township_id, st.id) = (l.township_id, l.student_id)
      JOIN school sc ON (sc.township_id, sc.id) = (l.township_id, l.school_id)
      JOIN class c ON (c.township_id, c.id) = (l.township_id, l.class_id)
     WHERE l.township_id = $1 AND l.state IN ('waiting', 'approved')
       AND l.to_at > $2 AND l.from_at <= $2 AND l.to_day > l.from_day AND l.to_day < $3
       AND NOT EXISTS (SELECT FROM duty d
                        WHERE d.township_id = l.township_id AND d.kind = 'leave_ending'
                          AND d.subject_id = l.id AND d.student_id = l.student_id)
       AND NOT EXISTS (SELECT FROM leave x
                        WHERE x.township_id = l.township_id AND x.student_id = l.student_id
                          AND x.extends_id = l.id AND x.state <> 'refused')
"""


async def ending(
    conn: Conn, township_id: int, now: datetime, before: date
) -> tuple[LeaveLine, ...]:
    """Return leaves under way that end before a day and of which nobody was reminded."""
    return many(LeaveLine, await conn.fetch(ENDING, township_id, now, before))
