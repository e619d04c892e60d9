"""The moment of a backup at which every row was counted: a mark in the server's log.

Whoever restores goes to that mark first, and finds the same rows or knows that it is not
the same database.
"""

from datetime import datetime
from typing import Final

import asyncpg

from core.rules.backup import BadBackup, Counted, Manifest
from core.rules.base import Record
from db.journal import heads
from db.pool import Migrator
from db.rows import many

# How often those who write are asked to wait a moment before it is given up.
_TRIES: Final = 5

PLACE = """
    SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS segment, clock_timestamp() AS at
"""
# An act writes the journal: whoever has begun one ends it, nobody begins another meanwhile.
STILL: Final = "LOCK TABLE journal IN SHARE MODE"
HURRY: Final = "SET lock_timeout = '2s'"
MARK = """
    SELECT pg_walfile_name(pg_create_restore_point($1)) AS segment, clock_timestamp() AS at
"""
SWITCH: Final = "SELECT pg_switch_wal()::text"
# The tables whose rows are acts; counted together by the statement that this one spells.
SPELL_COUNT = """
    SELECT string_agg(format('SELECT %L AS "table", count(*) AS rows FROM public.%I',
                             c.relname, c.relname), ' UNION ALL ' ORDER BY c.relname)
      FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
       AND (c.relname IN ('journal', 'migration')
            OR EXISTS (SELECT FROM pg_trigger t
                        WHERE t.tgrelid = c.oid AND t.tgname = 'journal_added'))
"""
PAUSED: Final = "SELECT pg_is_in_recovery() AND pg_get_wal_replay_pause_state() = 'paused'"
PROMOTED: Final = "SELECT NOT pg_is_in_recovery()"


class Place(Record):
    """Where in its log a server was at a moment."""

    segment: str
    at: datetime


async def place(dsn: str) -> Place:
    """Return where the log stands now."""
    conn = await asyncpg.connect(dsn)
    try:
        return Place.model_validate(dict(await conn.fetchrow(PLACE) or {}))
    finally:
        await conn.close()


async def mark(
    dsn: str, name: str, first: Place, major: int, host_key: str | None
) -> Manifest:
    """Mark the log, count what stood in the database at the mark, and begin a new segment.

    Those who write wait for as long as the mark takes, not while the rows are counted.
    Raises BadBackup where they never pause.
    """
    held, counting = await asyncpg.connect(dsn), await asyncpg.connect(dsn)
    try:
        await held.execute(HURRY)
        snapshot = counting.transaction(isolation="repeatable_read", readonly=True)
        async with held.transaction():
            await _still(held)
            await snapshot.start()
            await counting.fetchval(PROMOTED)
            marked = Place.model_validate(dict(await held.fetchrow(MARK, name) or {}))
        ends = await heads(counting)
        rows = await counted(counting)
        await snapshot.rollback()
        await held.fetchval(SWITCH)
    finally:
        await held.close()
        await counting.close()
    return Manifest(
        marked_at=marked.at,
        mark=name,
        first_segment=first.segment,
        last_segment=marked.segment,
        server_major=major,
        rows=rows,
        heads="".join(f"{head}\n" for head in ends),
        host_key=host_key,
    )


async def _still(conn: Migrator) -> None:
    for _ in range(_TRIES):
        try:
            async with conn.transaction():
                await conn.execute(STILL)
        except asyncpg.LockNotAvailableError:
            continue
        return
    raise BadBackup("有人长时间占用数据库，本次备份没有完成，请稍后再执行一次。")


async def counted(conn: Migrator) -> tuple[Counted, ...]:
    """Return how many rows each table of the record holds."""
    return many(Counted, await conn.fetch(await conn.fetchval(SPELL_COUNT)))


async def count(dsn: str) -> tuple[Counted, ...]:
    """Return how many rows each table of a restored database holds."""
    conn = await asyncpg.connect(dsn)
    try:
        return await counted(conn)
    finally:
        await conn.close()


async def says(dsn: str, question: str) -> bool:
    """Ask a server that is coming up, or going down; False while it does not answer."""
    try:
        conn = await asyncpg.connect(dsn)
        try:
            return bool(await conn.fetchval(question))
        finally:
            await conn.close()
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
