"""重点生 on disk: entered and left once each, with the leaders' checks of a class."""

from datetime import datetime

from core.rules.base import Record
from core.rules.file import Child
from core.rules.key_student import KeyCheck, KeyEntry, KeyExit, KeyFacts, KeySource
from core.rules.time import day_of
from core.rules.visit import COUNTS_AS_VISIT
from db.pool import Conn
from db.rows import many


class Entry(Record):
    """A 重点生 about to be entered: what led to it, why in words, and what is to be done."""

    source: KeySource
    reasons: str
    measures: str


ENTER = """
    INSERT INTO key_student (township_id, student_id, source, reasons, measures, entered_by,
                             entered_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING
 RETURNING id
"""
LEAVE = """
    UPDATE key_student
       SET exited_as = $3, exit_note = $4, exited_by = $5, exited_at = $6
     WHERE township_id = $1 AND student_id = $2 AND exited_at IS NULL
"""
# The class is that of today, else the last one: no child falls off the list by leaving it.
# A school that does not see where a child went ($2) owes nothing more for it once the sweep,
# which sees everything, has moved what is owed.
STANDING = """
    SELECT k.township_id, k.id AS key_id, k.student_id, s.name AS student_name, e.school_id,
           e.class_id, c.cohort, c.number, k.entered_at,
           (SELECT max(v.visited_at) FROM visit v
             WHERE (v.township_id, v.student_id) = (k.township_id, k.student_id)
               AND v.method = ANY ($3)
               AND NOT EXISTS (SELECT FROM visit z
                                WHERE (z.township_id, z.student_id, z.school_year, z.number)
                                      = (v.township_id, v.student_id, v.school_year, v.number)
                                  AND z.version > v.version)) AS visited_at,
           (SELECT max(x.checked_at) FROM key_check x
             WHERE (x.township_id, x.class_id) = (k.township_id, e.class_id)) AS checked_at
      FROM key_student k
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
      JOIN LATERAL (SELECT * FROM enrolment e
                     WHERE e.township_id = k.township_id AND e.student_id = k.student_id
                     ORDER BY e.from_on <= $4 DESC, abs(e.from_on - $4)
                     LIMIT 1) e ON true
      JOIN class c ON (c.township_id, c.id) = (e.township_id, e.class_id)
     WHERE k.township_id = $1 AND k.exited_at IS NULL
       AND ($2::bigint IS NULL
            OR e.school_id = $2
               AND (e.to_on IS NULL OR e.to_on > $4
                    OR EXISTS (SELECT FROM duty d
                                WHERE (d.township_id, d.kind, d.subject_id, d.class_id)
                                      = (k.township_id, 'key_visit', k.id, e.class_id)
                                  AND d.done_at IS NULL)))
     ORDER BY k.id
"""
CHECK = """
    INSERT INTO key_check (township_id, school_id, class_id, count, note, checked_by,
                           checked_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
ENTRIES = """
    SELECT k.source, k.reasons, k.measures, i.name AS entered_by, k.entered_at, k.exited_as,
           k.exit_note, o.name AS exited_by, k.exited_at
      FROM key_student k
      JOIN account i ON i.id = k.entered_by
      LEFT JOIN account o ON o.id = k.exited_by
     WHERE k.township_id = $1 AND k.student_id = $2
     ORDER BY k.entered_at, k.id
"""
CHECKS = """
    SELECT x.count, x.note, a.name AS checked_by, x.checked_at
      FROM key_check x
      JOIN account a ON a.id = x.checked_by
     WHERE x.township_id = $1 AND x.class_id = $2 AND x.checked_at >= $3
     ORDER BY x.checked_at, x.id
"""
HEADS = """
    SELECT string_agg(a.name, '、' ORDER BY a.name)
      FROM account_grant g
      JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
     WHERE (g.township_id, g.class_id) = ($1, $2) AND g.role = 'class_teacher'
       AND g.from_on <= $3 AND (g.to_on IS NULL OR g.to_on > $3)
"""
# Whose child it is now: what is owed for a child that went elsewhere is out of sight.
OWED_HERE = """
    SELECT EXISTS (SELECT FROM key_student k
                     JOIN duty d ON (d.township_id, d.kind, d.subject_id)
                                    = (k.township_id, 'key_visit', k.id)
                                AND d.done_at IS NULL
                    WHERE k.township_id = $1 AND k.student_id = $2 AND k.exited_at IS NULL)
"""
ON_LIST = """
    SELECT EXISTS (SELECT FROM key_student
                    WHERE township_id = $1 AND student_id = $2 AND exited_at IS NULL)
"""
# What keeps a child on the list.
OPEN_CASE = """
    SELECT EXISTS (SELECT FROM dropout_case
                    WHERE township_id = $1 AND student_id = $2 AND closed_at IS NULL)
"""
SIGN_WAITS = """
    SELECT EXISTS (SELECT FROM duty
                    WHERE township_id = $1 AND student_id = $2 AND done_at IS NULL
                      AND kind IN ('sign_visit', 'acknowledge_sign'))
"""


async def enter(conn: Conn, child: Child, entry: Entry, by: int, now: datetime) -> bool:
    """Enter a child; return whether it was not on the list already."""
    told = (entry.source, entry.reasons, entry.measures, by, now)
    found = await conn.fetchval(ENTER, child.township_id, child.student_id, *told)
    return found is not None


async def leave(
    conn: Conn, child: Child, why: tuple[KeyExit, str], by: int, now: datetime
) -> bool:
    """Let a child leave the list, for (reason, in words); return whether it was on it."""
    found = await conn.fetchval(LEAVE, child.township_id, child.student_id, *why, by, now)
    return found is not None


async def standing(
    conn: Conn, township_id: int, school_id: int | None, now: datetime
) -> tuple[KeyFacts, ...]:
    """Return the 重点生 of a school, or of a township, as they stand."""
    ways = sorted(COUNTS_AS_VISIT)
    return many(
        KeyFacts, await conn.fetch(STANDING, township_id, school_id, ways, day_of(now))
    )


async def check(
    conn: Conn,
    place: tuple[int, int, int],
    found: tuple[int, str],
    signed: tuple[datetime, int],
) -> None:
    """Write a look at (township, school, class): how many there are, and what was found."""
    await conn.execute(CHECK, *place, *found, signed[1], signed[0])


async def entries(conn: Conn, child: Child) -> tuple[KeyEntry, ...]:
    """Return each time the child was on the list, the first one first."""
    return many(KeyEntry, await conn.fetch(ENTRIES, child.township_id, child.student_id))


async def checks(conn: Conn, child: Child, since: datetime) -> tuple[KeyCheck, ...]:
    """Return the looks at the records of the child's class since a moment."""
    rows = await conn.fetch(CHECKS, child.township_id, child.class_id, since)
    return many(KeyCheck, rows)


async def heads(conn: Conn, child: Child, now: datetime) -> str | None:
    """Return who heads the child's class, or stands in for them."""
    asked = (child.township_id, child.class_id, day_of(now))
    found: str | None = await conn.fetchval(HEADS, *asked)
    return found


async def on_list(conn: Conn, child: Child) -> bool:
    """Tell whether the child is a 重点生."""
    found: bool = await conn.fetchval(ON_LIST, child.township_id, child.student_id)
    return found


async def owed_here(conn: Conn, child: Child) -> bool:
    """Tell whether the person sees what is owed for the child: its school of today."""
    found: bool = await conn.fetchval(OWED_HERE, child.township_id, child.student_id)
    return found


async def is_open(conn: Conn, child: Child) -> bool:
    """Tell whether the child has a case that is not closed."""
    found: bool = await conn.fetchval(OPEN_CASE, child.township_id, child.student_id)
    return found


async def sign_waits(conn: Conn, child: Child) -> bool:
    """Tell whether a teacher's sign waits to be acknowledged or answered by a visit."""
    found: bool = await conn.fetchval(SIGN_WAITS, child.township_id, child.student_id)
    return found
