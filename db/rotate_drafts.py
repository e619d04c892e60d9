"""Closing what people have typed anew under the current key (ADR 16).

Uploads and exports are not here: they are gone in a week.
"""

from typing import Final

from core.rules.cipher import Held, Keyring, Whole
from db.pool import Conn
from db.rotate import Row

# As db/rotate_files has it; every draft of a person in one batch.  One that is being saved right
# now is closed under the new key by that.
TAKE: Final = """
      WITH next AS (
           SELECT DISTINCT account_id FROM draft
            WHERE substring(cipher FROM 2 FOR 4) <> $1 AND (0, account_id) > ($2, $3)
            ORDER BY account_id
            LIMIT $4)
    SELECT d.account_id AS id, d.account_id || '/' || d.form || '/' || d.subject AS row,
           whole(0, 'draft', d.account_id || '/' || d.form || '/' || d.subject,
                 d.cipher) AS body
      FROM draft d
      JOIN next n USING (account_id)
     WHERE substring(d.cipher FROM 2 FOR 4) <> $1
     ORDER BY d.account_id
       FOR UPDATE OF d SKIP LOCKED
"""
PUT: Final = """
    UPDATE draft d SET cipher = i.cipher
      FROM unnest($1::text[], $2::enciphered[]) AS i (row, place, cipher, mark, county)
     WHERE d.account_id = split_part(i.row, '/', 1)::bigint
       AND d.account_id || '/' || d.form || '/' || d.subject = i.row
"""
LEFT: Final = "SELECT count(*) FROM draft WHERE substring(cipher FROM 2 FOR 4) <> $1"


async def left(conn: Conn, ring: Keyring) -> int:
    """Return how many drafts need another key than the current one."""
    found: int = await conn.fetchval(LEFT, ring.current.id)
    return found


async def close_anew(
    conn: Conn, ring: Keyring, after: Row, most: int
) -> tuple[int, Row | None]:
    """Close the drafts of the next people anew; return how many, and the last of the people."""
    rows = await conn.fetch(TAKE, ring.current.id, after.township_id, after.id, most)
    if not rows:
        return 0, None
    places = [row["row"] for row in rows]
    bodies = [Whole(0, Held.DRAFT, row["row"], row["body"]) for row in rows]
    await conn.execute(PUT, places, bodies)
    return len(rows), Row(township_id=0, id=rows[-1]["id"])
