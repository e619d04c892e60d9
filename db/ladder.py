"""A township's rungs on disk: rows with a day from which they hold; and marks they asked for."""

from datetime import date, datetime

from core.rules.ladder import Rung, SetRung
from db.pool import Conn
from db.rows import many

RUNGS = """
    SELECT r.id, r.kind, r.after, r.unit, r.owed_by, r.climbs_to, r.from_on,
           a.name AS set_by_name
      FROM rung r
      JOIN account a ON a.id = r.set_by
     WHERE r.township_id = $1
     ORDER BY r.from_on, r.id
"""
# A second thought about the same day replaces the first; the journal keeps both.
SET_RUNG = """
    INSERT INTO rung (township_id, kind, after, unit, owed_by, climbs_to, from_on, set_by,
                      set_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (township_id, kind, from_on)
        DO UPDATE SET after = excluded.after, unit = excluded.unit,
                      owed_by = excluded.owed_by, climbs_to = excluded.climbs_to,
                      set_by = excluded.set_by, set_at = excluded.set_at
"""
MARKED = """
      WITH done AS (
           UPDATE duty SET done_at = $3, done_by = $4
            WHERE township_id = $1 AND student_id = $2 AND kind = 'mark_register'
              AND done_at IS NULL
        RETURNING 1)
    SELECT count(*) FROM done
"""


async def rungs(conn: Conn, township_id: int) -> tuple[SetRung, ...]:
    """Return every rung a township has set, past and to come."""
    return many(SetRung, await conn.fetch(RUNGS, township_id))


async def put(
    conn: Conn, township_id: int, rung: Rung, from_on: date, signed: tuple[datetime, int]
) -> None:
    """Set a rung from a day on; `signed` is (now, by whom)."""
    told = (rung.kind, rung.after, rung.unit, rung.owed_by, rung.climbs_to)
    await conn.execute(SET_RUNG, township_id, *told, from_on, signed[1], signed[0])


async def marked(
    conn: Conn, township_id: int, student_id: int, signed: tuple[datetime, int]
) -> bool:
    """Clear the duty to mark a child in the national register; return whether one was owed."""
    found: int = await conn.fetchval(MARKED, township_id, student_id, *signed)
    return found > 0
