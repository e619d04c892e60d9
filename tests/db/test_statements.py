"""Every statement in db/ is understood by the real servers: tables, columns and types.

On the server the program brings, and on the oldest it serves where this machine has it.
"""

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import asyncpg
import pytest

import db
from db.keys import KeyFile
from db.local import prepare
from db.migrate import make_database, migrate
from db.server import running

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")

CONSTANTS = {
    f"{module.name}.{name}": value
    for module in pkgutil.iter_modules(db.__path__, "db.")
    if not module.ispkg
    for name, value in vars(importlib.import_module(module.name)).items()
    if isinstance(value, str) and name.isupper()
}
# Read a schema that stands only between two migrations: test_encipher runs it there.
BETWEEN = {
    "db.encipher.PLAIN",
    *(f"db.encipher_papers.{name}" for name in ("SAID", "OPEN_ORIGINALS", "PUT_ORIGINAL")),
}
STATEMENTS = {
    name: text
    for name, text in CONSTANTS.items()
    if text.split(maxsplit=1)[:1] and text.split(maxsplit=1)[0].upper() in VERBS
    if name not in BETWEEN
}


@asynccontextmanager
async def migrated(dsn: str, keys: KeyFile) -> AsyncIterator[Connection]:
    """A connection to a migrated database that nobody writes to."""
    conn = await asyncpg.connect(await make_database(dsn, "statements"))
    await migrate(conn, keys)
    yield conn
    await conn.close()


async def misunderstood(conn: Connection) -> dict[str, str]:
    """Return the statements that a server refuses to prepare, and what it says of each."""
    said = {}
    for name, text in STATEMENTS.items():
        try:
            await conn.prepare(text)
        except asyncpg.PostgresError as error:
            said[name] = str(error)
    return said


async def test_every_statement_prepares(server, keys):
    async with migrated(server, keys) as conn:
        assert await misunderstood(conn) == {}


@pytest.mark.skipif(not DEBIAN_15.exists(), reason="PostgreSQL 15 is not installed here")
async def test_every_statement_prepares_on_the_oldest_server(open_folder, keys):
    cluster = prepare(open_folder / "statements", bindir=DEBIAN_15, durable=False)
    with running(cluster, durable=False) as dsn:
        async with migrated(dsn, keys) as conn:
            assert await misunderstood(conn) == {}


def test_a_statement_that_is_not_looked_at_is_noticed():
    """A constant that only looks like SQL further in would never be prepared."""
    for name, text in CONSTANTS.items():
        if name not in {*STATEMENTS, *BETWEEN, "db.migrate.MAKE_BOOK"}:
            assert not any(f"{verb} " in text for verb in VERBS), name
