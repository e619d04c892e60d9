"""Where a benchmark runs: a PostgreSQL of its own, durable, and gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.rules.time import Clock
from core.services import seat
from core.services.desk import Desk, database_time
from db.bench_town import ACCOUNT, Counted, Filling, fill
from db.keys import KEY_FILE, KeyFile
from db.local import Cluster, HomeClosed, prepare
from db.migrate import make_database, migrate
from db.pool import Pool, open_pool
from db.programs import reaches, runs_as
from db.server import running

PATIENCE = 300.0  # seconds: filling is one long statement a table
# Migrated once a server; the others are its copies.
FRESH = "fresh"


@dataclass(frozen=True)
class Place:
    """A running throw-away server, and a folder for what a benchmark writes."""

    cluster: Cluster
    dsn: str
    folder: Path

    @property
    def keys(self) -> KeyFile:
        """Return the file of the keys of every database here."""
        return KeyFile(self.folder / KEY_FILE)


@dataclass(frozen=True)
class Town:
    """A filled database, and the desk of somebody who may do everything in it."""

    dsn: str
    pool: Pool
    desk: Desk
    counted: Counted
    keys: KeyFile


@contextmanager
def throw_away(bindir: Path | None, *, durable: bool = True) -> Iterator[Place]:
    """Run a server in a temporary folder for as long as the block lasts.

    Raises HomeClosed when no temporary folder is open to the server's own user.
    """
    account = runs_as(Path("/nonexistent"))
    bases = (Path(tempfile.gettempdir()), Path("/var/tmp"))  # noqa: S108 -- mkdtemp follows
    base = next(
        (
            base
            for base in bases
            if os.access(base, os.W_OK) and (account is None or reaches(base, account))
        ),
        None,
    )
    if base is None:
        raise HomeClosed("没有数据库用户能进入的临时目录，请用 TMPDIR 指定一个。")
    folder = Path(tempfile.mkdtemp(prefix="bxb", dir=base))
    folder.chmod(0o711)
    try:
        cluster = prepare(folder / "server", bindir=bindir, durable=durable)
        with running(cluster, durable=durable) as dsn:
            yield Place(cluster, dsn, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def empty(
    place: Place, name: str, *, most: int = 2
) -> AsyncIterator[tuple[str, Pool]]:
    """Make a database of this name with nothing in it; yield its address and pool."""
    keys = place.keys
    fresh = await make_database(place.dsn, FRESH)
    async with open_pool(fresh, keys, most=1) as pool, pool.acquire() as conn:
        await migrate(conn, keys)
    dsn = await make_database(place.dsn, name, FRESH)
    async with open_pool(dsn, keys, most=most, patience=PATIENCE) as pool:
        yield dsn, pool


@asynccontextmanager
async def filled(
    place: Place,
    name: str,
    town: Filling,
    clock: Clock = database_time,
    *,
    most: int = 1,
) -> AsyncIterator[Town]:
    """Make a database of this name and fill it; yield it with its principal's desk."""
    async with empty(place, name, most=most) as (dsn, pool):
        counted = await fill(pool, town)
        desk = await seat.seat(seat.front_desk(pool, clock), ACCOUNT)
        yield Town(dsn, pool, desk, counted, place.keys)
