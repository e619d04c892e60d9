"""A database is always before or after a whole migration, whoever dies (P9)."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from db.bench_upgrade import WHOLE
from db.keys import KeyFile
from db.local import dsn_of
from db.migrate import (
    DatabaseBusy,
    NewerDatabase,
    RewrittenMigration,
    make_database,
    migrate,
    migrations,
    pending,
)

CHECKOUT = Path(__file__).parents[2]
_number = count(1)

FIRST = "CREATE TABLE first (id int); INSERT INTO first VALUES (1);"
SECOND = "ALTER TABLE first ADD name text; INSERT INTO first VALUES (2, 'b');"
THIRD = "CREATE TABLE third (id int);"

# These migrations hold no number.
NO_KEYS = KeyFile(Path("/nonexistent"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two migrations; a stranger's file lies among them."""
    (tmp_path / "0001_first.sql").write_text(FIRST)
    (tmp_path / "0002_second.sql").write_text(SECOND)
    (tmp_path / "README.txt").write_text("not a migration")
    return tmp_path


@pytest.fixture
async def empty(server: str) -> AsyncIterator[str]:
    """The address of a database with nothing in it."""
    name = f"migrated_{next(_number)}"
    yield await make_database(server, name)
    admin = await asyncpg.connect(server)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture
async def conn(empty: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    conn = await asyncpg.connect(empty)
    yield conn
    await conn.close()


async def written_down(conn) -> list[str]:
    rows = await conn.fetch("SELECT name FROM migration ORDER BY run_at, name")
    return [row["name"] for row in rows]


async def test_each_migration_runs_once_and_in_order(conn, folder):
    assert await pending(conn, folder) == ["0001_first.sql", "0002_second.sql"]
    assert await migrate(conn, NO_KEYS, folder) == ["0001_first.sql", "0002_second.sql"]
    assert await pending(conn, folder) == []
    assert await migrate(conn, NO_KEYS, folder) == []
    assert await conn.fetchval("SELECT count(*) FROM first") == 2


async def test_looking_for_what_is_pending_changes_nothing(conn, folder):
    await pending(conn, folder)
    assert (
        await conn.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        == 0
    )


async def test_a_new_file_runs_alone(conn, folder):
    await migrate(conn, NO_KEYS, folder)
    (folder / "0003_third.sql").write_text(THIRD)
    assert await migrate(conn, NO_KEYS, folder) == ["0003_third.sql"]


async def test_an_edited_file_is_refused(conn, folder):
    await migrate(conn, NO_KEYS, folder)
    (folder / "0001_first.sql").write_text(FIRST + "\n")
    with pytest.raises(RewrittenMigration, match=r"0001_first\.sql.*不一致"):
        await pending(conn, folder)
    (folder / "0003_third.sql").write_text(THIRD)
    with pytest.raises(RewrittenMigration):
        await migrate(conn, NO_KEYS, folder)
    assert await written_down(conn) == ["0001_first.sql", "0002_second.sql"]


async def test_a_database_newer_than_the_program_is_refused(conn, folder):
    await migrate(conn, NO_KEYS, folder)
    (folder / "0002_second.sql").unlink()
    with pytest.raises(NewerDatabase, match=r"版本比程序新.*0002_second\.sql.*升级程序"):
        await migrate(conn, NO_KEYS, folder)


async def test_a_failing_migration_leaves_the_database_before_it(conn, folder):
    (folder / "0002_second.sql").write_text(SECOND + "SELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(conn, NO_KEYS, folder)
    assert await written_down(conn) == ["0001_first.sql"]
    assert await conn.fetchval("SELECT count(*) FROM first") == 1
    (folder / "0002_second.sql").write_text(SECOND)
    assert await migrate(conn, NO_KEYS, folder) == ["0002_second.sql"]


async def test_five_programs_at_once_run_each_migration_once(empty, folder):
    conns = await asyncio.gather(*(asyncpg.connect(empty) for _ in range(5)))
    ran = await asyncio.gather(*(migrate(conn, NO_KEYS, folder) for conn in conns))
    assert sorted(name for names in ran for name in names) == [
        "0001_first.sql",
        "0002_second.sql",
    ]
    assert await conns[0].fetchval("SELECT count(*) FROM first") == 2
    await asyncio.gather(*(conn.close() for conn in conns))


async def test_a_table_in_use_ends_in_a_refusal_and_not_in_a_queue(empty, conn, folder):
    (folder / "0002_second.sql").unlink()
    await migrate(conn, NO_KEYS, folder)
    (folder / "0002_second.sql").write_text(SECOND)
    other = await asyncpg.connect(empty)
    async with other.transaction():
        await other.execute("LOCK TABLE first IN ACCESS SHARE MODE")
        with pytest.raises(DatabaseBusy, match="升级没有进行"):
            await migrate(conn, NO_KEYS, folder)
        assert await pending(conn, folder) == ["0002_second.sql"]
    await other.close()
    assert await migrate(conn, NO_KEYS, folder) == ["0002_second.sql"]


async def test_the_connection_keeps_its_own_limits(empty, folder):
    conn = await asyncpg.connect(
        empty, server_settings={"statement_timeout": "200", "lock_timeout": "2s"}
    )
    # Longer than the connection would allow anything else to take.
    (folder / "0002_second.sql").write_text(SECOND + "SELECT pg_sleep(0.4);")
    await migrate(conn, NO_KEYS, folder)
    assert await conn.fetchval("SHOW statement_timeout") == "200ms"
    assert await conn.fetchval("SHOW lock_timeout") == "2s"
    await conn.close()


MIGRATOR = """
import asyncio, sys
from pathlib import Path
import asyncpg
from db.keys import KeyFile
from db.migrate import migrate
async def main():
    keys = KeyFile(Path("/nonexistent"))
    await migrate(await asyncpg.connect(sys.argv[1]), keys, Path(sys.argv[2]))
asyncio.run(main())
"""
SLEEP = "SELECT pg_sleep(600);"
STATEMENTS = (
    "CREATE TABLE a (id int);",
    "CREATE TABLE b (id int);",
    "INSERT INTO a VALUES (1);",
)


SLEEP_BEFORE_WRITING_DOWN = """
    CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(600); RETURN NEW; END $$;
    CREATE TRIGGER sleep BEFORE INSERT ON migration EXECUTE FUNCTION sleep();
"""


@pytest.mark.parametrize("boundary", [0, 1, 2, 3, "written down"])
async def test_a_killed_migrator_leaves_the_database_before(empty, conn, folder, boundary):
    whole = "".join(STATEMENTS)
    await migrate(conn, NO_KEYS, folder)
    if boundary == "written down":
        broken = whole
        await conn.execute(SLEEP_BEFORE_WRITING_DOWN)
    else:
        broken = "".join((*STATEMENTS[:boundary], SLEEP, *STATEMENTS[boundary:]))
    (folder / "0003_third.sql").write_text(broken)
    migrator = subprocess.Popen(
        [sys.executable, "-c", MIGRATOR, empty, folder], cwd=CHECKOUT
    )
    # It sleeps at the boundary, everything before it done in its transaction.
    while not await conn.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        " AND datname = current_database()"
    ):
        assert migrator.poll() is None
        await asyncio.sleep(0.01)
    os.kill(migrator.pid, signal.SIGKILL)
    migrator.wait()
    # The server finds out when it next writes to the dead: hasten that.
    await conn.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
        " AND datname = current_database()"
    )
    await conn.execute("DROP FUNCTION IF EXISTS sleep() CASCADE")
    (folder / "0003_third.sql").write_text(whole)
    assert await pending(conn, folder) == ["0003_third.sql"]
    assert await conn.fetchval(
        "SELECT to_regclass('a') IS NULL AND to_regclass('b') IS NULL"
    )
    assert await migrate(conn, NO_KEYS, folder) == ["0003_third.sql"]
    assert await conn.fetchval("SELECT count(*) FROM a") == 1


async def test_making_a_database_twice_at_once_makes_one(server):
    name = '学校"1'
    first, second = await asyncio.gather(
        make_database(server, name), make_database(server, name)
    )
    assert first == second == dsn_of(server, name)
    conn = await asyncpg.connect(first)
    assert await conn.fetchval("SELECT current_database()") == name
    await conn.close()
    admin = await asyncpg.connect(server)
    await admin.execute('DROP DATABASE "学校""1"')
    await admin.close()


def test_our_own_migrations_are_numbered_without_a_gap():
    names = list(migrations())
    assert names
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


def test_none_of_our_migrations_ends_its_own_transaction():
    for name, sql in migrations().items():
        words = {line.strip().upper().rstrip(";") for line in sql.splitlines()}
        assert not words & {"COMMIT", "ROLLBACK", "START TRANSACTION"}, name
        assert "CONCURRENTLY" not in sql, name


async def test_no_migration_ends_its_transaction_so_that_a_kill_in_it_leaves_before(
    empty, keys, tmp_path
):
    """Of one that is given up at its end nothing is left; so of one that is killed before."""
    conn = await asyncpg.connect(empty)
    for name, sql in migrations().items():
        (tmp_path / name).write_text(f"{sql}\nSELECT 1 / 0;")
        before = await conn.fetchval(WHOLE)
        done = len(await written_down(conn)) if name[:4] > "0001" else 0
        with pytest.raises(asyncpg.DivisionByZeroError):
            await migrate(conn, keys, tmp_path)
        assert await conn.fetchval(WHOLE) == before, name
        if done:
            assert len(await written_down(conn)) == done, name
        (tmp_path / name).write_text(sql)
        assert await migrate(conn, keys, tmp_path) == [name]
    await conn.close()
