"""The embedded server's log, kept segment by segment, so that any moment can be restored.

The server, which may run as another user and has no key, copies each finished segment into
a spool in its home, once there is one: the first backup makes it.  Whoever keeps the backups
closes the segments under the key file and takes them out of the spool.
"""

import fcntl
import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from core.rules.backup import BadBackup
from db.keys import KeyFile
from db.local import private_folder
from db.programs import Account
from db.vault import SUFFIX, close_file, open_file

SPOOL: Final = "wal-spool"
SEGMENTS: Final = "wal"
# The longest that something committed waits for its segment to be copied, in seconds.
TIMEOUT: Final = 300
_LOCK: Final = ".wal.lock"
_READ: Final = 2**20


def archiving(home: Path) -> tuple[str, ...]:
    """Return the settings by which a server copies its log into the spool of its home."""
    spool = shlex.quote(str(home / SPOOL)).replace("%", "%%")
    copy = (
        f"test ! -d {spool} || {{ cp %p {spool}/%f.new && sync {spool}/%f.new"
        f" && mv {spool}/%f.new {spool}/%f && sync {spool}; }}"
    )
    return "archive_mode=on", f"archive_timeout={TIMEOUT}", f"archive_command={copy}"


def begin(home: Path, account: Account | None) -> None:
    """Have the server copy its log from now on."""
    private_folder(home / SPOOL, account)


def waiting(home: Path) -> tuple[Path, ...]:
    """Return the files of the spool that are whole, oldest first."""
    spool = home / SPOOL
    found = spool.iterdir() if spool.is_dir() else iter(())
    return tuple(sorted(path for path in found if path.suffix != ".new"))


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
