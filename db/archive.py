"""The embedded server's log, kept segment by segment, so that any moment can be restored.

Whoever keeps the backups takes the segments out of `spool` and closes them under the key
file.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.rules.backup import BadBackup
from db.keys import KeyFile
from db.spool import waiting
from db.vault import SUFFIX, close_file, open_file

SEGMENTS: Final = "wal"
_LOCK: Final = ".wal.lock"
_READ: Final = 2**20


def drain(home: Path, folder: Path, keys: KeyFile) -> int:
    """Move the spool into the folder of backups; return how many files that were.

    Raises BadBackup where the folder holds another database's log, BadKeyFile.
    """
    if not waiting(home):
        return 0
    kept = folder / SEGMENTS
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    with alone(folder / _LOCK):
        found = waiting(home)
        for path in found:
            target = kept / f"{path.name}{SUFFIX}"
            if not target.exists():
                close_file(keys.look(), target, segment_name(path.name), _read(path))
            elif not _same(path, open_file(keys, target, segment_name(path.name))):
                raise BadBackup(
                    f"{target} 是另一数据库的日志，本数据库的没有归档：请用 BAOXUE_BACKUP 另指目录。"
                )
            path.unlink()
    return len(found)


def kept_segments(folder: Path) -> tuple[str, ...]:
    """Return the files of the log that a folder of backups holds, oldest first."""
    found = (folder / SEGMENTS).glob(f"*{SUFFIX}")
    return tuple(sorted(p.name.removesuffix(SUFFIX) for p in found if p.name[0] != "."))


def segment_path(folder: Path, segment: str) -> Path:
    """Return where a file of the log is kept."""
    return folder / SEGMENTS / f"{segment}{SUFFIX}"


def segment_name(segment: str) -> str:
    """Return the name under which a file of the log is closed."""
    return f"{SEGMENTS}/{segment}"


@contextmanager
def alone(path: Path, *, refusal: str = "") -> Iterator[None]:
    """Hold a file's lock while the block lasts; where another holds it, wait or refuse."""
    held = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (fcntl.LOCK_NB if refusal else 0))
    except BlockingIOError as error:
        os.close(held)
        raise BadBackup(refusal) from error
    try:
        yield
    finally:
        os.close(held)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while data := file.read(_READ):
            yield data


def _same(path: Path, kept: Iterator[bytes]) -> bool:
    with path.open("rb") as file:
        return all(file.read(len(data)) == data for data in kept) and not file.read(1)
