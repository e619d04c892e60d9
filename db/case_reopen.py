"""A closed case taken up again, on disk."""

from datetime import datetime

from core.rules.base import Record
from core.rules.case import CaseState, CaseStep, Settlement
from db.pool import Conn
from db.rows import one


class ClosedCase(Record):
    """A child's newest case, which is closed, and where it stood before."""

    case_id: int
    number: str
    left: CaseState | None
    # The step that closed it.
    step: CaseStep | None
    settled_as: Settlement | None


# None where the newest case is open.
CLOSED = """
    SELECT k.id AS case_id, k.number, t.kind AS step, t.settled_as,
           (SELECT e.from_state FROM case_event e
             WHERE (e.township_id, e.case_id) = (k.township_id, k.id)
               AND e.to_state IN ('closed', 'excluded')
             ORDER BY e.id DESC LIMIT 1) AS left
      FROM dropout_case k
      LEFT JOIN LATERAL (SELECT t.kind, t.settled_as FROM case_step t
                          WHERE (t.township_id, t.case_id) = (k.township_id, k.id)
                            AND t.accepted
                          ORDER BY t.decided_at DESC, t.id DESC LIMIT 1) t ON true
     WHERE k.township_id = $1 AND k.student_id = $2 AND k.closed_at IS NOT NULL
     ORDER BY k.closed_at DESC, k.id DESC
     LIMIT 1
"""


async def closed(conn: Conn, township_id: int, student_id: int) -> ClosedCase | None:
    """Return the case of a child that was closed last."""
    return one(ClosedCase, await conn.fetchrow(CLOSED, township_id, student_id))


REOPEN = """
      WITH again AS (
           UPDATE dropout_case
              SET state = $3, closed_at = NULL, close_reason = NULL, reopened_at = $6,
                  returned_at = NULL, observe_until = NULL, observe_from = NULL,
                  return_by = NULL, return_under = NULL
            WHERE township_id = $1 AND id = $2 AND closed_at IS NOT NULL
        RETURNING id),
           told AS (
           INSERT INTO outbox (township_id, noun, at) SELECT $1, 'case', $6 FROM again
        RETURNING 1)
    INSERT INTO case_event (township_id, case_id, kind, from_state, to_state, note,
                            account_id, at)
    SELECT $1, id, 'reopen', 'closed', $3, $4, $5, $6 FROM again
 RETURNING case_id
"""


async def reopen(
    conn: Conn,
    case: tuple[int, int],
    leads_to: CaseState,
    words: str,
    signed: tuple[datetime, int],
) -> bool:
    """Let a case go on; False when it is closed no longer.  `signed` is (now, by whom)."""
    now, by = signed
    return await conn.fetchval(REOPEN, *case, leads_to, words, by, now) is not None
