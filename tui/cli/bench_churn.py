"""bench churn: hundreds come and are cut off, and nothing of them stays behind.

They are cut at any point: before they sign in, in the midst of it, on the first screen,
with a key on its way.
"""

import asyncio
import gc
import os
import random
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncssh

from tui.cli.bench_crowd import Crowd, crowded
from tui.cli.bench_figure import Figure, Measured, Target
from tui.cli.bench_inside import Inside, inside
from tui.cli.bench_line import SIZE, Caller, Line, dial, sit_down
from tui.cli.bench_place import Place
from tui.door import limits

_HEADS: Final = 20
_AT_ONCE: Final = 8
# What a process takes once, it has taken after so many.
_WARM: Final = 50
_SHORT: Final = 0.02
_LOOKS: Final = 50
_LOOK: Final = 0.1
_PAGE_KB: Final = os.sysconf("SC_PAGESIZE") / 1024


@dataclass(frozen=True)
class Size:
    """How many connect and are cut."""

    cuts: int = 500


async def measure(place: Place, size: Size) -> Measured:
    """Return how much memory has grown, and how many applications still live."""
    async with (
        crowded(place, "churn", _HEADS, 50) as crowd,
        inside(crowd.town.dsn, crowd.town.keys, place.folder) as house,
    ):
        dice = random.Random(1)  # noqa: S311 -- the same cuts every time
        await _cuts(house, crowd, min(_WARM, size.cuts), dice)
        await _over(house)
        before = _rss_mb()
        await _cuts(house, crowd, size.cuts, dice)
        live = await _over(house)
        growth = round(_rss_mb() - before, 1)
        return Measured(
            title=f"{size.cuts}次连接后掐断",
            counted=crowd.town.counted,
            figures=(
                Figure("churn.growth_mb", growth, "MB", Target(25)),
                Figure("churn.live_apps", live, "count", Target(0)),
            ),
        )


async def _cuts(house: Inside, crowd: Crowd, count: int, dice: random.Random) -> None:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int) -> None:
        head, address = f"head{number % _HEADS + 1}", f"127.0.0.{number % 200 + 2}"
        async with gate:
            # The gate turns some away where many were cut at once: that too is a cut.
            with suppress(OSError, asyncssh.Error):
                caller = Caller(house.port, head, address, key=crowd.key)
                await _cut(caller, number % 5, dice.random() * _SHORT)

    await asyncio.gather(*(one(number) for number in range(count)))


async def _cut(caller: Caller, where: int, soon: float) -> None:
    """Connect and be cut at one of five points."""
    if where == 0:
        loop = asyncio.get_running_loop()
        with socket.socket() as plain:
            plain.setblocking(False)
            await loop.sock_connect(plain, ("127.0.0.1", caller.port))
            await asyncio.sleep(soon)
        return
    if where == 1:
        task = asyncio.create_task(dial(caller))
        await asyncio.sleep(soon)
        task.cancel()
        with suppress(asyncio.CancelledError):
            (await task).abort()
        return
    if where == 2:  # noqa: PLR2004 -- the third of the points
        conn = await dial(caller)
        await conn.create_session(Line, term_type="xterm", term_size=SIZE, encoding=None)
        await asyncio.sleep(soon)
        conn.abort()
        return
    line = await sit_down(caller)
    line.write(b"\r" * (where == 4))  # noqa: PLR2004 -- the last of the points
    await asyncio.sleep(soon)
    line.cut()


async def _over(house: Inside) -> int:
    """Wait until all that were cut are noticed; return how many applications live on."""
    for _ in range(_LOOKS + round(limits.LEAVING / _LOOK)):
        await asyncio.sleep(_LOOK)
        if not house.apps:
            gc.unfreeze()
            gc.collect()
            if not house.kept:
                break
    return len(house.kept)


def _rss_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * _PAGE_KB / 1024
