"""The journal on disk: sealing it block by block, and reading it back to be checked.

What an auditor reads of it is db/journal_line.

A row of an act that is still under way may get a smaller id than one that is committed.
So a block reaches up to an id only when every transaction has ended that ran when that id
was the last one given out: an act has its transaction id (SIGN) before its first journal row.
"""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Final

from core.rules.base import Record
from core.rules.journal import Fields, Head, heads_of
from db.pool import Conn, Migrator
from db.rows import many, one

# Every township that has a row, by jumping along the index instead of reading all of it.
CHAINS = """
      WITH RECURSIVE found AS (
           (SELECT township_id FROM journal ORDER BY township_id LIMIT 1)
            UNION ALL
           SELECT (SELECT j.township_id FROM journal j
                    WHERE j.township_id > found.township_id
                    ORDER BY j.township_id LIMIT 1)
             FROM found WHERE found.township_id IS NOT NULL)
    SELECT township_id FROM found WHERE township_id IS NOT NULL ORDER BY 1
"""


async def chains(conn: Conn) -> tuple[int, ...]:
    """Return the townships that have rows in the journal; 0 is the server's own."""
    return tuple(row["township_id"] for row in await conn.fetch(CHAINS))


LOCK = "SELECT pg_try_advisory_xact_lock(4850, $1)"
# Ids given out by now, and the first transaction that has not begun.  A horizon of another
# cluster's transactions (a restored dump) lies ahead of all of ours, and is drawn anew.
HORIZON = """
      WITH old AS (
           SELECT upto_id, until <= pg_snapshot_xmin(pg_current_snapshot()) AS passed
             FROM journal_horizon
            WHERE township_id = $1 AND until <= pg_snapshot_xmax(pg_current_snapshot())),
           drawn AS (
           INSERT INTO journal_horizon (township_id, upto_id, until)
           SELECT $1, (SELECT last_value FROM journal_id_seq),
                  pg_snapshot_xmax(pg_current_snapshot())
            WHERE NOT EXISTS (SELECT FROM old WHERE NOT passed)
               ON CONFLICT (township_id)
               DO UPDATE SET upto_id = excluded.upto_id, until = excluded.until)
    SELECT (SELECT upto_id FROM old WHERE passed) AS upto_id
"""
# Canonical fields as core/rules/journal.digest_of joins them.
SEAL = """
      WITH last AS (
           SELECT coalesce(max(number), 0) AS number, coalesce(max(upto_id), 0) AS upto_id
             FROM journal_block WHERE township_id = $1),
           fresh AS (
           SELECT j.id, sha256(convert_to(concat_ws(
                      E'\\x1f', j.id, j.township_id,
                      (extract(epoch FROM j.at) * 1000000)::bigint, j.account_id, j.op_id,
                      j.act, j.relation, coalesce(j.was::text, ''),
                      coalesce(j.became::text, '')), 'UTF8')) AS digest
             FROM journal j, last
            WHERE j.township_id = $1 AND j.id > last.upto_id AND j.id <= $2
            ORDER BY j.id
            LIMIT $4),
           block AS (
           SELECT array_agg(id ORDER BY id) AS ids,
                  string_agg(digest, ''::bytea ORDER BY id) AS digests,
                  CASE WHEN count(*) < $4 THEN $2 ELSE max(id) END AS upto_id
             FROM fresh
           HAVING count(*) > 0)
    INSERT INTO journal_block (township_id, number, ids, digests, upto_id, hash, sealed_at)
    SELECT $1, last.number + 1, b.ids, b.digests, b.upto_id,
           sha256(coalesce((SELECT hash FROM journal_block
                             WHERE township_id = $1 AND number = last.number), ''::bytea)
                  || int8send(last.number + 1) || b.digests), $3
      FROM block b, last
 RETURNING cardinality(ids)
"""


async def horizon(conn: Conn, township_id: int) -> int | None:
    """Return up to which id everything has ended, and draw the next; None while not yet.

    None as well when another sealer is at work on this township.
    """
    if not await conn.fetchval(LOCK, township_id):
        return None
    found: int | None = await conn.fetchval(HORIZON, township_id)
    return found


async def seal(conn: Conn, township_id: int, upto_id: int, now: datetime, most: int) -> int:
    """Seal at most so many rows up to an id in one block; return how many there were."""
    found: int | None = await conn.fetchval(SEAL, township_id, upto_id, now, most)
    return found or 0


class Block(Record):
    """One sealed block."""

    number: int
    ids: list[int]
    digests: bytes
    upto_id: int
    hash: bytes


# A number that was hidden when the database began to keep ciphers (db/encipher.py).
HIDDEN: Final = re.compile(r'"(number|phone|national_no|aux_no)": "cipher:[0-9a-f]+"')
BLOCKS = """
    SELECT number, ids, digests, upto_id, hash FROM journal_block
     WHERE township_id = $1 AND number > $2 ORDER BY number LIMIT 20
"""
ROWS = """
    SELECT id, township_id, (extract(epoch FROM at) * 1000000)::bigint AS micros,
           account_id, op_id::text, act, relation, coalesce(was::text, '') AS was,
           coalesce(became::text, '') AS became, journal_numbers(journal) AS numbers
      FROM journal
     WHERE township_id = $1 AND id > $2 AND id <= $3
     ORDER BY id
"""
AFTER = "SELECT count(*) FROM journal WHERE township_id = $1 AND id > $2"
HEADS = """
    SELECT DISTINCT ON (township_id) township_id, number, hash
      FROM journal_block
     WHERE $1::integer IS NULL OR township_id = $1
     ORDER BY township_id, number DESC
"""


async def blocks(conn: Conn, township_id: int) -> AsyncIterator[Block]:
    """Yield a chain's blocks in their order."""
    number = 0
    while found := many(Block, await conn.fetch(BLOCKS, township_id, number)):
        for block in found:
            yield block
        number = found[-1].number


async def rows(
    conn: Conn, township_id: int, after_id: int, upto_id: int
) -> list[tuple[Fields, ...]]:
    """Return the rows between two ids as they are fingerprinted.

    Of a row that is older than ciphers also what it said before: it may have been sealed
    before or after its numbers were hidden.
    """
    found = await conn.fetch(ROWS, township_id, after_id, upto_id)
    return [_forms(tuple(row.values())[:-1], row["numbers"]) for row in found]


def _forms(fields: Fields, numbers: list[str] | None) -> tuple[Fields, ...]:
    if not numbers:
        return (fields,)
    left = iter(numbers)

    def show(found: re.Match[str]) -> str:
        return f'"{found[1]}": "{next(left)}"'

    was, became = HIDDEN.sub(show, fields[7]), HIDDEN.sub(show, fields[8])
    return fields, (*fields[:7], was, became)


async def unsealed(conn: Conn, township_id: int, after_id: int) -> int:
    """Return how many rows stand behind the last block."""
    found: int = await conn.fetchval(AFTER, township_id, after_id)
    return found


async def heads(conn: Migrator, township_id: int | None = None) -> tuple[Head, ...]:
    """Return where each chain ends."""
    return many(Head, await conn.fetch(HEADS, township_id))


async def printed_head(conn: Conn, township_id: int) -> str:
    """Return where a chain ends as a report prints it; "" while nothing is sealed."""
    return next((head.printed for head in await heads(conn, township_id)), "")


# Compact JSON: what a person wrote has its quotes escaped, and is never taken for it.
FILED_ANCHORS = """
    SELECT substring(content FROM '"anchor":"([0-9a-f-]+)"') AS anchor
      FROM month_version WHERE content LIKE '%"anchor":"%'
     UNION
    SELECT anchor FROM paper WHERE anchor IS NOT NULL
"""


async def filed_anchors(conn: Conn) -> tuple[Head, ...]:
    """Return the anchors that filed reports carry, of all townships."""
    found = [row["anchor"] for row in await conn.fetch(FILED_ANCHORS)]
    return heads_of("\n".join(filter(None, found)), "report")


HEAD_AT = "SELECT township_id, number, hash FROM journal_block WHERE (township_id, number) = ($1, $2)"


async def head_at(conn: Conn, head: Head) -> Head | None:
    """Return the block an anchor names, as it stands now."""
    return one(Head, await conn.fetchrow(HEAD_AT, head.township_id, head.number))
