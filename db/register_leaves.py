"""请假登记册 from the database: every leave that touches a stretch of days (R4)."""

from collections.abc import AsyncIterator
from datetime import date

from core.rules.base import Record
from core.rules.calendar import SessionCode
from core.rules.leave import AskedHow, LeaveKind, LeaveState
from core.rules.time import Moment
from db.export import Picked, streamed
from db.pool import Conn


class LeaveLine(Record):
    """One leave with the class it was entered for."""

    township_id: int
    school_id: int
    class_id: int
    school_name: str
    cohort: int
    number: int
    student_name: str
    leave_number: str
    kind: LeaveKind
    from_day: date
    from_session: SessionCode
    to_day: date
    to_session: SessionCode
    reason: str
    asked_by: str
    asked_how: AskedHow
    decided_by: str | None
    decided_at: Moment | None
    evidence: str
    closed_at: Moment | None
    state: LeaveState
    extends: str | None


LEAVES = """
    SELECT l.township_id, l.school_id, l.class_id, sc.name AS school_name, c.cohort,
           c.number, called(s, $2, $3, $4) AS student_name, l.number AS leave_number,
           l.kind, l.from_day, l.from_session, l.to_day, l.to_session, l.reason,
           l.asked_by, l.asked_how,
           a.name AS decided_by, l.decided_at, l.evidence, l.closed_at, l.state,
           x.number AS extends
      FROM leave l
      JOIN student s ON (s.township_id, s.id) = (l.township_id, l.student_id)
      JOIN class c ON (c.township_id, c.id) = (l.township_id, l.class_id)
      JOIN school sc ON (sc.township_id, sc.id) = (l.township_id, l.school_id)
      LEFT JOIN account a ON a.id = l.decided_by
      LEFT JOIN leave x ON (x.township_id, x.id) = (l.township_id, l.extends_id)
     WHERE l.township_id = ANY ($1)
       AND (l.township_id = ANY ($2) OR l.school_id = ANY ($3) OR l.class_id = ANY ($4))
       AND ($5::bigint IS NULL OR l.school_id = $5)
       AND ($6::bigint IS NULL OR l.class_id = $6)
       AND l.to_day >= $7 AND l.from_day < $8
     ORDER BY l.township_id, sc.code, l.number, l.id
"""


def leaves(
    conn: Conn, picked: Picked, from_on: date, to_on: date
) -> AsyncIterator[tuple[LeaveLine, ...]]:
    """Yield the leaves that touch a day from `from_on` up to and without `to_on`."""
    return streamed(conn, LeaveLine, LEAVES, *picked.arguments, from_on, to_on)
