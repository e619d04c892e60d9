"""Every statement in db/ is understood by the real servers: tables, columns and types.

On the server the program brings, and on the oldest it serves where this machine has it.
"""

import importlib
import pkgutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

import db
from db.keys import KeyFile
from db.local import prepare
from db.migrate import make_database, migrate
from db.server import running

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
SERVERS = [None, DEBIAN_15] if DEBIAN_15.exists() else [None]
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")

CONSTANTS = {
    f"{module.name}.{name}": value
    for module in pkgutil.iter_modules(db.__path__, "db.")
    if not module.ispkg
    for name, value in vars(importlib.import_module(module.name)).items()
    if isinstance(value, str) and name.isupper()
}
# Read a schema that stands only between two migrations: test_encipher runs it there.
BETWEEN = {"db.encipher.PLAIN"}
STATEMENTS = {
    name: text
    for name, text in CONSTANTS.items()
    if text.split(maxsplit=1)[:1] and text.split(maxsplit=1)[0].upper() in VERBS
    if name not in BETWEEN
}


@pytest.fixture(scope="module", params=SERVERS, ids=["own", "15"][: len(SERVERS)])
async def prepared(
    request: pytest.FixtureRequest, open_folder: Path, keys: KeyFile
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """A connection to a migrated database that nobody writes to."""
    if request.param is None:
        dsn = request.getfixturevalue("server")
        conn = await asyncpg.connect(await make_database(dsn, "statements"))
        await migrate(conn, keys)
        yield conn
        await conn.close()
        return
    cluster = prepare(open_folder / "statements", bindir=request.param, durable=False)
    with running(cluster, durable=False) as dsn:
        conn = await asyncpg.connect(await make_database(dsn, "statements"))
        await migrate(conn, keys)
        yield conn
        await conn.close()


@pytest.mark.parametrize("name", STATEMENTS)
async def test_statement_prepares(prepared, name):
    await prepared.prepare(STATEMENTS[name])


def test_a_statement_that_is_not_looked_at_is_noticed():
    """A constant that only looks like SQL further in would never be prepared."""
    for name, text in CONSTANTS.items():
        if name not in {*STATEMENTS, *BETWEEN, "db.migrate.MAKE_BOOK"}:
            assert not any(f"{verb} " in text for verb in VERBS), name
