"""One database for many tests, each of which finds it as the migrations left it.

A new copy costs a test a thousand small files, and its connections everything a server
learns of a database: together most of what a test of a service costs.  So the rows are put
back instead, and connections stay.  A test that changed more than rows gets the next one a
new copy.  What is not rows, constraints and the like is compared by who wrote it last.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg

from db.keys import KeyFile
from db.pool import Pool, open_pool

# What ended a test leaves to its connections: they finish, or are ended.
PATIENCE = 5.0

TABLES = """
SELECT c.oid::regclass::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY c.oid
"""
COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
 WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
SEQUENCES = """
SELECT format('%I.%I', schemaname, sequencename), coalesce(last_value, start_value),
       last_value IS NOT NULL
  FROM pg_sequences ORDER BY 1
"""
PLANS = """
SELECT format('ALTER DATABASE %I SET plan_cache_mode = force_custom_plan', current_database())
"""
# Nobody vacuums a server that is thrown away: a table that has grown begins anew.
GROWN = """
SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class c
 WHERE relkind = 'r' AND oid >= 16384 AND relpersistence <> 't'
   AND pg_relation_size(oid) > 2 ^ 18
"""
# Of every kind of definition how many there are, and who wrote the latest: numbers of
# transactions only grow, so nothing is made, changed or dropped without moving one of them.
SHAPE = """
SELECT string_agg(kind || many || ',' || latest, ' ' ORDER BY kind) FROM (
    SELECT 'class', count(*), max(xmin::text::bigint) FROM pg_class
     WHERE oid >= 16384 AND relpersistence <> 't'
    UNION ALL SELECT 'column', count(*), max(a.xmin::text::bigint)
      FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
     WHERE attrelid >= 16384 AND relpersistence <> 't'
    UNION ALL SELECT 'default', count(*), max(a.xmin::text::bigint)
      FROM pg_attrdef a JOIN pg_class c ON c.oid = adrelid WHERE relpersistence <> 't'
    UNION ALL SELECT 'constraint', count(*), max(xmin::text::bigint) FROM pg_constraint
     WHERE oid >= 16384
    UNION ALL SELECT 'trigger', count(*), max(xmin::text::bigint) FROM pg_trigger
    UNION ALL SELECT 'function', count(*), max(xmin::text::bigint) FROM pg_proc
     WHERE oid >= 16384 AND pronamespace <> pg_my_temp_schema()
    UNION ALL SELECT 'policy', count(*), max(xmin::text::bigint) FROM pg_policy
    UNION ALL SELECT 'rule', count(*), max(xmin::text::bigint) FROM pg_rewrite
     WHERE oid >= 16384
    UNION ALL SELECT 'schema', count(*), max(xmin::text::bigint) FROM pg_namespace
     WHERE nspname !~ '^pg_(toast_)?temp_'
    UNION ALL SELECT 'setting', count(*), coalesce(max(xmin::text::bigint), 0)
      FROM pg_db_role_setting
    UNION ALL SELECT 'extension', count(*), max(xmin::text::bigint) FROM pg_extension
) of_each (kind, many, latest)
"""
OTHERS = """
SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
 WHERE datname = current_database() AND backend_type = 'client backend'
   AND pid <> pg_backend_pid() AND pid <> ALL ($1::int[])
"""


@dataclass
class Kept:
    """A database, who looks after it, the pool that tests share, and what it should be."""

    dsn: str
    keeper: asyncpg.Connection
    pool: Pool
    shape: str = ""

    async def learn(self) -> None:
        """Write down what the database is now: every later `restore` leads back to it."""
        steps = []
        for table in [row[0] for row in await self.keeper.fetch(TABLES)]:
            columns = await self.keeper.fetchval(COLUMNS, table)
            if await self.keeper.fetchval(f"SELECT EXISTS (SELECT FROM {table})"):
                before = f"before_{len(steps)}"
                await self.keeper.execute(
                    f"CREATE TEMP TABLE {before} AS SELECT {columns} FROM {table}"
                )
                steps.append(f"""
                    IF EXISTS (SELECT {columns} FROM {table}
                               EXCEPT ALL SELECT * FROM {before})
                       OR (SELECT count(*) FROM {table}) <> (SELECT count(*) FROM {before})
                    THEN
                        DELETE FROM {table};
                        INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
                        SELECT * FROM {before};
                    END IF;""")
            else:
                steps.append(
                    f"IF EXISTS (SELECT FROM {table}) THEN DELETE FROM {table}; END IF;"
                )
        for name, value, called in await self.keeper.fetch(SEQUENCES):
            steps.append(f"PERFORM setval('{name}', {value}, {called});")
        # Nobody's keys are looked at: the rows fit each other once all are there.
        await self.keeper.execute(
            "CREATE FUNCTION pg_temp.restore() RETURNS void LANGUAGE plpgsql "
            f"SET session_replication_role = replica AS $$ BEGIN {' '.join(steps)} END $$"
        )
        self.shape = await self.keeper.fetchval(SHAPE)

    async def plan_anew(self) -> None:
        """Let no statement be served by a plan that was made for fewer rows, from now on.

        For tests of thousands of rows: plans of a database that is lent outlive tests, which
        spares the others a quarter of what the server does.  This one is not lent again.
        """
        await self.keeper.execute(await self.keeper.fetchval(PLANS))
        await self.pool.expire_connections()

    async def restore(self) -> bool:
        """Put every row back; tell whether the database is what it was."""
        if self.pool.is_closing():
            return False
        async with asyncio.timeout(PATIENCE):
            while self.pool.get_idle_size() < self.pool.get_size():
                await asyncio.sleep(0.005)
        held = [holder._con for holder in self.pool._holders]
        pids = [con.get_server_pid() for con in held if con and not con.is_closed()]
        await self.keeper.fetchval(OTHERS, pids)
        if await self.keeper.fetchval(SHAPE) != self.shape:
            return False
        grown = await self.keeper.fetchval(GROWN)
        if grown:
            await self.keeper.execute(
                "SET session_replication_role = replica;"
                f"TRUNCATE {grown} CASCADE; RESET session_replication_role"
            )
        await self.keeper.execute("SELECT pg_temp.restore()")
        if grown:
            self.shape = await self.keeper.fetchval(SHAPE)
        return True


@asynccontextmanager
async def looked_after(dsn: str, keys: KeyFile) -> AsyncIterator[Kept]:
    """Look after a database that nobody has used yet."""
    keeper = await asyncpg.connect(dsn)
    async with open_pool(dsn, keys) as pool:
        one = Kept(dsn, keeper, pool)
        await one.learn()
        yield one
    await keeper.close()


class Lender:
    """Lends the one database, and makes another when it did not come back as it was."""

    def __init__(
        self, copy: Callable[[], AbstractAsyncContextManager[str]], keys: KeyFile
    ) -> None:
        self._copy, self._keys = copy, keys
        self._stack = AsyncExitStack()
        self._one: Kept | None = None

    async def lend(self) -> Kept:
        if self._one is None:
            dsn = await self._stack.enter_async_context(self._copy())
            self._one = await self._stack.enter_async_context(looked_after(dsn, self._keys))
        return self._one

    async def take_back(self) -> None:
        if self._one is not None and not await self._one.restore():
            await self.close()

    async def close(self) -> None:
        self._one = None
        await self._stack.aclose()
