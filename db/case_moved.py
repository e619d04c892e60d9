"""A case goes with its child to the school of the township that received it (R18)."""

from datetime import datetime
from typing import Final

from db.pool import Conn

# With the case goes whatever of it is still to be done: the step that waits, the paper on its
# way, the report to be signed.  What was signed and served stays in its school's registers.
FOLLOW: Final = """
      WITH moved AS (
           UPDATE dropout_case k SET school_id = $3, class_id = $4
            WHERE k.township_id = $1 AND k.student_id = $2 AND k.closed_at IS NULL
              AND k.school_id <> $3
        RETURNING k.id),
           steps AS (
           UPDATE case_step t SET school_id = $3
             FROM moved m
            WHERE (t.township_id, t.case_id) = ($1, m.id) AND t.decided_at IS NULL
        RETURNING 1),
           papers AS (
           UPDATE paper p SET school_id = $3
             FROM moved m
            WHERE (p.township_id, p.case_id) = ($1, m.id)
              AND (p.state = 'to_sign'
                   OR p.state = 'signed' AND p.kind IN ('return_notice', 'order'))
        RETURNING p.id),
           owed AS (
           UPDATE duty d SET school_id = $3, class_id = $4
             FROM papers p
            WHERE (d.township_id, d.kind, d.subject_id) = ($1, 'sign_report', p.id)
              AND d.done_at IS NULL
        RETURNING 1),
           noted AS (
           INSERT INTO case_event (township_id, case_id, kind, note, account_id, at)
           SELECT $1, id, 'moved', $5, $6, $7 FROM moved
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, noun, at) SELECT $1, 'case', $7 FROM noted
        RETURNING 1)
    SELECT count(*) FROM moved
"""


async def follow(
    conn: Conn,
    child: tuple[int, int],
    place: tuple[int, int],
    words: str,
    signed: tuple[datetime, int],
) -> bool:
    """Let the open case of (township, child) go to (school, class); False where none does.

    `signed` is (now, by whom).
    """
    now, by = signed
    return bool(await conn.fetchval(FOLLOW, *child, *place, words, by, now))
