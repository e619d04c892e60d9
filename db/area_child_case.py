"""The file and the place on which the case of a child in no school hangs (R48)."""

from datetime import date
from typing import Final

from core.rules.student import EnrolmentStatus
from db.pool import Conn

# The class of the child's age, among those that have pupils now.
CLASS_OF_AGE: Final = """
    SELECT c.id FROM class c
     WHERE c.township_id = $1 AND c.school_id = $2
       AND EXISTS (SELECT FROM enrolment e
                    WHERE (e.township_id, e.class_id) = (c.township_id, c.id)
                      AND e.from_on <= $4 AND (e.to_on IS NULL OR e.to_on > $4))
     ORDER BY abs(c.cohort - $3), c.cohort DESC, c.number
     LIMIT 1
"""
# One day that is over: of no list, no roll and no figure, whichever day they are asked for.
# It begins with the child, or where the last school left off.
PLACE: Final = """
    INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status,
                           from_on, to_on)
    SELECT $1, $2, $3, $4, false, $5, d.from_on, d.from_on + 1
      FROM (SELECT coalesce((SELECT max(e.to_on) FROM enrolment e
                              WHERE (e.township_id, e.student_id) = ($1, $2)), $6) AS from_on) d
     WHERE d.from_on < $7
 RETURNING id
"""
POINT: Final = """
    UPDATE area_child SET student_id = $3
     WHERE township_id = $1 AND id = $2 AND struck_at IS NULL
"""


async def class_of_age(
    conn: Conn, school: tuple[int, int], cohort: int, day: date
) -> int | None:
    """Return the class of (township, school) nearest to a cohort; None without any pupils."""
    found: int | None = await conn.fetchval(CLASS_OF_AGE, *school, cohort, day)
    return found


async def place(
    conn: Conn, child: tuple[int, int], at: tuple[int, int], days: tuple[date, date]
) -> bool:
    """Let (township, child) have belonged to (school, class); False of who left only today.

    `days` is (birthday, today).
    """
    status = EnrolmentStatus.NEVER_ENROLLED
    return await conn.fetchval(PLACE, *child, *at, status, *days) is not None


async def point(conn: Conn, entry: tuple[int, int], student_id: int) -> None:
    """Let (township, entry) of the register point to the child's file."""
    await conn.execute(POINT, *entry, student_id)
