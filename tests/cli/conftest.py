"""A server of a benchmark's own that begins as every other of this run does."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from db.keys import KEY_FILE
from db.local import prepare
from db.migrate import make_database
from db.server import running
from tests.conftest import TEMPLATE, Golden
from tui.cli.bench_place import FRESH, Place


@pytest.fixture(scope="module")
def place(
    golden: Golden, open_folder: Path, request: pytest.FixtureRequest
) -> Iterator[Place]:
    """What `throw_away` makes, without making it."""
    folder = open_folder / "bench"
    folder.mkdir(mode=0o711)
    shutil.copy(golden.keys, folder / KEY_FILE)
    golden.lay(folder / "server")
    bindir = request.config.getoption("--pg-bindir")
    cluster = prepare(folder / "server", bindir=bindir, durable=False)
    with running(cluster, durable=False) as dsn:
        asyncio.run(make_database(dsn, FRESH, TEMPLATE))
        yield Place(cluster, dsn, folder)
    shutil.rmtree(folder)
