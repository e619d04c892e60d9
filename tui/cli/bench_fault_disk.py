"""The database's disk full while people write, and room again: refused, and nothing lost.

The disk is a piece of memory that is mounted for it; only root may, and elsewhere nothing
is measured.
"""

import asyncio
import os
import shutil
import subprocess
from asyncio import to_thread
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Final

from db.bench_town import Filling
from db.local import prepare
from tui.cli.bench_fault_acts import Ledger
from tui.cli.bench_fault_kill import PATIENT, Victim
from tui.cli.bench_figure import Figure, Target
from tui.cli.bench_place import Place, Town, filled

_SIZE: Final = "400m"
# Seconds for which there is no room, and within which acts go on when there is again.
_FULL: Final = 5.0
_BACK: Final = 60.0
_PIECE: Final = bytes(2**16)
_LOOK: Final = 0.05


async def measure(
    place: Place, filling: Filling, fills: int, writers: int
) -> tuple[Figure, ...]:
    """Return how many acts were lost or doubled, and how soon they went on at the latest."""
    folder = place.folder / "disk"
    folder.mkdir()
    with _mounted(folder) as there_is:
        if not there_is:
            return (Figure("faults.disk.fills", None, "count"),)
        cluster = prepare(folder / "server", bindir=place.cluster.programs.bindir)
        victim = Victim(cluster)
        await victim.up()
        try:
            there = replace(place, cluster=cluster, dsn=cluster.dsn)
            async with filled(there, "disk", filling, most=writers) as town:
                return await _filled_up(town, victim, folder / "ballast", fills, writers)
        finally:
            victim.stop()


@contextmanager
def _mounted(folder: Path) -> Iterator[bool]:
    mount, umount = shutil.which("mount"), shutil.which("umount")
    done = os.geteuid() == 0 and mount is not None and umount is not None
    if mount is not None and done:
        options = f"size={_SIZE},mode=0711"
        words = (mount, "-t", "tmpfs", "-o", options, "baoxue", str(folder))
        done = subprocess.run(words, check=False, capture_output=True).returncode == 0  # noqa: S603
    try:
        yield done
    finally:
        if umount is not None and done:
            subprocess.run((umount, "-l", str(folder)), check=True)  # noqa: S603


async def _filled_up(
    town: Town, victim: Victim, ballast: Path, fills: int, writers: int
) -> tuple[Figure, ...]:
    ledger, over = Ledger(), asyncio.Event()
    desk = replace(town.desk, patience=PATIENT)
    latest, refused = 0.0, 0

    async def write(student_id: int) -> None:
        while not over.is_set():
            await ledger.act(desk, student_id)

    writing = [asyncio.create_task(write(n + 1)) for n in range(writers)]
    for _ in range(fills):
        await ledger.more(writers, _BACK)
        before = ledger.refused
        began = perf_counter()
        while perf_counter() - began < _FULL:
            await to_thread(_fill, ballast)
            await asyncio.sleep(_LOOK)
        refused += ledger.refused - before
        await to_thread(ballast.unlink)
        began = perf_counter()
        if not victim.alive:
            await victim.up()
        # An act of each that began after there was room.
        await ledger.more(2 * writers, _BACK)
        latest = max(latest, perf_counter() - began)
    over.set()
    await asyncio.gather(*writing)
    return (
        Figure("faults.disk.fills", fills, "count"),
        Figure("faults.disk.refused", refused, "count"),
        Figure("faults.disk.back_s", round(latest, 2), "s", Target(_BACK)),
        *await ledger.figures(town.pool, "disk"),
    )


def _fill(ballast: Path) -> None:
    """Write until there is no room."""
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(_PIECE)
