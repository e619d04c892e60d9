"""Which classes took rolls lately, for the sweep that looks for those that did not."""

from collections.abc import Collection, Sequence
from datetime import date

from core.rules.base import Record
from db.pool import Conn
from db.rows import many

ROLLED_SINCE = """
    SELECT DISTINCT class_id FROM roll
     WHERE township_id = $1 AND day >= $2 AND session = ANY ($3) AND voided_at IS NULL
"""
LAST_ROLLS = """
    SELECT class_id, max(day) AS day FROM roll
     WHERE township_id = $1 AND class_id = ANY ($2) AND session = ANY ($3)
       AND voided_at IS NULL
     GROUP BY class_id
"""


class LastRoll(Record):
    """The last day on which a class had a roll."""

    class_id: int
    day: date


async def rolled_since(
    conn: Conn, township_id: int, day: date, sessions: Collection[str]
) -> frozenset[int]:
    """Return the classes that took a roll of one of these sessions on `day` or later."""
    rows = await conn.fetch(ROLLED_SINCE, township_id, day, sorted(sessions))
    return frozenset(row["class_id"] for row in rows)


async def last_rolls(
    conn: Conn, township_id: int, class_ids: Sequence[int], sessions: Collection[str]
) -> tuple[LastRoll, ...]:
    """Return the last day with such a roll, for the classes that ever took one."""
    rows = await conn.fetch(LAST_ROLLS, township_id, class_ids, sorted(sessions))
    return many(LastRoll, rows)
