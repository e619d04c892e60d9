"""Changes of enrolment on disk: entered, proved, verified, confirmed.

What they do to class lists is in change_enrolment, the lists of them in change_list.
"""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.change import INCREASES, ChangeKind, ChangeState
from core.rules.evidence import EvidenceKind
from core.rules.student import EnrolmentStatus
from db.pool import Conn


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
       SET proofs = (SELECT coalesce(array_agg(DISTINCT p ORDER BY p), '{}')
                       FROM unnest(proofs || $3) p),
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
