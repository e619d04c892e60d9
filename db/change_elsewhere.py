"""What an old school, and then the bureau, owes of a child that another township received."""

from core.rules.base import Record
from core.rules.duty import DutyKind
from db.pool import Conn
from db.rows import many


class Check(Record):
    """The duty that is not answered yet: of which school and class, and in what words."""

    school_id: int
    class_id: int
    words: str


CHECK = """
    SELECT school_id, class_id, words FROM duty
     WHERE township_id = $1 AND kind = $2 AND subject_id = $3 AND done_at IS NULL
"""


async def check(
    conn: Conn, township_id: int, kind: DutyKind, student_id: int
) -> Check | None:
    """Return what is owed of a child in sight; None where nothing is."""
    found = many(Check, await conn.fetch(CHECK, township_id, kind, student_id))
    return found[0] if found else None
