"""backup, restore, drill: on one real cluster that archives its log (P10)."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from core.rules.backup import BadBackup, Counted, begun_at
from core.rules.errors import Refusal
from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.rules.time import SHANGHAI
from core.services import seat, staff
from db import archive, backup, backup_copy, restore
from db.keys import BadKeyFile, KeyFile
from db.local import Cluster, dsn_of, prepare
from db.migrate import make_database
from db.pool import open_pool
from db.server import running
from db.spool import SPOOL
from tests.cli.program import environment
from tests.hand import hand
from tui.cli import restore as command
from tui.cli.chore import Call
from tui.cli.upkeep import told, told_of_copy
from tui.cli.wiring import DATABASE, migrate_now
from tui.settings import Settings

COUNT = "SELECT count(*) FROM account WHERE signin_name = 'lishi'"


@dataclass(frozen=True)
class Town:
    """A running server whose log is kept, and its settings."""

    cluster: Cluster
    settings: Settings
    dsn: str

    @property
    def source(self) -> backup.Source:
        home = self.cluster.home
        return backup.Source(home, self.cluster.programs, self.dsn, home / "host_key")

    def make(self, keep: int = 7) -> backup.Made:
        return backup.make(self.source, self.settings.backups, self.settings.keys, keep)

    def write(self, statement: str) -> datetime:
        """Write something, signed; return a moment after it."""

        async def do() -> datetime:
            async with open_pool(self.dsn, self.settings.keys, most=2) as pool:
                now = await pool.fetchval("SELECT now()")
                async with hand(pool, now).writing("test") as (conn, _):
                    await conn.execute(statement)
                moment: datetime = await pool.fetchval("SELECT clock_timestamp()")
                return moment

        return asyncio.run(do())

    def keep_log(self) -> None:
        """End the segment in use and put it away."""
        asked(self.dsn, "SELECT pg_switch_wal()::text")
        while not archive.drain(
            self.cluster.home, self.settings.backups, self.settings.keys
        ):
            time.sleep(0.01)

    def call(self, target: Path, until: str | None = None) -> Call:
        return Call(self.settings, None, Namespace(to=target, until=until))


def asked(dsn: str, question: str) -> object:
    async def ask() -> object:
        conn = await asyncpg.connect(dsn)
        try:
            return await conn.fetchval(question)
        finally:
            await conn.close()

    return asyncio.run(ask())


async def _first(dsn: str, settings: Settings) -> None:
    async with open_pool(dsn, settings.keys, most=2) as pool:
        front = seat.front_desk(pool)
        for name in ("guanli", "lishi"):
            desk = front if name == "guanli" else await seat.seat_by_name(front, "guanli")
            new = NewAccount(signin_name=name, name="管理")
            await staff.add(desk, new, GrantPlace(role=Role.ADMIN, township_id=0))


@pytest.fixture(scope="module")
def town(open_folder: Path) -> Iterator[Town]:
    home = open_folder / "vault"
    cluster = prepare(home, durable=False)
    settings = Settings(home=home)
    (home / "host_key").write_text("a host's key")
    with running(cluster) as server:
        dsn = asyncio.run(make_database(server, DATABASE))
        asyncio.run(migrate_now(dsn, settings.keys))
        asyncio.run(_first(dsn, settings))
        made = Town(cluster, settings, dsn)
        made.make()
        yield made
    shutil.rmtree(home, ignore_errors=True)


def test_a_row_that_was_deleted_is_there_again_at_the_moment_before(town, open_folder):
    before = town.write("UPDATE account SET name = '李诗' WHERE signin_name = 'lishi'")
    town.write(
        "DELETE FROM account_grant WHERE account_id ="
        " (SELECT id FROM account WHERE signin_name = 'lishi');"
        " DELETE FROM account WHERE signin_name = 'lishi'"
    )
    town.keep_log()
    lines: list[str] = []
    target = open_folder / "again"
    until = f"{before.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S.%f}"
    assert command.run(town.call(target, until), lines.append) == 0
    assert "guanli 登录正常" in lines[-2]
    again = prepare(target)
    with running(again) as server:
        assert asked(dsn_of(server, DATABASE), COUNT) == 1
    assert (target / "keys.json").read_bytes() == town.settings.keys.path.read_bytes()
    assert (target / "ssh_host_ed25519_key").read_text() == "a host's key"
    assert not (again.data / "recovery.signal").exists()
    # Never over what lives.
    with pytest.raises(Refusal, match="不是空目录，恢复不会覆盖任何数据"):
        command.run(town.call(target), lines.append)
    shutil.rmtree(target)


def test_a_drill_says_in_one_line_that_the_newest_backup_comes_back(town):
    now = asked(town.dsn, "SELECT now()")
    assert isinstance(now, datetime)
    assert told(town.settings, now).startswith("备份还没有演练过恢复")
    # What a drill that was killed has left is a town in the open.
    left = town.cluster.home / "..drill.restoring"
    left.mkdir()
    (left / "children").touch()
    lines: list[str] = []
    assert command.drill(town.call(Path("/nowhere")), now.timestamp(), lines.append) == 0
    (line,) = lines
    assert f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}  通过" in line
    assert line.endswith("条完整，guanli 登录正常")
    folder = town.settings.backups
    assert (folder / backup.DRILLS).read_text().splitlines() == [line]
    assert told(town.settings, now) == ""
    assert [path for path in town.cluster.home.iterdir() if "drill" in path.name] == []


def test_a_second_place_that_could_not_be_restored_from_says_why(
    town, tmp_path, open_folder
):
    folder, home, keys = town.settings.backups, town.cluster.home, town.settings.keys
    copy = open_folder / "copy"
    now = asked(town.dsn, "SELECT now()")
    assert isinstance(now, datetime)
    assert told_of_copy(town.settings, now) == ""
    noted = town.settings.model_copy(update={"backup_copy": copy})
    assert "这个目录，请检查是否已挂载" in told_of_copy(noted, now)
    copy.mkdir()
    assert told_of_copy(noted, now).startswith("异机备份副本是空的")
    shutil.copytree(folder, copy, dirs_exist_ok=True)
    name = backup.names(folder)[-1]
    found = backup_copy.look(copy, folder, home, keys)
    assert (found.newest, found.same_disk, found.fault) == (begun_at(name), True, "")
    assert told_of_copy(noted, now).startswith("备份副本与数据库在同一块磁盘")
    other = KeyFile(tmp_path / "other.json")
    other.make()
    assert "密钥" in backup_copy.look(copy, folder, home, other).fault

    segment = backup.manifest_of(copy, name, keys).last_segment
    archive.segment_path(copy, segment).unlink()
    assert f"缺数据库日志 {segment}" in told_of_copy(noted, now)
    base = backup.base_path(copy, name)
    base.write_bytes(base.read_bytes()[:-1])
    assert "没有复制完整" in told_of_copy(noted, now)
    base.write_bytes(b"")
    assert "不完整或被改动过" in told_of_copy(noted, now)
    base.unlink()
    assert "不在了" in told_of_copy(noted, now)
    shutil.rmtree(copy)


def test_rows_that_are_not_those_of_the_backup_and_a_moment_behind_the_log_are_told(
    town, open_folder
):
    folder, keys = town.settings.backups, town.settings.keys
    name = backup.names(folder)[-1]
    cluster, manifest = restore.unpack(folder, name, keys, open_folder / "rows", None)
    wrong = manifest.model_copy(update={"rows": (Counted(table="account", rows=99),)})
    with pytest.raises(BadBackup, match=r"行数与备份不符（account 应有99行，实有\d行）"):
        restore.check_rows(cluster, DATABASE, wrong)
    late = manifest.marked_at + timedelta(days=1)
    with (
        pytest.raises(BadBackup, match="归档的日志到不了所写的时间，请写早一些"),
        restore.replayed(cluster, DATABASE, late),
    ):
        pass
    shutil.rmtree(cluster.home)


def spoil_base(folder: Path, name: str) -> None:
    with (folder / name / "base.bxv").open("r+b") as file:
        file.seek(2000)
        file.write(b"x")


def cut_log(folder: Path, name: str) -> None:
    path = archive.segment_path(folder, archive.kept_segments(folder)[-1])
    os.truncate(path, path.stat().st_size - 20)


def lose_log(folder: Path, name: str) -> None:
    kept = [one for one in archive.kept_segments(folder) if len(one) == 24]
    archive.segment_path(folder, kept[1]).unlink()


def lay_manifest_as_base(folder: Path, name: str) -> None:
    shutil.copy(folder / name / "manifest.bxv", folder / name / "base.bxv")


def lose_base(folder: Path, name: str) -> None:
    (folder / name / "base.bxv").unlink()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_base, "base.bxv 不完整或被改动过，请改用另一份备份。"),
        (cut_log, ".bxv 不完整或被改动过，请改用另一份备份。"),
        (lose_log, "请找回它，或改用较新的备份。"),
        (lay_manifest_as_base, "base.bxv 不完整或被改动过，请改用另一份备份。"),
        (lose_base, "base.bxv 不在了，请改用另一份备份。"),
    ],
)
def test_a_spoilt_backup_is_one_sentence_and_restores_nothing(
    town, tmp_path, open_folder, spoil: Callable[[Path, str], None], words
):
    folder = tmp_path / "backup"
    shutil.copytree(town.settings.backups, folder)
    spoil(folder, backup.names(folder)[-1])
    settings = Settings(home=town.settings.home, backup=folder)
    target = open_folder / "spoilt"
    with pytest.raises(BadBackup) as refused:
        command.run(Call(settings, None, Namespace(to=target, until=None)), lambda _: None)
    assert str(refused.value).endswith(words)
    assert not any("spoilt" in path.name for path in open_folder.iterdir())


def test_another_key_no_key_and_a_moment_too_early_are_one_sentence_each(town, tmp_path):
    target = tmp_path / "none"
    other = Settings(home=town.settings.home, key_file=tmp_path / "keys.json")
    call = Call(other, None, Namespace(to=target, until=None))
    with pytest.raises(BadKeyFile, match="找不到密钥文件"):
        command.run(call, lambda _: None)
    other.keys.make()
    with pytest.raises(BadBackup, match="不是这份备份的：请用 BAOXUE_KEY_FILE"):
        command.run(call, lambda _: None)
    with pytest.raises(BadBackup, match="最早只能恢复到 20"):
        command.run(town.call(target, "2020-01-01 00:00"), lambda _: None)
    with pytest.raises(Refusal, match="中建立目录：请用 --to 另指一个位置"):
        command.run(town.call(tmp_path / "no" / "such"), lambda _: None)
    with pytest.raises(BadBackup, match="时间“昨天”不正确，应写成"):
        command.run(town.call(target, "昨天"), lambda _: None)
    assert not target.exists()


MAKE = """
import sys
from pathlib import Path
from db.backup import Source, make
from db.keys import KeyFile
from db.programs import locate
home = Path(sys.argv[1])
make(Source(home, locate(), sys.argv[2], home / "host_key"), home / "backup",
     KeyFile(home / "keys.json"), 7)
"""


def test_a_backup_that_is_killed_is_none_and_the_next_clears_it_away(town):
    folder = town.settings.backups
    before = backup.names(folder)
    words = [sys.executable, "-c", MAKE, town.settings.home, town.dsn]
    env = environment(town.settings.home)
    with subprocess.Popen(words, cwd="/", env=env) as making:
        while not any(folder.glob(".*.new/.base*")):
            time.sleep(0.005)
        making.send_signal(signal.SIGKILL)
    assert making.returncode == -signal.SIGKILL
    # What it had just begun holds the lock until it is a program of its own.
    with archive.alone(folder / ".backup.lock"):
        pass
    assert backup.names(folder) == before
    assert any(folder.glob(".*.new"))
    # The next one also forgets what is more than it shall keep, and the log before it.
    made = town.make(keep=1)
    assert backup.names(folder) == (made.name,)
    assert not any(folder.glob(".*.new"))
    first = backup.manifest_of(folder, made.name, town.settings.keys).first_segment
    assert archive.kept_segments(folder)[0] >= first


def test_another_database_s_log_is_never_written_over(town):
    folder, keys = town.settings.backups, town.settings.keys
    segment = archive.kept_segments(folder)[-1]
    spool = town.cluster.home / SPOOL / segment
    path = archive.segment_path(folder, segment)
    kept = path.read_bytes()
    spool.write_bytes(b"another")
    with pytest.raises(BadBackup, match="是另一数据库的日志"):
        archive.drain(town.cluster.home, folder, keys)
    assert (path.read_bytes(), spool.exists()) == (kept, True)
    # What was put away already, and left by a kill, is only taken out.
    told_again = archive.open_file(keys, path, archive.segment_name(segment))
    spool.write_bytes(b"".join(told_again))
    assert archive.drain(town.cluster.home, folder, keys) >= 1
    assert not spool.exists()
