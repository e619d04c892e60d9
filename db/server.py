"""Starting and stopping the embedded PostgreSQL as a child process, and its settings.

The child never outlives the process that started it.
"""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final

from db.local import Cluster, ServerFailed, private_folder
from db.programs import environment
from db.spool import archiving

LARGEST_LOG: Final = 10_000_000

# The server's log is read by people who may not read children's data: an ERROR quotes
# the row it is about, so none is written, nor is any statement, parameter or DETAIL.
SETTINGS: Final = (
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "max_connections=100",
    "shared_buffers=128MB",
    "jit=off",
    "timezone=Asia/Shanghai",
    "log_timezone=Asia/Shanghai",
    "logging_collector=off",
    "log_destination=stderr",
    "log_line_prefix=%m [%p] ",
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
)
DURABLE: Final = ("fsync=on", "synchronous_commit=on", "full_page_writes=on")
# It may lie in memory: its log stays small.  Nobody looks into its tables behind a test's
# back: what a statement costs would depend on when that was.
THROWAWAY: Final = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"),
    *("min_wal_size=32MB", "max_wal_size=64MB"),
)

_APPEND: Final = os.O_WRONLY | os.O_APPEND | os.O_CREAT
# The line of postmaster.pid that says whether the server is ready.
_STATUS: Final = 7
_PR_SET_PDEATHSIG: Final = 1
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


def start(cluster: Cluster, *, durable: bool = True) -> subprocess.Popen[bytes]:
    """Start the server as a child that stops when the calling process dies.

    Call it from the main thread: the death signal follows the thread that forks.
    """
    clear_stale(cluster)
    private_folder(cluster.sockets, cluster.account)
    quoted = str(cluster.sockets).replace('"', '""')
    kept = (*DURABLE, *archiving(cluster.home)) if durable else THROWAWAY
    settings = (*SETTINGS, *kept)
    with open_log(cluster) as log:
        return subprocess.Popen(  # noqa: S603 -- PostgreSQL itself
            [
                *(cluster.programs.bindir / "postgres", "-D", cluster.data),
                *("-c", f'unix_socket_directories="{quoted}"'),
                *(word for setting in settings for word in ("-c", setting)),
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=environment(),
            start_new_session=True,
            user=None if cluster.account is None else cluster.account.uid,
            group=None if cluster.account is None else cluster.account.gid,
            extra_groups=None if cluster.account is None else (),
            preexec_fn=partial(_die_with, os.getpid()),  # noqa: PLW1509 -- one thread forks
        )


def open_log(cluster: Cluster) -> BinaryIO:
    """Open the server's log to append to, beginning a new one when it has grown large."""
    if cluster.log.exists() and cluster.log.stat().st_size > LARGEST_LOG:
        cluster.log.rename(cluster.log.with_suffix(".log.1"))
    return os.fdopen(os.open(cluster.log, _APPEND, 0o600), "ab")


def _die_with(parent: int) -> None:
    """Ask for a fast shutdown when the parent dies; runs in the child, before exec."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
    if os.getppid() != parent:
        os._exit(1)


def is_ready(cluster: Cluster, pid: int) -> bool:
    """Tell whether the server with this process id accepts connections."""
    try:
        lines = (cluster.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return (
        len(lines) > _STATUS and lines[0] == str(pid) and lines[_STATUS].strip() == "ready"
    )


def stop(server: subprocess.Popen[bytes], *, at_once: bool = False) -> None:
    """Stop our own server: fast, then at once, then by force."""
    for order, patience in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 60)):
        if at_once and order is signal.SIGINT:
            continue
        server.send_signal(order)
        with suppress(subprocess.TimeoutExpired):
            server.wait(patience)
            return


def clear_stale(cluster: Cluster) -> None:
    """Stop a server whose keeper died, and forget one that died itself.

    After a restart of the machine the number in postmaster.pid may belong to any other
    process; PostgreSQL would refuse to start for it.
    """
    file = cluster.data / "postmaster.pid"
    try:
        pid = int(file.read_text(encoding="utf-8").splitlines()[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    for order in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if not _serves(pid, cluster.data):
            break
        with suppress(ProcessLookupError):
            os.kill(pid, order)
        deadline = time.monotonic() + 10
        while _serves(pid, cluster.data) and time.monotonic() < deadline:
            time.sleep(0.02)
    file.unlink(missing_ok=True)


def _serves(pid: int, data: Path) -> bool:
    """Tell whether a process is the server of this data folder, by its command line."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return command[0].endswith(b"/postgres") and os.fsencode(data) in command


@contextmanager
def running(cluster: Cluster, *, durable: bool = True) -> Iterator[str]:
    """Run a server as a plain child for as long as the block lasts; yield its address."""
    server = start(cluster, durable=durable)
    try:
        while not is_ready(cluster, server.pid):
            if server.poll() is not None:
                raise ServerFailed(cluster.log)
            time.sleep(0.01)
        yield cluster.dsn
    finally:
        stop(server, at_once=not durable)
