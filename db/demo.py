"""The mark of a demonstration's database: without it nothing is ever dropped."""

import re
from typing import Final

import asyncpg

from core.rules.demo import MARK
from core.rules.errors import Refusal
from db.pool import Pool

_SHIFT: Final = re.compile(rf"{MARK} (-?\d+)")

READ_MARK = """
    SELECT shobj_description(oid, 'pg_database') FROM pg_database
     WHERE datname = current_database()
"""
MARK_OF = """
    SELECT shobj_description(oid, 'pg_database') AS mark FROM pg_database
     WHERE datname = $1
"""
SPELL_MARK = """
    SELECT format('COMMENT ON DATABASE %I IS %L', current_database(), $1::text)
"""
SPELL_DROP = "SELECT format('DROP DATABASE %I WITH (FORCE)', $1::text)"


class NotADemo(Refusal):
    """The database is not a demonstration's: it is left alone."""

    def __init__(self, name: str) -> None:
        super().__init__(f"数据库 {name} 没有演示标记，不会删除。请核对 BAOXUE_HOME。")


async def read_mark(pool: Pool) -> int | None:
    """Return the shift of the demonstration's clock in days, None if it is not built."""
    async with pool.acquire() as conn:
        found = _SHIFT.fullmatch(await conn.fetchval(READ_MARK) or "")
    return None if found is None else int(found[1])


async def build_mark(pool: Pool, shift_days: int) -> None:
    """Mark the database as a demonstration that is wholly built."""
    async with pool.acquire() as conn:
        await conn.execute(await conn.fetchval(SPELL_MARK, f"{MARK} {shift_days}"))


async def begin_mark(pool: Pool) -> None:
    """Mark a database nobody has marked: it is a demonstration's from its first table on."""
    async with pool.acquire() as conn:
        if await conn.fetchval(READ_MARK) is None:
            await conn.execute(await conn.fetchval(SPELL_MARK, MARK))


async def drop_marked(server: str, name: str) -> None:
    """Drop a demonstration's database; raises NotADemo for any other."""
    conn = await asyncpg.connect(server)
    try:
        row = await conn.fetchrow(MARK_OF, name)
        if row is None:
            return
        if not str(row["mark"] or "").startswith(MARK):
            raise NotADemo(name)
        await conn.execute(await conn.fetchval(SPELL_DROP, name))
    finally:
        await conn.close()
