"""Where a roster seats its children, and what an import leaves behind."""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.place import School
from core.rules.student import EnrolmentStatus
from db.pool import Conn


class Seat(Record):
    """Where a child sits from a day on."""

    student_id: int
    class_id: int
    seat_no: int | None
    boarder: bool
    status: EnrolmentStatus = EnrolmentStatus.ENROLLED


# A child who was enrolled elsewhere until later than that day begins when that ended.
BEGIN_ENROLMENTS = """
    INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder,
                           status, from_on)
    SELECT $1, i.student_id, $2, i.class_id, i.seat_no, i.boarder, i.status,
           greatest($3, (SELECT max(e.to_on) FROM enrolment e
                          WHERE (e.township_id, e.student_id) = ($1, i.student_id)))
      FROM unnest($4::bigint[], $5::bigint[], $6::smallint[], $7::boolean[], $8::text[])
        AS i (student_id, class_id, seat_no, boarder, status)
"""


async def enrol(conn: Conn, school: School, from_on: date, seats: Sequence[Seat]) -> None:
    """Enrol children in their classes from a day on, or from where they left another."""
    await conn.execute(
        BEGIN_ENROLMENTS,
        school.township_id,
        school.id,
        from_on,
        [s.student_id for s in seats],
        [s.class_id for s in seats],
        [s.seat_no for s in seats],
        [s.boarder for s in seats],
        [s.status for s in seats],
    )


# Another seat or another way of boarding is no 异动: the enrolment goes on.
MOVE_SEATS = """
    UPDATE enrolment e SET seat_no = i.seat_no, boarder = i.boarder
      FROM unnest($3::bigint[], $4::smallint[], $5::boolean[])
        AS i (student_id, seat_no, boarder)
     WHERE e.township_id = $1 AND e.student_id = i.student_id AND e.from_on <= $2
       AND (e.to_on IS NULL OR e.to_on > $2)
       AND (e.seat_no, e.boarder) IS DISTINCT FROM (i.seat_no, i.boarder)
"""


async def move_seats(
    conn: Conn, township_id: int, day: date, seats: Sequence[Seat]
) -> None:
    """Take over other seat numbers and other boarding within the same class."""
    await conn.execute(
        MOVE_SEATS,
        township_id,
        day,
        [s.student_id for s in seats],
        [s.seat_no for s in seats],
        [s.boarder for s in seats],
    )


MOVE_CLASSES = """
      WITH input AS (
           SELECT * FROM unnest($3::bigint[], $4::bigint[], $5::smallint[], $6::boolean[])
               AS i (student_id, class_id, seat_no, boarder)),
           current AS (
           SELECT e.id, e.from_on, e.status, i.*
             FROM enrolment e JOIN input i ON i.student_id = e.student_id
            WHERE e.township_id = $1 AND e.from_on <= $2
              AND (e.to_on IS NULL OR e.to_on > $2)),
           ended AS (
           UPDATE enrolment e
              SET to_on = CASE WHEN c.from_on < $2 THEN $2 ELSE e.to_on END,
                  class_id = CASE WHEN c.from_on < $2 THEN e.class_id ELSE c.class_id END
             FROM current c
            WHERE e.township_id = $1 AND e.id = c.id
        RETURNING 1)
    SELECT student_id, class_id, seat_no, boarder, status
      FROM current, (SELECT count(*) FROM ended) done
     WHERE from_on < $2
"""


async def move_classes(
    conn: Conn, school: School, day: date, seats: Sequence[Seat]
) -> None:
    """Move children to other classes from `day` on, as they stand; earlier days keep theirs."""
    if not seats:
        return
    rows = await conn.fetch(
        MOVE_CLASSES,
        school.township_id,
        day,
        [s.student_id for s in seats],
        [s.class_id for s in seats],
        [s.seat_no for s in seats],
        [s.boarder for s in seats],
    )
    await enrol(conn, school, day, tuple(Seat.model_validate(dict(row)) for row in rows))


HAS_PUPILS = """
    SELECT EXISTS (SELECT FROM enrolment WHERE township_id = $1 AND school_id = $2)
"""


async def has_pupils(conn: Conn, school: School) -> bool:
    """Tell whether anybody was ever enrolled at a school."""
    found: bool = await conn.fetchval(HAS_PUPILS, school.township_id, school.id)
    return found


class ImportNote(Record):
    """What an import did, kept with the file's fingerprint."""

    sha256: str
    account_id: int
    at: datetime
    added: int
    changed: int
    missing: int
    refused: int
    warned: int


NOTE = """
    INSERT INTO roster_import (township_id, school_id, sha256, account_id, at, added,
                               changed, missing, refused, warned)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""


async def note(conn: Conn, school: School, done: ImportNote) -> None:
    """Remember an import."""
    await conn.execute(
        NOTE,
        school.township_id,
        school.id,
        done.sha256,
        done.account_id,
        done.at,
        done.added,
        done.changed,
        done.missing,
        done.refused,
        done.warned,
    )
