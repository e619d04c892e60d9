"""The disk the embedded database lies on: while it is nearly full people write nothing (P8).

PostgreSQL may stop, and stay down, on a full disk; a record refused in time is the lesser
evil.  Alarms, drafts and reading go on.
"""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from core.rules.trouble import Room
from tui.door.log import note

# Shares of the disk: doctor warns from here on, and here people write no more.
WARN_FULL: Final = 0.8
FULL: Final = 0.95
_LOOK_EVERY: Final = 20.0  # seconds


def share_used(place: Path) -> float:
    """Return which share of the disk of a place is used, of what its user could use."""
    usage = shutil.disk_usage(place)
    return usage.used / (usage.used + usage.free)


def look(room: Room, place: Path, used: Callable[[Path], float] = share_used) -> None:
    """Find out whether there is room; log it when that changes."""
    share = used(place)
    was, room.is_short = room.is_short, share >= FULL
    if was is not room.is_short:
        note("disk full" if room.is_short else "disk has room", percent=int(share * 100))


async def watch(room: Room, place: Path) -> None:
    """Look for ever."""
    while True:
        look(room, place)
        await asyncio.sleep(_LOOK_EVERY)
