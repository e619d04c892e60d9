"""抄送函 on disk: a paper of the report's case, signed with it, and how it was sent."""

from datetime import datetime

from core.rules.base import Record
from core.rules.time import Moment
from db.paper import PaperFacts, Signing
from db.pool import Conn
from db.rows import one

ADD = """
    INSERT INTO paper (township_id, kind, school_id, student_id, case_id, state, number,
                       title, made_at, signed_by, signed_at, signed_as, said, series,
                       serial, id)
    VALUES ($1, 'hukou_letter', $2, $3, $4, 'signed', $5, $6, $7, $8, $7, $9,
            ($10::enciphered).body, $11, $12, $13)
"""
SENDING = """
    SELECT r.received_by AS told, r.received_at AS sent_at, a.name AS recorded_by
      FROM receipt r
      JOIN account a ON a.id = r.recorded_by
     WHERE r.township_id = $1 AND r.paper_id = $2 AND r.how = 'sent'
"""
OF_REPORT = """
    SELECT l.id FROM paper p
      JOIN paper l ON (l.township_id, l.case_id) = (p.township_id, p.case_id)
                  AND l.kind = 'hukou_letter' AND l.signed_at = p.signed_at
     WHERE p.township_id = $1 AND p.id = $2
"""
REPORT_OF = """
    SELECT p.id FROM paper l
      JOIN paper p ON (p.township_id, p.case_id) = (l.township_id, l.case_id)
                  AND p.kind = 'report' AND p.signed_at = l.signed_at
     WHERE l.township_id = $1 AND l.id = $2
"""


class Sending(Record):
    """How a letter left: the way and to whom in one sentence, when, and who says so."""

    told: str
    sent_at: Moment
    recorded_by: str


async def add(conn: Conn, found: PaperFacts, title: str, signing: Signing) -> None:
    """Write a letter signed in the same act as its report."""
    await conn.execute(
        ADD,
        found.township_id,
        found.school_id,
        found.student_id,
        found.case_id,
        signing.number.text,
        title,
        signing.signed_at,
        signing.signed_by,
        signing.signed_as,
        signing.said,
        signing.number.series,
        signing.number.serial,
        signing.paper_id,
    )


async def sending(conn: Conn, township_id: int, paper_id: int) -> Sending | None:
    """Return how a letter was sent; None while it is not."""
    return one(Sending, await conn.fetchrow(SENDING, township_id, paper_id))


async def of_report(conn: Conn, township_id: int, paper_id: int) -> int | None:
    """Return the letter that was signed with a report; None where none was called for."""
    found: int | None = await conn.fetchval(OF_REPORT, township_id, paper_id)
    return found


async def report_of(conn: Conn, township_id: int, letter_id: int) -> int | None:
    """Return the report that a letter was signed with."""
    found: int | None = await conn.fetchval(REPORT_OF, township_id, letter_id)
    return found


SEND = """
    INSERT INTO receipt (township_id, paper_id, addressee, how, received_by, received_at,
                         recorded_by, recorded_at)
    VALUES ($1, $2, 'hukou', 'sent', $3, $4, $5, $6)
        ON CONFLICT (township_id, paper_id, addressee) DO NOTHING
 RETURNING paper_id
"""


async def send(
    conn: Conn,
    paper: tuple[int, int],
    told: str,
    sent_at: datetime,
    recorded: tuple[int, datetime],
) -> bool:
    """Record the sending of (township, paper), by (account, now); False if it was before."""
    done = await conn.fetchval(SEND, *paper, told, sent_at, *recorded)
    return done is not None
