"""未返校学生名单 from the database: open runs over a term's edge, and leavers nobody received.

Where a term runs, who has not been seen since its first day; in a vacation, whose clock
was running when the term ended.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Final

from core.rules.enrolment_step import IN_SCHOOL
from core.rules.place import LAST_GRADE, SchoolKind, System, last_grade
from core.rules.unreturned import Unreturned
from db.export import Picked, streamed
from db.pool import Conn
from db.rows import many

_SYSTEMS: Final[tuple[System, ...]] = ("6-3", "5-4")

# $7 today; $8 to $10 the kinds of school that end before grade 9, and with which grade.
UNRETURNED = """
      WITH now_term AS (
           SELECT DISTINCT ON (township_id) township_id, school_year, number, from_on, to_on,
                  $7 < to_on AS running, make_date(school_year, 9, 1) AS turned_on
             FROM term
            WHERE township_id = ANY ($1) AND from_on <= $7
            ORDER BY township_id, from_on DESC),
           found AS (
           SELECT a.township_id, a.student_id, a.school_id, a.class_id, a.missed_day,
                  a.missed_session, a.missed_at,
                  CASE WHEN t.running THEN 'start' ELSE 'end' END AS why
             FROM absence a
             JOIN now_term t ON t.township_id = a.township_id
            WHERE a.ended_at IS NULL
              AND CASE WHEN t.running THEN a.missed_day <= t.from_on
                       ELSE a.missed_day < t.to_on END
            UNION ALL
           SELECT e.township_id, e.student_id, e.school_id, e.class_id, NULL, NULL, NULL,
                  'leaver'
             FROM now_term t
             JOIN class c ON c.township_id = t.township_id
             JOIN school sc ON (sc.township_id, sc.id) = (c.township_id, c.school_id)
             JOIN unnest($8::text[], $9::text[], $10::integer[])
                  AS k (kind, system, last_grade) ON (k.kind, k.system) = (sc.kind, sc.system)
             JOIN enrolment e ON (e.township_id, e.class_id) = (c.township_id, c.id)
              AND e.from_on < t.turned_on
              AND (e.to_on IS NULL OR e.to_on >= t.turned_on) AND e.status = ANY ($11)
            WHERE t.running AND t.number = 1 AND t.school_year - c.cohort = k.last_grade
              AND NOT EXISTS (SELECT FROM enrolment x
                               WHERE (x.township_id, x.student_id)
                                     = (e.township_id, e.student_id)
                                 AND x.class_id <> e.class_id AND x.from_on <= $7
                                 AND (x.to_on IS NULL OR x.to_on > $7))
              AND NOT EXISTS (SELECT FROM absence a
                               WHERE (a.township_id, a.student_id)
                                     = (e.township_id, e.student_id)
                                 AND a.ended_at IS NULL)
              -- Found elsewhere by two people: no list goes on asking for it.
              AND NOT EXISTS (SELECT FROM dropout_case d
                               WHERE (d.township_id, d.student_id)
                                     = (e.township_id, e.student_id)
                                 AND d.closed_at >= t.turned_on))
    SELECT f.township_id, f.student_id, called(s, $2, $3, $4) AS student_name, s.pinyin,
           s.sex, s.born_on, f.why, f.school_id, sc.name AS school_name, c.cohort, c.number,
           f.missed_day, f.missed_session, f.missed_at,
           whole(s.township_id, 'identity', s.id::text, i.cipher) AS identity_number,
           g.name AS guardian, g.relation,
           whole(s.township_id, 'guardian_phone', s.id || '/' || g.ordinal, p.cipher) AS phone,
           s.address,
           (SELECT count(*) FROM contact x
             WHERE (x.township_id, x.student_id) = (f.township_id, f.student_id)
               AND x.contacted_at >= f.missed_at) AS contacts,
           (SELECT count(*) FROM visit x
             WHERE (x.township_id, x.student_id) = (f.township_id, f.student_id)
               AND x.visited_at >= f.missed_at AND x.version = 1) AS visits,
           (SELECT nullif(x.whereabouts, '') FROM visit x
             WHERE (x.township_id, x.student_id) = (f.township_id, f.student_id)
               AND x.visited_at >= f.missed_at
             ORDER BY x.visited_at DESC, x.version DESC LIMIT 1) AS whereabouts
      FROM found f
      JOIN student s ON (s.township_id, s.id) = (f.township_id, f.student_id)
      JOIN school sc ON (sc.township_id, sc.id) = (f.township_id, f.school_id)
      JOIN class c ON (c.township_id, c.id) = (f.township_id, f.class_id)
      LEFT JOIN student_identity i ON (i.township_id, i.student_id) = (s.township_id, s.id)
      LEFT JOIN LATERAL (SELECT g.id, g.name, g.relation, g.ordinal
                           FROM guardian g
                          WHERE (g.township_id, g.student_id) = (s.township_id, s.id)
                          ORDER BY g.is_guardian DESC, g.ordinal
                          LIMIT 1) g ON true
      LEFT JOIN guardian_phone p ON (p.township_id, p.guardian_id) = (s.township_id, g.id)
     WHERE (f.township_id = ANY ($2) OR f.school_id = ANY ($3) OR f.class_id = ANY ($4))
       AND ($5::bigint IS NULL OR f.school_id = $5)
       AND ($6::bigint IS NULL OR f.class_id = $6)
     ORDER BY f.township_id, sc.code, f.why DESC, c.cohort DESC, c.number, s.pinyin_key, s.id
"""


def _leaving() -> tuple[Sequence[str], Sequence[str], Sequence[int]]:
    """Return (kind, system, last grade) of the schools whose leavers go on elsewhere."""
    ends = [
        (kind.value, system, grade)
        for kind in SchoolKind
        for system in _SYSTEMS
        if (grade := last_grade(kind, system)) < LAST_GRADE
    ]
    kinds, systems, grades = zip(*ends, strict=True)
    return kinds, systems, grades


def _arguments(picked: Picked, day: date) -> tuple[object, ...]:
    return (*picked.arguments, day, *_leaving(), sorted(IN_SCHOOL))


def unreturned(
    conn: Conn, picked: Picked, day: date
) -> AsyncIterator[tuple[Unreturned, ...]]:
    """Yield who has not come back as of `day`, school by school, leavers last."""
    return streamed(conn, Unreturned, UNRETURNED, *_arguments(picked, day))


async def listed(conn: Conn, picked: Picked, day: date) -> tuple[Unreturned, ...]:
    """Return all of them at once: they are few."""
    return many(Unreturned, await conn.fetch(UNRETURNED, *_arguments(picked, day)))
