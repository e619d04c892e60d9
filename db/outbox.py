"""News for the other screens: where, and a noun, written in the act's transaction."""

from datetime import datetime

from core.rules.base import Record
from core.rules.news import Where
from db.pool import Conn
from db.rows import many

TELL = "INSERT INTO outbox (township_id, school_id, noun, at) VALUES ($1, $4, $2, $3)"


async def tell(
    conn: Conn, township_id: int, noun: str, now: datetime, school_id: int | None = None
) -> None:
    """Announce that something of this noun changed in a township, or in a school of it."""
    await conn.execute(TELL, township_id, noun, now, school_id)


class Item(Record):
    """One announcement."""

    id: int
    township_id: int
    school_id: int | None
    class_id: int | None
    noun: str

    @property
    def where(self) -> Where:
        """Return where it happened."""
        return Where(
            township_id=self.township_id, school_id=self.school_id, class_id=self.class_id
        )


# Everything that committed after the last look has a transaction id at or above the
# oldest transaction then still running, whatever the order of commits.
SINCE = """
    SELECT id, township_id, school_id, class_id, noun
      FROM outbox
     WHERE xid >= $1::text::xid8
     ORDER BY id
"""
HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text"


async def horizon(conn: Conn) -> str:
    """Return the oldest transaction still running: where the next look must begin."""
    found: str = await conn.fetchval(HORIZON)
    return found


async def since(conn: Conn, xid: str) -> tuple[Item, ...]:
    """Return what was announced by transactions at or after `xid` (some seen before)."""
    return many(Item, await conn.fetch(SINCE, xid))


FORGET = "DELETE FROM outbox WHERE at < $1"


async def forget(conn: Conn, before: datetime) -> None:
    """Drop announcements every screen has heard long ago."""
    await conn.execute(FORGET, before)
