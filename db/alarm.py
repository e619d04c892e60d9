"""The alarm at the end of the clock: rung once per run and stage, whoever dies (P6)."""

from datetime import datetime

from core.rules.base import Record
from db.pool import Conn
from db.rows import many


class Rung(Record):
    """A run whose alarm has just rung, with its case and the report that waits."""

    absence_id: int
    student_id: int
    student_name: str
    school_id: int
    class_id: int
    case_id: int
    paper_id: int | None
    due_at: datetime


TOWNSHIPS_DUE = """
    SELECT DISTINCT a.township_id
      FROM absence a
     WHERE a.ended_at IS NULL AND a.due_at <= $1
       AND NOT EXISTS (SELECT FROM alarm k
                        WHERE (k.township_id, k.absence_id, k.stage)
                            = (a.township_id, a.id, 'due'))
"""


async def townships_due(conn: Conn, now: datetime) -> tuple[int, ...]:
    """Return the townships with a run whose clock has run out and has not rung."""
    return tuple(r["township_id"] for r in await conn.fetch(TOWNSHIPS_DUE, now))


# The unique key of `alarm` is the guarantee; SKIP LOCKED only spreads the work.  In one
# transaction the child becomes 疑似辍学: alarm, case, event and the report to be signed.
# No visit, signature or receipt holds this step.
RING = """
      WITH due AS (
           SELECT a.township_id, a.id, a.student_id, a.school_id, a.class_id, a.due_at,
                  row_number() OVER (ORDER BY a.due_at, a.id) AS place
             FROM (SELECT * FROM absence a
                    WHERE a.township_id = $1 AND a.ended_at IS NULL AND a.due_at <= $2
                      AND NOT EXISTS (SELECT FROM alarm k
                                       WHERE (k.township_id, k.absence_id, k.stage)
                                           = (a.township_id, a.id, 'due'))
                    ORDER BY a.due_at
                    LIMIT 100
                      FOR UPDATE SKIP LOCKED) a),
           rung AS (
           INSERT INTO alarm (township_id, absence_id, stage, rang_at)
           SELECT township_id, id, 'due', $2 FROM due
               ON CONFLICT DO NOTHING
        RETURNING absence_id),
           fresh AS (
           SELECT due.*, k.id AS open_case,
                  -- Opened by hand for this very run: its report is there.
                  coalesce(k.absence_id = due.id, false) AS by_hand
             FROM due
             JOIN rung ON rung.absence_id = due.id
             LEFT JOIN dropout_case k
               ON (k.township_id, k.student_id) = (due.township_id, due.student_id)
              AND k.closed_at IS NULL),
           series AS (
           INSERT INTO number_series (township_id, series, last)
           SELECT $1, 'case-' || $3, count(*) FROM fresh WHERE open_case IS NULL
           HAVING count(*) > 0
               ON CONFLICT (township_id, series)
               DO UPDATE SET last = number_series.last + excluded.last
        RETURNING last),
           opened AS (
           INSERT INTO dropout_case (township_id, number, student_id, school_id, class_id,
                                     absence_id, state, opened_at)
           SELECT $1,
                  $3 || '-' || to_char(series.last + 1 - row_number()
                                       OVER (ORDER BY place DESC), 'FM99999000'),
                  f.student_id, f.school_id, f.class_id, f.id, 'suspected', $2
             FROM fresh f, series
            WHERE f.open_case IS NULL
        RETURNING id, student_id),
           cases AS (
           SELECT f.*, coalesce(f.open_case, o.id) AS case_id
             FROM fresh f
             LEFT JOIN opened o ON o.student_id = f.student_id),
           -- Missing again while it was watched: the observation is over, the case goes on.
           relapsed AS (
           UPDATE dropout_case k
              SET state = 'suspected', returned_at = NULL, observe_until = NULL,
                  observe_from = NULL, relapses = k.relapses + 1
             FROM fresh f
            WHERE (k.township_id, k.id) = ($1, f.open_case) AND k.state = 'returned'
        RETURNING k.id),
           -- Who waited to close it waits in vain.
           withdrawn AS (
           UPDATE case_step t
              SET accepted = false, decided_by = $4, decided_at = $2, reason = '再次未到校'
             FROM relapsed r
            WHERE t.township_id = $1 AND t.case_id = r.id AND t.decided_at IS NULL
        RETURNING 1),
           noted AS (
           INSERT INTO case_event (township_id, case_id, kind, to_state, note, account_id,
                                   at)
           SELECT $1, case_id, 'alarm', 'suspected', '满48小时未到校', $4, $2 FROM cases
        RETURNING 1),
           papers AS (
           INSERT INTO paper (township_id, kind, school_id, student_id, case_id, state,
                              title, made_at)
           SELECT $1, 'report', c.school_id, c.student_id, c.case_id, 'to_sign',
                  '关于学生' || s.name || '超过48小时未到校情况的报告', $2
             FROM cases c
             JOIN student s ON (s.township_id, s.id) = ($1, c.student_id)
            WHERE NOT c.by_hand
        RETURNING id, case_id),
           -- What is signed from now on tells of 48 hours.
           retitled AS (
           UPDATE paper p
              SET title = '关于学生' || s.name || '超过48小时未到校情况的报告'
             FROM cases c
             JOIN student s ON (s.township_id, s.id) = ($1, c.student_id)
            WHERE (p.township_id, p.case_id) = ($1, c.case_id) AND c.by_hand
              AND p.kind = 'report' AND p.state = 'to_sign' AND p.opened_as IS NOT NULL
        RETURNING p.id, p.case_id),
           told AS (
           INSERT INTO outbox (township_id, noun, at)
           SELECT $1, n.noun, $2
             FROM unnest(ARRAY['absence', 'case', 'duty', 'urgent']) AS n (noun)
            WHERE EXISTS (SELECT FROM rung)
        RETURNING 1)
    SELECT c.id AS absence_id, c.student_id, s.name AS student_name, c.school_id,
           c.class_id, c.case_id, p.id AS paper_id, c.due_at
      FROM cases c
      JOIN student s ON (s.township_id, s.id) = ($1, c.student_id)
      LEFT JOIN (SELECT * FROM papers UNION ALL SELECT * FROM retitled) p
        ON p.case_id = c.case_id
     ORDER BY c.place
"""


async def ring(
    conn: Conn, township_id: int, now: datetime, account_id: int
) -> tuple[Rung, ...]:
    """Ring up to a hundred alarms that are due; return what was rung by this call."""
    year = f"{now.year}"
    return many(Rung, await conn.fetch(RING, township_id, now, year, account_id))
