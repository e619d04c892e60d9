"""佐证 on disk: what each file is of, and how it was checked; the bytes are a cipher apart.

Which of them lapse is in evidence_watch.
"""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.cipher import Held, Sealed
from core.rules.duty import Owes
from core.rules.evidence import EvidenceKind, EvidenceState
from core.rules.evidence_file import About, EvidenceLine, Subject
from core.rules.file import Child
from core.rules.staff import Scope
from core.rules.upload_kind import FileKind
from db.pool import Conn
from db.rows import many, one, proven

# Of a visit its newest version: an older one was put right.
SUBJECTS = """
    SELECT x.about, x.id, x.school_id, sc.parent_id, x.code, x.at
      FROM (SELECT 'case' AS about, id, school_id, number AS code, opened_at AS at
              FROM dropout_case WHERE township_id = $1 AND student_id = $2
             UNION ALL
            SELECT 'visit', v.id, v.school_id, v.number::text, v.visited_at
              FROM visit v
             WHERE v.township_id = $1 AND v.student_id = $2
               AND NOT EXISTS (SELECT FROM visit w
                                WHERE (w.township_id, w.student_id, w.school_year, w.number)
                                      = ($1, $2, v.school_year, v.number)
                                  AND w.version > v.version)
             UNION ALL
            SELECT 'change', id, school_id, kind, entered_at
              FROM change WHERE township_id = $1 AND student_id = $2) x
      JOIN school sc ON (sc.township_id, sc.id) = ($1, x.school_id)
     ORDER BY x.at DESC, x.about, x.id
"""
LINES = """
    SELECT e.township_id, e.id, e.student_id, e.school_id, sc.parent_id,
           CASE WHEN e.case_id IS NOT NULL THEN 'case'
                WHEN e.visit_id IS NOT NULL THEN 'visit' ELSE 'change' END AS about,
           coalesce(e.case_id, e.visit_id, e.change_id) AS subject_id,
           coalesce(k.number, v.number::text, c.kind) AS code,
           e.kind, e.file_kind, e.size, e.sha256, e.valid_until, e.brought_by,
           e.attached_by, a.name AS attached_by_name, e.attached_at, e.state,
           b.name AS checked_by_name, e.checked_at, e.reason
      FROM evidence e
      JOIN school sc ON (sc.township_id, sc.id) = (e.township_id, e.school_id)
      JOIN account a ON a.id = e.attached_by
      LEFT JOIN account b ON b.id = e.checked_by
      LEFT JOIN dropout_case k ON (k.township_id, k.id) = (e.township_id, e.case_id)
      LEFT JOIN visit v ON (v.township_id, v.id) = (e.township_id, e.visit_id)
      LEFT JOIN change c ON (c.township_id, c.id) = (e.township_id, e.change_id)
     WHERE e.township_id = $1 AND ($2::bigint IS NULL OR e.student_id = $2)
       AND ($3::bigint IS NULL OR e.id = $3)
     ORDER BY e.attached_at DESC, e.id DESC
"""
NEXT_ID = "SELECT nextval(pg_get_serial_sequence('evidence', 'id'))"
ATTACH = """
      WITH attached AS (
           INSERT INTO evidence (township_id, id, student_id, school_id, case_id, visit_id,
                                 change_id, kind, file_kind, size, sha256, valid_until,
                                 brought_by, attached_by, attached_at, state, reason)
           VALUES ($1, $2, $3, $4, CASE WHEN $5 = 'case' THEN $6::bigint END,
                   CASE WHEN $5 = 'visit' THEN $6::bigint END,
                   CASE WHEN $5 = 'change' THEN $6::bigint END,
                   $7, $8, $9, $10, $11, $12, $13, $14, 'pending', '')
        RETURNING township_id, id, school_id)
    INSERT INTO evidence_file (township_id, evidence_id, school_id, cipher)
    SELECT township_id, id, school_id, ($15::enciphered).body FROM attached
"""
CHECK = """
    UPDATE evidence SET state = $3, checked_by = $4, checked_at = $5, reason = $6
     WHERE township_id = $1 AND id = $2 AND state = 'pending'
 RETURNING id
"""
DATA = """
    SELECT whole(f.township_id, 'evidence', f.evidence_id::text, f.cipher) AS data, e.sha256
      FROM evidence_file f
      JOIN evidence e ON (e.township_id, e.id) = (f.township_id, f.evidence_id)
     WHERE f.township_id = $1 AND f.evidence_id = $2
"""
# What was checked, holds on the day, and is of the case; of one that a review took up again,
# checked since: what proved the closing proved nothing.
# Of a case that a review took up again, nothing of before; $4: brought since a moment.
HELD = """
    SELECT e.kind, bool_or(e.state = 'verified') AS checked
      FROM evidence e
      JOIN dropout_case k ON (k.township_id, k.id) = (e.township_id, e.case_id)
     WHERE e.township_id = $1 AND e.case_id = $2 AND e.state <> 'rejected'
       AND (e.valid_until IS NULL OR e.valid_until >= $3)
       AND (k.reopened_at IS NULL OR coalesce(e.checked_at, e.attached_at) > k.reopened_at)
       AND ($4::timestamptz IS NULL OR e.attached_at >= $4)
     GROUP BY e.kind
"""
WAITS_FOR_CHANGE = """
    SELECT EXISTS (SELECT FROM evidence
                    WHERE township_id = $1 AND change_id = $2 AND state = 'pending')
"""
# Files of one subject and kind that a new one takes the place of.
BEFORE = """
    SELECT id FROM evidence
     WHERE township_id = $1 AND coalesce(case_id, visit_id, change_id) = $3 AND kind = $4
       AND CASE $2 WHEN 'case' THEN case_id IS NOT NULL WHEN 'visit' THEN visit_id IS NOT NULL
                   ELSE change_id IS NOT NULL END
       AND state <> 'pending' AND id <> $5
"""
PROVE_CHANGE = """
    UPDATE change SET proofs = (SELECT array_agg(DISTINCT p ORDER BY p)
                                  FROM unnest(proofs || $3::text) p)
     WHERE township_id = $1 AND id = $2 AND state = 'pending' AND $3 <> ALL (proofs)
"""
# A file that does not hold takes its kind from the list, unless another of the kind stands.
UNPROVE_CHANGE = """
    UPDATE change SET proofs = array_remove(proofs, $3)
     WHERE township_id = $1 AND id = $2 AND state = 'pending' AND $3 = ANY (proofs)
       AND NOT EXISTS (SELECT FROM evidence
                        WHERE (township_id, change_id, kind) = ($1, $2, $3)
                          AND state <> 'rejected')
"""

OF_CASE = """
    SELECT township_id, student_id
      FROM dropout_case
     WHERE township_id = ANY ($1)
       AND (township_id = ANY ($2) OR school_id = ANY ($3) OR class_id = ANY ($4))
       AND number = $5
"""


class Attaching(Record):
    """A file about to be kept; `data` are its bytes as they were sent in."""

    kind: EvidenceKind
    file_kind: FileKind
    data: bytes
    sha256: str
    valid_until: date | None
    brought_by: Owes
    by: int
    at: datetime


async def of_case(conn: Conn, scope: Scope, number: str) -> tuple[int, int] | None:
    """Return (township, child) of the one case of a number in a person's sight.

    None for none, and for several: two townships may have given the same number.
    """
    seen = (scope.reach, scope.townships, scope.schools, scope.classes)
    rows = await conn.fetch(OF_CASE, *seen, number)
    return (rows[0]["township_id"], rows[0]["student_id"]) if len(rows) == 1 else None


async def subjects(conn: Conn, child: Child) -> tuple[Subject, ...]:
    """Return what of a child a file may prove, the newest first."""
    key = (child.township_id, child.student_id)
    return many(Subject, await conn.fetch(SUBJECTS, *key))


async def lines(conn: Conn, child: Child) -> tuple[EvidenceLine, ...]:
    """Return a child's files, the newest first."""
    key = (child.township_id, child.student_id)
    return many(EvidenceLine, await conn.fetch(LINES, *key, None))


async def line(conn: Conn, township_id: int, evidence_id: int) -> EvidenceLine | None:
    """Return one file without its bytes."""
    return one(EvidenceLine, await conn.fetchrow(LINES, township_id, None, evidence_id))


async def attach(conn: Conn, child: Child, subject: Subject, made: Attaching) -> int:
    """Keep a file of a child's; return its number."""
    evidence_id: int = await conn.fetchval(NEXT_ID)
    await conn.execute(
        ATTACH,
        child.township_id,
        evidence_id,
        child.student_id,
        subject.school_id,
        subject.about,
        subject.id,
        made.kind,
        made.file_kind,
        len(made.data),
        made.sha256,
        made.valid_until,
        made.brought_by,
        made.by,
        made.at,
        Sealed(child.township_id, Held.EVIDENCE, str(evidence_id), made.data),
    )
    if subject.about is About.CHANGE:
        await conn.execute(PROVE_CHANGE, child.township_id, subject.id, made.kind)
    return evidence_id


async def check(
    conn: Conn,
    line: EvidenceLine,
    verdict: tuple[EvidenceState, str],
    signed: tuple[datetime, int],
) -> bool:
    """Write (state, reason) down; False when it waits no longer.  `signed` is (now, by)."""
    state, reason = verdict
    now, by = signed
    key = (line.township_id, line.id)
    found = await conn.fetchval(CHECK, *key, state, by, now, reason)
    if found is not None and line.about is About.CHANGE and state is EvidenceState.REJECTED:
        await conn.execute(UNPROVE_CHANGE, line.township_id, line.subject_id, line.kind)
    return found is not None


async def data(conn: Conn, township_id: int, evidence_id: int) -> bytes | None:
    """Return the bytes of a file, as they were sent in; raises Unreadable."""
    return proven(await conn.fetchrow(DATA, township_id, evidence_id))


async def held(
    conn: Conn, township_id: int, case_id: int, day: date, since: datetime | None
) -> tuple[frozenset[EvidenceKind], frozenset[EvidenceKind]]:
    """Return the kinds of a case's files that hold on a day: (checked, brought)."""
    rows = await conn.fetch(HELD, township_id, case_id, day, since)
    return (
        frozenset(EvidenceKind.of(row["kind"]) for row in rows if row["checked"]),
        frozenset(EvidenceKind.of(row["kind"]) for row in rows),
    )


async def waits_for_change(conn: Conn, township_id: int, change_id: int) -> bool:
    """Tell whether a file of a change is still to be checked."""
    found: bool = await conn.fetchval(WAITS_FOR_CHANGE, township_id, change_id)
    return found


async def before(
    conn: Conn,
    township_id: int,
    subject: tuple[About, int],
    kind: EvidenceKind,
    than: int,
) -> Sequence[int]:
    """Return the checked files of (what, its id) that a new one of the kind replaces."""
    rows = await conn.fetch(BEFORE, township_id, *subject, kind, than)
    return [row["id"] for row in rows]
