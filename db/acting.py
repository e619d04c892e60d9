"""代班 and 代签 on disk: who heads which class, who may stand in, and what was given."""

from datetime import date

from core.rules.acting import ActingLine, Colleague, HeadedClass
from db.pool import Conn
from db.rows import many

CLASSES = """
    SELECT c.id AS class_id, c.cohort, c.number, t.teacher, t.teacher_ids
      FROM class c
      JOIN LATERAL (
           SELECT string_agg(a.name, '、' ORDER BY g.id) AS teacher,
                  coalesce(array_agg(a.id), '{}') AS teacher_ids
             FROM account_grant g
             JOIN account a ON a.id = g.account_id AND a.disabled_at IS NULL
            WHERE g.township_id = c.township_id AND g.class_id = c.id
              AND g.role = 'class_teacher' AND g.acting IS NULL
              AND g.from_on <= $3 AND (g.to_on IS NULL OR g.to_on > $3)) t ON true
     WHERE c.township_id = $1 AND c.school_id = $2
     ORDER BY c.cohort DESC, c.number
"""
COLLEAGUES = """
    SELECT a.id AS account_id, a.signin_name, a.name,
           string_agg(DISTINCT coalesce(g.post, g.role), ' ') AS posts
      FROM account a
      JOIN account_grant g ON g.account_id = a.id
     WHERE g.township_id = $1 AND g.school_id = $2 AND g.acting IS NULL
       AND g.from_on <= $3 AND (g.to_on IS NULL OR g.to_on > $3)
       AND a.disabled_at IS NULL AND a.system_of IS NULL
     GROUP BY a.id
     ORDER BY a.name, a.id
"""
GRANTS = """
    SELECT g.id, g.acting, a.name, g.class_id, c.cohort, c.number, g.from_on, g.to_on
      FROM account_grant g
      JOIN account a ON a.id = g.account_id
      LEFT JOIN class c ON (c.township_id, c.id) = (g.township_id, g.class_id)
     WHERE g.township_id = $1 AND g.school_id = $2 AND g.acting IS NOT NULL
       AND g.to_on > greatest($3, g.from_on)
     ORDER BY g.from_on, g.id
"""
# At once; one that had not begun held no day at all.  Grants are never deleted.
END = """
    UPDATE account_grant SET to_on = greatest($4, from_on)
     WHERE township_id = $1 AND school_id = $2 AND id = $3 AND acting IS NOT NULL
       AND to_on > $4
"""


async def classes(
    conn: Conn, school: tuple[int, int], day: date
) -> tuple[HeadedClass, ...]:
    """Return the classes of a school (township, id) with their head teachers."""
    return many(HeadedClass, await conn.fetch(CLASSES, *school, day))


async def colleagues(
    conn: Conn, school: tuple[int, int], day: date
) -> tuple[Colleague, ...]:
    """Return who has a post of their own at a school."""
    return many(Colleague, await conn.fetch(COLLEAGUES, *school, day))


async def grants(conn: Conn, school: tuple[int, int], day: date) -> tuple[ActingLine, ...]:
    """Return the stand-ins of a school that hold or are to come."""
    return many(ActingLine, await conn.fetch(GRANTS, *school, day))


async def end(conn: Conn, school: tuple[int, int], grant_id: int, day: date) -> None:
    """Let a stand-in hold on `day` no more."""
    await conn.execute(END, *school, grant_id, day)
