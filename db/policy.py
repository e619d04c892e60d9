"""A township's settings on disk: rows with a day from which they hold, never changed back."""

from datetime import date, datetime

from core.rules.policy_line import SetRow
from db.pool import Conn
from db.rows import many

ROWS = """
    SELECT p.id, p.name, p.value, p.from_on, a.name AS set_by_name
      FROM policy p
      JOIN account a ON a.id = p.set_by
     WHERE p.township_id = $1
     ORDER BY p.name, p.from_on
"""
# A second thought about the same day replaces the first; the journal keeps both.
SET = """
    INSERT INTO policy (township_id, name, value, from_on, set_by, set_at)
    VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (township_id, name, from_on)
        DO UPDATE SET value = excluded.value, set_by = excluded.set_by,
                      set_at = excluded.set_at
"""


async def rows(conn: Conn, township_id: int) -> tuple[SetRow, ...]:
    """Return everything a township has set, past and to come."""
    return many(SetRow, await conn.fetch(ROWS, township_id))


async def put(
    conn: Conn, township_id: int, setting: tuple[str, str, date], by: int, now: datetime
) -> None:
    """Set (name, value) from a day on."""
    await conn.execute(SET, township_id, *setting, by, now)
