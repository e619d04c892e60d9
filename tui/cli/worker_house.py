"""A worker that serves people: the house behind its door, for as long as it is wanted."""

import asyncio
from functools import partial

from core.services.desk import Desk
from tui.cli import upkeep
from tui.cli.disk import watch
from tui.cli.errand import Errand, first
from tui.cli.reception import open_house, reception
from tui.cli.sweeping import kept_up
from tui.door.hostkey import HOST_KEY
from tui.door.server import Door, open_door
from tui.settings import Settings


async def _drained(errand: Errand, door: Door) -> None:
    await errand.draining.wait()
    await door.emptied()


async def serve_people(front: Desk, settings: Settings, errand: Errand) -> None:
    """Serve until told to leave, or until the last has gone after being told to finish."""
    watching = []
    if settings.disk is not None:
        watching.append(partial(watch, front.room, settings.disk))
    if settings.backup is not None:
        watching.append(partial(upkeep.watch, front, settings))
    tasks = [asyncio.create_task(kept_up(job)) for job in watching]
    async with open_house(front, settings.rules) as house:
        door = open_door(reception(house), settings.home / HOST_KEY)
        errand.ready(door)
        try:
            await first(errand.leaving.wait(), _drained(errand, door))
        finally:
            await door.close()
            for task in tasks:
                task.cancel()
