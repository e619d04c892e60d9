"""Moving the plain numbers of an older database into their ciphers, once, as it is upgraded.

Inside the migration's own transaction: a killed upgrade leaves every number where it was.
The journal is enciphered in place; it is still checked by what it said (db/journal.py).
"""

import os
import re
from typing import Final

import asyncpg

from core.rules.cipher import NONCE, Held, Whole, close
from db.cipher import speak
from db.key_proof import prove
from db.keys import KeyFile
from db.pool import Migrator

TABLES: Final = "student,student_identity,student_phone,guardian,guardian_phone,journal"
# The owner meets its own walls and triggers, and neither is meant for this: no fact changes.
NAME_TABLES: Final = "SELECT set_config('ledger.enciphered', $1, true)"
OPEN: Final = """
DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY string_to_array(current_setting('ledger.enciphered'), ',') LOOP
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER', one);
    END LOOP;
END $$
"""
SHUT: Final = """
DO $$
DECLARE
    one text;
BEGIN
    FOREACH one IN ARRAY string_to_array(current_setting('ledger.enciphered'), ',') LOOP
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER', one);
    END LOOP;
END $$
"""
# Of the schema between the two migrations, and of no other.
PLAIN: Final = """
    SELECT 'identity' AS held, township_id, student_id AS id, student_id::text AS row,
           number AS text
      FROM student_identity
     UNION ALL
    SELECT 'national_no', township_id, id, id::text, national_no
      FROM student WHERE national_no IS NOT NULL
     UNION ALL
    SELECT 'aux_no', township_id, id, id::text, aux_no
      FROM student WHERE aux_no IS NOT NULL
     UNION ALL
    SELECT 'phone', township_id, student_id, student_id::text, phone FROM student_phone
     UNION ALL
    SELECT 'guardian_phone', p.township_id, p.guardian_id, g.student_id || '/' || g.ordinal,
           p.phone
      FROM guardian_phone p
      JOIN guardian g ON (g.township_id, g.id) = (p.township_id, p.guardian_id)
"""
PUT_IDENTITIES: Final = """
    UPDATE student_identity s SET cipher = i.body, mark = i.mark, county_mark = i.county
      FROM unnest($1::integer[], $2::bigint[], $3::enciphered[])
        AS i (township_id, id, place, body, mark, county)
     WHERE (s.township_id, s.student_id) = (i.township_id, i.id)
"""
PUT_NATIONALS: Final = """
    UPDATE student s SET national_cipher = i.body, national_mark = i.mark
      FROM unnest($1::integer[], $2::bigint[], $3::enciphered[])
        AS i (township_id, id, place, body, mark, county)
     WHERE (s.township_id, s.id) = (i.township_id, i.id)
"""
PUT_AUXES: Final = """
    UPDATE student s SET aux_cipher = i.body
      FROM unnest($1::integer[], $2::bigint[], $3::enciphered[])
        AS i (township_id, id, place, body, mark, county)
     WHERE (s.township_id, s.id) = (i.township_id, i.id)
"""
PUT_PHONES: Final = """
    UPDATE student_phone s SET cipher = i.body, mark = i.mark
      FROM unnest($1::integer[], $2::bigint[], $3::enciphered[])
        AS i (township_id, id, place, body, mark, county)
     WHERE (s.township_id, s.student_id) = (i.township_id, i.id)
"""
PUT_GUARDIAN_PHONES: Final = """
    UPDATE guardian_phone s SET cipher = i.body, mark = i.mark
      FROM unnest($1::integer[], $2::bigint[], $3::enciphered[])
        AS i (township_id, id, place, body, mark, county)
     WHERE (s.township_id, s.guardian_id) = (i.township_id, i.id)
"""
PUTS: Final = (
    (Held.IDENTITY, PUT_IDENTITIES),
    (Held.NATIONAL_NO, PUT_NATIONALS),
    (Held.AUX_NO, PUT_AUXES),
    (Held.PHONE, PUT_PHONES),
    (Held.GUARDIAN_PHONE, PUT_GUARDIAN_PHONES),
)

# As jsonb prints it; what stands between the quotes is enciphered to the letter.
NUMBER: Final = re.compile(r'"(number|phone|national_no|aux_no)": "((?:[^"\\]|\\.)*)"')
BATCH: Final = 5000
JOURNALLED: Final = """
    SELECT id, township_id, was::text, became::text
      FROM journal
     WHERE id > $1 AND relation IN ('student', 'student_identity', 'student_phone',
                                    'guardian_phone')
     ORDER BY id
     LIMIT $2
"""
REWRITE: Final = """
    UPDATE journal j SET was = i.was::jsonb, became = i.became::jsonb
      FROM unnest($1::bigint[], $2::text[], $3::text[]) AS i (id, was, became)
     WHERE j.id = i.id
"""


async def encipher(conn: Migrator, keys: KeyFile) -> None:
    """Fill the ciphers and marks of every number there is, the journal's included."""
    await prove(conn, keys.make())
    await speak(conn, keys)
    await conn.execute(NAME_TABLES, TABLES)
    await conn.execute(OPEN)
    plain = await conn.fetch(PLAIN)
    for held, write in PUTS:
        rows = [row for row in plain if row["held"] == held]
        for begin in range(0, len(rows), BATCH):
            part = rows[begin : begin + BATCH]
            whole = [Whole(r["township_id"], held, r["row"], r["text"]) for r in part]
            places = [r["township_id"] for r in part], [r["id"] for r in part]
            await conn.execute(write, *places, whole)
    await hide_journal(conn, keys, JOURNALLED, NUMBER)
    await conn.execute(SHUT)


async def hide_journal(
    conn: Migrator, keys: KeyFile, journalled: str, number: re.Pattern[str]
) -> None:
    """Put ciphers in the place of numbers in the journal's rows that a statement reads.

    The statement takes the last id and how many; the pattern has a key and its text.
    """
    last = -(2**63)
    while rows := await conn.fetch(journalled, last, BATCH):
        last = rows[-1]["id"]
        sides = [
            [_hidden(keys, row, side, number) for row in rows] for side in ("was", "became")
        ]
        await conn.execute(REWRITE, [row["id"] for row in rows], *sides)


def _hidden(
    keys: KeyFile, row: asyncpg.Record, side: str, number: re.Pattern[str]
) -> str | None:
    """Return one side of a journal row with a cipher in the place of each number."""

    def hide(found: re.Match[str]) -> str:
        where = f"{row['id']}/{side}/{found[1]}"
        whole = Whole(row["township_id"], Held.JOURNAL, where, found[2])
        cipher = close(keys.ring, whole.place, whole.text, os.urandom(NONCE))
        return f'"{found[1]}": "cipher:{cipher.hex()}"'

    return None if row[side] is None else number.sub(hide, row[side])
