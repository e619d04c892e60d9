"""Closing numbers anew under the current key, a batch at a time (ADR 16)."""

from typing import Final

from core.rules.base import Record
from core.rules.cipher import Held, Keyring, Whole
from db.encipher import PUTS
from db.pool import Conn

# Who is being written to right now comes with the next look.  $1 is the current key's id; $2
# and $3 the last row of the batch before.
TAKE_IDENTITIES: Final = """
    SELECT township_id, student_id AS id, student_id::text AS row,
           whole(township_id, 'identity', student_id::text, cipher) AS text
      FROM student_identity
     WHERE substring(cipher FROM 2 FOR 4) <> $1 AND (township_id, student_id) > ($2, $3)
     ORDER BY township_id, student_id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
TAKE_NATIONALS: Final = """
    SELECT township_id, id, id::text AS row,
           whole(township_id, 'national_no', id::text, national_cipher) AS text
      FROM student
     WHERE substring(national_cipher FROM 2 FOR 4) <> $1 AND (township_id, id) > ($2, $3)
     ORDER BY township_id, id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
TAKE_AUXES: Final = """
    SELECT township_id, id, id::text AS row,
           whole(township_id, 'aux_no', id::text, aux_cipher) AS text
      FROM student
     WHERE substring(aux_cipher FROM 2 FOR 4) <> $1 AND (township_id, id) > ($2, $3)
     ORDER BY township_id, id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
TAKE_PHONES: Final = """
    SELECT township_id, student_id AS id, student_id::text AS row,
           whole(township_id, 'phone', student_id::text, cipher) AS text
      FROM student_phone
     WHERE substring(cipher FROM 2 FOR 4) <> $1 AND (township_id, student_id) > ($2, $3)
     ORDER BY township_id, student_id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
TAKE_GUARDIAN_PHONES: Final = """
    SELECT p.township_id, p.guardian_id AS id, g.student_id || '/' || g.ordinal AS row,
           whole(g.township_id, 'guardian_phone', g.student_id || '/' || g.ordinal,
                 p.cipher) AS text
      FROM guardian_phone p
      JOIN guardian g ON (g.township_id, g.id) = (p.township_id, p.guardian_id)
     WHERE substring(p.cipher FROM 2 FOR 4) <> $1
       AND (p.township_id, p.guardian_id) > ($2, $3)
     ORDER BY p.township_id, p.guardian_id
     LIMIT $4
       FOR UPDATE OF p SKIP LOCKED
"""
TAKES: Final = {
    Held.IDENTITY: TAKE_IDENTITIES,
    Held.NATIONAL_NO: TAKE_NATIONALS,
    Held.AUX_NO: TAKE_AUXES,
    Held.PHONE: TAKE_PHONES,
    Held.GUARDIAN_PHONE: TAKE_GUARDIAN_PHONES,
}
LEFT: Final = """
    SELECT (SELECT count(*) FROM student_identity
             WHERE substring(cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM student
               WHERE substring(national_cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM student WHERE substring(aux_cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM student_phone WHERE substring(cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM guardian_phone
               WHERE substring(cipher FROM 2 FOR 4) <> $1)
"""


class Row(Record):
    """Where a batch ended."""

    township_id: int
    id: int


FIRST: Final = Row(township_id=-1, id=-1)


async def left(conn: Conn, ring: Keyring) -> int:
    """Return how many ciphers in sight need another key than the current one."""
    found: int = await conn.fetchval(LEFT, ring.current.id)
    return found


async def close_anew(
    conn: Conn, ring: Keyring, held: Held, after: Row, most: int
) -> tuple[int, Row | None]:
    """Close the next numbers of a kind anew; return how many, and the last; None at the end."""
    rows = await conn.fetch(TAKES[held], ring.current.id, after.township_id, after.id, most)
    if not rows:
        return 0, None
    whole = [Whole(row["township_id"], held, row["row"], row["text"]) for row in rows]
    places = [row["township_id"] for row in rows], [row["id"] for row in rows]
    await conn.execute(dict(PUTS)[held], *places, whole)
    last = Row(township_id=rows[-1]["township_id"], id=rows[-1]["id"])
    return len(rows), last
