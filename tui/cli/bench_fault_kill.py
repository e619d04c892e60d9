"""PostgreSQL killed again and again while people write: nothing acknowledged is lost."""

import asyncio
import random
import subprocess
from dataclasses import replace
from typing import Final

from core.rules.trouble import Patience
from db.bench_town import Filling
from db.local import Cluster, prepare
from db.server import is_ready, start, stop
from tui.cli.bench_fault_acts import Ledger
from tui.cli.bench_figure import Figure
from tui.cli.bench_place import Place, Town, filled

# Seconds between a server that is up and its death.
SOONEST: Final = 0.02
LATEST: Final = 0.4
# Seconds within which so many acts are acknowledged before it, or it dies without them.
WITHIN: Final = 5.0
_LOOK: Final = 0.02
PATIENT: Final = Patience(opening=60, settling=60)


class Victim:
    """A server of our own that is killed, and comes up again."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._server: subprocess.Popen[bytes] | None = None

    async def up(self) -> None:
        """Start it, and wait until it lets people in.

        What the dead one's processes still hold keeps a new one from starting for a moment.
        """
        while True:
            self._server = start(self._cluster)
            while self._server.poll() is None:
                if is_ready(self._cluster, self._server.pid):
                    return
                await asyncio.sleep(_LOOK)

    @property
    def alive(self) -> bool:
        """Tell whether its process has not ended."""
        return self._server is not None and self._server.poll() is None

    def kill(self) -> None:
        """Kill it as a power cut of the process: no signal it could hear."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def stop(self) -> None:
        """Stop it for good."""
        if self._server is not None:
            stop(self._server, at_once=True)


async def measure(
    place: Place, filling: Filling, kills: int, writers: int
) -> tuple[Figure, ...]:
    """Return how many acts were lost or doubled.

    A killed process is no power cut: the machine still writes what it was given.
    """
    programs = place.cluster.programs
    cluster = prepare(place.folder / "killed", bindir=programs.bindir)
    victim = Victim(cluster)
    await victim.up()
    try:
        there = replace(place, cluster=cluster, dsn=cluster.dsn)
        async with filled(there, "killed", filling, most=writers) as town:
            return (
                Figure("faults.kill.kills", kills, "count"),
                *await _under_fire(town, victim, kills, writers),
            )
    finally:
        victim.stop()


async def _under_fire(
    town: Town, victim: Victim, kills: int, writers: int
) -> tuple[Figure, ...]:
    ledger, over = Ledger(), asyncio.Event()
    desk = replace(town.desk, patience=PATIENT)

    async def write(student_id: int) -> None:
        while not over.is_set():
            await ledger.act(desk, student_id)

    writing = [asyncio.create_task(write(n + 1)) for n in range(writers)]
    for _ in range(kills):
        await ledger.more(random.randint(0, 2 * writers), WITHIN)  # noqa: S311 -- no secret
        await asyncio.sleep(random.uniform(SOONEST, LATEST))  # noqa: S311
        victim.kill()
        await victim.up()
    over.set()
    await asyncio.gather(*writing)
    return await ledger.figures(town.pool, "kill")
