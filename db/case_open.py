"""立案 by hand, on disk: the case, its event and its report in one statement."""

from datetime import datetime
from typing import Final

from core.rules.base import Record
from core.rules.case_open import OpenCause
from core.rules.file import Child
from db.pool import Conn
from db.rows import one

# The run is held: an alarm that rings meanwhile lets it be (db.alarm), and is rung next time.
# No key is named: whoever has an open case here may be out of the writer's sight.
OPEN: Final = """
      WITH run AS (
           SELECT id FROM absence
            WHERE township_id = $1 AND student_id = $2 AND ended_at IS NULL
              FOR UPDATE),
           series AS (
           INSERT INTO number_series (township_id, series, last)
           VALUES ($1, 'case-' || $5, 1)
               ON CONFLICT (township_id, series) DO UPDATE SET last = number_series.last + 1
        RETURNING last),
           opened AS (
           INSERT INTO dropout_case (township_id, number, student_id, school_id, class_id,
                                     absence_id, state, opened_at)
           SELECT $1, $5 || '-' || to_char(s.last, 'FM99999000'), $2, $3, $4,
                  (SELECT id FROM run), 'suspected', $6
             FROM series s
               ON CONFLICT DO NOTHING
        RETURNING id, number),
           noted AS (
           INSERT INTO case_event (township_id, case_id, kind, to_state, note, account_id, at)
           SELECT $1, id, 'opened', 'suspected', $7, $8, $6 FROM opened
        RETURNING 1),
           reported AS (
           INSERT INTO paper (township_id, kind, school_id, student_id, case_id, state, title,
                              made_at, drafted_by, opened_as, grounds)
           SELECT $1, 'report', $3, $2, id, 'to_sign', $9, $6, $8, $10, $11 FROM opened
        RETURNING id),
           told AS (
           INSERT INTO outbox (township_id, noun, at)
           SELECT $1, n.noun, $6
             FROM opened, unnest(ARRAY['absence', 'case', 'duty']) AS n (noun)
        RETURNING 1)
    SELECT o.id AS case_id, o.number, r.id AS paper_id FROM opened o, reported r
"""


class Opening(Record):
    """A case about to be opened: why, what was told, its event, and its report's title."""

    cause: OpenCause
    grounds: str
    words: str
    title: str


class Opened(Record):
    """The case, and the report that waits for its signature."""

    case_id: int
    number: str
    paper_id: int


async def open_case(
    conn: Conn, child: Child, made: Opening, signed: tuple[datetime, int]
) -> Opened | None:
    """Open a child's case; None when it has one.  `signed` is (now, by whom)."""
    now, by = signed
    row = await conn.fetchrow(
        OPEN,
        child.township_id,
        child.student_id,
        child.school_id,
        child.class_id,
        f"{now.year}",
        now,
        made.words,
        by,
        made.title,
        made.cause,
        made.grounds,
    )
    return one(Opened, row)


IN_SEAT: Final = """
    SELECT e.student_id
      FROM enrolment e
     WHERE e.township_id = $1 AND e.class_id = $2 AND e.seat_no = $3 AND e.from_on <= $4
       AND NOT EXISTS (SELECT FROM enrolment later
                        WHERE (later.township_id, later.student_id)
                              = (e.township_id, e.student_id)
                          AND later.from_on > e.from_on AND later.from_on <= $4)
     LIMIT 2
"""


async def in_seat(
    conn: Conn, place: tuple[int, int], seat_no: int, today: datetime
) -> int | None:
    """Return whose last class is (township, class) under a number; None for none, or two."""
    rows = await conn.fetch(IN_SEAT, *place, seat_no, today.date())
    return rows[0]["student_id"] if len(rows) == 1 else None
