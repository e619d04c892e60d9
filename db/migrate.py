"""Bringing a database up to date: numbered SQL files, each run once, each in a transaction.

A database is always before or after a whole migration, never inside one (P9).  A file
that has run is never edited; a database newer than the program is refused.
"""

from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Final

import asyncpg

from core.rules.errors import Refusal
from db.encipher import encipher
from db.encipher_papers import encipher_papers
from db.keys import KeyFile
from db.local import dsn_of
from db.pool import Migrator

MIGRATIONS: Final = files("db.migrations")
# After these the program itself moves what stands in the open into ciphers, in their transaction.
ENCIPHERS: Final = MappingProxyType(
    {"0024_cipher.sql": encipher, "0040_paper_ciphers.sql": encipher_papers}
)

# Any constants will do; they only have to be the same in every process that migrates.
_MIGRATING: Final = 4848
_CREATING: Final = 4849

# Waiting for another migrator is patient; waiting for a table in use is not (P9): the
# statement that waits for it makes everybody behind it wait too.
WAIT_FOR_TURN: Final = """
    SELECT set_config('lock_timeout', '60s', true),
           set_config('statement_timeout', '0', true),
           set_config('idle_in_transaction_session_timeout', '0', true)
"""
TAKE_TURN: Final = "SELECT pg_advisory_xact_lock($1)"
TAKE_SESSION: Final = "SELECT pg_advisory_lock($1)"
HURRY: Final = "SELECT set_config('lock_timeout', '3s', true)"

# The catalog is asked, not to_regclass(): that may answer from memory what was true
# before we waited for our turn.
HAS_BOOK: Final = """
    SELECT EXISTS (SELECT FROM pg_catalog.pg_tables
                    WHERE schemaname = 'public' AND tablename = 'migration')
"""
# From the walls migration on everything belongs to a role that nobody signs in as.
HAS_OWNER: Final = "SELECT to_regnamespace('seat') IS NOT NULL"
AS_OWNER: Final = "SET LOCAL ROLE baoxue_owner"
MAKE_BOOK: Final = """
    CREATE TABLE public.migration (
        name   text PRIMARY KEY,
        sha256 text NOT NULL,
        run_at timestamptz NOT NULL DEFAULT now()
    )
"""
HAVE_RUN: Final = "SELECT name, sha256 FROM public.migration"
WRITE_DOWN: Final = "INSERT INTO public.migration (name, sha256) VALUES ($1, $2)"

HAS_DATABASE: Final = "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)"
SPELL_CREATE: Final = "SELECT format('CREATE DATABASE %I TEMPLATE %I', $1::text, $2::text)"


class RewrittenMigration(Refusal):
    """A migration this database has already run was edited afterwards."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"升级文件 {name} 与数据库执行过的不一致：请恢复原文件，或重新安装程序。"
        )


class NewerDatabase(Refusal):
    """The database has run a migration this program does not know."""

    def __init__(self, name: str) -> None:
        super().__init__(f"数据库版本比程序新（已执行 {name}），请升级程序后再用。")


class DatabaseBusy(Refusal):
    """Somebody's work holds a table the migration needs; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("数据库正被使用，升级没有进行：请让其他人退出后重试。")


def migrations(folder: Traversable = MIGRATIONS) -> dict[str, str]:
    """Return the SQL of every migration by name, in the order they must run."""
    found = {f.name: f for f in folder.iterdir() if f.name.endswith(".sql")}
    return {name: found[name].read_text(encoding="utf-8") for name in sorted(found)}


async def pending(conn: Migrator, folder: Traversable = MIGRATIONS) -> list[str]:
    """Return the names of the migrations this database lacks; change nothing.

    Raises RewrittenMigration or NewerDatabase.
    """
    known = migrations(folder)
    rows = await conn.fetch(HAVE_RUN) if await conn.fetchval(HAS_BOOK) else []
    for row in sorted(rows, key=lambda row: str(row["name"])):
        name = row["name"]
        if name not in known:
            raise NewerDatabase(name)
        if row["sha256"] != _digest(known[name]):
            raise RewrittenMigration(name)
    done = {row["name"] for row in rows}
    return [name for name in known if name not in done]


async def migrate(
    conn: Migrator, keys: KeyFile, folder: Traversable = MIGRATIONS
) -> list[str]:
    """Run every migration this database lacks; return the names of those run here.

    The key file is made when the first number would need it, unless it is there.
    Any number of programs may do this at once: each migration runs exactly once.
    Raises RewrittenMigration, NewerDatabase or DatabaseBusy.
    """
    ran: list[str] = []
    if not await pending(conn, folder):
        return ran
    while name := await _run_next(conn, keys, folder):
        ran.append(name)
    return ran


async def _run_next(conn: Migrator, keys: KeyFile, folder: Traversable) -> str | None:
    """Run the first migration that is still lacking when our turn has come."""
    try:
        async with conn.transaction():
            await conn.execute(WAIT_FOR_TURN)
            await conn.execute(TAKE_TURN, _MIGRATING)
            await conn.execute(HURRY)
            lacking = await pending(conn, folder)
            if not lacking:
                return None
            if not await conn.fetchval(HAS_BOOK):
                await conn.execute(MAKE_BOOK)
            name = lacking[0]
            sql = migrations(folder)[name]
            if await conn.fetchval(HAS_OWNER):
                await conn.execute(AS_OWNER)
            await conn.execute(sql)
            if name in ENCIPHERS:
                await ENCIPHERS[name](conn, keys)
            await conn.execute(WRITE_DOWN, name, _digest(sql))
            return name
    except asyncpg.LockNotAvailableError as error:
        raise DatabaseBusy from error


async def make_database(server: str, name: str, template: str = "template1") -> str:
    """Make the database `name` on a server unless it is there; return its address.

    `server` is the address of any other database of that server; nobody may be at work in
    the template, whose copy it is.
    """
    conn = await asyncpg.connect(server)
    try:
        # Held by the session: CREATE DATABASE cannot run inside a transaction.
        await conn.execute(TAKE_SESSION, _CREATING)
        if not await conn.fetchval(HAS_DATABASE, name):
            await conn.execute(await conn.fetchval(SPELL_CREATE, name, template))
    finally:
        await conn.close()
    return dsn_of(server, name)


def _digest(sql: str) -> str:
    """Return the fingerprint a migration is recognised by."""
    return sha256(sql.encode()).hexdigest()
