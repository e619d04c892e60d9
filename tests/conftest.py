"""A real PostgreSQL for every worker, and in every test a database as it was made."""

import asyncio
import fcntl
import gc
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from argon2 import PasswordHasher
from openpyxl.worksheet.merge import MergedCellRange

from core.services import password
from db.keys import KeyFile
from db.local import HomeClosed, dsn_of, prepare
from db.migrate import make_database, migrate
from db.pool import Pool
from db.programs import reaches, runs_as
from db.server import running
from tests.kept import Kept, Lender

_number = count(1)

# A database is a thousand small files: in memory a copy takes a tenth of the time.
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 -- mkdtemp follows
_ROOM = 2 * 2**30

TEMPLATE = "template_baoxue"


# What a reader of workbooks draws around merged cells costs it as much as all else it does,
# and no test looks at it.
MergedCellRange.format = lambda _: None

# Hundreds sign in, each for as long as one password takes in earnest: the test of what one
# costs reads the module afresh.
password._HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

# A search for garbage looks at thousands of tests as well, and finds nothing among them.
_SELDOM = (20_000, 20, 20)


def pytest_configure() -> None:
    """Search for no garbage while tests are collected."""
    gc.disable()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pg-bindir", type=Path, help="PostgreSQL programs to test on")
    parser.addoption("--frames", type=int, default=1000, help="frames a stroll looks at")


def pytest_collection_finish() -> None:
    """Spare every later search for garbage the tests themselves.

    The server searches whenever somebody has left, and people leave in every story.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_SELDOM)
    gc.enable()


def has_room() -> bool:
    """Tell whether the memory of this machine can spare what the servers of a run take."""
    try:
        told = Path("/proc/meminfo").read_text("ascii").split()
        free = int(told[told.index("MemAvailable:") + 1]) * 2**10
        return min(free, shutil.disk_usage(_IN_MEMORY).free) >= _ROOM
    except (OSError, ValueError):
        return False


@pytest.fixture(scope="session")
def open_folder() -> Iterator[Path]:
    """A short folder that the server's own user can pass through, also for root.

    pytest's `tmp_path` is closed to every other user, and long.
    """
    account = runs_as(Path("/nonexistent"))
    memory = (str(_IN_MEMORY),) if has_room() else ()
    for base in (*memory, tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 -- mkdtemp follows
        if os.access(base, os.W_OK) and (account is None or reaches(Path(base), account)):
            break
    else:
        raise HomeClosed("no temporary folder is open to the server's user")
    folder = Path(tempfile.mkdtemp(prefix="bx", dir=base))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


class Golden:
    """A cluster with its migrated template, and its keys: made once, for every worker.

    Where it lies a server's own user may not go: what serves is a copy.
    """

    def __init__(self, place: Path) -> None:
        self.place = place
        self.keys = place / "keys.json"

    def make(self, spare: Path, bindir: Path | None, *, towns: bool) -> None:
        """Make it, unless somebody has; whoever comes meanwhile waits.

        `towns`: with the township of the stories, which takes as long as all else.
        """
        with self.place.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.place.exists():
                fresh = self.place.with_suffix(".new")
                shutil.rmtree(fresh, ignore_errors=True)
                fresh.mkdir()
                keys = KeyFile(fresh / "keys.json")
                keys.make()
                cluster = prepare(spare, bindir=bindir, durable=False)
                # Stopped as a durable one is: a copy need not recover.
                with running(cluster) as dsn:
                    asyncio.run(migrated(dsn, keys))
                    if towns:
                        from tests.story.conftest import (  # noqa: PLC0415 -- it needs this
                            make_towns,
                        )

                        asyncio.run(make_towns(dsn, TEMPLATE, keys))
                carry(cluster.data, fresh / cluster.data.name)
                shutil.rmtree(spare)
                fresh.rename(self.place)

    def lay(self, home: Path) -> None:
        """Put a copy of the cluster into a home that nobody uses yet."""
        home.mkdir(mode=0o711)
        for data in self.place.glob("pg*"):
            carry(data, home / data.name)


async def migrated(server: str, keys: KeyFile) -> None:
    """Make the template: the databases of the tests are copies of it."""
    conn = await asyncpg.connect(await make_database(server, TEMPLATE))
    await migrate(conn, keys)
    await conn.close()


def carry(source: Path, target: Path) -> None:
    """Copy a folder with its owners and rights."""
    subprocess.run(["/bin/cp", "-a", source, target], check=True)


@pytest.fixture(scope="session")
def golden(
    open_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Golden:
    """What every server of this run begins as."""
    base = tmp_path_factory.getbasetemp()
    # A worker's folder lies in the run's.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    one = Golden(run / "golden")
    wanted = set().union(*(item.fixturenames for item in request.session.items))
    one.make(
        open_folder / "golden",
        request.config.getoption("--pg-bindir"),
        towns="bare_template" in wanted,
    )
    return one


@pytest.fixture(scope="session")
def server(
    golden: Golden, open_folder: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of a throw-away server: the wheel's, or the one --pg-bindir names."""
    golden.lay(open_folder / "server")
    bindir = request.config.getoption("--pg-bindir")
    cluster = prepare(open_folder / "server", bindir=bindir, durable=False)
    with running(cluster, durable=False) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def keys(golden: Golden, tmp_path_factory: pytest.TempPathFactory) -> KeyFile:
    """The keys of every database of this run."""
    file = tmp_path_factory.mktemp("keys") / "keys.json"
    shutil.copy(golden.keys, file)
    return KeyFile(file)


@pytest.fixture(scope="session")
def template() -> str:
    """What is migrated already; the databases of the tests are copies of it."""
    return TEMPLATE


async def copied(server: str, template: str, name: str) -> str:
    """Copy a database that nobody is using; return the copy's address."""
    admin = await asyncpg.connect(server)
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    await admin.close()
    return dsn_of(server, name)


@asynccontextmanager
async def copy_of(server: str, template: str) -> AsyncIterator[str]:
    """The address of a copy that is gone afterwards."""
    name = f"test_{next(_number)}"
    yield await copied(server, template, name)
    admin = await asyncpg.connect(server)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="session")
async def lender(server: str, template: str, keys: KeyFile) -> AsyncIterator[Lender]:
    """Who lends a worker's tests their database, one after the other."""
    one = Lender(partial(copy_of, server, template), keys)
    yield one
    await one.close()


@pytest.fixture
async def lent(lender: Lender) -> AsyncIterator[Kept]:
    """A database as the migrations left it, and its open connections."""
    yield await lender.lend()
    await lender.take_back()


@pytest.fixture
def dsn(lent: Kept) -> str:
    """The address of a database that nobody else uses during this test."""
    return lent.dsn


@pytest.fixture
def pool(lent: Kept) -> Pool:
    return lent.pool


@pytest.fixture
async def planned_anew(lent: Kept) -> None:
    """Plan every statement for the rows it meets, where there are thousands."""
    await lent.plan_anew()
