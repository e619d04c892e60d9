"""返校通知书 and 责令通知书 on disk: drafted, served once, and what they say beside the case."""

from datetime import date, datetime

from core.rules.base import Record
from core.rules.case_guard import CaseFacts
from core.rules.notice import Delivery
from core.rules.paper import PaperKind
from db.pool import Conn
from db.rows import one

DRAFT = """
      WITH drafted AS (
           INSERT INTO paper (township_id, kind, school_id, student_id, case_id, state,
                              title, made_at, drafted_by, grounds)
           VALUES ($1, $2, $3, $4, $5, 'to_sign', $6, $7, $8, $9)
               ON CONFLICT DO NOTHING
        RETURNING id),
           told AS (
           INSERT INTO outbox (township_id, noun, at) SELECT $1, 'case', $7 FROM drafted
        RETURNING 1)
    SELECT id FROM drafted
"""


class Drafted(Record):
    """A paper about to be drafted: its kind and title, its grounds, by whom and when."""

    kind: PaperKind
    title: str
    grounds: str
    by: int
    at: datetime


async def draft(conn: Conn, case: CaseFacts, made: Drafted) -> int | None:
    """Draft a paper of a case; None when one is on its way already."""
    found: int | None = await conn.fetchval(
        DRAFT,
        case.township_id,
        made.kind,
        case.school_id,
        case.student_id,
        case.case_id,
        made.title,
        made.at,
        made.by,
        made.grounds,
    )
    return found


class Beside(Record):
    """What a notice says beside what every paper of a case knows."""

    kind: PaperKind
    drafted_by: str
    grounds: str
    # The notice of the case that was served before.
    earlier_number: str | None
    earlier_served_on: date | None


BESIDE = """
    SELECT p.kind, a.name AS drafted_by, coalesce(p.grounds, '') AS grounds,
           e.number AS earlier_number, e.served_on AS earlier_served_on
      FROM paper p
      JOIN account a ON a.id = p.drafted_by
      LEFT JOIN LATERAL (
           SELECT n.number, d.served_on
             FROM paper n
             JOIN delivery d ON (d.township_id, d.paper_id) = (n.township_id, n.id)
            WHERE (n.township_id, n.case_id) = (p.township_id, p.case_id)
              AND n.kind = 'return_notice' AND n.made_at <= p.made_at
              AND NOT EXISTS (SELECT FROM delivery later
                               WHERE (later.township_id, later.paper_id)
                                     = (d.township_id, d.paper_id)
                                 AND later.version > d.version)
            ORDER BY d.served_on DESC, n.id DESC
            LIMIT 1) e ON true
     WHERE p.township_id = $1 AND p.id = $2 AND p.kind IN ('return_notice', 'order')
"""


async def beside(conn: Conn, township_id: int, paper_id: int) -> Beside | None:
    """Return who drafted a notice or an order, and on what grounds."""
    return one(Beside, await conn.fetchrow(BESIDE, township_id, paper_id))


SERVE = """
      WITH served AS (
           UPDATE paper SET state = CASE $4 WHEN 'left' THEN 'declined' ELSE 'served' END
            WHERE township_id = $1 AND id = $2 AND state = 'signed'
        RETURNING id, case_id, kind, number),
           proven AS (
           INSERT INTO delivery (township_id, paper_id, way, served_on, served_by,
                                 received_by, witness, refusal, recorded_by, recorded_at)
           SELECT $1, id, $4, $5, $6, $7, $8, $9, $10, $11 FROM served
        RETURNING paper_id),
           moved AS (
           UPDATE dropout_case k
              SET state = CASE WHEN k.state = $12 THEN $13 ELSE k.state END,
                  return_by = $14, return_under = s.kind
             FROM served s
            WHERE (k.township_id, k.id) = ($1, s.case_id) AND k.closed_at IS NULL
        RETURNING k.id, k.state),
           noted AS (
           INSERT INTO case_event (township_id, case_id, kind, from_state, to_state, note,
                                   account_id, at)
           SELECT $1, m.id, 'served', $3, m.state, $15, $10, $11 FROM moved m
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, noun, at) SELECT $1, 'case', $11 FROM noted
        RETURNING 1)
    SELECT paper_id FROM proven
"""


class Serving(Record):
    """A service about to be recorded, and where it leads the case."""

    delivery: Delivery
    by: int
    at: datetime
    # The state it leads from, and to.
    moves: tuple[str, str]
    return_by: date
    words: str


async def serve(conn: Conn, case: CaseFacts, paper_id: int, made: Serving) -> bool:
    """Record a service, and start its term; False when the paper waits for none."""
    found = await conn.fetchval(
        SERVE,
        case.township_id,
        paper_id,
        case.state,
        made.delivery.way,
        made.delivery.served_on,
        made.delivery.served_by,
        made.delivery.received_by or None,
        made.delivery.witness or None,
        made.delivery.refusal,
        made.by,
        made.at,
        *made.moves,
        made.return_by,
        made.words,
    )
    return found is not None
