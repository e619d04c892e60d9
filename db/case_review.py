"""Closed cases, for the quarterly review."""

from datetime import date
from typing import Final

from core.rules.case_review import ClosedLine
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many

MOST: Final = 1000
CLOSED = """
    SELECT k.township_id, k.id AS case_id, k.number, k.student_id,
           called(s, $2, $3, $4) AS student_name, s.pinyin, sc.name AS school_name, k.state,
           k.opened_at, k.closed_at, k.close_reason
      FROM dropout_case k
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
      JOIN school sc ON (sc.township_id, sc.id) = (k.township_id, k.school_id)
     WHERE k.township_id = ANY ($1)
       AND (k.township_id = ANY ($2) OR k.school_id = ANY ($3) OR k.class_id = ANY ($4))
       AND k.closed_at >= $5
     ORDER BY k.closed_at DESC, k.id DESC
     LIMIT $6
"""


async def closed(conn: Conn, scope: Scope, since: date) -> tuple[ClosedLine, ...]:
    """Return at most 1,000 cases in sight that were closed since a day, the newest first."""
    seen = (scope.reach, scope.townships, scope.schools, scope.classes)
    return many(ClosedLine, await conn.fetch(CLOSED, *seen, since, MOST))
