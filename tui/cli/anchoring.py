"""The anchor file: once a day, for each township, where its journal's chain ends (P7).

A file a month, which only grows; copied or printed elsewhere it proves every row before it.
"""

import asyncio
import fcntl
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from core.rules.journal import BadAnchor, Head, heads_of
from core.rules.time import day_of
from core.services import journal, seat
from core.services.desk import Desk
from tui.door.log import note

_LOOK_EVERY: Final = 60.0  # seconds


async def anchor(front: Desk, folder: Path) -> int:
    """Write today's line of each township that has none yet; return how many that were.

    Raises BadAnchor, OSError.
    """
    watching = seat.watch_desk(front)
    async with watching.reading() as (_, now):
        day = day_of(now)
    ends = await journal.heads(watching)
    return await asyncio.to_thread(_append, folder, day, ends)


def _append(folder: Path, day: date, ends: Sequence[Head]) -> int:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{day:%Y-%m}.txt"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        if whole != text:
            file.truncate(len(whole))  # a full disk has cut it: it is no line yet
        today = [line for line in whole.decode().splitlines() if line.startswith(f"{day} ")]
        written = {head.township_id for head in heads_of("\n".join(today), str(path))}
        fresh = [head.line_of(day) for head in ends if head.township_id not in written]
        file.write("".join(f"{line}\n" for line in fresh).encode())
        file.flush()
        os.fsync(file.fileno())
    return len(fresh)


async def anchor_for_ever(front: Desk, folder: Path) -> None:
    """Write each day's lines; a folder that takes none is logged, and tried again."""
    while True:
        try:
            await anchor(front, folder)
        except (OSError, BadAnchor):
            note("anchors not kept")
        await asyncio.sleep(_LOOK_EVERY)
