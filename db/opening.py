"""期初数 on disk: what a class had been through before its school went live."""

from collections.abc import Sequence
from datetime import datetime

from core.rules.opening import ClassOpening, OpeningFigure
from db.pool import Conn
from db.rows import many

OF_SCHOOL = """
    SELECT c.township_id, c.school_id, c.id AS class_id, c.cohort, c.number,
           o.at_year_start, o.transferred_in, o.transferred_out, o.suspended, o.resumed,
           o.dropped, a.name AS entered_by_name, o.entered_by, o.entered_at,
           b.name AS confirmed_by_name, o.confirmed_at,
           (SELECT count(*) FROM enrolment e
             WHERE (e.township_id, e.class_id) = (c.township_id, c.id)
               AND e.from_on <= sc.live_on AND (e.to_on IS NULL OR e.to_on > sc.live_on)
               AND e.status NOT IN ('suspended', 'dropped', 'never_enrolled')) AS enrolled
      FROM class c
      JOIN school sc ON (sc.township_id, sc.id) = (c.township_id, c.school_id)
      LEFT JOIN opening_figure o
        ON (o.township_id, o.class_id, o.school_year) = (c.township_id, c.id, $3)
      LEFT JOIN account a ON a.id = o.entered_by
      LEFT JOIN account b ON b.id = o.confirmed_by
     WHERE c.township_id = $1 AND c.school_id = $2
     ORDER BY c.cohort DESC, c.number
"""
ENTER = """
    INSERT INTO opening_figure (township_id, class_id, school_id, school_year,
                                at_year_start, transferred_in, transferred_out, suspended,
                                resumed, dropped, entered_by, entered_at)
    SELECT $1, f.class_id, $2, $3, f.at_year_start, f.transferred_in, f.transferred_out,
           f.suspended, f.resumed, f.dropped, $4, $5
      FROM unnest($6::bigint[], $7::smallint[], $8::smallint[], $9::smallint[],
                  $10::smallint[], $11::smallint[], $12::smallint[])
        AS f (class_id, at_year_start, transferred_in, transferred_out, suspended, resumed,
              dropped)
      JOIN class c ON (c.township_id, c.id, c.school_id) = ($1, f.class_id, $2)
        ON CONFLICT (township_id, class_id, school_year)
        DO UPDATE SET at_year_start = excluded.at_year_start,
                      transferred_in = excluded.transferred_in,
                      transferred_out = excluded.transferred_out,
                      suspended = excluded.suspended, resumed = excluded.resumed,
                      dropped = excluded.dropped, entered_by = excluded.entered_by,
                      entered_at = excluded.entered_at
                WHERE opening_figure.confirmed_at IS NULL
 RETURNING class_id
"""
CONFIRM = """
    UPDATE opening_figure SET confirmed_by = $4, confirmed_at = $5
     WHERE township_id = $1 AND school_id = $2 AND school_year = $3
       AND confirmed_at IS NULL
 RETURNING class_id
"""


async def of_school(
    conn: Conn, township_id: int, school_id: int, school_year: int
) -> tuple[ClassOpening, ...]:
    """Return each class of a school with its 期初数 of a school year, where entered.

    Beside them, how many were in it on the day the school went live.
    """
    rows = await conn.fetch(OF_SCHOOL, township_id, school_id, school_year)
    return many(ClassOpening, rows)


async def enter(
    conn: Conn,
    place: tuple[int, int, int],
    figures: Sequence[OpeningFigure],
    account_id: int,
    now: datetime,
) -> int:
    """Write figures of (township, school, school year); return how many were taken.

    A class whose figures are confirmed keeps them.
    """
    rows = await conn.fetch(
        ENTER,
        *place,
        account_id,
        now,
        [f.class_id for f in figures],
        [f.at_year_start for f in figures],
        [f.transferred_in for f in figures],
        [f.transferred_out for f in figures],
        [f.suspended for f in figures],
        [f.resumed for f in figures],
        [f.dropped for f in figures],
    )
    return len(rows)


async def confirm(
    conn: Conn, place: tuple[int, int, int], account_id: int, now: datetime
) -> int:
    """Confirm the figures of (township, school, school year); return of how many classes."""
    return len(await conn.fetch(CONFIRM, *place, account_id, now))
