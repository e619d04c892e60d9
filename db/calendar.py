"""The calendar on disk: closures, terms and holiday lists, as entered.

Session plans are in `calendar_plan`.  Reading it all for a roll is `book`'s and `board`'s;
its version is counted in `place`.
"""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.calendar import CalendarYear, Closure, Holiday
from core.rules.calendar_entry import ClosureDraft
from core.rules.calendar_line import ClosureLine
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many

DECLARE = """
    INSERT INTO closure (township_id, school_id, grade, class_id, session, from_on, to_on,
                         kind, reason, declared_by, declared_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
 RETURNING id
"""


async def declare(conn: Conn, draft: ClosureDraft, by: int, now: datetime) -> int:
    """Write a closure; return its id."""
    found: int = await conn.fetchval(
        DECLARE,
        draft.township_id,
        draft.school_id,
        draft.grade,
        draft.class_id,
        draft.session,
        draft.from_on,
        draft.to_on,
        draft.kind,
        draft.reason,
        by,
        now,
    )
    return found


CLOSURE = """
    SELECT id, township_id, school_id, grade, class_id, session, from_on, to_on, kind,
           reason, declared_at, acknowledged_at
      FROM closure
     WHERE township_id = $1 AND id = $2
"""
ACKNOWLEDGE = """
    UPDATE closure SET acknowledged_by = $3, acknowledged_at = $4
     WHERE township_id = $1 AND id = $2 AND acknowledged_at IS NULL
"""
# A closure ends with today; one that has not begun never was.
END_CLOSURE = """
    UPDATE closure SET to_on = $3
     WHERE township_id = $1 AND id = $2 AND from_on < $3 AND to_on > $3
"""
DROP_CLOSURE = "DELETE FROM closure WHERE township_id = $1 AND id = $2 AND from_on >= $3"


async def closure(conn: Conn, township_id: int, closure_id: int) -> Closure | None:
    """Return one closure."""
    rows = await conn.fetch(CLOSURE, township_id, closure_id)
    return next(iter(many(Closure, rows)), None)


async def acknowledge(conn: Conn, held: Closure, by: int, now: datetime) -> None:
    """Note that 教管组 has taken note (备案)."""
    await conn.execute(ACKNOWLEDGE, held.township_id, held.id, by, now)


async def end_closure(conn: Conn, held: Closure, to_on: date) -> None:
    """Let a closure end before `to_on`, if not earlier; one not begun then is taken out."""
    await conn.execute(END_CLOSURE, held.township_id, held.id, to_on)
    await conn.execute(DROP_CLOSURE, held.township_id, held.id, to_on)


CLOSURES = """
    SELECT x.id, x.township_id, x.school_id, x.grade, x.class_id, x.session, x.from_on,
           x.to_on, x.kind, x.reason, x.declared_at, x.acknowledged_at,
           s.name AS school_name, c.cohort, c.number, who.name AS declared_by_name,
           judge.name AS acknowledged_by_name
      FROM closure x
      LEFT JOIN school s ON (s.township_id, s.id) = (x.township_id, x.school_id)
      LEFT JOIN class c ON (c.township_id, c.id) = (x.township_id, x.class_id)
      JOIN account who ON who.id = x.declared_by
      LEFT JOIN account judge ON judge.id = x.acknowledged_by
     WHERE x.township_id = $1
       AND ($1 = ANY ($2) OR x.school_id IS NULL OR x.school_id = ANY ($3)
            OR x.school_id IN (SELECT school_id FROM class
                                WHERE township_id = $1 AND id = ANY ($4)))
       AND x.to_on > $5
     ORDER BY x.from_on DESC, x.id DESC
     LIMIT 300
"""


async def closures(
    conn: Conn, township_id: int, scope: Scope, since: date
) -> tuple[ClosureLine, ...]:
    """Return the closures in scope that end after `since`, the newest first."""
    rows = await conn.fetch(
        CLOSURES, township_id, scope.townships, scope.schools, scope.classes, since
    )
    return many(ClosureLine, rows)


SET_TERM = """
    INSERT INTO term (township_id, school_year, number, from_on, to_on)
    VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (township_id, school_year, number)
        DO UPDATE SET from_on = excluded.from_on, to_on = excluded.to_on
"""
SET_YEAR = """
    INSERT INTO calendar_year (township_id, year, source, entered_at)
    VALUES ($1, $2, $3, $4)
        ON CONFLICT (township_id, year)
        DO UPDATE SET source = excluded.source, entered_at = excluded.entered_at
"""
DROP_HOLIDAYS = """
    DELETE FROM holiday WHERE township_id = $1 AND day >= $2 AND day < $3
"""
ADD_HOLIDAYS = """
    INSERT INTO holiday (township_id, day, kind, name)
    SELECT $1, h.day, h.kind, h.name
      FROM unnest($2::date[], $3::text[], $4::text[]) AS h (day, kind, name)
        ON CONFLICT (township_id, day)
        DO UPDATE SET kind = excluded.kind, name = excluded.name
"""


async def set_term(
    conn: Conn, township_id: int, key: tuple[int, int], days: tuple[date, date]
) -> None:
    """Enter or move a term: `key` (school year, 1 or 2), `days` (first, day after last)."""
    await conn.execute(SET_TERM, township_id, *key, *days)


async def set_year(
    conn: Conn,
    township_id: int,
    year: CalendarYear,
    holidays: Sequence[Holiday],
    now: datetime,
) -> None:
    """Enter a year's list in place of the township's earlier one."""
    await conn.execute(SET_YEAR, township_id, year.year, year.source, now)
    bounds = (date(year.year, 1, 1), date(year.year + 1, 1, 1))
    await conn.execute(DROP_HOLIDAYS, township_id, *bounds)
    await conn.execute(
        ADD_HOLIDAYS,
        township_id,
        [h.day for h in holidays],
        [h.kind for h in holidays],
        [h.name for h in holidays],
    )


RUNNING = """
    SELECT DISTINCT e.class_id
      FROM absence a
      JOIN enrolment e ON e.township_id = a.township_id AND e.student_id = a.student_id
                      AND e.from_on <= $2 AND (e.to_on IS NULL OR e.to_on > $2)
     WHERE a.township_id = $1 AND a.ended_at IS NULL
     ORDER BY e.class_id
"""


async def running_classes(conn: Conn, township_id: int, day: date) -> tuple[int, ...]:
    """Return today's classes of the children whose clock runs."""
    rows = await conn.fetch(RUNNING, township_id, day)
    return tuple(row["class_id"] for row in rows)


CALLED_AND_OVER = """
    SELECT EXISTS (SELECT FROM roll
                    WHERE township_id = $1 AND class_id = ANY ($2)
                      AND ($3::text IS NULL OR session = $3) AND voided_at IS NULL
                      AND day = ($4::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
                      AND ends_at <= $4)
"""


async def called_and_over(
    conn: Conn,
    township_id: int,
    class_ids: Sequence[int],
    session: str | None,
    now: datetime,
) -> bool:
    """Tell whether one of these classes was called today in a session that is over."""
    found: bool = await conn.fetchval(
        CALLED_AND_OVER, township_id, list(class_ids), session, now
    )
    return found
