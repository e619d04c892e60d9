"""Who starts the embedded PostgreSQL and when it stops: a keeper process under a file lock.

The first command starts the keeper, every command holds a shared lock while it runs, and
the keeper stops the server when nobody holds one.  All of it is the kernel's own file
locks, so a process that is killed leaves nothing behind that the next one must guess at:

- `clients.lock`: shared by every running command; taken alone by the keeper that stops.
- `keeper.lock`: handed by the command that won it to the keeper it starts, which holds it
  for life.  The file says where the server listens, and says it only while that is true.
"""

import fcntl
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from types import FrameType
from typing import Final

from core.rules.errors import Refusal
from db import server
from db.local import Cluster, OtherMajor, ServerFailed, dsn_of, open_home, prepare
from db.programs import Programs, environment, locate, runs_as

__all__ = ["dsn_of", "embedded"]

# How long the server stays up after the last command, so that a script of commands does
# not start and stop it each time, in seconds.
LINGER: Final = 2.0
# How long a command waits for the server; recovery after a power cut can be slow.
PATIENCE: Final = 120.0
# How often the keeper looks, and how often a command looks whether the keeper lives.
LOOK: Final = 0.1
GUARD: Final = 0.5
# How often a server that does not come up is tried again before the keeper gives up.
TRIES: Final = 12
GAVE_UP: Final = b"gave up"
# How many keepers a command starts, should each be killed before its server is up.
STARTS: Final = 3

_LOG: Final = logging.getLogger(__name__)


@contextmanager
def embedded(
    home: Path, *, bindir: Path | None = None, durable: bool = True
) -> Iterator[str]:
    """Have the embedded PostgreSQL run while the block lasts; yield its address.

    The address names the maintenance database; `dsn_of` names another.  Safe for any
    number of commands at once, and for any of them, the keeper or the server being
    killed.  Raises HomeClosed, OtherMajor, NoPrograms or ServerFailed.
    """
    home = open_home(home)
    major = locate(bindir).major
    clients = os.open(home / "clients.lock", os.O_RDWR | os.O_CREAT, 0o600)
    over = Event()
    guard = Thread(target=_guard, args=(home, bindir, over, durable), daemon=True)
    try:
        # Waits for a keeper that is just stopping; it then has stopped.
        fcntl.flock(clients, fcntl.LOCK_SH)
        dsn = _join(home, bindir, major, durable=durable)
        guard.start()
        yield dsn
    finally:
        over.set()
        if guard.ident is not None:
            guard.join()
        os.close(clients)


def _join(home: Path, bindir: Path | None, major: int, *, durable: bool) -> str:
    """Wait for a keeper's server, starting the keeper when there is none."""
    starts = 0
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        lock = _take(home / "keeper.lock")
        if lock is not None:
            try:
                if starts == STARTS or (starts and os.pread(lock, 9, 0) == GAVE_UP):
                    break
                _spawn(prepare(home, bindir=bindir, durable=durable), lock, durable=durable)
                starts += 1
            finally:
                os.close(lock)
        elif said := _said(home / "keeper.lock"):
            if said[0] != str(major):
                raise OtherMajor(said[0], major)
            return said[1]
        time.sleep(0.01)
    raise ServerFailed(home / "postgresql.log")


def _guard(home: Path, bindir: Path | None, over: Event, durable: bool) -> None:  # noqa: FBT001 -- a thread's positional arguments
    """Start another keeper whenever the present one is killed, until `over`."""
    while not over.wait(GUARD):
        lock = _take(home / "keeper.lock")
        if lock is None:
            continue
        try:
            _spawn(prepare(home, bindir=bindir, durable=durable), lock, durable=durable)
        except (Refusal, OSError):
            _LOG.exception("the embedded PostgreSQL could not be started again")
        finally:
            os.close(lock)


def _take(path: Path) -> int | None:
    """Take a lock nobody holds, as an open file; None when somebody does."""
    file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return None
    return file


def _said(path: Path) -> list[str] | None:
    """Read what the keeper says: the major version and the address, once it is ready."""
    said = path.read_text(encoding="utf-8")
    return said.split() if said.endswith("\n") else None


def _spawn(cluster: Cluster, lock: int, *, durable: bool) -> None:
    """Start a keeper of its own session and hand it the lock."""
    os.ftruncate(lock, 0)
    programs = cluster.programs
    with server.open_log(cluster) as log:
        subprocess.run(
            [
                *(sys.executable, "-P", "-m", "db.keeper", cluster.home, programs.bindir),
                *(str(programs.major), programs.version, str(lock), str(int(durable))),
            ],
            # Killed before it became the keeper: whoever waits sees the lock free again.
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment() | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
            pass_fds=(lock,),
            start_new_session=True,
        )


def keep(cluster: Cluster, lock: int, stopping: Event, *, durable: bool) -> None:
    """Keep the server up until the last command is gone, or until `stopping`."""
    child = server.start(cluster, durable=durable)
    said = False
    failures = 0
    idle_since: float | None = None
    while not stopping.is_set():
        if child.poll() is not None:
            os.ftruncate(lock, 0)
            failures += 1
            if failures == TRIES:
                os.pwrite(lock, GAVE_UP, 0)
                return
            time.sleep(0.25)
            child, said = server.start(cluster, durable=durable), False
        elif not said and server.is_ready(cluster, child.pid):
            os.pwrite(lock, f"{cluster.programs.major} {cluster.dsn}\n".encode(), 0)
            said, failures = True, 0
        clients = _take(cluster.home / "clients.lock")
        if clients is None:
            idle_since = None
        elif idle_since is None:
            idle_since = time.monotonic()
        elif time.monotonic() - idle_since >= LINGER:
            # The lock stays ours until we have exited: a command that comes now waits.
            break
        if clients is not None:
            os.close(clients)
        time.sleep(LOOK if said else 0.01)
    os.ftruncate(lock, 0)
    server.stop(child)


def main(arguments: list[str]) -> None:
    """Become the keeper: a grandchild of the command, so that nobody has to wait for it."""
    if os.fork():
        return
    home, bindir, major, version, lock, durable = arguments
    stopping = Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    for order in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(order, stop)
    programs = Programs(Path(bindir), int(major), version)
    account = runs_as(Path(home) / f"pg{major}")
    keep(
        Cluster(Path(home), programs, account), int(lock), stopping, durable=durable == "1"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
