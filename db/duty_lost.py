"""A child nobody can find, on disk: the alarm that waits for no clock, and its duties."""

from collections.abc import Sequence
from datetime import datetime

from core.rules.duty import NOTED, Owes
from core.rules.file import Child
from db.pool import Conn

# The alarm hangs on the run, where there is one; its key makes it ring once.
RING_LOST = """
      WITH rung AS (
           INSERT INTO alarm (township_id, absence_id, stage, rang_at)
           SELECT $1, $6::bigint, 'lost', $8::timestamptz WHERE $6::bigint IS NOT NULL
               ON CONFLICT DO NOTHING
        RETURNING 1),
           owed AS (
           INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, student_id,
                             subject_id, words, opened_at, due_at)
           SELECT $1, 'not_known', o.owed_by, $2, $3, $4, $4, $5, $8, $8
             FROM unnest($7::text[]) AS o (owed_by)
               ON CONFLICT (township_id, kind, owed_by, subject_id) WHERE done_at IS NULL
               DO NOTHING
        RETURNING 1)
    INSERT INTO outbox (township_id, noun, at)
    SELECT $1, n.noun, $8 FROM unnest(ARRAY['absence', 'duty', 'urgent']) AS n (noun)
"""


async def ring_lost(
    conn: Conn,
    child: Child,
    absence_id: int | None,
    debtors: Sequence[Owes],
    now: datetime,
) -> None:
    """Tell of a child nobody can find: alarm stage `lost`, and a duty each, due now."""
    await conn.execute(
        RING_LOST,
        child.township_id,
        child.school_id,
        child.class_id,
        child.student_id,
        child.name,
        absence_id,
        list(debtors),
        now,
    )


OWES_NOTE = """
    SELECT EXISTS (SELECT FROM duty
                    WHERE township_id = $1 AND student_id = $2
                      AND kind = ANY ($4)
                      AND owed_by = ANY ($3) AND done_at IS NULL)
"""
TAKE_NOTE = """
      WITH noted AS (
           UPDATE duty SET done_at = $4, done_by = $5
            WHERE township_id = $1 AND student_id = $2
              AND kind = ANY ($6) AND owed_by = ANY ($3)
              AND done_at IS NULL
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, noun, at)
           SELECT $1, 'duty', $4 FROM noted LIMIT 1
        RETURNING 1)
    SELECT count(*) FROM noted
"""


async def owes_note(conn: Conn, child: Child, debtors: Sequence[Owes]) -> bool:
    """Tell whether one of these debtors has yet to take note of what was raised."""
    found: bool = await conn.fetchval(
        OWES_NOTE, child.township_id, child.student_id, list(debtors), list(NOTED)
    )
    return found


async def take_note(
    conn: Conn, child: Child, debtors: Sequence[Owes], now: datetime, account_id: int
) -> int:
    """Clear the duty of those who have taken note; return how many there were."""
    about = (child.township_id, child.student_id, list(debtors))
    found: int = await conn.fetchval(TAKE_NOTE, *about, now, account_id, list(NOTED))
    return found
