"""文号 on disk: the next number of a series, without gaps whoever else signs.

The series' row is locked from the number on until the act ends: who signs meanwhile waits,
and an act that fails gives its number back.
"""

from core.rules.paper_number import PaperNumber, Series
from db.pool import Conn

NEXT = """
    INSERT INTO number_series (township_id, series, last) VALUES ($1, $2, 1)
        ON CONFLICT (township_id, series) DO UPDATE SET last = number_series.last + 1
 RETURNING last
"""


async def give(conn: Conn, township_id: int, series: Series) -> PaperNumber:
    """Return the next number of a series; it is the act's own until the act ends."""
    serial: int = await conn.fetchval(NEXT, township_id, series.key)
    return series.at(serial)
