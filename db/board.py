"""Which classes have which rolls today, and the timetables to hold them against."""

from collections.abc import Sequence
from datetime import date

from core.rules.roll_board import ClassToday, Timetable
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many

CLASSES_TODAY = """
    SELECT c.township_id, c.id AS class_id, c.school_id, c.cohort, c.number, c.combined_id,
           (SELECT k.name FROM combined_class k
             WHERE (k.township_id, k.id) = (c.township_id, c.combined_id)) AS combined_name,
           s.name AS school_name, s.kind AS school_kind, s.system, t.name AS township_name,
           s.live_on,
           (SELECT count(*) FROM enrolment e
             WHERE (e.township_id, e.class_id) = (c.township_id, c.id)
               AND e.from_on <= $5 AND (e.to_on IS NULL OR e.to_on > $5)
               AND e.status = ANY ($6)) AS expected,
           (SELECT count(*) FROM enrolment e
             WHERE (e.township_id, e.class_id) = (c.township_id, c.id)
               AND e.from_on <= $5 AND (e.to_on IS NULL OR e.to_on > $5)
               AND e.status = ANY ($6) AND e.boarder) AS boarders,
           has_head_teacher(c.township_id, c.school_id, c.id, $5) AS headed,
           (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]')
              FROM (SELECT r.session, r.taken_at, r.on_behalf, r.backfilled, r.voided_at,
                           a.name AS taken_by_name,
                           (SELECT count(*) FROM roll_mark m
                             WHERE (m.township_id, m.roll_id) = (r.township_id, r.id)
                               AND m.mark = 'absent') AS absent
                      FROM roll r
                      JOIN account a ON a.id = r.taken_by
                     WHERE (r.township_id, r.class_id, r.day) = (c.township_id, c.id, $5)) r)
               AS rolls
      FROM class c
      JOIN school s ON (s.township_id, s.id) = (c.township_id, c.school_id)
      JOIN township t ON t.township_id = c.township_id
     WHERE c.township_id = ANY ($1)
       AND (c.township_id = ANY ($2) OR c.school_id = ANY ($3) OR c.id = ANY ($4))
     ORDER BY c.township_id, s.code, c.cohort DESC, c.number
"""


async def classes_today(
    conn: Conn, scope: Scope, day: date, expected: Sequence[str]
) -> tuple[ClassToday, ...]:
    """Return the classes in scope with the rolls taken on `day`.

    `expected`: the enrolment statuses that count as 应到.
    """
    rows = await conn.fetch(
        CLASSES_TODAY,
        scope.reach,
        scope.townships,
        scope.schools,
        scope.classes,
        day,
        list(expected),
    )
    return many(ClassToday, rows)


TIMETABLES = """
    SELECT t.township_id, t.calendar_version,
           (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.from_on), '[]')
              FROM (SELECT id, township_id, school_year, number, from_on, to_on FROM term
                     WHERE township_id = t.township_id) x) AS terms,
           (SELECT coalesce(jsonb_agg(to_jsonb(x) ORDER BY x.day), '[]')
              FROM (SELECT DISTINCT ON (day) day, kind, name FROM holiday
                     WHERE township_id IN (0, t.township_id) AND day >= $2
                     ORDER BY day, township_id DESC) x) AS holidays,
           (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
              FROM (SELECT year, source FROM calendar_year
                     WHERE township_id IN (0, t.township_id)) x) AS years,
           (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
              FROM (SELECT id, township_id, school_id, grade, class_id, session, from_on,
                           to_on, kind, reason, declared_at, acknowledged_at
                      FROM closure
                     WHERE township_id = t.township_id AND to_on > $2) x) AS closures,
           (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
              FROM (SELECT id, township_id, school_id, session, starts_at, ends_at,
                           limit_after, held, boarders_only, grades, weekdays, from_on,
                           to_on
                      FROM session_plan
                     WHERE township_id = t.township_id
                       AND (to_on IS NULL OR to_on > $2)) x) AS plans,
           (SELECT coalesce(jsonb_agg(to_jsonb(x)), '[]')
              FROM (SELECT id, name, value, from_on FROM policy
                     WHERE township_id = t.township_id) x) AS policies
      FROM township t
     WHERE t.township_id = ANY ($1)
     ORDER BY t.township_id
"""


async def timetables(
    conn: Conn, township_ids: Sequence[int], since: date
) -> tuple[Timetable, ...]:
    """Return each township's calendar, session plans and policy rows from `since` on."""
    return many(Timetable, await conn.fetch(TIMETABLES, list(township_ids), since))
