"""迹象 on disk: raised once, acknowledged once."""

from datetime import datetime

from core.rules.base import Record
from core.rules.file import Child
from core.rules.sign import SignKind
from db.pool import Conn


class Raising(Record):
    """A sign about to be written: what was noticed, by whom, when, and who knows already."""

    kind: SignKind
    note: str
    by: int
    at: datetime
    acknowledged: bool


RAISE = """
    INSERT INTO leaving_sign (township_id, student_id, school_id, kind, note, raised_by,
                              raised_at, acknowledged_by, acknowledged_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $8 THEN $6::bigint END,
            CASE WHEN $8 THEN $7::timestamptz END)
        ON CONFLICT DO NOTHING
 RETURNING id
"""
ACKNOWLEDGE = """
    UPDATE leaving_sign SET acknowledged_by = $3, acknowledged_at = $4
     WHERE township_id = $1 AND student_id = $2 AND acknowledged_at IS NULL
 RETURNING id
"""


async def add(conn: Conn, child: Child, made: Raising) -> int | None:
    """Write a sign; None while another of the child waits to be acknowledged."""
    found: int | None = await conn.fetchval(
        RAISE,
        child.township_id,
        child.student_id,
        child.school_id,
        made.kind,
        made.note,
        made.by,
        made.at,
        made.acknowledged,
    )
    return found


async def acknowledge(conn: Conn, child: Child, by: int, now: datetime) -> int | None:
    """Acknowledge the sign of a child that waits; None where none does."""
    found: int | None = await conn.fetchval(
        ACKNOWLEDGE, child.township_id, child.student_id, by, now
    )
    return found
