"""家访劝返记录表, 一生一案, 商请函 on disk: issued at once, and the list of a case's papers."""

from core.rules.base import Record
from core.rules.case_paper import CaseHead
from core.rules.case_paper_said import IssuedLine
from core.rules.file import Child
from core.rules.file_event import How
from core.rules.paper import PaperKind
from core.rules.staff import Scope
from core.rules.time import Moment
from db.paper import Signing
from db.pool import Conn
from db.rows import many, one

HEAD = """
    SELECT k.id AS case_id, k.number, k.state, k.school_id, sc.name AS school_name,
           sc.phone AS school_phone, t.name AS township_name,
           coalesce(a.missed_at, k.opened_at) AS missed_at, k.opened_at, k.closed_at,
           k.close_reason
      FROM dropout_case k
      JOIN school sc ON (sc.township_id, sc.id) = (k.township_id, k.school_id)
      JOIN township t ON t.township_id = k.township_id
      LEFT JOIN absence a ON (a.township_id, a.id) = (k.township_id, k.absence_id)
     WHERE k.township_id = $1 AND k.student_id = $2
     ORDER BY k.opened_at DESC, k.id DESC
     LIMIT 1
"""
CONTACTS = """
    SELECT count(*) FROM contact
     WHERE township_id = $1 AND student_id = $2 AND contacted_at >= $3
       AND ($4::timestamptz IS NULL OR contacted_at <= $4)
"""
PAPERS = """
    SELECT kind, title, number, state, signed_at FROM paper
     WHERE township_id = $1 AND case_id = $2
     ORDER BY made_at, id
"""
ISSUE = """
    INSERT INTO paper (township_id, kind, school_id, student_id, case_id, state, number,
                       title, made_at, signed_by, signed_at, signed_as, said, series,
                       serial, drafted_by, id)
    VALUES ($1, $2, $3, $4, $5, 'signed', $6, $7, $8, $9, $8, $10, ($11::enciphered).body,
            $12, $13, $9, $14)
"""
NAMED = """
    SELECT p.township_id, p.id AS paper_id, p.kind
      FROM paper p
      JOIN dropout_case k ON (k.township_id, k.id) = (p.township_id, p.case_id)
     WHERE p.township_id = ANY ($1)
       AND (p.township_id = ANY ($2) OR k.school_id = ANY ($3) OR k.class_id = ANY ($4))
       AND p.number = $5
     ORDER BY p.township_id, p.id
     LIMIT 2
"""


class Named(Record):
    """A paper that a person named by its 文号."""

    township_id: int
    paper_id: int
    kind: PaperKind


async def head(conn: Conn, child: Child) -> CaseHead | None:
    """Return a child's newest case, open or closed."""
    row = await conn.fetchrow(HEAD, child.township_id, child.student_id)
    return one(CaseHead, row)


async def contacts(conn: Conn, child: Child, case: CaseHead) -> int:
    """Return how often the family was contacted since the child was missed."""
    span = (case.missed_at, case.closed_at)
    key = (child.township_id, child.student_id)
    found: int = await conn.fetchval(CONTACTS, *key, *span)
    return found


async def papers(conn: Conn, township_id: int, case_id: int) -> tuple[IssuedLine, ...]:
    """Return the papers of a case, oldest first."""
    return many(IssuedLine, await conn.fetch(PAPERS, township_id, case_id))


async def issue(
    conn: Conn, child: Child, case: CaseHead, made: tuple[PaperKind, str], signing: Signing
) -> None:
    """Write an issued paper, (kind, title)."""
    kind, title = made
    await conn.execute(
        ISSUE,
        child.township_id,
        kind,
        case.school_id,
        child.student_id,
        case.case_id,
        signing.number.text,
        title,
        signing.signed_at,
        signing.signed_by,
        signing.signed_as,
        signing.said,
        signing.number.series,
        signing.number.serial,
        signing.paper_id,
    )


async def named(conn: Conn, scope: Scope, number: str) -> Named | None:
    """Return the one issued paper of a 文号 in sight; None for none, and for several."""
    seen = (scope.reach, scope.townships, scope.schools, scope.classes)
    found = many(Named, await conn.fetch(NAMED, *seen, number))
    return found[0] if len(found) == 1 else None


RECEIVED = """
    SELECT received_by, received_at, how
      FROM receipt WHERE township_id = $1 AND paper_id = $2
"""


class Taken(Record):
    """Who took a letter in, when and how."""

    received_by: str
    received_at: Moment
    how: How

    @property
    def told(self) -> str:
        """Return it in words."""
        return f"{self.received_by} {self.received_at:%Y-%m-%d %H:%M}（{self.how.label}）"


async def received_by(conn: Conn, township_id: int, paper_id: int) -> Taken | None:
    """Return who has receipted a letter; None while nobody has."""
    return one(Taken, await conn.fetchrow(RECEIVED, township_id, paper_id))
