"""What cases owe next, on disk: kept exactly as the rules derive it."""

from collections.abc import Sequence
from datetime import datetime

import db.duty
from db.duty import NewDuty
from db.pool import Conn

# A duty whose day has moved is another one: what was owed is done.
CALL_OFF = """
      WITH off AS (
           UPDATE duty d SET done_at = $7, done_by = $8
            WHERE d.township_id = $1 AND d.kind = ANY ($2) AND d.done_at IS NULL
              AND ($3::bigint IS NULL OR d.student_id = $3)
              AND (d.kind, d.subject_id, d.due_at)
                  NOT IN (SELECT * FROM unnest($4::text[], $5::bigint[], $6::timestamptz[]))
        RETURNING 1)
    SELECT count(*) FROM off
"""
OPEN = """
    SELECT d.kind, d.subject_id, d.due_at
      FROM duty d
     WHERE d.township_id = $1 AND d.kind = ANY ($2) AND d.done_at IS NULL
       AND ($3::bigint IS NULL OR d.student_id = $3)
"""


async def as_wanted(
    conn: Conn,
    township_id: int,
    kinds: Sequence[str],
    student_id: int | None,
    wanted: Sequence[NewDuty],
) -> bool:
    """Tell whether exactly the wanted duties of these kinds are owed already."""
    rows = await conn.fetch(OPEN, township_id, list(kinds), student_id)
    held = {(row["kind"], row["subject_id"], row["due_at"]) for row in rows}
    return held == {(d.kind, d.subject_id, d.due_at) for d in wanted}


async def keep(
    conn: Conn,
    township_id: int,
    kinds: Sequence[str],
    student_id: int | None,
    wanted: Sequence[NewDuty],
    signed: tuple[datetime, int],
) -> None:
    """Let exactly the wanted duties of these kinds be owed, of one child or of all.

    `signed` is (now, by whom).
    """
    await conn.fetchval(
        CALL_OFF,
        township_id,
        list(kinds),
        student_id,
        [d.kind for d in wanted],
        [d.subject_id for d in wanted],
        [d.due_at for d in wanted],
        *signed,
    )
    await db.duty.open_all(conn, township_id, wanted, signed[0])
