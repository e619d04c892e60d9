"""Where the embedded server copies each finished segment of its log, for `archive` to keep.

The server may run as another user and has no key; the spool is a folder of its home, once
there is one: the first backup makes it.  Its keeper, which needs nothing but Python, reads
this: no library is imported here.
"""

import shlex
from pathlib import Path
from typing import Final

from db.local import private_folder
from db.programs import Account

SPOOL: Final = "wal-spool"
# The longest that something committed waits for its segment to be copied, in seconds.
TIMEOUT: Final = 300


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
