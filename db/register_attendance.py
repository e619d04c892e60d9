"""学生考勤月表 from the database: pupils, rolls and marks of some classes in a month."""

from collections.abc import Sequence
from datetime import date

from core.rules.base import Record
from core.rules.calendar import SessionCode
from core.rules.leave import LeaveKind
from core.rules.place import SchoolClass, SchoolKind, System, last_grade
from core.rules.roll import Mark
from core.rules.student import EnrolmentStatus
from db.export import Picked
from db.pool import Conn
from db.rows import many


class MonthClass(Record):
    """A class that has pupils in the month."""

    township_id: int
    class_id: int
    school_id: int
    cohort: int
    number: int
    school_name: str
    school_kind: SchoolKind
    system: System
    live_on: date

    @property
    def schoolclass(self) -> SchoolClass:
        """Return the class itself."""
        return SchoolClass(
            township_id=self.township_id,
            id=self.class_id,
            school_id=self.school_id,
            cohort=self.cohort,
            number=self.number,
            last_grade=last_grade(self.school_kind, self.system),
        )


class Stay(Record):
    """One stretch of one pupil in a class; `to_on` exclusive."""

    class_id: int
    student_id: int
    student_name: str
    seat_no: int | None
    boarder: bool
    status: EnrolmentStatus
    from_on: date
    to_on: date | None


class MonthRoll(Record):
    """A roll that was taken."""

    id: int
    class_id: int
    day: date
    session: SessionCode
    voided: bool


class MonthMark(Record):
    """An exception on a roll; `excused` is the leave that a 缺 was 补假 by (8)."""

    roll_id: int
    student_id: int
    mark: Mark
    excused: LeaveKind | None


CLASSES = """
    SELECT c.township_id, c.id AS class_id, c.school_id, c.cohort, c.number,
           sc.name AS school_name, sc.kind AS school_kind, sc.system, sc.live_on
      FROM class c
      JOIN school sc ON (sc.township_id, sc.id) = (c.township_id, c.school_id)
     WHERE c.township_id = ANY ($1)
       AND (c.township_id = ANY ($2) OR c.school_id = ANY ($3) OR c.id = ANY ($4))
       AND ($5::bigint IS NULL OR c.school_id = $5)
       AND ($6::bigint IS NULL OR c.id = $6)
       AND EXISTS (SELECT FROM enrolment e
                    WHERE (e.township_id, e.class_id) = (c.township_id, c.id)
                      AND e.from_on < $8 AND (e.to_on IS NULL OR e.to_on > $7))
     ORDER BY c.township_id, sc.code, c.cohort DESC, c.number
"""
STAYS = """
    SELECT e.class_id, e.student_id, s.name AS student_name, e.seat_no, e.boarder, e.status,
           e.from_on, e.to_on
      FROM enrolment e
      JOIN student s ON (s.township_id, s.id) = (e.township_id, e.student_id)
     WHERE e.township_id = $1 AND e.class_id = ANY ($2)
       AND e.from_on < $4 AND (e.to_on IS NULL OR e.to_on > $3)
     ORDER BY e.class_id, e.seat_no, e.student_id, e.from_on
"""
ROLLS = """
    SELECT id, class_id, day, session, voided_at IS NOT NULL AS voided
      FROM roll
     WHERE township_id = $1 AND class_id = ANY ($2) AND day >= $3 AND day < $4
"""
# 已补假: a leave entered before the alarm counts for what was missed; the mark stays.
MARKS = """
    SELECT m.roll_id, m.student_id, m.mark, x.kind AS excused
      FROM roll r
      JOIN roll_mark m ON (m.township_id, m.roll_id) = (r.township_id, r.id)
      LEFT JOIN LATERAL (
           SELECT l.kind
             FROM leave l
             LEFT JOIN absence a
               ON (a.township_id, a.student_id) = (l.township_id, l.student_id)
              AND a.missed_at <= r.starts_at
              AND (a.ended_at IS NULL OR a.ended_at > r.starts_at)
            WHERE m.mark = 'absent'
              AND (l.township_id, l.student_id) = (m.township_id, m.student_id)
              AND l.from_at <= r.starts_at AND l.to_at > r.starts_at
              AND (l.closed_at IS NULL OR l.closed_at > r.starts_at)
              AND (l.state NOT IN ('waiting', 'refused')
                   OR l.state = 'waiting' AND l.alone_until > r.starts_at)
              AND (a.due_at IS NULL OR l.entered_at < a.due_at OR a.ended_at < a.due_at)
            ORDER BY l.id
            LIMIT 1) x ON true
     WHERE r.township_id = $1 AND r.class_id = ANY ($2) AND r.day >= $3 AND r.day < $4
"""


class MonthBook(Record):
    """What one month's sheets of some classes are made of."""

    stays: tuple[Stay, ...]
    rolls: tuple[MonthRoll, ...]
    marks: tuple[MonthMark, ...]


async def classes_of_month(
    conn: Conn, picked: Picked, from_on: date, to_on: date
) -> tuple[MonthClass, ...]:
    """Return the classes with pupils in a stretch of days, by school and grade."""
    rows = await conn.fetch(CLASSES, *picked.arguments, from_on, to_on)
    return many(MonthClass, rows)


async def month_book(
    conn: Conn,
    township_id: int,
    class_ids: Sequence[int],
    from_on: date,
    to_on: date,
) -> MonthBook:
    """Return the pupils, rolls and marks of classes of one township, `to_on` exclusive."""
    asked = (township_id, list(class_ids), from_on, to_on)
    return MonthBook(
        stays=many(Stay, await conn.fetch(STAYS, *asked)),
        rolls=many(MonthRoll, await conn.fetch(ROLLS, *asked)),
        marks=many(MonthMark, await conn.fetch(MARKS, *asked)),
    )
