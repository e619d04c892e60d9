"""Children and their class lists on disk; what a roster changes is in `db.roster`."""

from datetime import date, datetime
from typing import Final

from core.rules.found import Found
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many

MOST_FOUND: Final = 60

# $6 is what was typed: letters find initials, anything else a part of the name.
FIND = """
    SELECT s.township_id, s.id AS student_id, e.class_id, e.school_id, s.name, s.pinyin,
           s.born_on, sc.name AS school_name, c.cohort, c.number, e.seat_no,
           e.status,
           EXISTS (SELECT FROM absence a
                    WHERE (a.township_id, a.student_id) = (s.township_id, s.id)
                      AND a.ended_at IS NULL) AS missing
      FROM enrolment e
      JOIN student s ON (s.township_id, s.id) = (e.township_id, e.student_id)
      JOIN class c ON (c.township_id, c.id) = (e.township_id, e.class_id)
      JOIN school sc ON (sc.township_id, sc.id) = (e.township_id, e.school_id)
     WHERE e.township_id = ANY ($1)
       AND (e.township_id = ANY ($2) OR e.school_id = ANY ($3) OR e.class_id = ANY ($4))
       AND e.from_on <= $5 AND (e.to_on IS NULL OR e.to_on > $5)
       AND (strpos(s.name, $6) > 0
            OR EXISTS (SELECT FROM unnest(s.pinyin) p WHERE starts_with(p, $6)))
       AND ($8::bigint IS NULL OR s.id = $8)
     ORDER BY s.pinyin_key, s.id
     LIMIT $7
"""


async def find(
    conn: Conn, scope: Scope, day: date, typed: str, student_id: int | None = None
) -> tuple[Found, ...]:
    """Return at most 60 children in scope whose name or initials match, or the one asked for."""
    rows = await conn.fetch(
        FIND,
        scope.reach,
        scope.townships,
        scope.schools,
        scope.classes,
        day,
        typed,
        MOST_FOUND,
        student_id,
    )
    return many(Found, rows)


LOG_READ = """
    INSERT INTO read_log (township_id, at, account_id, kind, subject, purpose, row_count,
                          sha256)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


async def log_read(
    conn: Conn,
    township_id: int,
    reader: tuple[int, datetime],
    kind: str,
    subject: str,
    rows: int,
) -> None:
    """Write down that personal data was read: by whom and when, what kind, of whom, how many."""
    account_id, at = reader
    await conn.execute(
        LOG_READ, township_id, at, account_id, kind, subject, None, rows, None
    )
