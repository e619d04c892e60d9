"""Class months on disk (R51): what each class confirms, and who has."""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.filed import ClassMonth
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many

# Owed by each class that has pupils.
OPEN = """
      WITH fresh AS (
           INSERT INTO class_confirmation (township_id, school_id, class_id, month,
                                           opened_at)
           SELECT c.township_id, c.school_id, c.id, $3, $4
             FROM class c
            WHERE c.township_id = $1 AND c.school_id = ANY ($2)
              AND EXISTS (SELECT FROM enrolment e
                           WHERE (e.township_id, e.class_id) = (c.township_id, c.id)
                             AND e.from_on <= $5 AND (e.to_on IS NULL OR e.to_on > $5))
               ON CONFLICT (township_id, class_id, month) DO NOTHING
        RETURNING id, school_id, class_id)
    INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, subject_id, words,
                      opened_at, due_at, climbs_at)
    SELECT $1, 'class_month', 'class_teacher', f.school_id, f.class_id, f.id, $6, $4, $7, $7
      FROM fresh f
"""


async def open_all(
    conn: Conn,
    township_id: int,
    school_ids: Sequence[int],
    month: tuple[date, str],
    moments: tuple[datetime, date, datetime],
) -> None:
    """Open the class months of these schools with their duties, where they are not open.

    `month` is its first day and the words of the duty, `moments` now, today and when due.
    """
    now, today, due_at = moments
    await conn.execute(
        OPEN, township_id, list(school_ids), month[0], now, today, month[1], due_at
    )


LISTED = """
    SELECT c.township_id, c.school_id, s.name AS school_name, c.id AS class_id, c.cohort,
           c.number, m.id, m.confirmed_at, a.name AS confirmed_by,
           coalesce(m.on_behalf, false) AS on_behalf, m.figures
      FROM class c
      JOIN school s ON (s.township_id, s.id) = (c.township_id, c.school_id)
      LEFT JOIN class_confirmation m
        ON (m.township_id, m.class_id, m.month) = (c.township_id, c.id, $5)
      LEFT JOIN account a ON a.id = m.confirmed_by
     WHERE c.township_id = ANY ($1)
       AND (c.township_id = ANY ($2) OR c.school_id = ANY ($3) OR c.id = ANY ($4))
       AND ($6::bigint IS NULL OR c.school_id = $6)
     ORDER BY s.code, c.cohort DESC, c.number
"""


async def listed(
    conn: Conn, scope: Scope, month: date, school_id: int | None = None
) -> tuple[ClassMonth, ...]:
    """Return the classes in scope with who confirmed their month."""
    rows = await conn.fetch(
        LISTED,
        scope.reach,
        scope.townships,
        scope.schools,
        scope.classes,
        month,
        school_id,
    )
    return many(ClassMonth, rows)


CONFIRM = """
      WITH told AS (
           SELECT * FROM unnest($4::bigint[], $5::text[]) AS t (class_id, figures)),
           done AS (
           INSERT INTO class_confirmation (township_id, school_id, class_id, month,
                                           opened_at, figures, confirmed_by, confirmed_at,
                                           on_behalf)
           SELECT $1, $2, t.class_id, $3, $7, t.figures, $6, $7, $8 FROM told t
               ON CONFLICT (township_id, class_id, month)
               DO UPDATE SET figures = excluded.figures,
                             confirmed_by = excluded.confirmed_by,
                             confirmed_at = excluded.confirmed_at,
                             on_behalf = excluded.on_behalf
                       WHERE class_confirmation.confirmed_at IS NULL OR NOT $8
        RETURNING id),
           cleared AS (
           UPDATE duty d SET done_at = $7, done_by = $6
             FROM done
            WHERE d.township_id = $1 AND d.kind = 'class_month'
              AND d.subject_id = done.id AND d.done_at IS NULL
        RETURNING 1)
    SELECT count(*) FROM done
"""


async def confirm(
    conn: Conn,
    place: tuple[int, int, date],
    figures: Sequence[tuple[int, str]],
    signed: tuple[int, datetime],
    *,
    on_behalf: bool,
) -> int:
    """Confirm (class, its line as JSON) of (township, school, month); return how many.

    What a class teacher has confirmed is never taken over on their behalf.
    """
    done: int = await conn.fetchval(
        CONFIRM,
        *place,
        [class_id for class_id, _ in figures],
        [line for _, line in figures],
        *signed,
        on_behalf,
    )
    return done
