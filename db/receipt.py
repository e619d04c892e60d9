"""签收: who took an original in; and the original itself, byte for byte as signed."""

from datetime import datetime

from core.rules.base import Record
from core.rules.paper import Addressee
from core.rules.time import Moment
from db.pool import Conn
from db.rows import many, proven

RECEIVE = """
    INSERT INTO receipt (township_id, paper_id, addressee, how, received_by, received_at,
                         recorded_by, recorded_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (township_id, paper_id, addressee) DO NOTHING
 RETURNING paper_id
"""


class Receipt(Record):
    """签收: who took an original in, how, and who wrote it down."""

    township_id: int
    paper_id: int
    addressee: Addressee
    how: str
    received_by: str
    received_at: datetime
    recorded_by: int
    recorded_at: datetime


async def receive(conn: Conn, receipt: Receipt) -> bool:
    """Write a receipt down; False when the addressee has receipted already."""
    return (
        await conn.fetchval(
            RECEIVE,
            receipt.township_id,
            receipt.paper_id,
            receipt.addressee,
            receipt.how,
            receipt.received_by,
            receipt.received_at,
            receipt.recorded_by,
            receipt.recorded_at,
        )
        is not None
    )


OF_PAPER = """
    SELECT addressee, how, received_by, received_at
      FROM receipt
     WHERE township_id = $1 AND paper_id = $2
     ORDER BY received_at, addressee
"""


class Received(Record):
    """One receipt as the report shows it."""

    addressee: Addressee
    how: str
    received_by: str
    received_at: Moment


async def of_paper(conn: Conn, township_id: int, paper_id: int) -> tuple[Received, ...]:
    """Return who has receipted a paper."""
    return many(Received, await conn.fetch(OF_PAPER, township_id, paper_id))


ORIGINAL = """
    SELECT whole(township_id, 'original', paper_id || '/' || addressee, cipher) AS data, sha256
      FROM paper_original
     WHERE township_id = $1 AND paper_id = $2 AND addressee = $3
"""


async def original(
    conn: Conn, township_id: int, paper_id: int, addressee: str
) -> bytes | None:
    """Return an addressee's original, byte for byte as signed; raises Unreadable."""
    return proven(await conn.fetchrow(ORIGINAL, township_id, paper_id, addressee))
