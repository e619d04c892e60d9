"""Every case in sight that is open, or was opened since a day, with what was done how soon."""

from datetime import date
from typing import Final

from core.rules.base import Record
from core.rules.case_board import BoardCase
from core.rules.contact import ENDS_DUTY
from core.rules.staff import Scope
from core.rules.visit import FAMILY
from db.pool import Conn
from db.rows import many

MOST: Final = 5000
# $6, $7: which contacts were a talk with the family, and whom a visit met that is one.
CASES = """
    SELECT k.township_id, k.id AS case_id, k.number, k.student_id,
           called(s, $2, $3, $4) AS student_name, s.pinyin, k.school_id,
           sc.name AS school_name, k.class_id, c.cohort, c.number AS class_number, k.state,
           t.kind AS step, k.opened_at, k.returned_at, k.closed_at,
           coalesce(a.missed_at, k.opened_at) AS missed_at, a.noted_at AS found_at,
           (SELECT min(l.rang_at) FROM alarm l
             WHERE (l.township_id, l.absence_id) = (k.township_id, k.absence_id)) AS told_at,
           v.visited_at,
           least(v.talked_at,
                 (SELECT min(x.contacted_at) FROM contact x
                   WHERE (x.township_id, x.student_id) = (k.township_id, k.student_id)
                     AND x.contacted_at >= a.missed_at
                     AND (k.closed_at IS NULL OR x.contacted_at <= k.closed_at)
                     AND x.outcome = ANY ($6))) AS talked_at,
           d.kind AS duty, d.due_at
      FROM dropout_case k
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
      JOIN school sc ON (sc.township_id, sc.id) = (k.township_id, k.school_id)
      JOIN class c ON (c.township_id, c.id) = (k.township_id, k.class_id)
      LEFT JOIN absence a ON (a.township_id, a.id) = (k.township_id, k.absence_id)
      LEFT JOIN case_step t ON (t.township_id, t.case_id) = (k.township_id, k.id)
                           AND t.decided_at IS NULL
      LEFT JOIN LATERAL (
           SELECT min(w.visited_at) FILTER (WHERE w.method IN ('home', 'away')) AS visited_at,
                  min(w.visited_at) FILTER (
                      WHERE string_to_array(split_part(w.met, ':', 1), ',') && $7::text[])
                  AS talked_at
             FROM visit w
            WHERE (w.township_id, w.student_id) = (k.township_id, k.student_id)
              AND w.visited_at >= a.missed_at
              AND (k.closed_at IS NULL OR w.visited_at <= k.closed_at)
              AND NOT EXISTS (SELECT FROM visit z
                               WHERE (z.township_id, z.student_id, z.school_year, z.number)
                                     = (w.township_id, w.student_id, w.school_year, w.number)
                                 AND z.version > w.version)) v ON true
      LEFT JOIN LATERAL (
           SELECT d.kind, d.due_at FROM duty d
            WHERE (d.township_id, d.student_id) = (k.township_id, k.student_id)
              AND d.done_at IS NULL AND k.closed_at IS NULL
            ORDER BY d.due_at, d.id LIMIT 1) d ON true
     WHERE k.township_id = ANY ($1)
       AND (k.township_id = ANY ($2) OR k.school_id = ANY ($3) OR k.class_id = ANY ($4))
       AND (k.closed_at IS NULL OR k.opened_at >= $5)
     ORDER BY k.closed_at IS NOT NULL, k.opened_at, k.id
     LIMIT $8
"""


async def cases(conn: Conn, scope: Scope, since: date) -> tuple[BoardCase, ...]:
    """Return at most 5,000 cases in a person's sight, the oldest open ones first."""
    seen = (scope.reach, scope.townships, scope.schools, scope.classes)
    told = (sorted(ENDS_DUTY), list(FAMILY))
    return many(BoardCase, await conn.fetch(CASES, *seen, since, *told, MOST))


class Runs(Record):
    """How many unexcused absences began in a school."""

    township_id: int
    school_id: int
    runs: int


RUNS = """
    SELECT a.township_id, a.school_id, count(*) AS runs
      FROM absence a
     WHERE a.township_id = ANY ($1)
       AND (a.township_id = ANY ($2) OR a.school_id = ANY ($3) OR a.class_id = ANY ($4))
       AND a.missed_day >= $5 AND (a.ended_how IS NULL OR a.ended_how = 'present')
     GROUP BY a.township_id, a.school_id
"""


async def runs(conn: Conn, scope: Scope, since: date) -> tuple[Runs, ...]:
    """Return the unexcused absences since a day of each school in a person's sight."""
    seen = (scope.reach, scope.townships, scope.schools, scope.classes)
    return many(Runs, await conn.fetch(RUNS, *seen, since))
