"""Whole numbers that a test writes by hand, kept as the program keeps them."""

from collections.abc import Mapping

from core.rules.cipher import Held, Whole
from db.pool import Conn

IDENTITIES = """
INSERT INTO student_identity (township_id, student_id, kind, cipher, mark, county_mark)
SELECT s.township_id, i.id, '1', i.body, i.mark, i.county
  FROM unnest($1::bigint[], $2::enciphered[]) AS i (id, place, body, mark, county)
  JOIN student s ON s.id = i.id
"""
NATIONALS = """
UPDATE student s SET national_cipher = i.body, national_mark = i.mark
  FROM unnest($1::bigint[], $2::enciphered[]) AS i (id, place, body, mark, county)
 WHERE s.id = i.id
"""
PHONES = """
INSERT INTO guardian_phone (township_id, guardian_id, cipher, mark)
SELECT g.township_id, g.id, i.body, i.mark
  FROM unnest($1::bigint[], $2::enciphered[]) AS i (id, place, body, mark, county)
  JOIN guardian g ON g.id = i.id
"""
TOWNSHIP_OF = "SELECT township_id FROM student WHERE id = $1"
GUARDED = "SELECT township_id, student_id, ordinal FROM guardian WHERE id = $1"


async def give_identities(conn: Conn, numbers: Mapping[int, str]) -> None:
    """Write the identity numbers of children, by their ids."""
    whole = [await _of(conn, Held.IDENTITY, i, n) for i, n in numbers.items()]
    await conn.execute(IDENTITIES, list(numbers), whole)


async def give_nationals(conn: Conn, numbers: Mapping[int, str]) -> None:
    """Write the 学籍号 of children, by their ids."""
    whole = [await _of(conn, Held.NATIONAL_NO, i, n) for i, n in numbers.items()]
    await conn.execute(NATIONALS, list(numbers), whole)


async def give_phones(conn: Conn, numbers: Mapping[int, str]) -> None:
    """Write the telephones of guardians, by their ids."""
    whole = []
    for guardian_id, number in numbers.items():
        row = await conn.fetchrow(GUARDED, guardian_id)
        where = f"{row['student_id']}/{row['ordinal']}"
        whole.append(Whole(row["township_id"], Held.GUARDIAN_PHONE, where, number))
    await conn.execute(PHONES, list(numbers), whole)


async def _of(conn: Conn, held: Held, student_id: int, number: str) -> Whole:
    township = await conn.fetchval(TOWNSHIP_OF, student_id)
    return Whole(township, held, str(student_id), number)
