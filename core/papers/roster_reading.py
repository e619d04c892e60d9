"""A roster understood off the event loop: a file's bytes in, children and faults out.

All of it happens in a process of its own (a fresh interpreter, never a fork) that is given
the file and nothing else: no database, no environment.  It opens the file in the bounded
child of `roster_in`, understands the rows as they come, and looks up how each name is
typed, so that no server loads the dictionary of pinyin for a roster.
"""

import asyncio
import gc
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

from core.papers.roster_in import Unreadable, rows_of
from core.papers.roster_sheet import FILE_BYTES
from core.rules.base import Record
from core.rules.class_label import Grades
from core.rules.pinyin import Pinyin, readings
from core.rules.roster import joined, read_pieces
from core.rules.roster_record import RosterReading, RosterUnreadable

WALL_SECONDS: Final = 120.0
MEMORY: Final = 2**30
CPU_SECONDS: Final = 90
# A line says a hundred rows.
LINE_BYTES: Final = 4 * 2**20
_ROOT: Final = Path(__file__).resolve().parents[2]

# Told how many rows have been accepted so far.
Tell: TypeAlias = Callable[[int], None]


class ReadingFailed(RuntimeError):
    """The process died of a fault of ours: the file may be as good as any."""


class Order(Record):
    """Whose roster it should be, and on which day it is read."""

    school_code: str
    grades: Grades
    day: date


class Piece(Record):
    """Some rows understood, and how the name of each accepted one is typed."""

    reading: RosterReading
    pinyin: tuple[Pinyin, ...]


class _Said(Record):
    """A line of the process: a piece, or last how many there were, or why there is none."""

    piece: Piece | None = None
    pieces: int | None = None
    refused: str | None = None


@dataclass(frozen=True)
class Understood:
    """A roster understood whole; `pinyin` stands beside its rows."""

    reading: RosterReading
    pinyin: tuple[Pinyin, ...]


async def understand(data: bytes, order: Order, tell: Tell) -> Understood:
    """Understand a roster file, telling how far it has come.

    Cancelling ends every process at once.  Raises RosterUnreadable, ReadingFailed.
    """
    if len(data) > FILE_BYTES:
        raise RosterUnreadable(Unreadable.BIG.label)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", __name__),
        cwd=_ROOT,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # A traceback would quote the row it is about: a child's name.
        stderr=asyncio.subprocess.DEVNULL,
        limit=LINE_BYTES,
        # Its own child goes with it when the group is killed.
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(WALL_SECONDS):
            return await _converse(process, data, order, tell)
    except TimeoutError:
        raise RosterUnreadable(Unreadable.HEAVY.label) from None
    finally:
        # Once it has ended its number may be somebody else's.
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _converse(
    process: asyncio.subprocess.Process, data: bytes, order: Order, tell: Tell
) -> Understood:
    if process.stdin is None or process.stdout is None:  # pragma: no cover - both are pipes
        raise ReadingFailed
    process.stdin.writelines([f"{order.model_dump_json()}\n".encode(), data])
    # Who died before it had listened says so by its exit status below.
    with suppress(ConnectionError):
        await process.stdin.drain()
    process.stdin.close()
    pieces: list[Piece] = []
    accepted = 0
    while line := await process.stdout.readline():
        said = _Said.model_validate_json(line)
        if said.refused is not None:
            raise RosterUnreadable(said.refused)
        if said.piece is None:
            if said.pieces != len(pieces):
                break
            return Understood(
                reading=joined(piece.reading for piece in pieces),
                pinyin=tuple(one for piece in pieces for one in piece.pinyin),
            )
        pieces.append(said.piece)
        accepted += len(said.piece.pinyin)
        tell(accepted)
    # Its limits end it by a signal: the file asks for too much.
    if await process.wait() < 0:
        raise RosterUnreadable(Unreadable.HEAVY.label)
    raise ReadingFailed


def answer(data: bytes, order: Order) -> Iterator[_Said]:
    """Yield each piece, and last how many there were, or why the file cannot be taken."""
    count = 0
    rows = rows_of(data)
    understood = read_pieces(
        rows, school_code=order.school_code, grades=order.grades, day=order.day
    )
    try:
        for reading in understood:
            pinyin = tuple(readings(row.pupil.name) for row in reading.rows)
            yield _Said(piece=Piece(reading=reading, pinyin=pinyin))
            count += 1
    except RosterUnreadable as refusal:
        yield _Said(refused=_worst(rows, refusal))
    except MemoryError:
        yield _Said(refused=Unreadable.HEAVY.label)
    else:
        yield _Said(pieces=count)


def _worst(rows: Iterable[object], refusal: RosterUnreadable) -> str:
    """Return why a file cannot be taken: what is wrong with all of it goes first."""
    try:
        for _ in rows:
            pass
    except RosterUnreadable as of_the_file:
        return str(of_the_file)
    return str(refusal)


def main() -> int:
    """Read an order and a file from standard input; write what is understood of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Rows hold no cycles: looking for some costs a fifth of the time.
    gc.disable()
    order = Order.model_validate_json(sys.stdin.buffer.readline())
    for said in answer(sys.stdin.buffer.read(), order):
        sys.stdout.buffer.write(f"{said.model_dump_json()}\n".encode())
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
