"""Which certificates are about to lapse, and how well a school's claims are proven (佐证率)."""

from datetime import date

from core.rules.base import Record, Words
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many

# A later file of the same subject and kind takes the place of one that lapses.
LAPSING = """
    SELECT e.id, e.student_id, e.school_id, s.name AS student_name, e.valid_until
      FROM evidence e
      JOIN student s ON (s.township_id, s.id) = (e.township_id, e.student_id)
     WHERE e.township_id = $1 AND e.state = 'verified' AND e.valid_until <= $2
       AND EXISTS (SELECT FROM enrolment n
                    WHERE (n.township_id, n.student_id) = (e.township_id, e.student_id)
                      AND n.to_on IS NULL)
       AND NOT EXISTS (
           SELECT FROM evidence later
            WHERE (later.township_id, later.student_id, later.kind)
                  = (e.township_id, e.student_id, e.kind)
              AND (later.case_id, later.visit_id, later.change_id)
                  IS NOT DISTINCT FROM (e.case_id, e.visit_id, e.change_id)
              AND later.state = 'verified' AND later.attached_at > e.attached_at)
     ORDER BY e.valid_until, e.id
"""
# A claim is proven by a file that was checked and holds today ($6).
RATES = """
      WITH claim AS (
           SELECT k.township_id, k.school_id,
                  EXISTS (SELECT FROM evidence e
                           WHERE (e.township_id, e.case_id) = (k.township_id, k.id)
                             AND e.state = 'verified'
                             AND (e.valid_until IS NULL OR e.valid_until >= $6)) AS proven
             FROM dropout_case k
             JOIN case_step t ON (t.township_id, t.case_id) = (k.township_id, k.id)
                             AND t.accepted AND t.kind IN ('settle', 'exclude')
            WHERE k.township_id = ANY ($1)
              AND (k.township_id = ANY ($2) OR k.school_id = ANY ($3)
                   OR k.class_id = ANY ($4))
              AND k.closed_at >= $5
            UNION ALL
           SELECT c.township_id, c.school_id,
                  EXISTS (SELECT FROM evidence e
                           WHERE (e.township_id, e.change_id) = (c.township_id, c.id)
                             AND e.state = 'verified'
                             AND (e.valid_until IS NULL OR e.valid_until >= $6))
             FROM change c
            WHERE c.township_id = ANY ($1)
              AND (c.township_id = ANY ($2) OR c.school_id = ANY ($3)
                   OR c.class_id = ANY ($4))
              AND c.state = 'verified' AND c.kind = ANY ($7) AND c.entered_at >= $5)
    SELECT township_id, school_id, count(*) AS claims,
           count(*) FILTER (WHERE proven) AS proven
      FROM claim
     GROUP BY township_id, school_id
"""


class Lapsing(Record):
    """A checked file that proves nothing for much longer."""

    id: int
    student_id: int
    school_id: int
    student_name: Words
    valid_until: date


class Proven(Record):
    """How many of a school's claims of a school year a file proves."""

    township_id: int
    school_id: int
    claims: int
    proven: int


async def lapsing(conn: Conn, township_id: int, until: date) -> tuple[Lapsing, ...]:
    """Return the checked files of enrolled children that lapse by a day, unrenewed."""
    return many(Lapsing, await conn.fetch(LAPSING, township_id, until))


async def rates(
    conn: Conn, scope: Scope, days: tuple[date, date], kinds: list[str]
) -> tuple[Proven, ...]:
    """Return the claims of each school in sight since days[0], as proven on days[1].

    `kinds`: which changes claim what a file is to prove.
    """
    seen = (scope.reach, scope.townships, scope.schools, scope.classes)
    return many(Proven, await conn.fetch(RATES, *seen, *days, kinds))
