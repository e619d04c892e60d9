"""What is kept of people's terminals."""

from datetime import datetime

from core.rules.base import Record
from core.rules.terminal import (
    Colour,
    Encoding,
    Frames,
    Measured,
    Remembered,
    Wanted,
    Width,
)
from db.pool import Conn
from db.rows import one


class _Row(Record):
    encoding: Encoding | None
    width: Width | None
    frames: Frames | None
    colour: Colour | None
    measured_encoding: Encoding | None
    measured_width: Width | None


RECALL = """
    SELECT encoding, width, frames, colour, measured_encoding, measured_width
      FROM terminal WHERE account_id = $1 AND client = $2
"""


async def recall(conn: Conn, account_id: int, client: str) -> Remembered | None:
    """Return what is kept of a person's terminal."""
    row = one(_Row, await conn.fetchrow(RECALL, account_id, client))
    if row is None:
        return None
    measured = None
    if row.measured_encoding is not None and row.measured_width is not None:
        measured = Measured(encoding=row.measured_encoding, width=row.measured_width)
    wanted = Wanted(
        encoding=row.encoding, width=row.width, frames=row.frames, colour=row.colour
    )
    return Remembered(wanted=wanted, measured=measured)


KEEP = """
    INSERT INTO terminal (account_id, client, encoding, width, frames, colour,
                          measured_encoding, measured_width, seen_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (account_id, client)
        DO UPDATE SET encoding = excluded.encoding, width = excluded.width,
                      frames = excluded.frames, colour = excluded.colour,
                      measured_encoding = excluded.measured_encoding,
                      measured_width = excluded.measured_width,
                      seen_at = excluded.seen_at
"""
# A client may call itself anything at every sign-in: only the latest few are kept.
FORGET = """
    DELETE FROM terminal
     WHERE account_id = $1
       AND client NOT IN (SELECT client FROM terminal WHERE account_id = $1
                           ORDER BY seen_at DESC, client LIMIT $2)
"""


async def keep(
    conn: Conn, account_id: int, client: str, kept: Remembered, now: datetime
) -> None:
    """Keep what is known of a person's terminal."""
    wanted, measured = kept.wanted, kept.measured
    await conn.execute(
        KEEP,
        account_id,
        client,
        wanted.encoding,
        wanted.width,
        wanted.frames,
        wanted.colour,
        measured and measured.encoding,
        measured and measured.width,
        now,
    )


async def forget(conn: Conn, account_id: int, most: int) -> None:
    """Forget all but the latest `most` terminals of a person."""
    await conn.execute(FORGET, account_id, most)
