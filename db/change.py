"""Changes of enrolment on disk: entered, verified, listed.

What they do to class lists is in change_enrolment; the figures they make are in balance.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from core.rules.base import Record
from core.rules.change import INCREASES, ChangeKind, ChangeState
from core.rules.changed import ChangeEntry
from core.rules.evidence import EvidenceKind
from core.rules.staff import Scope
from core.rules.student import EnrolmentStatus
from db.pool import Conn
from db.rows import many, one

MOST_LISTED: Final = 500


class NewChange(Record):
    """A change about to be written; `effective_on` None while it does not count."""

    student_id: int
    school_id: int
    class_id: int
    to_class_id: int | None = None
    kind: ChangeKind
    state: ChangeState
    happened_on: date
    other_school_id: int | None = None
    other_school: str | None = None
    in_township: bool = False
    reason: str = ""
    proofs: tuple[EvidenceKind, ...] = ()
    evidence: str = ""
    effective_on: date | None = None
    from_status: EnrolmentStatus | None = None
    verified_by: int | None = None
    paired_id: int | None = None


ADD = """
    INSERT INTO change (township_id, student_id, school_id, class_id, to_class_id, kind,
                        state, happened_on, other_school_id, other_school, in_township,
                        reason, proofs, evidence, effective_on, counted_at, from_status,
                        entered_by, entered_at, verified_by, verified_at, paired_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
            CASE WHEN $15::date IS NOT NULL THEN $18::timestamptz END, $16, $17, $18, $19,
            CASE WHEN $19::bigint IS NOT NULL THEN $18::timestamptz END, $20)
 RETURNING id
"""


async def add(
    conn: Conn, township_id: int, change: NewChange, account_id: int, now: datetime
) -> int:
    """Write one change; return its id."""
    found: int = await conn.fetchval(
        ADD,
        township_id,
        change.student_id,
        change.school_id,
        change.class_id,
        change.to_class_id,
        change.kind,
        change.state,
        change.happened_on,
        change.other_school_id,
        change.other_school,
        change.in_township,
        change.reason,
        list(change.proofs),
        change.evidence,
        change.effective_on,
        change.from_status,
        account_id,
        now,
        change.verified_by,
        change.paired_id,
    )
    return found


# An import writes the new interval first: the class a child was moved from is the one whose
# interval ended that day, or the one it had come into the same day.
ADD_ALL = """
      WITH given AS (
           SELECT k.student_id, k.class_id,
                  coalesce((SELECT e.class_id FROM enrolment e
                             WHERE (e.township_id, e.student_id, e.to_on)
                                 = ($1, k.student_id, $7::date)),
                           (SELECT c.class_id FROM change c
                             WHERE (c.township_id, c.student_id, c.effective_on)
                                 = ($1, k.student_id, $7::date)
                               AND c.kind = ANY ($11)
                             ORDER BY c.id DESC LIMIT 1), k.class_id) AS from_class_id
             FROM unnest($3::bigint[], $4::bigint[]) AS k (student_id, class_id))
    INSERT INTO change (township_id, student_id, school_id, class_id, to_class_id, kind,
                        state, happened_on, in_township, reason, evidence, effective_on,
                        counted_at, entered_by, entered_at)
    SELECT $1, g.student_id, $2,
           CASE WHEN $5 = 'class_move' THEN g.from_class_id ELSE g.class_id END,
           CASE WHEN $5 = 'class_move' THEN g.class_id END,
           $5, $6, $7, false, $8, '', $7, $10, $9, $10
      FROM given g
"""


async def add_all(
    conn: Conn,
    township_id: int,
    like: NewChange,
    pupils: Sequence[tuple[int, int]],
    account_id: int,
    now: datetime,
) -> None:
    """Write one change like `like` for each (student, class it is in now).

    What an import found: it counts from `happened_on` on.  Of a class move the class left
    is read from the interval that ended.
    """
    await conn.execute(
        ADD_ALL,
        township_id,
        like.school_id,
        [student for student, _ in pupils],
        [held for _, held in pupils],
        like.kind,
        like.state,
        like.happened_on,
        like.reason,
        account_id,
        now,
        list(INCREASES),
    )


PAIR = "UPDATE change SET paired_id = $3 WHERE township_id = $1 AND id = $2"


async def pair(conn: Conn, township_id: int, change_id: int, other_id: int) -> None:
    """Note the other school's half of a transfer within the township."""
    await conn.execute(PAIR, township_id, change_id, other_id)


VERIFY = """
    UPDATE change SET state = $3, verified_by = $4, verified_at = $5, refused_reason = $6,
           effective_on = coalesce(effective_on, $7),
           counted_at = coalesce(counted_at,
                                 CASE WHEN $7::date IS NOT NULL THEN $5::timestamptz END),
           from_status = coalesce(from_status, $8)
     WHERE township_id = $1 AND id = $2 AND state = 'pending'
 RETURNING id
"""


class Verdict(Record):
    """What a second person found; `effective_on` is given when it begins to count."""

    state: ChangeState
    reason: str | None = None
    effective_on: date | None = None
    from_status: EnrolmentStatus | None = None


async def verify(
    conn: Conn,
    township_id: int,
    change_id: int,
    verdict: Verdict,
    account_id: int,
    now: datetime,
) -> bool:
    """Write down a verification; False when the change waited for none."""
    done = await conn.fetchval(
        VERIFY,
        township_id,
        change_id,
        verdict.state,
        account_id,
        now,
        verdict.reason,
        verdict.effective_on,
        verdict.from_status,
    )
    return done is not None


PROVE = """
    UPDATE change
       SET proofs = (SELECT array_agg(DISTINCT p ORDER BY p) FROM unnest(proofs || $3) p),
           evidence = $4
     WHERE township_id = $1 AND id = $2 AND state = 'pending'
 RETURNING id
"""
CONFIRM = """
    UPDATE change SET confirmed_by = $3, confirmed_at = $4
     WHERE township_id = $1 AND id = $2 AND confirmed_at IS NULL
 RETURNING id
"""


async def prove(
    conn: Conn,
    township_id: int,
    change_id: int,
    proofs: Sequence[EvidenceKind],
    evidence: str,
) -> bool:
    """Add proofs to a change that waits; False when it waits no more."""
    found = await conn.fetchval(PROVE, township_id, change_id, list(proofs), evidence)
    return found is not None


async def confirm(
    conn: Conn, township_id: int, change_id: int, account_id: int, now: datetime
) -> bool:
    """Note that the old school knows where its pupil went; False when it did already."""
    found = await conn.fetchval(CONFIRM, township_id, change_id, account_id, now)
    return found is not None


LISTED = """
    SELECT c.township_id, c.id, c.student_id, st.name AS student_name, st.pinyin,
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
