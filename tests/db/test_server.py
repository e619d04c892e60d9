"""The embedded server as a child: it starts, is stopped, and stops nobody else's."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from db.local import (
    ServerFailed,
)
from db.server import LARGEST_LOG, clear_stale, is_ready, open_log, running, start
from tests.db.clusters import ROOT_FOLDER, told


async def test_a_process_number_left_by_a_power_cut_does_not_stop_the_start(made):
    # After a restart of the machine the number is some other process of the same user.
    owner = made.account.uid if made.account else None
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=owner) as other:
        (made.data / "postmaster.pid").write_text(f"{other.pid}\n{made.data}\n0\n")
        with running(made, durable=False) as dsn:
            assert await told(dsn, "SELECT 1") == 1
        assert other.poll() is None


async def test_a_server_left_running_is_stopped_before_another_starts(made):
    left = start(made, durable=False)
    while not is_ready(made, left.pid):
        await asyncio.sleep(0.01)
    with running(made, durable=False) as dsn:
        assert await told(dsn, "SELECT 1") == 1
        assert left.wait() == 0


async def test_nothing_but_our_own_server_is_stopped(server, made):
    data = Path(str(await told(server, "SHOW data_directory")))
    other = (data / "postmaster.pid").read_text(encoding="utf-8")
    (made.data / "postmaster.pid").write_text(other, encoding="utf-8")
    clear_stale(made)
    assert await told(server, "SELECT 1") == 1


def test_a_server_that_cannot_start_points_at_its_log(made):
    (made.data / "PG_VERSION").rename(made.data / "away")
    try:
        with pytest.raises(ServerFailed, match=r"postgresql\.log"), running(made):
            pass
    finally:
        (made.data / "away").rename(made.data / "PG_VERSION")
    assert "FATAL" in made.log.read_text(encoding="utf-8")


def test_the_server_dies_with_the_process_that_started_it(made):
    started = """
import os, sys
from pathlib import Path
from db.local import prepare
from db.server import is_ready, start
cluster = prepare(Path(sys.argv[1]))
child = start(cluster, durable=False)
while not is_ready(cluster, child.pid):
    pass
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", started, made.home], cwd=ROOT_FOLDER, check=False)
    # The file goes when the server has shut down; the test's own timeout is the limit.
    while (made.data / "postmaster.pid").exists():
        time.sleep(0.01)


def test_a_log_that_has_grown_large_is_begun_anew(made):
    with made.log.open("r+b") as log:
        log.truncate(LARGEST_LOG)
        open_log(made).close()
        assert made.log.stat().st_size == LARGEST_LOG
        log.truncate(LARGEST_LOG + 1)
    open_log(made).close()
    assert made.log.stat().st_size == 0
    assert made.log.with_suffix(".log.1").stat().st_size == LARGEST_LOG + 1
