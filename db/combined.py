"""复式班 on disk: which classes are called on one sheet, under which name."""

from collections.abc import Sequence

from core.rules.place import Combined, School, SchoolClass
from db.pool import Conn
from db.rows import many

EVERY = """
    SELECT k.township_id, k.id, k.school_id, k.name FROM combined_class k
     WHERE k.township_id = ANY ($1)
       AND EXISTS (SELECT FROM class c
                    WHERE (c.township_id, c.combined_id) = (k.township_id, k.id))
     ORDER BY k.school_id, k.name
"""
COMBINED = """
    SELECT township_id, id, school_id, cohort, number, combined_id
      FROM class
     WHERE township_id = $1 AND id = ANY ($2) AND combined_id IS NOT NULL
     ORDER BY cohort DESC, number
"""
COMBINE = """
      WITH made AS (
           INSERT INTO combined_class (township_id, school_id, name)
           SELECT $1, $2, $3::words
            WHERE NOT EXISTS (SELECT FROM combined_class k
                                JOIN class c ON (c.township_id, c.combined_id)
                                              = (k.township_id, k.id)
                               WHERE (k.township_id, k.school_id, k.name)
                                   = ($1, $2, $3::words))
        RETURNING id)
    UPDATE class c SET combined_id = made.id
      FROM made
     WHERE c.township_id = $1 AND c.school_id = $2 AND c.id = ANY ($4)
 RETURNING c.id
"""
PART = """
    UPDATE class c SET combined_id = NULL
      FROM combined_class k
     WHERE (k.township_id, k.school_id, k.name) = ($1, $2, $3::words)
       AND (c.township_id, c.combined_id) = (k.township_id, k.id)
 RETURNING c.id
"""


async def every(conn: Conn, township_ids: Sequence[int]) -> tuple[Combined, ...]:
    """Return the 复式班 of some townships."""
    return many(Combined, await conn.fetch(EVERY, township_ids))


async def combined(
    conn: Conn, school: School, class_ids: Sequence[int]
) -> tuple[SchoolClass, ...]:
    """Return which of these classes belong to a 复式班 already."""
    return many(SchoolClass, await conn.fetch(COMBINED, school.township_id, class_ids))


async def combine(conn: Conn, school: School, name: str, class_ids: Sequence[int]) -> bool:
    """Make a 复式班 of these classes; False where the school has one of that name."""
    done = await conn.fetch(COMBINE, school.township_id, school.id, name, class_ids)
    return bool(done)


async def part(conn: Conn, school: School, name: str) -> bool:
    """Take a 复式班 apart; False where the school has none of that name."""
    return bool(await conn.fetch(PART, school.township_id, school.id, name))
