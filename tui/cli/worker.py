"""A worker process: people's sessions on connections that its parent hands in, or sweeps.

Started by `serve` with a new interpreter (`tui/door/worker.py`).  It ends when it is told
to, when its last connection has gone after it was told to finish, or when its parent is
gone.
"""

import asyncio
import resource
import socket
import sys
from functools import partial
from typing import Final

import uvloop

from core.rules.errors import Refusal
from core.services.desk import Desk
from tui.cli.anchoring import anchor_for_ever
from tui.cli.carriers import carriers
from tui.cli.errand import MB, Errand, first
from tui.cli.sweeping import announce_for_ever, kept_up, sweep_for_ever
from tui.cli.wiring import office
from tui.door.log import hear_the_loop, log_to, standard_error
from tui.door.worker import Role
from tui.settings import Settings, read_settings

# Connections to the database, of all workers of a server together and of one at most.
_CONNECTIONS: Final = 40
_MOST: Final = 8
_LEAST: Final = 3


async def _sweep(front: Desk, settings: Settings, errand: Errand) -> None:
    jobs = [partial(sweep_for_ever, front)]
    if told_to := carriers(settings):
        jobs.append(partial(announce_for_ever, front, told_to))
    jobs.append(partial(anchor_for_ever, front, settings.anchor_folder))
    going_on = [asyncio.create_task(kept_up(job)) for job in jobs]
    errand.ready()
    await first(errand.leaving.wait(), errand.draining.wait())
    for one in going_on:
        one.cancel()


async def work(role: Role, sock: socket.socket, settings: Settings) -> None:
    """Do a role's work until it is over."""
    hear_the_loop()
    errand = Errand(sock)
    share = max(_LEAST, min(_MOST, _CONNECTIONS // settings.workers))
    alive = asyncio.create_task(errand.be_alive(settings.worker_memory_mb * MB))
    async with office(settings.dsn or "", settings.keys, own=False, most=share) as here:
        if role is Role.SWEEP:
            await _sweep(here.front, settings, errand)
        else:
            # Half of the memory is here, and a sweep has no use for it.
            from tui.cli.worker_house import serve_people  # noqa: PLC0415

            await serve_people(here.front, settings, errand)
    alive.cancel()


def main(words: list[str]) -> int:
    """Work as the parent says: a role, and the number of our end of the hatch."""
    role, handle = Role(words[0]), int(words[1])
    log_to(standard_error())
    try:
        settings = read_settings()
        # Above what asks for relief: a runaway fails by itself, not the whole machine.
        most = settings.worker_memory_mb * MB * 2
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))
        uvloop.run(work(role, socket.socket(fileno=handle), settings))
    except Refusal as refusal:
        standard_error().write(f"{refusal}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
