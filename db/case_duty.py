"""What cases and 重点生 owe next, on disk: kept exactly as the rules derive it."""

from collections.abc import Sequence
from datetime import datetime

import db.duty
from core.rules.base import Record
from db.duty import NewDuty
from db.pool import Conn

# A duty whose day or class has moved is another one: what was owed is done.
CALL_OFF = """
      WITH off AS (
           UPDATE duty d SET done_at = $7, done_by = $8
            WHERE d.township_id = $1 AND d.kind = ANY ($2) AND d.done_at IS NULL
              AND ($3::bigint IS NULL OR d.student_id = $3)
              AND ($9::bigint IS NULL OR d.school_id = $9)
              AND (d.kind, d.subject_id, d.due_at, coalesce(d.class_id, 0))
                  NOT IN (SELECT * FROM unnest($4::text[], $5::bigint[], $6::timestamptz[],
                                               $10::bigint[]))
        RETURNING 1)
    SELECT count(*) FROM off
"""
OPEN = """
    SELECT d.kind, d.subject_id, d.due_at, d.class_id
      FROM duty d
     WHERE d.township_id = $1 AND d.kind = ANY ($2) AND d.done_at IS NULL
"""


class Of(Record):
    """Which duties are kept: these kinds, of one child, of one school, or of all."""

    kinds: tuple[str, ...]
    student_id: int | None = None
    school_id: int | None = None


async def as_wanted(
    conn: Conn, township_id: int, kinds: Sequence[str], wanted: Sequence[NewDuty]
) -> bool:
    """Tell whether exactly the wanted duties of these kinds are owed already."""
    rows = await conn.fetch(OPEN, township_id, list(kinds))
    held = {(r["kind"], r["subject_id"], r["due_at"], r["class_id"]) for r in rows}
    return held == {(d.kind, d.subject_id, d.due_at, d.class_id) for d in wanted}


async def keep(
    conn: Conn,
    township_id: int,
    of: Of,
    wanted: Sequence[NewDuty],
    signed: tuple[datetime, int],
) -> None:
    """Let exactly the wanted ones of these duties be owed; `signed` is (now, by whom)."""
    await conn.fetchval(
        CALL_OFF,
        township_id,
        of.kinds,
        of.student_id,
        [d.kind for d in wanted],
        [d.subject_id for d in wanted],
        [d.due_at for d in wanted],
        *signed,
        of.school_id,
        [d.class_id or 0 for d in wanted],
    )
    await db.duty.open_all(conn, township_id, wanted, signed[0])
