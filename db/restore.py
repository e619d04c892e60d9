"""The way back: a backup's data, the log that leads on from it, and a server that replays it.

Everything is made beside and gets its name at the end.  Which backup, and what is asked of
the restored database then, is tui/cli/restore.
"""

import asyncio
import os
import shlex
import shutil
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from io import RawIOBase
from pathlib import Path, PurePosixPath
from typing import Final

from core.rules.backup import BadBackup, Manifest, gap, is_segment, wrong_rows
from db import archive, backup, backup_mark
from db.keys import KeyFile
from db.local import Cluster, OtherMajor, dsn_of, open_home, prepare, private_folder
from db.programs import Account, locate, run, runs_as
from db.server import start, stop
from db.vault import open_file, settle

_LOG: Final = "wal-restoring"
_SETTINGS: Final = "postgresql.auto.conf"
_SIGNAL: Final = "recovery.signal"
_LOOK: Final = 0.05
_HOLE: Final = 2**16


class _Reading(RawIOBase):
    """What a source yields, as a file."""

    def __init__(self, source: Iterator[bytes]) -> None:
        self._source, self._left = source, b""

    def read(self, most: int = -1) -> bytes:
        """Return at most so many bytes, fewer only at the end."""
        held = [self._left]
        size = len(self._left)
        while size < most and (data := next(self._source, b"")):
            held.append(data)
            size += len(data)
        told = b"".join(held)
        self._left = told[most:]
        return told[:most]


def unpack(
    folder: Path, name: str, keys: KeyFile, home: Path, bindir: Path | None
) -> tuple[Cluster, Manifest]:
    """Lay a backup's data and the log behind it into a home that is made anew.

    Raises BadBackup, BadKeyFile, OtherMajor, HomeClosed, NoPrograms.
    """
    manifest = backup.manifest_of(folder, name, keys)
    programs = locate(bindir)
    if programs.major != manifest.server_major:
        raise OtherMajor(str(manifest.server_major), programs.major)
    kept = _needed(folder, manifest)
    shutil.rmtree(home, ignore_errors=True)
    open_home(home)
    account = runs_as(home / "nothing")
    data = home / f"pg{programs.major}"
    private_folder(data, account)
    _extract(backup.base_of(folder, name, keys), data)
    (home / _LOG).mkdir(mode=0o700)
    for segment in kept:
        path = archive.segment_path(folder, segment)
        source = open_file(keys, path, archive.segment_name(segment))
        _write_sparse(home / _LOG / segment, source)
    for path in (data, home / _LOG):
        _hand_over(path, account)
    cluster = prepare(home, bindir=bindir)
    return cluster, manifest


def check_rows(cluster: Cluster, database: str, manifest: Manifest) -> None:
    """Replay the log to the backup's mark, and find the rows that it promised there.

    Raises BadBackup.
    """
    dsn = dsn_of(cluster.dsn, database)
    mark = (f"recovery_target_name = '{manifest.mark}'", "recovery_target_action = 'pause'")
    with _replaying(cluster, mark) as server:
        if not _until(server, dsn, backup_mark.PAUSED):
            raise BadBackup(f"日志到不了备份 {manifest.mark} 的终点，请改用另一份备份。")
        found = asyncio.run(backup_mark.count(dsn))
    if wrong := wrong_rows(manifest.rows, found):
        raise BadBackup(f"恢复的行数与备份不符（{'；'.join(wrong)}），请改用另一份备份。")


@contextmanager
def replayed(cluster: Cluster, database: str, until: datetime | None) -> Iterator[str]:
    """Replay the log to a moment, or to its end; yield the address of the open database.

    Raises BadBackup where the log does not reach that moment.
    """
    target = () if until is None else (f"recovery_target_time = '{until.isoformat()}'",)
    action = ("recovery_target_action = 'promote'",)
    with _replaying(cluster, (*target, *action)) as server:
        dsn = dsn_of(cluster.dsn, database)
        if not _until(server, dsn, backup_mark.PROMOTED):
            raise BadBackup(
                "恢复没有完成：归档的日志到不了所写的时间，请写早一些，或不写 --until。"
                if until
                else f"恢复没有完成，原因见 {cluster.log}。"
            )
        shutil.rmtree(cluster.home / _LOG)
        yield dsn


def _needed(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    """Return the files of the log that lead on from a backup; raises BadBackup for a gap."""
    first = manifest.first_segment
    kept = tuple(
        one
        for one in archive.kept_segments(folder)
        if not is_segment(one) or one[8:] >= first[8:]
    )
    lacking = gap(first, kept) or (
        None if manifest.last_segment in kept else manifest.last_segment
    )
    if lacking:
        path = archive.segment_path(folder, lacking)
        raise BadBackup(f"归档的日志缺少 {path}，请找回它，或改用较新的备份。")
    return kept


def _extract(source: Iterator[bytes], data: Path) -> None:
    """Lay the files of a tar into a folder; nothing leads out of it, nothing is a link."""
    with tarfile.open(fileobj=_Reading(source), mode="r|") as tar:
        for member in tar:
            inner = PurePosixPath(member.name)
            if inner.is_absolute() or ".." in inner.parts:
                raise BadBackup(f"备份中有不认识的文件 {inner}，没有恢复。")
            target = data / inner
            if member.isdir():
                target.mkdir(mode=0o700, exist_ok=True)
            elif (file := tar.extractfile(member)) is not None:
                with target.open("wb") as out:
                    shutil.copyfileobj(file, out)
                target.chmod(0o600)
    for _ in source:
        pass  # what stands behind the tar's end is checked as well


def _write_sparse(path: Path, source: Iterator[bytes]) -> None:
    """Write a file, leaving out what is empty: most of a segment that was begun anew is."""
    with path.open("wb") as out:
        for data in source:
            for at in range(0, len(data), _HOLE):
                part = data[at : at + _HOLE]
                if part.strip(b"\0"):
                    out.write(part)
                else:
                    out.seek(len(part), os.SEEK_CUR)
        out.truncate()


def _hand_over(folder: Path, account: Account | None) -> None:
    if account is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


@contextmanager
def _replaying(
    cluster: Cluster, settings: tuple[str, ...]
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the server in recovery with these settings while the block lasts."""
    log = shlex.quote(str(cluster.home / _LOG)).replace("%", "%%")
    fetch = f"cp {log}/%f %p".replace("'", "''")
    told = (f"restore_command = '{fetch}'", "hot_standby = on", *settings)
    own, signal = cluster.data / _SETTINGS, cluster.data / _SIGNAL
    before = own.read_bytes()
    own.write_bytes(before + "\n".join(("", *told, "")).encode())
    signal.touch()
    _hand_over(signal, cluster.account)
    server = start(cluster)
    try:
        yield server
    finally:
        stop(server)
        own.write_bytes(before)


def _until(server: "subprocess.Popen[bytes]", dsn: str, question: str) -> bool:
    """Wait until a server says yes; False when it ends instead."""
    while server.poll() is None:
        if asyncio.run(backup_mark.says(dsn, question)):
            return True
        time.sleep(_LOOK)
    return False


def finish(cluster: Cluster, target: Path, fill: Callable[[Path], None]) -> None:
    """Check every page of a restored home whose server is down, and give it its name.

    `fill` puts in what is not the database's.  Raises BadBackup.
    """
    checked = run(None, cluster.programs.bindir / "pg_checksums", "-D", cluster.data)
    if checked.returncode:
        raise BadBackup(
            f"恢复的数据页校验未通过，请改用另一份备份（{checked.stdout[-200:]}）。"
        )
    fill(cluster.home)
    settle(cluster.home)
    cluster.home.rename(target)
    settle(target.parent)
