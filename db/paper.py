"""Issued documents on disk: the report and its originals; receipts in `receipt`."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime

from core.rules.absence import Ending
from core.rules.base import Record
from core.rules.case_open import CALLED_AT_NO_ROLL, OpenCause
from core.rules.cipher import Held, Sealed, Whole
from core.rules.paper import PaperKind, PaperState
from core.rules.paper_number import PaperNumber
from core.rules.staff import Scope
from core.rules.time import Moment
from db.pool import Conn
from db.rows import many, one


class PaperFacts(Record):
    """What a report on a missing child says, or its letter is about, as it stands now."""

    township_id: int
    paper_id: int
    state: PaperState
    number: str | None
    signed_as: str | None
    signed_at: Moment | None
    case_id: int
    case_number: str
    school_id: int
    school_name: str
    township_name: str
    class_id: int
    cohort: int
    class_number: int
    student_id: int
    student_name: str
    sex: str
    born_on: date
    address: str | None
    guardian: str | None
    relation: str | None
    phone: str | None
    hukou_code: str | None
    hukou_place: str | None
    school_phone: str | None
    # None of who is called at no roll.
    absence_id: int | None
    missed_at: Moment
    due_at: Moment
    ended_at: Moment | None
    ended_how: Ending | None
    opened_as: OpenCause | None
    grounds: str | None


# The school is who holds the case now; its name, who issued the paper.
FACTS = """
    SELECT p.township_id, p.id AS paper_id, p.state, p.number, p.signed_as, p.signed_at,
           k.id AS case_id, k.number AS case_number, k.school_id, sc.name AS school_name,
           t.name AS township_name, k.class_id, c.cohort, c.number AS class_number,
           s.id AS student_id, s.name AS student_name, s.sex, s.born_on, s.address,
           g.name AS guardian, g.relation,
           whole(s.township_id, 'guardian_phone', s.id || '/' || g.ordinal, gp.cipher)
             AS phone, s.hukou_code, s.hukou_place,
           sc.phone AS school_phone, a.id AS absence_id, a.ended_at, a.ended_how,
           coalesce(a.missed_at, k.opened_at) AS missed_at,
           coalesce(a.due_at, k.opened_at) AS due_at, p.grounds,
           coalesce(p.opened_as, (SELECT r.opened_as FROM paper r
                                   WHERE (r.township_id, r.case_id) = (k.township_id, k.id)
                                     AND r.opened_as = 'never_enrolled' AND a.id IS NULL
                                   LIMIT 1)) AS opened_as
      FROM paper p
      JOIN dropout_case k ON (k.township_id, k.id) = (p.township_id, p.case_id)
      JOIN school sc ON (sc.township_id, sc.id) = (p.township_id, p.school_id)
      JOIN township t ON t.township_id = p.township_id
      JOIN class c ON (c.township_id, c.id) = (k.township_id, k.class_id)
      JOIN student s ON (s.township_id, s.id) = (p.township_id, p.student_id)
      LEFT JOIN LATERAL (SELECT x.* FROM absence x
                          WHERE (x.township_id, x.student_id) = (s.township_id, s.id)
                            AND x.missed_at <= p.made_at
                            AND coalesce(p.opened_as <> ALL ($4), true)
                          ORDER BY x.missed_at DESC LIMIT 1) a ON true
      LEFT JOIN guardian g
        ON (g.township_id, g.student_id, g.ordinal) = (s.township_id, s.id, 1)
      LEFT JOIN guardian_phone gp ON (gp.township_id, gp.guardian_id) = (g.township_id, g.id)
     WHERE p.township_id = $1 AND p.id = $2 AND p.kind = $3
"""


async def facts(
    conn: Conn, township_id: int, paper_id: int, kind: PaperKind
) -> PaperFacts | None:
    """Return what a paper of a kind is about, read afresh."""
    key, at_no_roll = (township_id, paper_id, kind), list(CALLED_AT_NO_ROLL)
    return one(PaperFacts, await conn.fetchrow(FACTS, *key, at_no_roll))


OF_CASE = """
    SELECT p.township_id, p.id
      FROM dropout_case k
      JOIN paper p ON (p.township_id, p.case_id) = (k.township_id, k.id) AND p.kind = 'report'
     WHERE k.township_id = ANY ($1)
       AND (k.township_id = ANY ($2) OR k.school_id = ANY ($3) OR k.class_id = ANY ($4))
       AND k.number = $5
     ORDER BY p.id DESC
     LIMIT 1
"""


async def of_case(conn: Conn, scope: Scope, number: str) -> tuple[int, int] | None:
    """Return (township, newest report) of the case of a number, in a person's sight."""
    row = await conn.fetchrow(
        OF_CASE, scope.reach, scope.townships, scope.schools, scope.classes, number
    )
    return None if row is None else (row["township_id"], row["id"])


CONTENT = """
    SELECT whole(township_id, 'paper', id::text, said) FROM paper
     WHERE township_id = $1 AND id = $2
"""


async def content(conn: Conn, township_id: int, paper_id: int) -> str | None:
    """Return what a paper said when it was signed; None before."""
    found: str | None = await conn.fetchval(CONTENT, township_id, paper_id)
    return found


class Deed(Record):
    """One thing done for the child since the run began: a contact, or a numbered visit."""

    at: Moment
    # None for a contact.
    visit_number: int | None
    method: str
    result: str
    met: str
    note: str
    cause: str | None
    whereabouts: str | None


# Contacts and visits since the run began, newest version of each visit.
DEEDS = """
    SELECT c.contacted_at AS at, NULL::smallint AS visit_number, c.method,
           c.outcome AS result, c.spoken_to AS met, c.note, c.cause, c.whereabouts
      FROM contact c
     WHERE c.township_id = $1 AND c.student_id = $2 AND c.contacted_at >= $3
     UNION ALL
    SELECT v.visited_at, v.number, v.method, v.result, v.met, v.guardian_opinion, v.cause,
           v.whereabouts
      FROM visit v
     WHERE v.township_id = $1 AND v.student_id = $2 AND v.visited_at >= $3
       AND v.version = (SELECT max(w.version) FROM visit w
                         WHERE (w.township_id, w.student_id, w.school_year, w.number)
                             = (v.township_id, v.student_id, v.school_year, v.number))
     ORDER BY at
"""


async def deeds(
    conn: Conn, township_id: int, student_id: int, since: datetime
) -> tuple[Deed, ...]:
    """Return the contacts and visits since a run began, in order of time."""
    return many(Deed, await conn.fetch(DEEDS, township_id, student_id, since))


NEXT_ID = "SELECT nextval(pg_get_serial_sequence('paper', 'id'))"
SIGN = """
    UPDATE paper
       SET state = 'signed', number = $3, signed_by = $4, signed_at = $5, signed_as = $6,
           said = ($7::enciphered).body, series = $8, serial = $9, anchor = $10
     WHERE township_id = $1 AND id = $2 AND state = 'to_sign'
 RETURNING id
"""


class Signing(Record):
    """How a paper is signed: number, hand, and the content frozen with it.

    `anchor` is where the journal's chain ended, for a paper that prints it.
    """

    township_id: int
    paper_id: int
    number: PaperNumber
    signed_by: int
    signed_at: datetime
    signed_as: str
    content: str
    anchor: str = ""

    @property
    def said(self) -> Whole:
        """Return the content on its way to its row."""
        return Whole(self.township_id, Held.PAPER, str(self.paper_id), self.content)


async def next_id(conn: Conn) -> int:
    """Return the number of a paper about to be written: its cipher knows its row."""
    found: int = await conn.fetchval(NEXT_ID)
    return found


async def sign(conn: Conn, signing: Signing) -> bool:
    """Sign a paper that waits; False when it no longer does."""
    return (
        await conn.fetchval(
            SIGN,
            signing.township_id,
            signing.paper_id,
            signing.number.text,
            signing.signed_by,
            signing.signed_at,
            signing.signed_as,
            signing.said,
            signing.number.series,
            signing.number.serial,
            signing.anchor or None,
        )
        is not None
    )


ADD_ORIGINALS = """
    INSERT INTO paper_original (township_id, paper_id, addressee, cipher, sha256)
    SELECT $1, $2, o.addressee, o.body, o.sha256
      FROM unnest($3::text[], $4::text[], $5::enciphered[])
        AS o (addressee, sha256, place, body, mark, county)
"""


async def add_originals(
    conn: Conn, township_id: int, paper_id: int, originals: Sequence[tuple[str, bytes]]
) -> None:
    """Keep each addressee's original as signed."""
    await conn.execute(
        ADD_ORIGINALS,
        township_id,
        paper_id,
        [addressee for addressee, _ in originals],
        [hashlib.sha256(body).hexdigest() for _, body in originals],
        [
            Sealed(township_id, Held.ORIGINAL, f"{paper_id}/{addressee}", body)
            for addressee, body in originals
        ],
    )
