"""In which other township of the county the bearers of numbers are enrolled: names, no more.

The two statements that look over a township's border, and what the second writes there stays
unread by who made it; `change_whereabouts` alone asks them.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from core.rules.base import Record
from core.rules.cipher import Held, Whole
from core.rules.duty import DutyKind
from core.rules.place import with_township
from db.pool import Conn
from db.rows import many


class Elsewhere(Record):
    """The school, its township, and which of the numbers asked for it was (from 0)."""

    asked: int
    township_name: str
    school_name: str

    @property
    def where(self) -> str:
        """Return 白水镇白水小学."""
        return with_township(self.township_name, self.school_name)


IN_COUNTY = """
    SELECT DISTINCT ON (n.asked)
           n.asked - 1 AS asked, t.name AS township_name, s.name AS school_name
      FROM unnest($2::enciphered[]) WITH ORDINALITY
           AS n (place, body, mark, county, asked)
      JOIN student_identity i ON i.county_mark = n.county AND i.township_id <> $1
      JOIN enrolment e ON (e.township_id, e.student_id) = (i.township_id, i.student_id)
       AND e.from_on <= $3 AND (e.to_on IS NULL OR e.to_on > $3)
      JOIN school s ON (s.township_id, s.id) = (e.township_id, e.school_id)
      JOIN township t ON t.township_id = e.township_id
     ORDER BY n.asked, e.from_on DESC, e.township_id, e.id
"""


async def elsewhere(
    conn: Conn, township_id: int, numbers: Sequence[str], day: date
) -> tuple[Elsewhere, ...]:
    """Return which numbers are enrolled in the county, but not in the township, on a day."""
    sought = [Whole(township_id, Held.IDENTITY, None, number) for number in numbers]
    return many(Elsewhere, await conn.fetch(IN_COUNTY, township_id, sought, day))


# Whose roll a child is on that came here owes a look.  The child it is there says its name:
# what the receiving school wrote crosses no border but the school's own name.
OWE_CHECK = """
      WITH there AS (
           SELECT DISTINCT e.township_id, e.school_id, e.class_id, e.student_id, s.name
             FROM unnest($3::enciphered[]) AS n (place, body, mark, county)
             JOIN student_identity i ON i.county_mark = n.county AND i.township_id <> $1
             JOIN enrolment e ON (e.township_id, e.student_id) = (i.township_id, i.student_id)
              AND e.from_on <= $4 AND (e.to_on IS NULL OR e.to_on > $4)
             JOIN student s ON (s.township_id, s.id) = (e.township_id, e.student_id)),
           owed AS (
           INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, student_id,
                             subject_id, words, opened_at, due_at, climbs_at)
           SELECT o.township_id, $5, $6, o.school_id, o.class_id, o.student_id, o.student_id,
                  o.name || '已由' || CASE WHEN starts_with(c.name, t.name) THEN ''
                                           ELSE t.name END || c.name || '接收',
                  $7, $8, $9
             FROM there o
             JOIN school c ON (c.township_id, c.id) = ($1, $2)
             JOIN township t ON t.township_id = c.township_id
               ON CONFLICT DO NOTHING
        RETURNING township_id)
    INSERT INTO outbox (township_id, noun, at) SELECT DISTINCT township_id, 'duty', $7 FROM owed
"""


async def owe_check(
    conn: Conn,
    to: tuple[int, int],
    numbers: Sequence[str],
    day: date,
    owed: tuple[DutyKind, datetime, timedelta, timedelta],
) -> None:
    """Let every school of another township that has these children on its roll owe a look.

    `to` is (township, school) that received them; `owed` is (kind, now, due and climbs after).
    """
    kind, now, due, climbs = owed
    sought = [Whole(to[0], Held.IDENTITY, None, number) for number in numbers]
    due_at, climbs_at = now + due, now + climbs
    await conn.execute(OWE_CHECK, *to, sought, day, kind, kind.owes, now, due_at, climbs_at)
