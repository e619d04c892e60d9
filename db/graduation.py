"""Classes beyond the last grade of their school, on disk, and their leaving (毕业)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from core.rules.base import Record
from core.rules.enrolment_step import IN_SCHOOL
from core.rules.place import SchoolKind, System, last_grade
from core.rules.time import school_year
from db.pool import Conn
from db.rows import many

_SYSTEMS: Final[tuple[System, ...]] = ("6-3", "5-4")

# $1 townships, $2 the day the school year turned, $3 its year, $4 to $6 last grades, $7 who
# counts.  A child who is missing, has an open case or a change that waits is not moved by
# anybody who has not seen it: it stays where it is, and on its lists.
LEAVING = """
    SELECT c.township_id, c.school_id, c.id AS class_id, c.cohort, c.number,
           array_agg(e.id ORDER BY e.id) AS enrolment_ids
      FROM class c
      JOIN school sc ON (sc.township_id, sc.id) = (c.township_id, c.school_id)
      JOIN unnest($4::text[], $5::text[], $6::integer[]) AS k (kind, system, last_grade)
        ON (k.kind, k.system) = (sc.kind, sc.system)
      JOIN enrolment e ON (e.township_id, e.class_id) = (c.township_id, c.id)
       AND e.to_on IS NULL AND e.from_on < $2 AND e.status = ANY ($7)
     WHERE c.township_id = ANY ($1) AND $3 - c.cohort >= k.last_grade
       AND NOT EXISTS (SELECT FROM absence a
                        WHERE (a.township_id, a.student_id) = (e.township_id, e.student_id)
                          AND a.ended_at IS NULL)
       AND NOT EXISTS (SELECT FROM dropout_case d
                        WHERE (d.township_id, d.student_id) = (e.township_id, e.student_id)
                          AND d.closed_at IS NULL)
       AND NOT EXISTS (SELECT FROM change p
                        WHERE (p.township_id, p.student_id) = (e.township_id, e.student_id)
                          AND p.state = 'pending')
     GROUP BY c.township_id, c.school_id, c.id, c.cohort, c.number
     ORDER BY c.school_id, c.cohort, c.number
"""
GRADUATE = """
      WITH ended AS (
           UPDATE enrolment e SET to_on = $2
            WHERE e.township_id = $1 AND e.id = ANY ($3) AND e.to_on IS NULL
        RETURNING e.student_id, e.school_id, e.class_id, e.status),
           noted AS (
           INSERT INTO change (township_id, student_id, school_id, class_id, kind, state,
                               happened_on, in_township, reason, evidence, effective_on,
                               counted_at, from_status, entered_by, entered_at)
           SELECT $1, student_id, school_id, class_id, 'graduation', 'verified', $2, false,
                  '学年期满', '', $2, $5, status, $4, $5
             FROM ended
        RETURNING 1)
    SELECT count(*) FROM noted
"""


class Leaving(Record):
    """A class whose pupils have finished their school, and where they are enrolled."""

    township_id: int
    school_id: int
    class_id: int
    cohort: int
    number: int
    enrolment_ids: list[int]


def _arguments(township_ids: Sequence[int], turned: date) -> tuple[object, ...]:
    ends = [(k.value, s, last_grade(k, s)) for k in SchoolKind for s in _SYSTEMS]
    kinds, systems, grades = zip(*ends, strict=True)
    year = school_year(turned)
    return (list(township_ids), turned, year, kinds, systems, grades, sorted(IN_SCHOOL))


async def leaving(
    conn: Conn, township_ids: Sequence[int], turned: date
) -> tuple[Leaving, ...]:
    """Return the classes beyond the last grade of their school since the year turned."""
    found = await conn.fetch(LEAVING, *_arguments(township_ids, turned))
    return many(Leaving, found)


async def graduate(
    conn: Conn,
    township_id: int,
    enrolment_ids: Sequence[int],
    turned: date,
    signed: tuple[int, datetime],
) -> int:
    """Let pupils leave as of the turn of the year; return how many.

    `signed` is (by whom, when).
    """
    done: int = await conn.fetchval(GRADUATE, township_id, turned, enrolment_ids, *signed)
    return done
