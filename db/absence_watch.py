"""What the sweep looks for among runs: clocks to reckon again, children to be visited."""

from collections.abc import Iterable
from datetime import date, datetime

from core.rules.base import Record
from core.rules.duty import DutyKind
from core.rules.ladder import JOINED_BY
from core.rules.time import Moment
from core.rules.visit import COUNTS_AS_VISIT
from db.pool import Conn
from db.rows import many


class ClassToSettle(Record):
    """A class whose runs must be reckoned again."""

    township_id: int
    class_id: int


# A run reckoned with an older calendar than the township has now, and the class whose
# rolls call the child today: no other can reckon it.
STALE = """
    SELECT DISTINCT a.township_id, e.class_id
      FROM absence a
      JOIN township t ON t.township_id = a.township_id
      JOIN enrolment e ON (e.township_id, e.student_id) = (a.township_id, a.student_id)
                      AND e.from_on <= $2 AND (e.to_on IS NULL OR e.to_on > $2)
     WHERE a.township_id = $1 AND a.ended_at IS NULL
       AND a.calendar_version <> t.calendar_version AND e.status = ANY ($3)
     ORDER BY e.class_id
     LIMIT 200
"""


async def stale(
    conn: Conn, township_id: int, day: date, expected: Iterable[str]
) -> tuple[ClassToSettle, ...]:
    """Return today's classes of the runs that an older calendar reckoned.

    `expected`: the enrolment statuses that count as 应到.
    """
    rows = await conn.fetch(STALE, township_id, day, sorted(expected))
    return many(ClassToSettle, rows)


class RepeatedRuns(Record):
    """A child with several unexcused runs."""

    student_id: int
    student_name: str
    school_id: int
    class_id: int
    missed_days: list[date]


REPEATED = """
    SELECT a.student_id, s.name AS student_name, a.school_id, a.class_id,
           array_agg(a.missed_day ORDER BY a.missed_day) AS missed_days
      FROM absence a
      JOIN student s ON (s.township_id, s.id) = (a.township_id, a.student_id)
     WHERE a.township_id = $1 AND a.missed_day >= $2
       AND (a.ended_how IS NULL OR a.ended_how = 'present')
       AND NOT EXISTS (SELECT FROM duty d
                        WHERE (d.township_id, d.subject_id, d.kind)
                            = (a.township_id, a.student_id, 'repeated')
                          AND d.opened_at >= $2)
     GROUP BY a.student_id, s.name, a.school_id, a.class_id
    HAVING count(*) >= $3
     LIMIT 200
"""


async def repeated(
    conn: Conn, township_id: int, since: date, runs: int
) -> tuple[RepeatedRuns, ...]:
    """Return children with at least `runs` unexcused runs since a day, not yet told."""
    return many(RepeatedRuns, await conn.fetch(REPEATED, township_id, since, runs))


# Missing so long, and neither visited since ($3, with somebody of $5 where that is asked) nor
# owed this before ($4): a telephone call and a talk at school are no visit.
UNVISITED = """
    SELECT a.township_id, a.id AS absence_id, a.student_id, s.name AS student_name,
           a.school_id, a.class_id, c.cohort, c.number, a.missed_at,
           EXISTS (SELECT FROM enrolment e
                    WHERE (e.township_id, e.student_id) = (a.township_id, a.student_id)
                      AND e.to_on IS NULL AND e.boarder) AS boarder
      FROM absence a
      JOIN student s ON (s.township_id, s.id) = (a.township_id, a.student_id)
      JOIN class c ON (c.township_id, c.id) = (a.township_id, a.class_id)
     WHERE a.township_id = $1 AND a.ended_at IS NULL AND a.missed_at <= $2
       AND NOT EXISTS (SELECT FROM duty d
                        WHERE (d.township_id, d.subject_id, d.kind)
                            = (a.township_id, a.id, $4))
       AND NOT EXISTS (SELECT FROM visit v
                        WHERE (v.township_id, v.student_id) = (a.township_id, a.student_id)
                          AND v.visited_at >= a.missed_at AND v.method = ANY ($3)
                          AND (cardinality($5::text[]) = 0
                               OR EXISTS (SELECT FROM visit_member m
                                           WHERE (m.township_id, m.visit_id)
                                                 = (v.township_id, v.id)
                                             AND m.role = ANY ($5))))
     ORDER BY a.missed_at, a.id
     LIMIT 500
"""


class Unvisited(Record):
    """A child missing so long that a rung of the ladder is reached."""

    township_id: int
    absence_id: int
    student_id: int
    student_name: str
    school_id: int
    class_id: int
    cohort: int
    number: int
    missed_at: Moment
    boarder: bool


async def unvisited(
    conn: Conn, township_id: int, before: datetime, kind: DutyKind
) -> tuple[Unvisited, ...]:
    """Return the open runs that began by a moment, whose duty of a kind was not owed yet.

    A visit made since spares a 家访; with somebody of the village or township, a 劝返.
    """
    ways = () if kind is DutyKind.MARK_REGISTER else sorted(COUNTS_AS_VISIT)
    roles = sorted(JOINED_BY) if kind is DutyKind.JOINT_VISIT else ()
    found = await conn.fetch(UNVISITED, township_id, before, ways, kind, roles)
    return many(Unvisited, found)
