"""请假登记册 on disk: the leaves in a person's sight, with the names beside the ids."""

from datetime import datetime

from core.rules.leave_line import LeaveLine
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many

# $5: a leave that reaches to this moment or later, or that is not over yet.
REGISTER = """
    SELECT l.id, l.township_id, l.number, l.student_id, l.school_id, l.class_id, l.kind,
           l.from_day, l.from_session, l.to_day, l.to_session, l.from_at, l.to_at,
           l.asked_by, l.asked_how, l.reason, l.state, l.entered_by, l.entered_at,
           l.decided_by, l.decided_at, l.alone_until, l.closed_at,
           l.extends_id, l.evidence, called(st, $2, $3, $4) AS student_name, st.pinyin,
           sc.name AS school_name, c.cohort, c.number AS class_number,
           EXISTS (SELECT FROM enrolment e
                    WHERE e.township_id = l.township_id AND e.student_id = l.student_id
                      AND e.class_id = l.class_id AND e.boarder) AS boarder,
           who.name AS entered_by_name, judge.name AS decided_by_name
      FROM leave l
      JOIN student st ON (st.township_id, st.id) = (l.township_id, l.student_id)
      JOIN school sc ON (sc.township_id, sc.id) = (l.township_id, l.school_id)
      JOIN class c ON (c.township_id, c.id) = (l.township_id, l.class_id)
      JOIN account who ON who.id = l.entered_by
      LEFT JOIN account judge ON judge.id = l.decided_by
     WHERE l.township_id = ANY ($1)
       AND (l.township_id = ANY ($2) OR l.school_id = ANY ($3) OR l.class_id = ANY ($4))
       AND (l.to_at >= $5 OR l.state IN ('waiting', 'overrun'))
       AND ($6::bigint IS NULL OR l.student_id = $6)
     ORDER BY (l.state = 'waiting') DESC, (l.state = 'overrun') DESC, l.from_at DESC, l.id DESC
     LIMIT 500
"""


async def register(
    conn: Conn, scope: Scope, since: datetime, student_id: int | None = None
) -> tuple[LeaveLine, ...]:
    """Return at most 500 leaves in scope, what waits or ran over first, then the newest."""
    rows = await conn.fetch(
        REGISTER,
        scope.reach,
        scope.townships,
        scope.schools,
        scope.classes,
        since,
        student_id,
    )
    return many(LeaveLine, rows)
