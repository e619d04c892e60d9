"""Changes of enrolment as people read them, with the names of everybody in them."""

from datetime import date
from typing import Final

from core.rules.changed import ChangeEntry
from core.rules.staff import Scope
from db.pool import Conn
from db.rows import many, one

MOST_LISTED: Final = 500

LISTED = """
    SELECT c.township_id, c.id, c.student_id, called(st, $2, $3, $4) AS student_name, st.pinyin,
           st.born_on, c.school_id, sc.name AS school_name, sc.parent_id, c.class_id,
           k.cohort, k.number, c.to_class_id, t.cohort AS to_cohort,
           t.number AS to_number, c.kind, c.state, c.happened_on, c.effective_on,
           c.in_township, c.other_school, c.reason, c.proofs, c.evidence, c.entered_by,
           a.name AS entered_by_name, c.entered_at, v.name AS verified_by_name,
           c.verified_at, c.refused_reason, c.paired_id, c.confirmed_at
      FROM change c
      JOIN student st ON (st.township_id, st.id) = (c.township_id, c.student_id)
      JOIN school sc ON (sc.township_id, sc.id) = (c.township_id, c.school_id)
      JOIN class k ON (k.township_id, k.id) = (c.township_id, c.class_id)
      LEFT JOIN class t ON (t.township_id, t.id) = (c.township_id, c.to_class_id)
      JOIN account a ON a.id = c.entered_by
      LEFT JOIN account v ON v.id = c.verified_by
     WHERE c.township_id = ANY ($1)
       AND (c.township_id = ANY ($2) OR c.school_id = ANY ($3) OR c.class_id = ANY ($4)
            OR sc.parent_id = ANY ($3))
       AND c.happened_on >= $5 AND c.happened_on < $6
       AND ($7::bigint IS NULL OR c.school_id = $7)
       AND ($8::bigint IS NULL OR c.id = $8)
     ORDER BY (c.state <> 'pending'), c.happened_on DESC, c.id DESC
     LIMIT $9
"""


async def listed(
    conn: Conn,
    scope: Scope,
    days: tuple[date, date],
    *,
    school_id: int | None = None,
    change_id: int | None = None,
) -> tuple[ChangeEntry, ...]:
    """Return the changes in scope of these days (`to` exclusive), the waiting ones first."""
    rows = await conn.fetch(
        LISTED,
        scope.reach,
        scope.townships,
        scope.schools,
        scope.classes,
        *days,
        school_id,
        change_id,
        MOST_LISTED,
    )
    return many(ChangeEntry, rows)


async def entry(conn: Conn, scope: Scope, change_id: int) -> ChangeEntry | None:
    """Return one change, if it is in scope."""
    days = (date.min, date.max)
    rows = await conn.fetch(
        LISTED,
        scope.reach,
        scope.townships,
        scope.schools,
        scope.classes,
        *days,
        None,
        change_id,
        1,
    )
    return one(ChangeEntry, rows[0] if rows else None)
