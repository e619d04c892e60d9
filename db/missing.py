"""Every open run in sight, nearest clock first."""

from datetime import date, datetime
from typing import Final

from core.rules.base import Record
from core.rules.missing import Missing
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many, one

MOST: Final = 1000
IN_SIGHT = """
    SELECT a.township_id, a.id AS absence_id, a.student_id, called(s, $2, $3, $4) AS student_name,
           s.pinyin, a.school_id, sc.name AS school_name, a.class_id, c.cohort, c.number,
           a.missed_day, a.missed_session, a.missed_at, a.due_at, a.raw_due_at,
           (SELECT rang_at FROM alarm k
             WHERE (k.township_id, k.absence_id, k.stage) = (a.township_id, a.id, 'due'))
               AS rang_at,
           (SELECT outcome FROM contact x
             WHERE (x.township_id, x.student_id) = (a.township_id, a.student_id)
               AND x.contacted_at >= a.missed_at
             ORDER BY x.contacted_at DESC, x.id DESC LIMIT 1) AS last_contact,
           (SELECT count(DISTINCT (v.school_year, v.number)) FROM visit v
             WHERE (v.township_id, v.student_id) = (a.township_id, a.student_id)
               AND v.visited_at >= a.missed_at) AS visits,
           k.number AS case_number, p.id AS paper_id, p.state AS paper_state,
           (SELECT ac.name FROM account_grant g JOIN account ac ON ac.id = g.account_id
             WHERE g.township_id = a.township_id AND g.class_id = a.class_id
               AND g.role = 'class_teacher' AND g.acting IS NULL
               AND g.from_on <= $6 AND (g.to_on IS NULL OR g.to_on > $6)
             ORDER BY g.id LIMIT 1) AS keeper
      FROM absence a
      JOIN student s ON (s.township_id, s.id) = (a.township_id, a.student_id)
      JOIN school sc ON (sc.township_id, sc.id) = (a.township_id, a.school_id)
      JOIN class c ON (c.township_id, c.id) = (a.township_id, a.class_id)
      LEFT JOIN dropout_case k
        ON (k.township_id, k.student_id) = (a.township_id, a.student_id)
       AND k.closed_at IS NULL
      LEFT JOIN LATERAL (SELECT id, state FROM paper p
                          WHERE (p.township_id, p.case_id) = (k.township_id, k.id)
                            AND p.kind = 'report'
                          ORDER BY id DESC LIMIT 1) p ON true
     WHERE a.ended_at IS NULL AND a.township_id = ANY ($1)
       AND (a.township_id = ANY ($2) OR a.school_id = ANY ($3) OR a.class_id = ANY ($4))
     ORDER BY a.due_at, a.id
     LIMIT $5
"""
HOW_MANY = """
    SELECT count(*) AS missing, count(*) FILTER (WHERE a.due_at <= $5) AS over
      FROM absence a
     WHERE a.ended_at IS NULL AND a.township_id = ANY ($1)
       AND (a.township_id = ANY ($2) OR a.school_id = ANY ($3) OR a.class_id = ANY ($4))
"""


class HowMany(Record):
    """How many children are missing, and how many of them past their deadline."""

    missing: int
    over: int


async def in_sight(conn: Conn, scope: Scope, most: int, day: date) -> tuple[Missing, ...]:
    """Return the first `most` children missing in a person's sight, nearest deadline first.

    Each with who leads the class on `day`.
    """
    seen = (scope.reach, scope.townships, scope.schools, scope.classes)
    return many(Missing, await conn.fetch(IN_SIGHT, *seen, most, day))


async def how_many(conn: Conn, scope: Scope, now: datetime) -> HowMany:
    """Return how many are missing in a person's sight, however few are listed."""
    seen = (scope.reach, scope.townships, scope.schools, scope.classes)
    row = await conn.fetchrow(HOW_MANY, *seen, now)
    return one(HowMany, row) or HowMany(missing=0, over=0)
