"""异动花名册 from the database: the changes of a term or of a span, kind by kind (R23, R26)."""

from collections.abc import AsyncIterator
from datetime import date

from core.rules.base import Record
from core.rules.change import ChangeKind, ChangeState
from core.rules.evidence import EvidenceKind
from core.rules.student import Sex
from db.export import Picked, streamed
from db.pool import Conn


class ChangeLine(Record):
    """One change with the child's numbers, whole until the service masks them."""

    kind: ChangeKind
    school_name: str
    cohort: int
    number: int
    to_cohort: int | None
    to_number: int | None
    student_name: str
    sex: Sex
    identity_number: str | None
    national_no: str | None
    happened_on: date
    other_school: str | None
    in_township: bool
    reason: str
    proofs: tuple[EvidenceKind, ...]
    evidence: str
    state: ChangeState
    guardian: str | None
    phone: str | None


# $7, $8 a term, or $10, $11 days.  A term's changes are those up to the next term: a
# vacation belongs to the term before.
# A rejected change did not happen, and is in no count.
CHANGES = """
      WITH span AS (
           SELECT township_id, school_year, number, from_on,
                  lead(from_on, 1, 'infinity') OVER (PARTITION BY township_id
                                                     ORDER BY from_on) AS next_on
             FROM term)
    SELECT k.kind, sc.name AS school_name, c.cohort, c.number, d.cohort AS to_cohort,
           d.number AS to_number, s.name AS student_name, s.sex,
           whole(s.township_id, 'identity', s.id::text, i.cipher) AS identity_number,
           whole(s.township_id, 'national_no', s.id::text, s.national_cipher) AS national_no,
           k.happened_on,
           coalesce(o.name, k.other_school) AS other_school, k.in_township, k.reason,
           k.proofs, k.evidence, k.state, g.name AS guardian,
           whole(s.township_id, 'guardian_phone', s.id || '/' || g.ordinal, p.cipher) AS phone
      FROM change k
      LEFT JOIN span t ON (t.township_id, t.school_year, t.number) = (k.township_id, $7, $8)
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
      JOIN class c ON (c.township_id, c.id) = (k.township_id, k.class_id)
      JOIN school sc ON (sc.township_id, sc.id) = (k.township_id, k.school_id)
      LEFT JOIN class d ON (d.township_id, d.id) = (k.township_id, k.to_class_id)
      LEFT JOIN school o ON o.id = k.other_school_id AND o.township_id = k.township_id
      LEFT JOIN student_identity i ON (i.township_id, i.student_id) = (s.township_id, s.id)
      LEFT JOIN LATERAL (SELECT g.id, g.name, g.ordinal FROM guardian g
                          WHERE (g.township_id, g.student_id) = (s.township_id, s.id)
                          ORDER BY g.is_guardian DESC, g.ordinal
                          LIMIT 1) g ON true
      LEFT JOIN guardian_phone p ON (p.township_id, p.guardian_id) = (s.township_id, g.id)
     WHERE k.township_id = ANY ($1)
       AND (k.township_id = ANY ($2) OR k.school_id = ANY ($3) OR k.class_id = ANY ($4))
       AND ($5::bigint IS NULL OR k.school_id = $5)
       AND ($6::bigint IS NULL OR k.class_id = $6)
       AND k.happened_on >= coalesce(t.from_on, $10)
       AND k.happened_on < coalesce(t.next_on, $11)
       AND k.state <> 'rejected'
     ORDER BY array_position($9::text[], k.kind), k.township_id, sc.code, c.cohort DESC,
              c.number, k.happened_on, k.id
"""
TERM_OF_DAY = """
    SELECT school_year, number FROM term
     WHERE township_id = ANY ($1) AND from_on <= $2
     ORDER BY from_on DESC
     LIMIT 1
"""


def changes(
    conn: Conn, picked: Picked, school_year: int, number: int
) -> AsyncIterator[tuple[ChangeLine, ...]]:
    """Yield the changes of a term and the vacation after it, kind by kind."""
    asked = (school_year, number, list(ChangeKind), None, None)
    return streamed(conn, ChangeLine, CHANGES, *picked.arguments, *asked)


def changes_between(
    conn: Conn, picked: Picked, from_on: date, to_on: date
) -> AsyncIterator[tuple[ChangeLine, ...]]:
    """Yield the changes from `from_on` up to and without `to_on`, kind by kind."""
    asked = (None, None, list(ChangeKind), from_on, to_on)
    return streamed(conn, ChangeLine, CHANGES, *picked.arguments, *asked)


async def term_of_day(
    conn: Conn, township_ids: tuple[int, ...], day: date
) -> tuple[int, int] | None:
    """Return (school year, number) of the term that `day`, or the vacation of it, is in."""
    row = await conn.fetchrow(TERM_OF_DAY, township_ids, day)
    return None if row is None else (row["school_year"], row["number"])
