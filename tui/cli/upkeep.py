"""Upkeep of the embedded database: its log is put away, and its backups are watched.

Making a backup is backup, the way back is restore.
"""

import asyncio
from datetime import datetime
from typing import Final

from core.rules.backup import Copied, begun_at, copy_warning, warning
from core.rules.errors import Refusal
from core.services.desk import Desk
from db import archive, backup, backup_copy
from tui.door.log import note, note_fault
from tui.settings import Settings

_LOOK_EVERY: Final = 20.0  # seconds
# The second place is on another machine: ten minutes between two looks.
_COPY_ROUNDS: Final = 30


def told(settings: Settings, now: datetime) -> str:
    """Say what is wrong with the backups; "" when nothing is."""
    folder = settings.backups
    found = backup.names(folder)
    newest = begun_at(found[-1]) if found else None
    return warning(newest, backup.last_drill(folder), now, settings.limits)


def told_of_copy(settings: Settings, now: datetime) -> str:
    """Say what is wrong with the backups' second place; "" when nothing is or none is set."""
    if settings.backup_copy is None:
        return ""
    copy = settings.backup_copy.expanduser().absolute()
    home = settings.home.expanduser()
    copied = backup_copy.look(copy, settings.backups, home, settings.keys)
    return copy_warning(copied, now, settings.limits)


async def look(front: Desk, settings: Settings, of_copy: str = "") -> datetime:
    """Look whether the newest backup and the last drill are recent; return the moment."""
    async with front.reading() as (_, now):
        front.upkeep.warning = told(settings, now) or of_copy
    return now


async def watch(front: Desk, settings: Settings) -> None:
    """Look for ever, now and then at the second place as well."""
    of_copy, rounds = "", 0
    looking: asyncio.Task[str] | None = None
    while True:
        now = await look(front, settings, of_copy)
        if settings.backup_copy is not None and rounds % _COPY_ROUNDS == 0:
            # Another machine's disk may not answer at all: its thread is waited for, not doubled.
            looking = looking or asyncio.create_task(
                asyncio.to_thread(told_of_copy, settings, now)
            )
            done, _ = await asyncio.wait({looking}, timeout=_LOOK_EVERY)
            silent = copy_warning(Copied(fault="没有响应"), now, settings.limits)
            of_copy, looking = (looking.result(), None) if done else (silent, looking)
            await look(front, settings, of_copy)
        rounds += 1
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
