"""The folder of backups of the embedded database: making one, and which there are.

A backup is a folder that has its name only when everything in it is written: killed at any
moment, the making of one leaves what is called nothing.  The log that leads on from it is
db/archive; the way back is db/restore.
"""

import asyncio
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.rules.backup import BadBackup, Drill, Manifest, begun_at, name_of
from core.rules.time import Moment
from db import archive, backup_mark, spool
from db.keys import KeyFile
from db.local import dsn_of
from db.programs import Programs, environment, runs_as
from db.vault import SUFFIX, close_file, open_file, settle

BASE: Final = "base"
MANIFEST: Final = "manifest"
DRILL: Final = "drill.json"
DRILLS: Final = "drills.log"
_LOCK: Final = ".backup.lock"
_READ: Final = 2**20
# How long the server may take to copy the segment that ends a backup, in seconds.
_PATIENCE: Final = 120
_LOOK: Final = 0.05


@dataclass(frozen=True)
class Source:
    """What is backed up: the home of a running server, and the address of its database."""

    home: Path
    programs: Programs
    dsn: str
    host_key: Path


@dataclass(frozen=True)
class Made:
    """A backup that was made."""

    name: str
    size: int
    rows: int


def make(source: Source, folder: Path, keys: KeyFile, keep: int) -> Made:
    """Make a backup, and delete what more than `keep` of them no longer need.

    Raises BadBackup, BadKeyFile, OSError.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with archive.alone(folder / _LOCK, refusal="另一个备份正在进行，请等它完成。"):
        _sweep(folder)
        data = source.home / f"pg{source.programs.major}"
        spool.begin(source.home, runs_as(data))
        first = asyncio.run(backup_mark.place(source.dsn))
        name = name_of(first.at)
        making = folder / f".{name}.new"
        making.mkdir(mode=0o700)
        base = _path(making, BASE)
        size = close_file(keys.look(), base, f"{name}/{BASE}", _base(source))
        host_key = None
        with suppress(FileNotFoundError):
            host_key = source.host_key.read_text(encoding="ascii")
        manifest = asyncio.run(
            backup_mark.mark(source.dsn, name, first, source.programs.major, host_key)
        )
        _wait_for(source, folder, keys, manifest.last_segment)
        told = manifest.model_dump_json().encode()
        close_file(keys.ring, _path(making, MANIFEST), f"{name}/{MANIFEST}", [told])
        making.rename(folder / name)
        settle(folder)
        _forget(folder, keys, keep)
    return Made(name, size, sum(one.rows for one in manifest.rows))


def names(folder: Path) -> tuple[str, ...]:
    """Return the backups of a folder, oldest first."""
    found = folder.iterdir() if folder.is_dir() else iter(())
    return tuple(sorted(path.name for path in found if begun_at(path.name)))


def manifest_of(folder: Path, name: str, keys: KeyFile) -> Manifest:
    """Return what a backup says of itself; raises BadBackup."""
    path = _path(folder / name, MANIFEST)
    told = b"".join(open_file(keys, path, f"{name}/{MANIFEST}"))
    try:
        return Manifest.model_validate_json(told)
    except ValueError as error:
        raise BadBackup(f"{path} 是别的版本的备份，请用当时的程序恢复。") from error


def base_of(folder: Path, name: str, keys: KeyFile) -> Iterator[bytes]:
    """Yield a backup's tar; raises BadBackup."""
    return open_file(keys, _path(folder / name, BASE), f"{name}/{BASE}")


def base_path(folder: Path, name: str) -> Path:
    """Return where a backup's tar lies."""
    return _path(folder / name, BASE)


def last_drill(folder: Path) -> Drill | None:
    """Return how the last drill ended; None where there was none that can be read."""
    try:
        return Drill.model_validate_json((folder / DRILL).read_bytes())
    except (OSError, ValueError):
        return None


def write_drill(folder: Path, at: Moment, words: str, *, well: bool) -> str:
    """Write down how a drill ended; return the line, which is also kept with those before."""
    line = f"{at:%Y-%m-%d %H:%M}  {'通过' if well else '未通过'}  {words}"
    beside = folder / f".{DRILL}.new"
    drill = Drill(at=at, well=well, words=words)
    beside.write_text(drill.model_dump_json(), encoding="utf-8")
    beside.rename(folder / DRILL)
    with (folder / DRILLS).open("a", encoding="utf-8") as book:
        book.write(f"{line}\n")
    return line


def _base(source: Source) -> Iterator[bytes]:
    """Yield the tar of the running server's data."""
    with subprocess.Popen(  # noqa: S603 -- PostgreSQL's own
        [
            *(
                source.programs.bindir / "pg_basebackup",
                "-d",
                dsn_of(source.dsn, "postgres"),
            ),
            *("-D", "-", "-Ft", "-X", "none", "-c", "fast", "-w"),
            # Its own manifest adds nothing to a file that is closed piece by piece.
            *("--no-manifest", "--label=baoxue"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        env=environment(),
    ) as program:
        out, complaint = program.stdout, program.stderr
        if out is None or complaint is None:
            raise AssertionError
        while data := out.read(_READ):
            yield data
        told = complaint.read().decode(errors="replace").strip()
    if program.returncode:
        raise BadBackup(f"pg_basebackup 没有完成（{told[-200:]}），请排除原因后再备份。")


def _wait_for(source: Source, folder: Path, keys: KeyFile, segment: str) -> None:
    """Wait until the log up to the mark is in the folder."""
    target = archive.segment_path(folder, segment)
    deadline = time.monotonic() + _PATIENCE
    while not target.exists():
        if time.monotonic() > deadline:
            raise BadBackup(
                f"数据库日志 {segment} 没有归档，请查看 {source.home / 'postgresql.log'}。"
            )
        if not archive.drain(source.home, folder, keys):
            time.sleep(_LOOK)


def _sweep(folder: Path) -> None:
    """Remove what a making or a deletion that was killed has left."""
    for left in (*folder.glob(".*.new"), *folder.glob(".*.old")):
        if left.is_dir():
            shutil.rmtree(left)


def _forget(folder: Path, keys: KeyFile, keep: int) -> None:
    """Delete the oldest backups, and the log before the first that stays."""
    kept = names(folder)
    for name in kept[:-keep]:
        (folder / name).rename(folder / f".{name}.old")
    _sweep(folder)
    first = manifest_of(folder, kept[-keep:][0], keys).first_segment
    for segment in archive.kept_segments(folder):
        # A file that tells of a timeline is small, and needed by every later one.
        if segment[8:24] < first[8:] and not segment.endswith(".history"):
            archive.segment_path(folder, segment).unlink()


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}{SUFFIX}"
