"""The embedded PostgreSQL on disk: one cluster in one home folder, and its address.

It is reached by a socket in a private folder only: no port, no password.  `db.server`
starts and stops it; who may do so, and when, is `db.keeper`'s business.
"""

import os
import re
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from core.rules.errors import Refusal
from db.programs import (
    Account,
    Programs,
    locate,
    reaches,
    run,
    runs_as,
    settle,
)

SUPERUSER: Final = "baoxue"
# The login of the running program; the walls migration makes it.
DOOR: Final = "baoxue_door"
# A Linux socket address holds 108 bytes, the last of them NUL.
LONGEST_SOCKET: Final = 107
# What a socket's folder may be called: asyncpg splits a host at commas.
PLAIN: Final = re.compile(r"[A-Za-z0-9/._-]+")


class OtherMajor(Refusal):
    """The home folder holds the data of another major version only."""

    def __init__(self, found: str, major: int) -> None:
        super().__init__(
            f"数据由 PostgreSQL {found} 保存，本程序自带的是 {major}："
            f"请用 BAOXUE_PG_BINDIR 指定版本 {found} 的程序目录，或先备份并迁移数据。"
        )


class HomeClosed(Refusal):
    """The home folder cannot be used by this user, or by the user the server runs as."""


class ServerFailed(Refusal):
    """PostgreSQL does not start; its own log says why."""

    def __init__(self, log: Path) -> None:
        super().__init__(f"数据库未能启动，请查看 {log} 末尾的原因，排除后重试。")


@dataclass(frozen=True)
class Cluster:
    """One cluster on disk, the programs that serve it, and the user they run as."""

    home: Path
    programs: Programs
    account: Account | None

    @property
    def data(self) -> Path:
        """The data folder of this major version."""
        return self.home / f"pg{self.programs.major}"

    @property
    def log(self) -> Path:
        """The server's own log."""
        return self.home / "postgresql.log"

    @property
    def sockets(self) -> Path:
        """The private folder of the socket: in the home, or a short one when that is long."""
        beside = self.home / "socket"
        socket = os.fsencode(beside / ".s.PGSQL.5432")
        if len(socket) <= LONGEST_SOCKET and PLAIN.fullmatch(str(beside)):
            return beside
        owner = os.geteuid() if self.account is None else self.account.uid
        digest = sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"baoxue-{owner}-{digest}"  # noqa: S108 -- checked when opened

    @property
    def dsn(self) -> str:
        """The address of the maintenance database; nothing of it is left to PG* variables."""
        where = quote(str(self.sockets), safe="/")
        return (
            f"postgresql://{SUPERUSER}@/postgres?host={where}&port=5432"
            "&sslmode=disable&target_session_attrs=any"
        )


def door_of(dsn: str) -> str:
    """Return the same address for the login that may do nothing but take a role (P11)."""
    parts = urlsplit(dsn)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{DOOR}@{place}"))


def dsn_of(dsn: str, database: str) -> str:
    """Return the same address naming another database."""
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{quote(database)}"))


def open_home(home: Path) -> Path:
    """Make the home folder if it is missing; return it without links.

    Raises HomeClosed when this user may not write there.
    """
    home = home.expanduser().resolve()
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o711 if os.geteuid() == 0 else 0o700)
    except OSError as error:
        raise HomeClosed(
            f"不能建立数据目录 {home}：请用 BAOXUE_HOME 指定一个可写的目录。"
        ) from error
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        raise HomeClosed(
            f"当前用户不能使用数据目录 {home}：请换用其所有者，或用 BAOXUE_HOME 另指一处。"
        )
    return home


def prepare(home: Path, *, bindir: Path | None = None, durable: bool = True) -> Cluster:
    """Make everything a start needs, and return the cluster; no server may be running.

    `bindir` None takes the programs of the installed wheel.  Raises HomeClosed,
    OtherMajor, NoPrograms or ServerFailed.
    """
    home = open_home(home)
    programs = locate(bindir)
    data = home / f"pg{programs.major}"
    _refuse_other_major(home, data, programs.major)
    account = runs_as(data)
    if account is not None:
        _let_through(home, account)
        programs = settle(programs, home, account)
    cluster = Cluster(home, programs, account)
    private_folder(cluster.sockets, account)
    if not data.exists():
        _initdb(cluster, durable=durable)
    return cluster


def _refuse_other_major(home: Path, data: Path, major: int) -> None:
    """Refuse to begin an empty database beside the data of another major version."""
    others = sorted(p.parent.name[2:] for p in home.glob("pg*/PG_VERSION"))
    if data.exists():
        found = (data / "PG_VERSION").read_text(encoding="ascii").strip()
        others = [] if found == str(major) else [found]
    if others:
        raise OtherMajor(others[-1], major)


def _let_through(home: Path, account: Account) -> None:
    """Let the server's user pass through the home folder itself, never through its parents."""
    mode = stat.S_IMODE(home.stat().st_mode)
    if home.stat().st_uid == 0 and not mode & stat.S_IXOTH:
        home.chmod(mode | stat.S_IXGRP | stat.S_IXOTH)
    if not reaches(home, account):
        raise HomeClosed(
            f"数据库以用户 {account.name} 运行，进不了 {home}：请用 BAOXUE_HOME 指定它能到达的"
            "目录，例如 /var/lib/baoxue。"
        )


def private_folder(folder: Path, account: Account | None) -> None:
    """Make a folder that only the server's user may enter, or prove that it is one.

    Raises HomeClosed when somebody else made it first.
    """
    owner = os.geteuid() if account is None else account.uid
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if account is not None and stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
        found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise HomeClosed(f"目录 {folder} 不是本程序专用的，请删去它后重试。")


def _initdb(cluster: Cluster, *, durable: bool) -> None:
    """Build the cluster in a folder beside, and move it into place when it is whole."""
    fresh = cluster.data.with_name(f"{cluster.data.name}.new")
    for locale in ("C.UTF-8", "C"):
        shutil.rmtree(fresh, ignore_errors=True)
        private_folder(fresh, cluster.account)
        made = run(
            cluster.account,
            *(cluster.programs.bindir / "initdb", "-D", fresh, "-U", SUPERUSER, "-k"),
            *("--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"),
            *(f"--locale={locale}", "--no-instructions"),
            *(() if durable else ("--no-sync",)),
        )
        if made.returncode == 0:
            fresh.rename(cluster.data)
            return
    with cluster.log.open("a", encoding="utf-8") as log:
        log.write(made.stderr)
    raise ServerFailed(cluster.log)
