"""What the sweep looks for among runs and rolls: clocks to reckon again, rolls not taken."""

from collections.abc import Iterable, Sequence
from datetime import date

from core.rules.base import Record
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
                        WHERE d.township_id = a.township_id AND d.kind = 'repeated'
                          AND d.student_id = a.student_id AND d.opened_at >= $2)
     GROUP BY a.student_id, s.name, a.school_id, a.class_id
    HAVING count(*) >= $3
     LIMIT 200
"""


async def repeated(
    conn: Conn, township_id: int, since: date, runs: int
) -> tuple[RepeatedRuns, ...]:
    """Return children with at least `runs` unexcused runs since a day, not yet told."""
    return many(RepeatedRuns, await conn.fetch(REPEATED, township_id, since, runs))


HEADED = """
    SELECT DISTINCT class_id FROM account_grant
     WHERE township_id = $1 AND role = 'class_teacher' AND class_id IS NOT NULL
       AND from_on <= $2 AND (to_on IS NULL OR to_on > $2)
"""


async def headed(conn: Conn, township_id: int, day: date) -> frozenset[int]:
    """Return the classes that have a head teacher on a day."""
    rows = await conn.fetch(HEADED, township_id, day)
    return frozenset(row["class_id"] for row in rows)


LAST_ROLLS = """
    SELECT class_id, max(day) AS day FROM roll
     WHERE township_id = $1 AND class_id = ANY ($2) AND voided_at IS NULL
     GROUP BY class_id
"""


class LastRoll(Record):
    """The last day on which a class had a roll."""

    class_id: int
    day: date


async def last_rolls(
    conn: Conn, township_id: int, class_ids: Sequence[int]
) -> tuple[LastRoll, ...]:
    """Return the last day with a roll, for the classes that ever had one."""
    rows = await conn.fetch(LAST_ROLLS, township_id, list(class_ids))
    return many(LastRoll, rows)
