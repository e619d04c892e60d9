"""Wrong passwords of the last hour, as tallies, and the addresses an account came from."""

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from core.rules.base import Record
from core.rules.sign_in import Crowded
from core.rules.time import Moment
from db.pool import Conn
from db.rows import many


class Tally(Record):
    """The wrong tries of one name, of one address, or of one name at one address."""

    key: bytes
    wrong_at: tuple[Moment, ...]


IS_OWN = """
    SELECT EXISTS (SELECT FROM signin_session
                    WHERE account_id = $1 AND origin = $2 AND started_at > $3)
"""


async def is_own(conn: Conn, account: int, origin: str, since: datetime) -> bool:
    """Tell whether an account has signed in from an address since then."""
    found: bool = await conn.fetchval(IS_OWN, account, origin, since)
    return found


OPEN_TALLIES = """
    INSERT INTO signin_tally (key, wrong_at, last_at)
    SELECT key, '{}', $2 FROM unnest($1::bytea[]) key ORDER BY key
        ON CONFLICT (key) DO NOTHING
"""
TAKE_TALLIES = """
    SELECT key, wrong_at FROM signin_tally WHERE key = ANY ($1) ORDER BY key FOR UPDATE
"""
# The last 64 are more than any limit counts.
COUNT_WRONG = """
    UPDATE signin_tally
       SET wrong_at = (wrong_at || $2::timestamptz)[cardinality(wrong_at) - 62:],
           last_at = $2
     WHERE key = $1
"""
FORGIVE = """
    UPDATE signin_tally
       SET wrong_at = wrong_at[:array_position(wrong_at, $2) - 1]
                   || wrong_at[array_position(wrong_at, $2) + 1:]
     WHERE key = $1 AND $2 = ANY (wrong_at)
"""
FORGET = "DELETE FROM signin_tally WHERE last_at < $1"


async def take_tallies(
    conn: Conn, keys: Sequence[bytes], now: datetime
) -> tuple[Tally, ...]:
    """Return tallies in the order of `keys`, and hold them until the transaction ends.

    Raises Crowded when somebody else holds one of them for two seconds.
    """
    try:
        await conn.execute(OPEN_TALLIES, list(keys), now)
        rows = await conn.fetch(TAKE_TALLIES, list(keys))
    except asyncpg.LockNotAvailableError as error:
        raise Crowded from error
    found = {tally.key: tally for tally in many(Tally, rows)}
    return tuple(found[key] for key in keys)


async def count_wrong(conn: Conn, key: bytes, at: datetime) -> None:
    """Write down a wrong try."""
    await conn.execute(COUNT_WRONG, key, at)


async def forgive(conn: Conn, key: bytes, at: datetime) -> None:
    """Strike out one wrong try: it was not wrong."""
    await conn.execute(FORGIVE, key, at)


async def forget(conn: Conn, before: datetime) -> None:
    """Drop the tallies whose last wrong try was before then."""
    await conn.execute(FORGET, before)
