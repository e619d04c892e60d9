"""The press: rows in, the bytes of a workbook out, and never on the event loop.

A short paper is made in a thread.  A long one is made by a process of its own, which is
given rows and nothing else: no database, no address, no environment.  Its temporary files
lie in a folder that is removed with it.
"""

import asyncio
import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, BinaryIO, Final, Self, TypeAlias, TypeVar

from pydantic import Field, TypeAdapter

from core.papers import (
    attendance,
    changes,
    inspection,
    key_students,
    leaves,
    ledger,
    roster,
    unreturned,
    visits,
)
from core.papers.form import Cell
from core.rules.base import Record
from core.rules.export import LARGE, MAX_BYTES, Listing, TooLarge
from core.rules.key_student import KeyRow
from core.rules.paper import PaperHead
from core.rules.register import (
    ChangeRow,
    ClassAttendance,
    LeaveRow,
    LedgerRow,
    RosterLine,
    UnreturnedRow,
    VisitRow,
)

R = TypeVar("R", bound=Record)

# The last line: without it the rows were cut off, and no paper is made of them.
END: Final = b"end\n"
TOO_LARGE: Final = 3
# Most cells are text: it is tried first, and nothing else can be taken for it.
_Cell: TypeAlias = Annotated[Cell, Field(union_mode="left_to_right")]
_CELLS: Final = TypeAdapter(tuple[tuple[_Cell, ...], ...])
_ROOT: Final = Path(__file__).resolve().parents[2]


class PressFailed(RuntimeError):
    """The press died, or was given half a paper: a fault of ours."""


def print_paper(
    out: BinaryIO, listing: Listing, head: PaperHead, lines: Iterable[bytes]
) -> None:
    """Write the workbook of a listing; `lines` are as `encoded` says them."""
    match listing:
        case Listing.ROSTER:
            cells = (row for line in lines for row in _CELLS.validate_json(line))
            roster.write(out, head, cells)
        case Listing.ATTENDANCE:
            attendance.write(
                out, head, _rows(TypeAdapter(tuple[ClassAttendance, ...]), lines)
            )
        case Listing.LEAVE:
            leaves.write(out, head, _rows(TypeAdapter(tuple[LeaveRow, ...]), lines))
        case Listing.ABSENCES:
            ledger.write(out, head, _rows(TypeAdapter(tuple[LedgerRow, ...]), lines))
        case Listing.VISITS:
            visits.write(out, head, _rows(TypeAdapter(tuple[VisitRow, ...]), lines))
        case Listing.CHANGES:
            changes.write(out, head, _rows(TypeAdapter(tuple[ChangeRow, ...]), lines))
        case Listing.UNRETURNED | Listing.KEY_STUDENTS:
            _print_watched(out, listing, head, lines)
        case Listing.INSPECTION:
            inspection.write(out, head, _kinds(lines))
        case Listing.MONTH:
            raise PressFailed(listing)


def _print_watched(
    out: BinaryIO, listing: Listing, head: PaperHead, lines: Iterable[bytes]
) -> None:
    """Write a list of children to be looked after."""
    if listing is Listing.UNRETURNED:
        rows = _rows(TypeAdapter(tuple[UnreturnedRow, ...]), lines)
        unreturned.write(out, head, rows)
    else:
        keys = _rows(TypeAdapter(tuple[KeyRow, ...]), lines)
        key_students.write(out, head, keys)


def _kinds(lines: Iterable[bytes]) -> Iterator[Record]:
    """Yield rows of several kinds: a line is one of them, with its kind before it."""
    for line in lines:
        kind, _, row = line.partition(b" ")
        yield inspection.KINDS[kind.decode()].model_validate_json(row)


def encoded(listing: Listing, rows: Sequence[Record]) -> Iterator[bytes]:
    """Yield the lines that say some rows: arrays of records, but for two papers.

    A roster is said cell by cell: it may be a county's, and who prints it has little else
    to do for a row than to write it.  An inspection's rows are of several kinds.
    """
    match listing:
        case Listing.ROSTER:
            cells = [roster.cells(row) for row in rows if isinstance(row, RosterLine)]
            yield _CELLS.dump_json(tuple(cells)) + b"\n"
        case Listing.INSPECTION:
            for row in rows:
                yield f"{type(row).__name__} {row.model_dump_json()}\n".encode()
        case _:
            yield f"[{','.join(row.model_dump_json() for row in rows)}]\n".encode()


def _rows(adapter: TypeAdapter[tuple[R, ...]], lines: Iterable[bytes]) -> Iterator[R]:
    for line in lines:
        yield from adapter.validate_json(line)


def _until_end(lines: Iterable[bytes]) -> Iterator[bytes]:
    for line in lines:
        if line == END:
            return
        yield line
    raise PressFailed


def _count(rows: Sequence[Record]) -> int:
    return sum(len(r.rows) if isinstance(r, ClassAttendance) else 1 for r in rows)


class Press:
    """Takes rows and gives back the workbook; leaving the block stops whatever still runs."""

    def __init__(self, listing: Listing, head: PaperHead) -> None:
        self.rows = 0
        self._listing, self._head = listing, head
        self._lines: list[bytes] = []
        self._stack = AsyncExitStack()
        self._child: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Be ready."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop the process, if it still runs, and remove its files."""
        if self._child is not None and self._child.returncode is None:
            self._child.kill()
            await self._child.wait()
        await self._stack.aclose()

    async def feed(self, rows: Sequence[Record]) -> None:
        """Take some rows; waits while the process is behind.  Raises PressFailed."""
        self.rows += _count(rows)
        self._lines += encoded(self._listing, rows)
        if self.rows > LARGE:
            await self._send()
        else:
            await asyncio.sleep(0)

    async def finish(self) -> bytes:
        """Return the workbook.  Raises TooLarge, PressFailed."""
        if self._child is None:
            return await asyncio.to_thread(self._print_here)
        self._lines.append(END)
        await self._send()
        child = self._child
        if child.stdin is None or child.stdout is None:
            raise PressFailed
        child.stdin.close()
        data = await child.stdout.read()
        code = await child.wait()
        if code == TOO_LARGE:
            raise TooLarge
        if code or not data:
            raise PressFailed(code)
        return data

    def _print_here(self) -> bytes:
        out = BytesIO()
        print_paper(out, self._listing, self._head, self._lines)
        if out.tell() > MAX_BYTES:
            raise TooLarge
        return out.getvalue()

    async def _send(self) -> None:
        if self._child is None:
            self._child = await self._start()
        if self._child.stdin is None:
            raise PressFailed
        lines, self._lines = self._lines, []
        try:
            self._child.stdin.writelines(lines)
            await self._child.stdin.drain()
        except ConnectionError as error:
            raise PressFailed from error

    async def _start(self) -> asyncio.subprocess.Process:
        folder = self._stack.enter_context(TemporaryDirectory(prefix="baoxue-export-"))
        self._lines[:0] = [
            f"{self._listing.value}\n".encode(),
            f"{self._head.model_dump_json()}\n".encode(),
        ]
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            __name__,
            cwd=_ROOT,
            env={"TMPDIR": folder, "PYTHONDONTWRITEBYTECODE": "1"},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            # A traceback would quote the row it is about: a child's name.
            stderr=asyncio.subprocess.DEVNULL,
        )


def main() -> int:
    """Read a listing, a head and rows from standard input; write the workbook."""
    # Cells and rows hold no cycles: looking for some costs a tenth of the time.
    gc.disable()
    lines = iter(sys.stdin.buffer)
    listing = Listing.of(next(lines).decode().strip())
    head = PaperHead.model_validate_json(next(lines))
    out = BytesIO()
    print_paper(out, listing, head, _until_end(lines))
    if out.tell() > MAX_BYTES:
        return TOO_LARGE
    sys.stdout.buffer.write(out.getbuffer())
    return 0


if __name__ == "__main__":
    sys.exit(main())
