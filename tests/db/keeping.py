"""Commands that use an embedded server, and looking for the processes behind them."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import asyncpg

from db.programs import WHEEL, Account, reaches

CHECKOUT = Path(__file__).parents[2]

COMMAND = """
import sys
from pathlib import Path
from db.keeper import embedded
with embedded(Path(sys.argv[1])) as dsn:
    print(dsn, flush=True)
    sys.stdin.readline()
"""


class Command:
    """A command that uses the server until it is told to end, or killed."""

    def __init__(
        self, home: Path, account: Account | None = None, python: str = ""
    ) -> None:
        site = Path(asyncpg.__file__).parents[1]
        self.process = subprocess.Popen(
            [python or sys.executable, "-P", "-c", COMMAND, home],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd="/",
            env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{CHECKOUT}:{site}"},
            user=account and account.uid,
            group=account and account.gid,
            extra_groups=account and (),
        )

    def dsn(self) -> str:
        """Wait until the command is served."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode().strip()

    def end(self) -> None:
        self.process.communicate(b"\n")
        assert self.process.returncode == 0

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


def settle(home: Path) -> None:
    """End what a test has left running in a home."""
    while left := keepers(home):
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        time.sleep(0.01)


def processes(word: bytes, home: Path) -> list[int]:
    """The processes whose command line names the home and ends with `word`."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            names_home = any(os.fsencode(home) in w.split(b"/pg18") for w in words)
            if names_home and any(w.endswith(word) for w in words[:4]):
                found.append(int(folder.name))
    return found


def keepers(home: Path) -> list[int]:
    return processes(b"db.keeper", home)


def servers(home: Path) -> list[int]:
    return processes(b"/bin/postgres", home)


async def gone(pids: list[int]) -> None:
    while any(Path(f"/proc/{pid}/cmdline").exists() and alive(pid) for pid in pids):
        await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


async def count(dsn: str) -> int:
    """Count the rows of `kept`, asking again while the server is away."""
    while True:
        try:
            conn = await asyncpg.connect(dsn)
            try:
                return await conn.fetchval("SELECT count(*) FROM kept")
            finally:
                await conn.close()
        except (OSError, asyncpg.CannotConnectNowError, asyncpg.PostgresConnectionError):
            await asyncio.sleep(0.01)


async def keep_row(dsn: str) -> None:
    conn = await asyncpg.connect(dsn)
    await conn.execute("DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 1 AS row")
    await conn.close()


def python_of(account: Account) -> str | None:
    """An interpreter that `account` can run, with our packages for it to read."""
    site = Path(asyncpg.__file__).parents[1] / WHEEL
    if not (reaches(CHECKOUT, account) and reaches(site, account)):
        return None
    own = f"python3.{sys.version_info.minor}"
    found = [p for p in (sys.executable, f"/usr/bin/{own}") if reaches(Path(p), account)]
    return found[0] if found else None
