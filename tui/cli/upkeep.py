"""Upkeep of the embedded database: its log is put away, and its backups are watched.

Making a backup is backup, the way back is restore.
"""

import asyncio
from datetime import datetime
from typing import Final

from core.rules.backup import begun_at, warning
from core.rules.errors import Refusal
from core.services.desk import Desk
from db import archive, backup
from tui.door.log import note, note_fault
from tui.settings import Settings

_LOOK_EVERY: Final = 20.0  # seconds


def told(settings: Settings, now: datetime) -> str:
    """Say what is wrong with the backups; "" when nothing is."""
    folder = settings.backups
    found = backup.names(folder)
    newest = begun_at(found[-1]) if found else None
    return warning(newest, backup.last_drill(folder), now, settings.limits)


async def look(front: Desk, settings: Settings) -> None:
    """Look whether the newest backup and the last drill are recent."""
    async with front.reading() as (_, now):
        front.upkeep.warning = told(settings, now)


async def watch(front: Desk, settings: Settings) -> None:
    """Look for ever."""
    while True:
        await look(front, settings)
        await asyncio.sleep(_LOOK_EVERY)


async def keep_log(settings: Settings) -> None:
    """Put the server's log away for ever; what cannot be is tried again."""
    while True:
        await put_away(settings)
        await asyncio.sleep(_LOOK_EVERY)


async def put_away(settings: Settings) -> None:
    """Put away what of the server's log waits in the spool."""
    try:
        await asyncio.to_thread(
            archive.drain,
            settings.home.expanduser().resolve(),
            settings.backups,
            settings.keys,
        )
    except (Refusal, OSError) as error:
        note("log not kept")
        note_fault(error)
