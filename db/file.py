"""A child's file on disk: the child in sight, its guardians, and its merged history."""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.duty import NOTED, Owes
from core.rules.file import CaseLine, Child, GuardianLine, OpenClock, OpenDuty
from core.rules.staff import Scope
from core.rules.visit_record import Standing
from db.pool import Conn
from db.rows import many, one

# The class is that of today, else the last one, else the first to come.
CHILD = """
    SELECT s.township_id, t.name AS township_name, s.id AS student_id, s.name, s.sex,
           s.born_on, s.address, e.school_id, sc.name AS school_name, e.class_id, c.cohort,
           c.number, e.seat_no, e.boarder, e.status, e.to_on AS left_on
      FROM student s
      JOIN LATERAL (SELECT * FROM enrolment e
                     WHERE e.township_id = s.township_id AND e.student_id = s.id
                     ORDER BY e.from_on <= $6 DESC, abs(e.from_on - $6)
                     LIMIT 1) e ON true
      JOIN township t ON t.township_id = s.township_id
      JOIN school sc ON (sc.township_id, sc.id) = (e.township_id, e.school_id)
      JOIN class c ON (c.township_id, c.id) = (e.township_id, e.class_id)
     WHERE s.township_id = ANY ($1) AND s.id = $5
       AND (s.township_id = ANY ($2) OR e.school_id = ANY ($3) OR e.class_id = ANY ($4))
"""


async def child(conn: Conn, scope: Scope, student_id: int, day: date) -> Child | None:
    """Return a child in scope with its class as of `day`; None when out of sight."""
    row = await conn.fetchrow(
        CHILD,
        scope.reach,
        scope.townships,
        scope.schools,
        scope.classes,
        student_id,
        day,
    )
    return one(Child, row)


class Numbers(Record):
    """The child's own numbers, whole; they are masked before they leave the services."""

    identity: str | None


IDENTITY = """
    SELECT (SELECT whole(township_id, 'identity', student_id::text, cipher)
              FROM student_identity
             WHERE (township_id, student_id) = ($1, $2)) AS identity
"""
# Whole numbers too: the services mask them.
GUARDIANS = """
    SELECT g.id AS guardian_id, g.name, g.relation,
           whole(g.township_id, 'guardian_phone', g.student_id || '/' || g.ordinal, p.cipher)
             AS phone
      FROM guardian g
      LEFT JOIN guardian_phone p ON (p.township_id, p.guardian_id) = (g.township_id, g.id)
     WHERE g.township_id = $1 AND g.student_id = $2
     ORDER BY g.ordinal
"""
GUARDED_BY = "SELECT student_id FROM guardian WHERE township_id = $1 AND id = $2"


async def numbers(conn: Conn, child: Child) -> Numbers:
    """Return the identity number of a child, whole."""
    row = await conn.fetchrow(IDENTITY, child.township_id, child.student_id)
    return one(Numbers, row) or Numbers(identity=None)


async def guardians(conn: Conn, child: Child) -> tuple[GuardianLine, ...]:
    """Return who answers for a child, the first to be telephoned first, numbers whole."""
    rows = await conn.fetch(GUARDIANS, child.township_id, child.student_id)
    return many(GuardianLine, rows)


async def guarded_by(conn: Conn, township_id: int, guardian_id: int) -> int | None:
    """Return the child a guardian answers for."""
    found: int | None = await conn.fetchval(GUARDED_BY, township_id, guardian_id)
    return found


LOG_WHOLE = """
    INSERT INTO read_log (township_id, at, account_id, kind, subject, purpose, row_count)
    VALUES ($1, $2, $3, $4, $5, $6, 1)
"""


async def log_whole(
    conn: Conn,
    township_id: int,
    reader: tuple[int, datetime],
    number: tuple[str, str],
    purpose: str,
) -> None:
    """Write down that a whole number was shown: to whom, when, which, what for.

    `number` is (kind, whose): "phone" of "guardian:7", "identity" of "student:12".
    """
    account_id, at = reader
    await conn.execute(LOG_WHOLE, township_id, at, account_id, *number, purpose)


CLOCK = """
    SELECT id AS absence_id, missed_day, missed_session, missed_at, due_at, raw_due_at
      FROM absence WHERE township_id = $1 AND student_id = $2 AND ended_at IS NULL
"""
OPEN_CASE = """
    SELECT k.id AS case_id, k.number, k.state, k.opened_at, t.kind AS step,
           a.name AS step_by, t.note AS step_note, t.settled_as AS step_as
      FROM dropout_case k
      LEFT JOIN case_step t ON (t.township_id, t.case_id) = (k.township_id, k.id)
                           AND t.decided_at IS NULL
      LEFT JOIN account a ON a.id = t.asked_by
     WHERE k.township_id = $1 AND k.student_id = $2 AND k.closed_at IS NULL
"""
NEXT_DUTY = """
    SELECT d.kind, d.words AS who, d.due_at, d.owed_by, m.mine
      FROM duty d
     CROSS JOIN LATERAL (SELECT d.owed_by = ANY ($3)
                                OR coalesce(d.climbed_to = ANY ($3), false) AS mine) m
     WHERE d.township_id = $1 AND d.student_id = $2 AND d.done_at IS NULL
     ORDER BY m.mine DESC, m.mine AND d.kind = ANY ($4) DESC,
              d.due_at, d.id
     LIMIT 1
"""


async def clock(conn: Conn, child: Child) -> OpenClock | None:
    """Return the child's open run, if it has one."""
    row = await conn.fetchrow(CLOCK, child.township_id, child.student_id)
    return one(OpenClock, row)


async def open_case(conn: Conn, child: Child) -> CaseLine | None:
    """Return the child's open case, if it has one."""
    return one(
        CaseLine, await conn.fetchrow(OPEN_CASE, child.township_id, child.student_id)
    )


async def next_duty(conn: Conn, child: Child, debtors: Sequence[Owes]) -> OpenDuty | None:
    """Return what these debtors owe about the child next, else what anybody owes.

    What is only to be taken note of comes first.
    """
    return one(
        OpenDuty,
        await conn.fetchrow(
            NEXT_DUTY, child.township_id, child.student_id, list(debtors), list(NOTED)
        ),
    )


# As of the moment of the contact or visit, however late it is entered (R39).
STANDING = """
      WITH run AS (
           SELECT id, raw_due_at FROM absence
            WHERE township_id = $1 AND student_id = $2 AND missed_at <= $3
              AND (ended_at IS NULL OR ended_at > $3)
            ORDER BY missed_at DESC
            LIMIT 1),
           held AS (
           SELECT id FROM dropout_case
            WHERE township_id = $1 AND student_id = $2 AND opened_at <= $3
              AND (closed_at IS NULL OR closed_at > $3)
            LIMIT 1)
    SELECT (SELECT id FROM run) AS absence_id, (SELECT id FROM held) AS case_id,
           coalesce((SELECT raw_due_at <= $3 FROM run), false)
           OR EXISTS (SELECT FROM held) AS past_48h,
           EXISTS (SELECT FROM duty
                    WHERE township_id = $1 AND student_id = $2
                      AND kind IN ('repeated', 'sign_visit')
                      AND opened_at <= $3
                      AND (done_at IS NULL OR done_at >= $3)) AS after_sign
"""


async def standing(conn: Conn, child: Child, at: datetime) -> Standing:
    """Return the run, the case and the signs a child had at a moment."""
    row = await conn.fetchrow(STANDING, child.township_id, child.student_id, at)
    found = one(Standing, row)
    if found is None:  # a query without FROM has one row
        raise AssertionError
    return found
