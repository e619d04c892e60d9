"""Moving what papers said, and older originals, into ciphers, once, as a database is upgraded.

Inside the migration's own transaction, like the numbers before (db/encipher).  A telephone
that a paper told stands in the journal's rows too, and is hidden there in place.
"""

import re
from typing import Final

from core.rules.cipher import Held, Sealed, Whole
from db.cipher import speak
from db.encipher import NAME_TABLES, OPEN, SHUT, hide_journal
from db.key_proof import must_fit
from db.keys import KeyFile
from db.pool import Migrator

TABLES: Final = "paper,paper_original,journal"
# Of the schema between the two migrations, and of no other.
SAID: Final = """
    SELECT township_id, id, content::text AS text, nullif(content ->> 'anchor', '') AS anchor
      FROM paper WHERE content <> '{}'
"""
PUT_SAID: Final = """
    UPDATE paper p SET said = i.body, anchor = i.anchor
      FROM unnest($1::integer[], $2::bigint[], $3::text[], $4::enciphered[])
        AS i (township_id, id, anchor, place, body, mark, county)
     WHERE (p.township_id, p.id) = (i.township_id, i.id)
"""
OPEN_ORIGINALS: Final = """
    SELECT township_id, paper_id, addressee, bytes
      FROM paper_original WHERE bytes IS NOT NULL LIMIT 200
"""
PUT_ORIGINAL: Final = """
    UPDATE paper_original SET bytes = NULL, cipher = ($4::enciphered).body
     WHERE (township_id, paper_id, addressee) = ($1, $2, $3)
"""
JOURNALLED: Final = """
    SELECT id, township_id, was::text, became::text
      FROM journal
     WHERE id > $1 AND relation = 'paper'
     ORDER BY id
     LIMIT $2
"""
# What a paper calls its number is its 文号, and no secret.
PHONE: Final = re.compile(r'"(phone)": "((?:[^"\\]|\\.)+)"')


async def encipher_papers(conn: Migrator, keys: KeyFile) -> None:
    """Fill the ciphers of every paper and original there is; raises BadKeyFile."""
    await must_fit(conn, keys)
    await speak(conn, keys)
    await conn.execute(NAME_TABLES, TABLES)
    await conn.execute(OPEN)
    if papers := await conn.fetch(SAID):
        places = [[row[name] for row in papers] for name in ("township_id", "id", "anchor")]
        said = [
            Whole(row["township_id"], Held.PAPER, str(row["id"]), row["text"])
            for row in papers
        ]
        await conn.execute(PUT_SAID, *places, said)
    while originals := await conn.fetch(OPEN_ORIGINALS):
        for row in originals:
            key = row["township_id"], row["paper_id"], row["addressee"]
            place = f"{row['paper_id']}/{row['addressee']}"
            body = Sealed(row["township_id"], Held.ORIGINAL, place, row["bytes"])
            await conn.execute(PUT_ORIGINAL, *key, body)
    await hide_journal(conn, keys, JOURNALLED, PHONE)
    await conn.execute(SHUT)
