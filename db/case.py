"""Cases on disk: how a case stands, its steps, and what the sweep finds about it."""

from datetime import date, datetime

from core.rules.base import Record
from core.rules.case import CaseFacts, CaseState, CaseStep
from core.rules.file import Child
from db.pool import Conn
from db.rows import many, one

# A child was seen when a roll of its class since the case opened has it as present; a roll
# without a mark of the child is that, while the child was in the class.
FACTS = """
    SELECT k.township_id, k.id AS case_id, k.number, k.school_id, k.class_id, k.student_id,
           s.name AS student_name, k.state, k.observe_until,
           EXISTS (SELECT FROM absence a
                    WHERE (a.township_id, a.student_id) = (k.township_id, k.student_id)
                      AND a.ended_at IS NULL) AS running,
           (SELECT max(r.starts_at)
              FROM enrolment e
              JOIN roll r ON (r.township_id, r.class_id) = (e.township_id, e.class_id)
                         AND r.day >= e.from_on AND (e.to_on IS NULL OR r.day < e.to_on)
              JOIN LATERAL (SELECT FROM session_plan p
                             WHERE (p.township_id, p.school_id, p.session)
                                 = (r.township_id, r.school_id, r.session)
                               AND (e.boarder OR NOT p.boarders_only) LIMIT 1) called ON true
              LEFT JOIN roll_mark m ON (m.township_id, m.roll_id, m.student_id)
                                     = (r.township_id, r.id, e.student_id)
             WHERE (e.township_id, e.student_id) = (k.township_id, k.student_id)
               AND r.taken_at > k.opened_at AND r.voided_at IS NULL
               AND (m.mark IS NULL OR m.mark IN ('late', 'early'))) AS seen_at,
           (SELECT count(*) FROM absence a
             WHERE (a.township_id, a.student_id) = (k.township_id, k.student_id)
               AND a.missed_at > k.returned_at
               AND (a.ended_how IS NULL OR a.ended_how = 'present')) AS missed,
           t.id AS step_id, t.kind AS step, t.asked_by AS step_by, t.note AS step_note
      FROM dropout_case k
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
      LEFT JOIN case_step t ON (t.township_id, t.case_id) = (k.township_id, k.id)
                           AND t.decided_at IS NULL
     WHERE k.township_id = $1 AND k.student_id = $2 AND k.closed_at IS NULL
"""


async def facts(conn: Conn, child: Child) -> CaseFacts | None:
    """Return how a child's open case stands, if it has one."""
    row = await conn.fetchrow(FACTS, child.township_id, child.student_id)
    return one(CaseFacts, row)


ASK = """
      WITH asked AS (
           INSERT INTO case_step (township_id, case_id, school_id, kind, note, asked_by,
                                  asked_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
        RETURNING id),
           noted AS (
           INSERT INTO case_event (township_id, case_id, kind, note, account_id, at)
           SELECT $1, $2, $4, $8, $6, $7 FROM asked
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, noun, at) SELECT $1, 'case', $7 FROM noted
        RETURNING 1)
    SELECT id FROM asked
"""


async def ask(
    conn: Conn, case: CaseFacts, step: CaseStep, note: str, by: tuple[int, datetime, str]
) -> int:
    """Write down that a step is asked for; `by` is who, when, and the event's words."""
    account_id, now, words = by
    found: int = await conn.fetchval(
        ASK,
        case.township_id,
        case.case_id,
        case.school_id,
        step,
        note,
        account_id,
        now,
        words,
    )
    return found


DECIDE = """
      WITH decided AS (
           UPDATE case_step SET accepted = $3, decided_by = $4, decided_at = $5, reason = $6
            WHERE township_id = $1 AND id = $2 AND decided_at IS NULL
        RETURNING case_id, kind),
           moved AS (
           UPDATE dropout_case k
              SET state = $7,
                  returned_at = CASE WHEN $8::date IS NULL THEN k.returned_at ELSE $5 END,
                  observe_until = coalesce($8::date, k.observe_until),
                  closed_at = CASE WHEN $9::text IS NULL THEN NULL ELSE $5 END,
                  close_reason = $9
             FROM decided d
            WHERE k.township_id = $1 AND k.id = d.case_id AND $3
        RETURNING k.id),
           noted AS (
           INSERT INTO case_event (township_id, case_id, kind, from_state, to_state, note,
                                   account_id, at)
           SELECT $1, d.case_id, d.kind, $10, CASE WHEN $3 THEN $7 END, $11, $4, $5
             FROM decided d
        RETURNING 1),
           told AS (
           INSERT INTO outbox (township_id, noun, at) SELECT $1, 'case', $5 FROM noted
        RETURNING 1)
    SELECT case_id FROM decided
"""


class Decision(Record):
    """How a step was decided, and where that leads the case."""

    accepted: bool
    by: int
    at: datetime
    reason: str
    leads_to: CaseState
    observe_until: date | None
    closes_as: str | None
    words: str


async def decide(conn: Conn, case: CaseFacts, made: Decision) -> bool:
    """Decide a step that waits, and move the case on; False when it waits no longer."""
    found = await conn.fetchval(
        DECIDE,
        case.township_id,
        case.step_id,
        made.accepted,
        made.by,
        made.at,
        made.reason,
        made.leads_to,
        made.observe_until,
        made.closes_as,
        case.state,
        made.words,
    )
    return found is not None


class CaseOwing(Record):
    """A case in which somebody owes the next step."""

    case_id: int
    student_id: int
    student_name: str
    school_id: int
    class_id: int


# Who is back without anybody having said so, and whose observation is over; told once.
BACK = """
    SELECT k.id AS case_id, k.student_id, s.name AS student_name, k.school_id, k.class_id
      FROM dropout_case k
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
     WHERE k.township_id = $1 AND k.closed_at IS NULL AND k.state <> 'returned'
       AND NOT EXISTS (SELECT FROM absence a
                        WHERE (a.township_id, a.student_id) = (k.township_id, k.student_id)
                          AND a.ended_at IS NULL)
       AND NOT EXISTS (SELECT FROM case_step t
                        WHERE (t.township_id, t.case_id) = (k.township_id, k.id)
                          AND t.decided_at IS NULL)
       AND NOT EXISTS (SELECT FROM duty d
                        WHERE d.township_id = k.township_id AND d.subject_id = k.id
                          AND d.kind = 'register_return' AND d.done_at IS NULL)
"""
OBSERVED = """
    SELECT k.id AS case_id, k.student_id, s.name AS student_name, k.school_id, k.class_id
      FROM dropout_case k
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
     WHERE k.township_id = $1 AND k.closed_at IS NULL AND k.state = 'returned'
       AND k.observe_until < $2
       AND NOT EXISTS (SELECT FROM case_step t
                        WHERE (t.township_id, t.case_id) = (k.township_id, k.id)
                          AND t.decided_at IS NULL)
       AND NOT EXISTS (SELECT FROM duty d
                        WHERE d.township_id = k.township_id AND d.subject_id = k.id
                          AND d.kind = 'observed' AND d.done_at IS NULL)
"""


async def back(conn: Conn, township_id: int) -> tuple[CaseOwing, ...]:
    """Return the cases whose child is missing no longer and is not registered as back."""
    return many(CaseOwing, await conn.fetch(BACK, township_id))


async def observed(conn: Conn, township_id: int, day: date) -> tuple[CaseOwing, ...]:
    """Return the cases whose observation ended before a day."""
    return many(CaseOwing, await conn.fetch(OBSERVED, township_id, day))
