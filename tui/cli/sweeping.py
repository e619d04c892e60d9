"""What goes on for as long as a process lives: whatever fails in it, it begins anew."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from core.rules.trouble import Away, Lost
from core.services import announce, sweep
from core.services.announce import Carrier
from core.services.desk import Desk
from tui.door.log import note, note_fault

SWEEP_EVERY: Final = 20.0  # seconds
# After a fault of ours, so long until what must go on goes on, in seconds.
_AGAIN_AFTER: Final = 1.0


async def kept_up(job: Callable[[], Awaitable[None]]) -> None:
    """Run what must never stop; a fault is logged, and it begins anew."""
    while True:
        try:
            await job()
        except (Away, Lost):
            note("database away")
        except Exception as error:  # noqa: BLE001 - a sweep that stops misses children
            note_fault(error)
        await asyncio.sleep(_AGAIN_AFTER)


def note_sweep_fault(township_id: int, error: Exception) -> None:
    """Log what a sweep could not do in a township, and let it go on."""
    note_fault(error, township=township_id)


async def sweep_for_ever(front: Desk) -> None:
    """Do what the system does by itself, every 20 seconds."""
    while True:
        await sweep.everything(front, note_sweep_fault)
        await asyncio.sleep(SWEEP_EVERY)


async def announce_for_ever(front: Desk, carriers: Sequence[Carrier]) -> None:
    """Carry announcements, every 20 seconds: apart from the sweep, which waits for nobody."""
    while True:
        await announce.deliver(front, carriers)
        await asyncio.sleep(SWEEP_EVERY)
