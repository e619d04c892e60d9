"""A door in this very process, so that a benchmark sees what stands behind it.

Clients come through its real SSH port all the same.  What is measured of memory and
processors is measured of the real workers instead (`bench_served`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from weakref import WeakSet

from textual.app import App

from core.rules.time import Clock
from core.services import seat
from core.services.desk import database_time
from db.keys import KeyFile
from db.local import door_of
from db.pool import open_pool
from tui.cli.reception import open_house, reception
from tui.door.entry import listening_socket
from tui.door.gate import Guest
from tui.door.hostkey import HOST_KEY
from tui.door.server import serve


@dataclass
class Inside:
    """A door and the applications that are open behind it, the youngest last."""

    port: int
    apps: list[App[None]] = field(default_factory=list)
    # Every application there has been, as long as anything keeps it.
    kept: "WeakSet[App[None]]" = field(default_factory=WeakSet)


@asynccontextmanager
async def inside(
    dsn: str, keys: KeyFile, home: Path, clock: Clock = database_time
) -> AsyncIterator[Inside]:
    """Open a door on a database for as long as the block lasts."""
    async with (
        open_pool(door_of(dsn), keys) as pool,
        open_house(seat.front_desk(pool, clock)) as house,
    ):
        found, plain = Inside(0), reception(house)

        @asynccontextmanager
        async def app_for(guest: Guest) -> AsyncIterator[App[None]]:
            async with plain.app_for(guest) as app:
                found.apps.append(app)
                found.kept.add(app)
                try:
                    yield app
                finally:
                    found.apps.remove(app)

        sock = listening_socket("127.0.0.1", 0)
        door = serve(replace(plain, app_for=app_for), sock, home / HOST_KEY)
        found.port = door.port
        try:
            yield found
        finally:
            await door.close()
