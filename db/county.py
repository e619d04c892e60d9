"""In which other township of the county the bearers of numbers are enrolled: names, no more.

The one statement that looks over a township's border; `change_whereabouts` alone asks it.
"""

from collections.abc import Sequence
from datetime import date

from core.rules.base import Record
from core.rules.cipher import Held, Whole
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
        return f"{self.township_name}{self.school_name}"


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
