"""Closing numbers anew under the current key, a batch at a time (ADR 16)."""

from typing import Final, NamedTuple

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
TAKE_AREA_IDENTITIES: Final = """
    SELECT township_id, id, 'area/' || id AS row,
           whole(township_id, 'identity', 'area/' || id, cipher) AS text
      FROM area_child
     WHERE substring(cipher FROM 2 FOR 4) <> $1 AND (township_id, id) > ($2, $3)
     ORDER BY township_id, id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
TAKE_AREA_PHONES: Final = """
    SELECT township_id, id, 'area/' || id AS row,
           whole(township_id, 'phone', 'area/' || id, phone_cipher) AS text
      FROM area_child
     WHERE substring(phone_cipher FROM 2 FOR 4) <> $1 AND (township_id, id) > ($2, $3)
     ORDER BY township_id, id
     LIMIT $4
       FOR UPDATE SKIP LOCKED
"""
PUT_AREA_IDENTITIES: Final = """
    UPDATE area_child a SET cipher = i.body, mark = i.mark
      FROM unnest($1::integer[], $2::bigint[], $3::enciphered[])
        AS i (township_id, id, place, body, mark, county)
     WHERE (a.township_id, a.id) = (i.township_id, i.id)
"""
PUT_AREA_PHONES: Final = """
    UPDATE area_child a SET phone_cipher = i.body
      FROM unnest($1::integer[], $2::bigint[], $3::enciphered[])
        AS i (township_id, id, place, body, mark, county)
     WHERE (a.township_id, a.id) = (i.township_id, i.id)
"""


class Column(NamedTuple):
    """One column of numbers: what they are, and how they are taken and put back."""

    held: Held
    take: str
    put: str


_PUT: Final = dict(PUTS)
COLUMNS: Final = (
    Column(Held.IDENTITY, TAKE_IDENTITIES, _PUT[Held.IDENTITY]),
    Column(Held.NATIONAL_NO, TAKE_NATIONALS, _PUT[Held.NATIONAL_NO]),
    Column(Held.AUX_NO, TAKE_AUXES, _PUT[Held.AUX_NO]),
    Column(Held.PHONE, TAKE_PHONES, _PUT[Held.PHONE]),
    Column(Held.GUARDIAN_PHONE, TAKE_GUARDIAN_PHONES, _PUT[Held.GUARDIAN_PHONE]),
    Column(Held.IDENTITY, TAKE_AREA_IDENTITIES, PUT_AREA_IDENTITIES),
    Column(Held.PHONE, TAKE_AREA_PHONES, PUT_AREA_PHONES),
)
LEFT: Final = """
    SELECT (SELECT count(*) FROM student_identity
             WHERE substring(cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM student
               WHERE substring(national_cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM student WHERE substring(aux_cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM student_phone WHERE substring(cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FROM guardian_phone
               WHERE substring(cipher FROM 2 FOR 4) <> $1)
           + (SELECT count(*) FILTER (WHERE substring(cipher FROM 2 FOR 4) <> $1)
                     + count(*) FILTER (WHERE substring(phone_cipher FROM 2 FOR 4) <> $1)
                FROM area_child)
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
    column: Column, conn: Conn, ring: Keyring, after: Row, most: int
) -> tuple[int, Row | None]:
    """Close the next numbers of a column anew; return how many, and the last; None at the end."""
    rows = await conn.fetch(column.take, ring.current.id, after.township_id, after.id, most)
    if not rows:
        return 0, None
    whole = [
        Whole(row["township_id"], column.held, row["row"], row["text"]) for row in rows
    ]
    places = [row["township_id"] for row in rows], [row["id"] for row in rows]
    await conn.execute(column.put, *places, whole)
    last = Row(township_id=rows[-1]["township_id"], id=rows[-1]["id"])
    return len(rows), last
