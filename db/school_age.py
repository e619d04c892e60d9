"""How the children of age of a township stand: on its rosters, and on the register beside them."""

from datetime import date
from typing import Final

from core.rules.school_age import Ages, Counted
from db.area_child import found
from db.pool import Conn
from db.rows import many

# A child of the register counts as the register says, whatever an ended enrolment told.
# $3 to $5: the birthdays of who is of age; $6: the school year.
COUNTS: Final = """
    SELECT born_on <= $4 AS junior, standing, count(*)::integer AS count
      FROM (SELECT s.born_on,
                   CASE WHEN e.status IN ('suspended', 'deferred', 'exempt') THEN e.status
                        WHEN e.status = 'dropped' OR k.state IN ('confirmed', 'legal')
                        THEN 'dropped'
                        WHEN e.status = 'graduated' THEN 'not_enrolled'
                        WHEN e.status = 'transferred_out' THEN 'elsewhere'
                        ELSE 'here' END AS standing
              FROM enrolment e
              JOIN student s ON (s.township_id, s.id) = (e.township_id, e.student_id)
              JOIN class c ON (c.township_id, c.id) = (e.township_id, e.class_id)
              LEFT JOIN dropout_case k ON (k.township_id, k.student_id)
                                          = (e.township_id, e.student_id)
                                      AND k.closed_at IS NULL
             WHERE e.township_id = $1 AND e.from_on <= $2
               AND (e.to_on IS NULL OR e.to_on > $2)
               AND e.status NOT IN ('abroad', 'deceased', 'never_enrolled')
               AND hukou_is_here(s.hukou_code, s.township_id)
               AND (e.status NOT IN ('transferred_out', 'graduated')
                    OR (c.cohort + 9 > $6
                        AND NOT EXISTS (SELECT FROM student_identity i
                                          JOIN area_child a ON (a.township_id, a.mark)
                                                               = (i.township_id, i.mark)
                                         WHERE (i.township_id, i.student_id)
                                               = (s.township_id, s.id)
                                           AND a.struck_at IS NULL)))
             UNION ALL
            SELECT a.born_on,
                   CASE WHEN a.state IN ('not_enrolled', 'unknown') THEN 'not_enrolled'
                        WHEN a.verified_at IS NULL OR a.until_on <= $2 THEN 'unproven'
                        WHEN a.state IN ('deferred', 'exempt') THEN a.state
                        ELSE 'elsewhere' END
              FROM area_child a
             WHERE a.township_id = $1 AND a.struck_at IS NULL
               AND a.id <> ALL ($7)) t
     WHERE born_on > $3 AND born_on <= $5
     GROUP BY 1, 2
     ORDER BY 1, 2
"""


async def counts(
    conn: Conn, township_id: int, day: date, ages: Ages, school_year: int
) -> tuple[Counted, ...]:
    """Return how the children of age stand on a day."""
    here = await found(conn, township_id, day)
    span = ages.oldest, ages.junior, ages.youngest
    rows = await conn.fetch(COUNTS, township_id, day, *span, school_year, list(here))
    return many(Counted, rows)
