"""Closing papers and files anew under the current key, a few at a time (ADR 16).

Uploads and exports are not here: they are gone in days.  Drafts are db/rotate_drafts.
"""

from typing import Final

from core.rules.cipher import Held, Keyring, Sealed, Whole
from db.pool import Conn
from db.rotate import Row

# As db/rotate has it; `row` is what a cipher knows its row by.
TAKE_PAPERS: Final = """
    SELECT township_id, id, id::text AS row, whole(township_id, 'paper', id::text, said) AS body
      FROM paper
     WHERE substring(said FROM 2 FOR 4) <> $1 AND (township_id, id) > ($2, $3)
     ORDER BY township_id, id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
# Every original of a paper in one batch: a batch ends behind a paper.
TAKE_ORIGINALS: Final = """
      WITH next AS (
           SELECT DISTINCT township_id, paper_id FROM paper_original
            WHERE substring(cipher FROM 2 FOR 4) <> $1 AND (township_id, paper_id) > ($2, $3)
            ORDER BY township_id, paper_id
            LIMIT $4)
    SELECT o.township_id, o.paper_id AS id, o.paper_id || '/' || o.addressee AS row,
           whole(o.township_id, 'original', o.paper_id || '/' || o.addressee, o.cipher) AS body
      FROM paper_original o
      JOIN next n ON (n.township_id, n.paper_id) = (o.township_id, o.paper_id)
     WHERE substring(o.cipher FROM 2 FOR 4) <> $1
     ORDER BY o.township_id, o.paper_id
       FOR UPDATE OF o SKIP LOCKED
"""
TAKE_EVIDENCE: Final = """
    SELECT township_id, evidence_id AS id, evidence_id::text AS row,
           whole(township_id, 'evidence', evidence_id::text, cipher) AS body
      FROM evidence_file
     WHERE substring(cipher FROM 2 FOR 4) <> $1 AND (township_id, evidence_id) > ($2, $3)
     ORDER BY township_id, evidence_id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
TAKES: Final = {
    Held.PAPER: TAKE_PAPERS,
    Held.ORIGINAL: TAKE_ORIGINALS,
    Held.EVIDENCE: TAKE_EVIDENCE,
}
PUT_PAPERS: Final = """
    UPDATE paper p SET said = i.cipher
      FROM unnest($1::integer[], $2::text[], $3::enciphered[])
        AS i (township_id, row, place, cipher, mark, county)
     WHERE (p.township_id, p.id) = (i.township_id, i.row::bigint)
"""
PUT_ORIGINALS: Final = """
    UPDATE paper_original o SET cipher = i.cipher
      FROM unnest($1::integer[], $2::text[], $3::enciphered[])
        AS i (township_id, row, place, cipher, mark, county)
     WHERE (o.township_id, o.paper_id, o.addressee)
         = (i.township_id, split_part(i.row, '/', 1)::bigint, split_part(i.row, '/', 2))
"""
PUT_EVIDENCE: Final = """
    UPDATE evidence_file e SET cipher = i.cipher
      FROM unnest($1::integer[], $2::text[], $3::enciphered[])
        AS i (township_id, row, place, cipher, mark, county)
     WHERE (e.township_id, e.evidence_id) = (i.township_id, i.row::bigint)
"""
PUTS: Final = {
    Held.PAPER: PUT_PAPERS,
    Held.ORIGINAL: PUT_ORIGINALS,
    Held.EVIDENCE: PUT_EVIDENCE,
}
LEFT: Final = """
    SELECT (SELECT count(*) FROM paper WHERE substring(said FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM paper_original WHERE substring(cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM evidence_file WHERE substring(cipher FROM 2 FOR 4) <> $1)
"""


async def left(conn: Conn, ring: Keyring) -> int:
    """Return how many papers and files in sight need another key than the current one."""
    found: int = await conn.fetchval(LEFT, ring.current.id)
    return found


async def close_anew(
    held: Held, conn: Conn, ring: Keyring, after: Row, most: int
) -> tuple[int, Row | None]:
    """Close the next of a kind anew; return how many, and the last; None at the end."""
    rows = await conn.fetch(TAKES[held], ring.current.id, after.township_id, after.id, most)
    if not rows:
        return 0, None
    bodies: list[Whole | Sealed] = []
    for row in rows:
        body: str | bytes = row["body"]
        place = row["township_id"], held, row["row"]
        bodies.append(
            Whole(*place, body) if isinstance(body, str) else Sealed(*place, body)
        )
    places = [row["township_id"] for row in rows], [row["row"] for row in rows]
    await conn.execute(PUTS[held], *places, bodies)
    return len(rows), Row(township_id=rows[-1]["township_id"], id=rows[-1]["id"])
