"""Sealing the journal, and checking its chain (R68, P7).

The sealer runs with the sweep; a row it has not reached is still in the journal, and in the
next block.  Who checks it is 审计 or 系统管理员; reading it is journal_line's.
"""

from collections.abc import Sequence
from typing import Final

import db.journal as store
from core.rules.journal import (
    DIGEST,
    Check,
    Fields,
    Head,
    digest_of,
    hash_of,
)
from core.rules.staff import Role
from core.services.desk import Desk
from db.journal import Block
from db.pool import Conn

# Rows of one block: what one statement seals, and what is in memory when it is checked.
BLOCK: Final = 5000
# A forged row may have any id, also one that the sequence never gives.
BEFORE_ALL: Final = -(2**63)


async def seal(watching: Desk) -> int:
    """Seal what can be sealed in every chain; return how many rows that was."""
    count = 0
    async with watching.reading() as (conn, _):
        chains = await store.chains(conn)
    for township_id in chains:
        sealed = BLOCK
        async with watching.jotting() as (conn, now):
            upto = await store.horizon(conn, township_id)
            while upto is not None and sealed == BLOCK:
                sealed = await store.seal(conn, township_id, upto, now, BLOCK)
                count += sealed
    return count


async def heads(watching: Desk) -> tuple[Head, ...]:
    """Return where every chain ends: what an anchor keeps outside of the database."""
    async with watching.reading() as (conn, _):
        return await store.heads(conn)


async def verify(desk: Desk, anchors: Sequence[Head] = ()) -> tuple[Check, ...]:
    """Check every chain row by row, and that each anchor is still part of it.

    The anchors that filed reports carry are checked as well.  Raises NotYours.
    """
    desk.actor.must_hold(Role.AUDITOR, Role.ADMIN)
    return await check(desk, anchors)


async def check(desk: Desk, anchors: Sequence[Head] = ()) -> tuple[Check, ...]:
    """Check as `verify` does, for whoever asks: the program does of a restored database."""
    found = []
    async with desk.reading(across=True) as (conn, _):
        known = (*anchors, *await store.filed_anchors(conn))
        # Of a township whose rows are all gone a block, or an anchor, may be what is left.
        ends = await store.heads(conn)
        chains = {
            *await store.chains(conn),
            *(head.township_id for head in (*ends, *known)),
        }
        for township_id in sorted(chains):
            mine = [anchor for anchor in known if anchor.township_id == township_id]
            found.append(await _check(conn, township_id, mine))
    return tuple(found)


async def _check(conn: Conn, township_id: int, anchors: Sequence[Head]) -> Check:
    faults: list[str] = []
    count = number = 0
    after = BEFORE_ALL
    before = b""
    async for block in store.blocks(conn, township_id):
        number += 1
        if block.number != number:
            faults.append(f"第{number}段缺失")
            number = block.number
        if block.hash != hash_of(before, block.number, block.digests):
            faults.append(f"第{block.number}段与上一段不相接")
        faults += _compare(block, await store.rows(conn, township_id, after, block.upto_id))
        before, after = block.hash, block.upto_id
        count += len(block.ids)
    for anchor in anchors:
        kept = await store.head_at(conn, anchor)
        if kept is None:
            faults.append(f"锚点所记第{anchor.number}段不在，其后留痕被截去")
        elif not kept.hash.startswith(anchor.hash):
            faults.append(f"第{anchor.number}段与锚点不符")
    return Check(
        township_id=township_id,
        rows=count,
        blocks=number,
        unsealed=await store.unsealed(conn, township_id, after),
        faults=tuple(faults),
    )


def _compare(block: Block, rows: Sequence[tuple[Fields, ...]]) -> list[str]:
    """Say which rows of a block are not what was sealed."""
    sealed = {
        row_id: block.digests[n * DIGEST : (n + 1) * DIGEST]
        for n, row_id in enumerate(block.ids)
    }
    there = {forms[0][0]: forms for forms in rows}
    return [
        *(f"第{i}条被删除" for i in sealed if i not in there),
        *(f"第{i}条系事后插入" for i in there if i not in sealed),
        *(
            f"第{i}条被改动"
            for i, forms in there.items()
            if i in sealed and all(digest_of(form) != sealed[i] for form in forms)
        ),
    ]
