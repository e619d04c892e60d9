"""How the register of children in no school stands, for what is owed about each."""

from datetime import date
from typing import Final

from core.rules.area_child_duty import AreaFacts
from db.area_child import found
from db.pool import Conn
from db.rows import many

STANDING: Final = """
    SELECT a.id, a.school_id, a.name, a.born_on, a.state, a.until_on, a.entered_at,
           coalesce(a.open_since, a.entered_at) AS open_since,
           a.verified_at IS NOT NULL AS verified,
           EXISTS (SELECT FROM dropout_case k
                    WHERE (k.township_id, k.student_id) = (a.township_id, a.student_id)
                      AND k.closed_at IS NULL) AS has_case
      FROM area_child a
     WHERE a.township_id = $1 AND a.struck_at IS NULL AND a.id <> ALL ($2)
"""


async def standing(conn: Conn, township_id: int, day: date) -> tuple[AreaFacts, ...]:
    """Return the children of the register in sight who are on no roster on a day."""
    here = await found(conn, township_id, day)
    return many(AreaFacts, await conn.fetch(STANDING, township_id, list(here)))
