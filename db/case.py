"""Cases on disk: how a case stands, and its steps; its duties are in `case_duty`."""

from datetime import date, datetime

from core.rules.base import Record
from core.rules.case import CaseState, CaseStep, Settlement
from core.rules.case_guard import CaseFacts
from db.pool import Conn
from db.rows import many, one

# A child was seen when a roll of its class since the case (re)opened, and since its newest run
# began, has it as present; a roll without a mark of the child is that, while the child was
# in the class.  $2: one child, or all.
FACTS = """
    SELECT k.township_id, k.id AS case_id, k.number, k.school_id, k.class_id, k.student_id,
           s.name AS student_name, s.born_on, make_date(c.cohort + 9, 9, 1) AS finishes_on,
           k.state, k.opened_at, k.returned_at,
           k.observe_until, k.return_by, k.return_under,
           coalesce(run.missed_day, (k.opened_at AT TIME ZONE 'Asia/Shanghai')::date)
             AS missed_on,
           coalesce(run.running, false) AS running,
           CASE WHEN run.running THEN NULL ELSE run.back_at END AS back_at,
           (SELECT max(p.signed_at) FROM paper p
             WHERE (p.township_id, p.case_id) = (k.township_id, k.id)
               AND p.kind = 'report') AS reported_at,
           q.id AS paper_id, q.kind AS paper_kind, q.state AS paper_state,
           coalesce(q.signed_at, q.made_at) AS paper_at,
           (SELECT max(v.visited_at) FROM visit v
             WHERE (v.township_id, v.student_id) = (k.township_id, k.student_id)
               AND v.visited_at > k.opened_at) AS visited_at,
           greatest(
             (SELECT max(v.visited_at) FROM visit v
               WHERE (v.township_id, v.student_id) = (k.township_id, k.student_id)
                 AND v.visited_at > k.opened_at),
             (SELECT max(c.contacted_at) FROM contact c
               WHERE (c.township_id, c.student_id) = (k.township_id, k.student_id)
                 AND c.contacted_at > k.opened_at)) AS followed_at,
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
               AND r.taken_at > coalesce(k.reopened_at, k.opened_at)
               AND r.voided_at IS NULL
               AND (run.missed_at IS NULL OR r.starts_at > run.missed_at)
               AND (m.mark IS NULL OR m.mark IN ('late', 'early'))) AS seen_at,
           (SELECT count(*) FROM absence a
             WHERE (a.township_id, a.student_id) = (k.township_id, k.student_id)
               AND a.missed_at > coalesce(k.observe_from, k.returned_at)
               AND (a.ended_how IS NULL OR a.ended_how = 'present')) AS missed,
           t.id AS step_id, t.kind AS step, t.asked_by AS step_by, t.asked_at AS step_at,
           t.note AS step_note, t.settled_as AS step_as
      FROM dropout_case k
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
      JOIN class c ON (c.township_id, c.id) = (k.township_id, k.class_id)
      LEFT JOIN LATERAL (
           SELECT a.missed_day, a.missed_at, a.ended_at AS back_at, a.ended_at IS NULL AS running
             FROM absence a
            WHERE (a.township_id, a.student_id) = (k.township_id, k.student_id)
            ORDER BY a.ended_at IS NULL DESC, a.missed_at DESC
            LIMIT 1) run ON true
      LEFT JOIN paper q ON (q.township_id, q.case_id) = (k.township_id, k.id)
                       AND q.kind IN ('return_notice', 'order')
                       AND q.state IN ('to_sign', 'signed')
      LEFT JOIN case_step t ON (t.township_id, t.case_id) = (k.township_id, k.id)
                           AND t.decided_at IS NULL
     WHERE k.township_id = $1 AND k.closed_at IS NULL
       AND ($2::bigint IS NULL OR k.student_id = $2)
"""


async def facts(conn: Conn, township_id: int, student_id: int) -> CaseFacts | None:
    """Return how a child's open case stands, if it has one."""
    return one(CaseFacts, await conn.fetchrow(FACTS, township_id, student_id))


async def standing(conn: Conn, township_id: int) -> tuple[CaseFacts, ...]:
    """Return how every open case of a township stands."""
    return many(CaseFacts, await conn.fetch(FACTS, township_id, None))


ASK = """
      WITH asked AS (
           INSERT INTO case_step (township_id, case_id, school_id, kind, note, asked_by,
                                  asked_at, settled_as)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $9)
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


class Asking(Record):
    """What is asked for: the step, what proves it, where a child is settled, and its event."""

    step: CaseStep
    note: str
    settled_as: Settlement | None
    words: str


async def ask(conn: Conn, case: CaseFacts, asked: Asking, by: tuple[int, datetime]) -> int:
    """Write down that a step is asked for; `by` is who, and when."""
    account_id, now = by
    found: int = await conn.fetchval(
        ASK,
        case.township_id,
        case.case_id,
        case.school_id,
        asked.step,
        asked.note,
        account_id,
        now,
        asked.words,
        asked.settled_as,
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
                  observe_from = CASE WHEN $8::date IS NULL THEN k.observe_from END,
                  return_by = CASE WHEN $8::date IS NULL THEN k.return_by END,
                  return_under = CASE WHEN $8::date IS NULL THEN k.return_under END,
                  closed_at = CASE WHEN $9::text IS NULL THEN NULL ELSE $5 END,
                  close_reason = $9
             FROM decided d
            WHERE k.township_id = $1 AND k.id = d.case_id AND $3
        RETURNING k.id),
           -- Nobody serves a paper on whom it has done its work, or who never owed it.
           voided AS (
           UPDATE paper p SET state = 'void'
             FROM decided d
            WHERE p.township_id = $1 AND p.case_id = d.case_id AND $12
              AND p.kind IN ('return_notice', 'order') AND p.state IN ('to_sign', 'signed')
        RETURNING 1),
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
    # Papers that are on their way are called off.
    ends_papers: bool
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
        made.ends_papers,
    )
    return found is not None


WATCH_AGAIN = """
      WITH again AS (
           UPDATE dropout_case SET observe_from = $4, observe_until = $3
            WHERE township_id = $1 AND id = $2 AND state = 'returned'
        RETURNING id),
           told AS (
           INSERT INTO outbox (township_id, noun, at) SELECT $1, 'case', $4 FROM again
        RETURNING 1)
    INSERT INTO case_event (township_id, case_id, kind, note, account_id, at)
    SELECT $1, id, 'observe', $5, $6, $4 FROM again
"""


async def watch_again(
    conn: Conn, case: CaseFacts, until: date, words: str, signed: tuple[datetime, int]
) -> None:
    """Begin a child's observation anew, until a day; `signed` is (now, by whom)."""
    now, by = signed
    key = (case.township_id, case.case_id)
    await conn.execute(WATCH_AGAIN, *key, until, now, words, by)


SET_CASE = """
      WITH moved AS (
           UPDATE dropout_case SET state = $3
            WHERE township_id = $1 AND id = $2 AND state = 'suspected'
        RETURNING id)
    INSERT INTO case_event (township_id, case_id, kind, from_state, to_state, note,
                            account_id, at)
    SELECT $1, $2, $4, (SELECT 'suspected' FROM moved), (SELECT $3 FROM moved), $5, $6, $7
"""


async def move_case(
    conn: Conn,
    township_id: int,
    case_id: int,
    step: tuple[str, str, str],
    by: int,
    now: datetime,
) -> None:
    """Move a case on with an event: `step` is (state, kind of event, note)."""
    state, kind, note = step
    await conn.execute(SET_CASE, township_id, case_id, state, kind, note, by, now)
