"""The class book: everything one class's roll and its absence runs are decided from.

One statement, so that opening a roll, saving it and reconciling runs after a leave or a
closure all read the same thing, however much data other classes have.
"""

from datetime import date

from core.rules.book import ClassBook
from db.pool import Conn
from db.rows import one

# $1 township, $2 class, $3 the day the class list is for, $4 the first day of history.
BOOK = """
    SELECT c.township_id, c.id AS class_id, c.school_id, c.cohort, c.number, c.combined_id,
           (SELECT k.name FROM combined_class k
             WHERE (k.township_id, k.id) = (c.township_id, c.combined_id)) AS combined_name,
           s.name AS school_name, s.kind AS school_kind, s.system, s.live_on,
           t.name AS township_name, t.calendar_version,
           (SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.seat_no, p.student_id), '[]')
              FROM (SELECT e.student_id, st.name, st.pinyin, st.born_on, e.seat_no,
                           e.boarder, e.status, e.from_on, e.to_on
                      FROM enrolment e
                      JOIN student st
                        ON (st.township_id, st.id) = (e.township_id, e.student_id)
                     WHERE e.township_id = $1 AND e.class_id = $2 AND e.from_on <= $3
                       AND (e.to_on IS NULL OR e.to_on > $3)) p) AS pupils,
           (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.starts_at), '[]')
              FROM (SELECT id, day, session, starts_at, limit_at, ends_at, expected,
                           taken_by, taken_at, on_behalf, backfilled, told_by, voided_at,
                           (SELECT name FROM account WHERE id = taken_by) AS taken_by_name
                      FROM roll
                     WHERE township_id = $1 AND class_id = $2 AND day >= $4) r) AS rolls,
           (SELECT coalesce(jsonb_agg(to_jsonb(m)), '[]')
              FROM (SELECT m.roll_id, m.student_id, m.mark, m.at, m.leave_id
                      FROM roll r
                      JOIN roll_mark m ON (m.township_id, m.roll_id) = (r.township_id, r.id)
                     WHERE r.township_id = $1 AND r.class_id = $2 AND r.day >= $4) m)
               AS marks,
           (SELECT coalesce(jsonb_agg(to_jsonb(l) ORDER BY l.from_at), '[]')
              FROM (SELECT id, number, student_id, kind, from_at, to_at, state, entered_at,
                           alone_until, closed_at, roll_id
                      FROM leave
                     WHERE township_id = $1 AND to_at >= $4::date
                       AND student_id IN (SELECT student_id FROM enrolment e
                                           WHERE e.township_id = $1 AND e.class_id = $2
                                             AND e.from_on <= $3
                                             AND (e.to_on IS NULL OR e.to_on > $3))) l)
               AS leaves,
           (SELECT coalesce(jsonb_agg(to_jsonb(a)), '[]')
              FROM (SELECT id, student_id, missed_day, missed_session, missed_at, due_at,
                           clock_mode, provisional, calendar_version,
                           (SELECT max(k.counted_at) FROM change k
                             WHERE (k.township_id, k.student_id)
                                 = ($1, absence.student_id)) AS listed_at,
                           coalesce(rang.due, false) AS rung,
                           coalesce(rang.lost, false)
                           OR EXISTS (SELECT FROM duty d
                                       WHERE (d.township_id, d.subject_id, d.kind)
                                           = ($1, absence.student_id, 'not_known')
                                         AND d.done_at IS NULL)
                           -- Told and taken note of before the child was missed in class.
                           OR coalesce((SELECT c.outcome = 'not_known' FROM contact c
                                         WHERE (c.township_id, c.student_id)
                                             = ($1, absence.student_id)
                                         ORDER BY c.contacted_at DESC, c.id DESC
                                         LIMIT 1), false) AS lost
                      FROM absence
                      -- Once for both stages: behind an alarm's wall stands its run's.
                      LEFT JOIN LATERAL (
                           SELECT bool_or(k.stage = 'due') AS due,
                                  bool_or(k.stage = 'lost') AS lost
                             FROM alarm k
                            WHERE (k.township_id, k.absence_id) = ($1, absence.id)) rang
                        ON true
                     WHERE township_id = $1 AND ended_at IS NULL
                       AND student_id IN (SELECT student_id FROM enrolment e
                                           WHERE e.township_id = $1 AND e.class_id = $2
                                             AND e.from_on <= $3
                                             AND (e.to_on IS NULL OR e.to_on > $3))) a)
               AS runs,
           (SELECT coalesce(jsonb_agg(student_id), '[]') FROM dropout_case
             WHERE township_id = $1 AND closed_at IS NULL
               AND student_id IN (SELECT student_id FROM enrolment e
                                   WHERE e.township_id = $1 AND e.class_id = $2
                                     AND e.from_on <= $3
                                     AND (e.to_on IS NULL OR e.to_on > $3))) AS case_pupils,
           (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.from_on), '[]')
              FROM (SELECT id, township_id, school_year, number, from_on, to_on FROM term
                     WHERE township_id = $1 AND to_on > $4) x) AS terms,
           (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.day), '[]')
              FROM (SELECT DISTINCT ON (day) day, kind, name FROM holiday
                     WHERE township_id IN (0, $1) AND day >= $4
                     ORDER BY day, township_id DESC) x) AS holidays,
           (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
              FROM (SELECT year, source FROM calendar_year
                     WHERE township_id IN (0, $1)) x) AS years,
           (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
              FROM (SELECT id, township_id, school_id, grade, class_id, session, from_on,
                           to_on, kind, reason, declared_at, acknowledged_at
                      FROM closure
                     WHERE township_id = $1 AND to_on > $4
                       AND (school_id IS NULL OR school_id = c.school_id)) x) AS closures,
           (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
              FROM (SELECT id, township_id, school_id, session, starts_at, ends_at,
                           limit_after, held, boarders_only, grades, weekdays, from_on,
                           to_on
                      FROM session_plan
                     WHERE township_id = $1 AND school_id = c.school_id
                       AND (to_on IS NULL OR to_on > $4)) x) AS plans,
           (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
              FROM (SELECT id, name, value, from_on FROM policy
                     WHERE township_id = $1) x) AS policies
      FROM class c
      JOIN school s ON (s.township_id, s.id) = (c.township_id, c.school_id)
      JOIN township t ON t.township_id = c.township_id
     WHERE c.township_id = $1 AND c.id = $2
"""


async def book(
    conn: Conn, township_id: int, class_id: int, day: date, since: date
) -> ClassBook | None:
    """Return the class list as of `day` with rolls, marks and leaves from `since` on."""
    return one(ClassBook, await conn.fetchrow(BOOK, township_id, class_id, day, since))
