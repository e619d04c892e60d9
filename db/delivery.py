"""送达 put right: each correction is a new version of a service, and moves its term."""

from datetime import date, datetime

from core.rules.base import Record
from core.rules.notice import Delivery
from core.rules.time import Moment
from db.pool import Conn
from db.rows import many


class Delivered(Record):
    """One version of how a paper was served, and who wrote it down when, and why anew."""

    version: int
    way: str
    served_on: date
    served_by: str
    received_by: str | None
    witness: str | None
    refusal: str
    recorded_by: str
    recorded_at: Moment
    reason: str


DELIVERED = """
    SELECT d.version, d.way, d.served_on, d.served_by, d.received_by, d.witness, d.refusal,
           a.name AS recorded_by, d.recorded_at, d.reason
      FROM delivery d
      JOIN account a ON a.id = d.recorded_by
     WHERE d.township_id = $1 AND d.paper_id = $2
     ORDER BY d.version DESC
"""


async def delivered(conn: Conn, township_id: int, paper_id: int) -> tuple[Delivered, ...]:
    """Return every version of a service, the newest first; empty while there is none."""
    return many(Delivered, await conn.fetch(DELIVERED, township_id, paper_id))


# The term moves where it still is this paper's: no later one was served, nobody is back.
CORRECT = """
      WITH proven AS (
           INSERT INTO delivery (township_id, paper_id, way, served_on, served_by,
                                 received_by, witness, refusal, recorded_by, recorded_at,
                                 version, reason)
           SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, max(version) + 1, $11
             FROM delivery
            WHERE township_id = $1 AND paper_id = $2
           HAVING max(version) = $12
        RETURNING paper_id),
           told AS (
           UPDATE paper p SET state = CASE $3 WHEN 'left' THEN 'declined' ELSE 'served' END
             FROM proven
            WHERE p.township_id = $1 AND p.id = proven.paper_id
              AND p.state IN ('served', 'declined')
        RETURNING p.case_id, p.kind, p.id),
           moved AS (
           UPDATE dropout_case k SET return_by = $13
             FROM told
            WHERE k.township_id = $1 AND k.id = told.case_id AND k.closed_at IS NULL
              AND k.return_by IS NOT NULL AND k.return_under = told.kind
              AND NOT EXISTS (SELECT FROM paper later
                               WHERE (later.township_id, later.case_id, later.kind)
                                     = ($1, told.case_id, told.kind)
                                 AND later.state IN ('served', 'declined')
                                 AND later.id > told.id)
        RETURNING k.id),
           noted AS (
           INSERT INTO case_event (township_id, case_id, kind, note, account_id, at)
           SELECT $1, told.case_id, 'served',
                  CASE WHEN EXISTS (SELECT FROM moved) THEN $14 ELSE $15 END, $9, $10
             FROM told
        RETURNING 1),
           heard AS (
           INSERT INTO outbox (township_id, noun, at) SELECT $1, 'case', $10 FROM noted
        RETURNING 1)
    SELECT paper_id FROM proven
"""


class Correcting(Record):
    """A service about to be put right, and what follows: the term, and what is told."""

    delivery: Delivery
    reason: str
    # The version that was read before it was put right.
    of_version: int
    by: int
    at: datetime
    return_by: date
    # With the term where it moves, and without.
    words: tuple[str, str]


async def correct(conn: Conn, township_id: int, paper_id: int, made: Correcting) -> bool:
    """Write the next version of a service; False when there is a newer one already."""
    found = await conn.fetchval(
        CORRECT,
        township_id,
        paper_id,
        made.delivery.way,
        made.delivery.served_on,
        made.delivery.served_by,
        made.delivery.received_by or None,
        made.delivery.witness or None,
        made.delivery.refusal,
        made.by,
        made.at,
        made.reason,
        made.of_version,
        made.return_by,
        *made.words,
    )
    return found is not None
