"""Sittings on disk: what a signed-in person's token lets the database show them.

What may be seen is resolved in the database itself (the walls migration), from the grants.
"""

from datetime import date, datetime
from uuid import UUID

from db.pool import Conn

OPEN = "SELECT seat.open($1, $2, $3)"
CLOSE = "SELECT seat.close($1)"
FORGET = "SELECT seat.forget($1)"


async def open_one(conn: Conn, account_id: int, day: date, now: datetime) -> UUID | None:
    """Begin a sitting with the grants of `day`; None when the account is disabled."""
    found: UUID | None = await conn.fetchval(OPEN, account_id, day, now)
    return found


async def close(conn: Conn, token: UUID) -> None:
    """End a sitting."""
    await conn.fetchval(CLOSE, token)


async def forget(conn: Conn, before: datetime) -> None:
    """Drop the sittings of servers that died without closing them."""
    await conn.fetchval(FORGET, before)


AN_ADMIN = """
    SELECT a.id
      FROM account a
      JOIN account_grant g ON g.account_id = a.id AND g.role = 'admin'
       AND g.from_on <= $1 AND (g.to_on IS NULL OR g.to_on > $1)
     WHERE a.disabled_at IS NULL
     ORDER BY a.id
     LIMIT 1
"""


async def an_admin(conn: Conn, day: date) -> int | None:
    """Return the first account that administers the server today."""
    found: int | None = await conn.fetchval(AN_ADMIN, day)
    return found
