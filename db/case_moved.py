"""A case goes with its child to the class, and the school, that has it now (R18)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from core.rules.duty import DutyKind
from db.pool import Conn

OF_FILES: Final = (
    DutyKind.CHECK_EVIDENCE,
    DutyKind.REDO_EVIDENCE,
    DutyKind.RENEW_EVIDENCE,
)

# With the case goes whatever of it is still to be done: the step that waits, the paper on its
# way, the report to be signed, its files and what is owed of them.  What was signed and served
# stays in its school's registers; whoever has the case sees it too.
FOLLOW: Final = """
      WITH moved AS (
           UPDATE dropout_case k SET school_id = $3, class_id = $4
            WHERE k.township_id = $1 AND k.student_id = $2 AND k.closed_at IS NULL
              AND (k.school_id, k.class_id) <> ($3, $4)
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
           files AS (
           UPDATE evidence e SET school_id = $3
             FROM moved m
            WHERE (e.township_id, e.case_id) = ($1, m.id) AND e.school_id <> $3
        RETURNING e.id),
           owed AS (
           UPDATE duty d SET school_id = $3, class_id = $4
            WHERE (d.township_id, d.student_id) = ($1, $2) AND d.done_at IS NULL
              AND (d.kind = 'sign_report' AND d.subject_id IN (SELECT id FROM papers)
                   OR d.kind = ANY ($8) AND d.subject_id IN (SELECT id FROM files))
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
    """Let the open case of (township, child) go to (school, class); False where it is there.

    `signed` is (now, by whom).
    """
    now, by = signed
    said = (words, by, now, list(OF_FILES))
    return bool(await conn.fetchval(FOLLOW, *child, *place, *said))


HELD: Final = """
    SELECT student_id FROM dropout_case
     WHERE township_id = $1 AND student_id = ANY ($2) AND closed_at IS NULL
"""


async def held(conn: Conn, township_id: int, student_ids: Iterable[int]) -> tuple[int, ...]:
    """Return which of these children have an open case."""
    rows = await conn.fetch(HELD, township_id, list(student_ids))
    return tuple(row["student_id"] for row in rows)
