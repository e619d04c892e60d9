"""The embedded cluster on disk: its folders, its versions, its silence about children."""

import os
import shutil
from pathlib import Path

import asyncpg
import pytest

from db.local import (
    LONGEST_SOCKET,
    HomeClosed,
    OtherMajor,
    dsn_of,
    prepare,
    private_folder,
)
from db.programs import NoPrograms, locate, runs_as
from db.server import running
from tests.db.clusters import cluster_at, mode, told

DEBIAN_15 = Path("/usr/lib/postgresql/15/bin")
ROOT = os.geteuid() == 0


@pytest.fixture
def home(open_folder):
    """A home nobody has used."""
    yield (folder := open_folder / "home")
    shutil.rmtree(folder, ignore_errors=True)


async def test_data_outlive_the_server_and_strangers_stay_outside(home):
    cluster = prepare(home)
    with running(cluster) as dsn:
        await told(dsn, "CREATE TABLE kept AS SELECT '李秀英' AS name")
    with running(prepare(home)) as dsn:
        assert await told(dsn, "SELECT count(*) FROM kept") == 1
        assert await told(dsn, "SHOW fsync") == "on"
        assert await told(dsn, "SHOW server_encoding") == "UTF8"
        assert await told(dsn, "SHOW data_checksums") == "on"
        assert await told(dsn, "SHOW listen_addresses") == ""
        assert await told(dsn, "SHOW max_connections") == "100"
        assert await told(dsn, "SELECT current_user") == "baoxue"
    assert mode(cluster.data) == mode(cluster.sockets) == "0o700"
    assert mode(cluster.log) == "0o600"


async def test_the_address_owes_nothing_to_the_environment(server, monkeypatch):
    for name, value in {
        "PGHOST": "nowhere",
        "PGPORT": "1",
        "PGUSER": "nobody",
        "PGDATABASE": "none",
        "PGSSLMODE": "verify-full",
        "PGTARGETSESSIONATTRS": "standby",
        "PGPASSFILE": "/nonexistent",
    }.items():
        monkeypatch.setenv(name, value)
    assert (
        await told(dsn_of(server, "template1"), "SELECT current_database()") == "template1"
    )


async def test_no_childs_data_enters_the_servers_log(made):
    with running(made, durable=False) as dsn:
        conn = await asyncpg.connect(dsn)
        await conn.execute(
            "CREATE TABLE pupil (name text PRIMARY KEY CHECK (name <> '金丝雀乙'))"
        )
        await conn.execute("INSERT INTO pupil VALUES ('金丝雀甲')")
        for sql, *values in (
            ("INSERT INTO pupil VALUES ($1)", "金丝雀甲"),
            ("INSERT INTO pupil VALUES ($1)", "金丝雀乙"),
            ("SELECT '金丝雀丙'::int",),
            ("SELECT 1 / 0 AS 金丝雀丁",),
            ("DO $$ BEGIN RAISE WARNING '金丝雀戊'; RAISE '金丝雀己'; END $$",),
        ):
            with pytest.raises(asyncpg.PostgresError):
                await conn.fetch(sql, *values)
        await conn.close()
    said = made.log.read_text(encoding="utf-8")
    assert "ready to accept connections" in said
    assert "金丝雀" not in said


def test_data_of_another_major_alone_are_refused(home):
    (home / "pg17").mkdir(parents=True)
    (home / "pg17" / "PG_VERSION").write_text("17\n", encoding="ascii")
    with pytest.raises(
        OtherMajor, match=r"PostgreSQL 17 保存，本程序自带的是 18.*BAOXUE_PG_BINDIR"
    ):
        prepare(home)
    assert not (home / "pg18").exists()


def test_our_own_data_beside_another_major_are_served(home):
    for major in ("17", "18"):
        (home / f"pg{major}").mkdir(parents=True)
        (home / f"pg{major}" / "PG_VERSION").write_text(f"{major}\n", encoding="ascii")
    assert prepare(home).data == home / "pg18"


def test_a_data_folder_that_lies_about_its_version_is_refused(home):
    (home / "pg18").mkdir(parents=True)
    (home / "pg18" / "PG_VERSION").write_text("16\n", encoding="ascii")
    with pytest.raises(OtherMajor, match="PostgreSQL 16 保存"):
        prepare(home)


def test_an_initdb_that_was_killed_is_begun_again(home):
    (home / "pg18.new" / "base").mkdir(parents=True)
    prepare(home, durable=False)
    assert (home / "pg18" / "PG_VERSION").read_text(encoding="ascii") == "18\n"
    assert not (home / "pg18.new").exists()


def test_programs_that_are_not_there_name_the_variable(tmp_path):
    with pytest.raises(NoPrograms, match="BAOXUE_PG_BINDIR"):
        locate(tmp_path)


def test_programs_older_than_15_are_refused(tmp_path):
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (tmp_path / name).chmod(0o755)
    with pytest.raises(NoPrograms, match="需要 15 或更高版本"):
        locate(tmp_path)


@pytest.mark.parametrize(
    ("length", "beside"), [(LONGEST_SOCKET - 1, True), (LONGEST_SOCKET, True), (108, False)]
)
def test_a_socket_address_of_108_bytes_moves_to_a_short_folder(length, beside):
    # /socket/.s.PGSQL.5432 is 21 bytes.
    home = Path("/" + "h" * (length - 21 - 1))
    sockets = cluster_at(home).sockets
    assert (sockets == home / "socket") is beside
    assert len(os.fsencode(sockets / ".s.PGSQL.5432")) <= LONGEST_SOCKET


async def test_a_home_of_any_name_can_be_served(home):
    place = home / "first"
    prepare(place, durable=False)
    for name in ("数据", "a,b", "a b", "a%b", "a'b", "h" * 100):
        place = place.rename(home / name)
        cluster = prepare(place)
        assert not cluster.sockets.is_relative_to(place)
        with running(cluster, durable=False) as dsn:
            assert await told(dsn, "SHOW data_directory") == str(place / "pg18")
        assert mode(cluster.sockets) == "0o700"
        cluster.sockets.rmdir()


def test_a_short_folder_somebody_else_made_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "open").mkdir(mode=0o755)
    (tmp_path / "file").touch(mode=0o600)
    for name in ("link", "open", "file"):
        with pytest.raises(HomeClosed, match="删去它后重试"):
            private_folder(tmp_path / name, None)


@pytest.mark.skipif(not ROOT, reason="root alone runs the server as somebody else")
class TestRoot:
    def test_the_server_never_runs_as_root_and_may_not_change_its_programs(self, home):
        cluster = prepare(home, durable=False)
        assert cluster.account is not None
        assert cluster.account.uid != 0
        assert cluster.data.stat().st_uid == cluster.account.uid
        postgres = cluster.programs.bindir / "postgres"
        assert postgres.is_relative_to(home)
        assert (postgres.stat().st_uid, mode(postgres)) == (0, "0o755")
        assert home.stat().st_uid == 0

    def test_a_home_of_mktemp_is_opened_for_passing_through_and_no_more(self, home):
        home.mkdir(mode=0o700)
        prepare(home, durable=False)
        assert mode(home) == "0o711"

    def test_a_home_under_a_closed_folder_is_refused_and_the_folder_stays_closed(
        self, tmp_path
    ):
        tmp_path.chmod(0o700)
        with pytest.raises(HomeClosed, match="BAOXUE_HOME"):
            prepare(tmp_path / "home")
        assert mode(tmp_path) == "0o700"

    def test_data_stay_with_the_user_who_has_them(self, home):
        prepare(home, durable=False)
        shutil.chown(home / "pg18", "nobody")
        found = runs_as(home / "pg18")
        assert found is not None
        assert found.name == "nobody"

    def test_programs_are_copied_once(self, home):
        first = prepare(home, durable=False).programs.bindir
        (first / "mark").touch()
        assert (prepare(home).programs.bindir / "mark").exists()


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_a_home_that_is_not_ours_is_refused():
    with pytest.raises(HomeClosed, match="BAOXUE_HOME"):
        prepare(Path("/usr/baoxue"))


if DEBIAN_15.exists():

    async def test_another_postgresql_keeps_its_data_apart(home):
        cluster = prepare(home, bindir=DEBIAN_15, durable=False)
        assert cluster.data == home / "pg15"
        with running(cluster, durable=False) as dsn:
            assert str(await told(dsn, "SHOW server_version")).startswith("15.")
        with pytest.raises(OtherMajor, match="PostgreSQL 15 保存"):
            prepare(home)
