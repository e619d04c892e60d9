"""The files and folders one SFTP client has open: read, written in order or not, closed.

A file is kept when it is closed whole, and not before; what is open when the client goes
is forgotten.  The requests themselves are read in sftp.
"""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from core.rules.errors import Refusal
from core.rules.upload import MAX_BYTES, TooBig
from core.rules.upload_kind import NotWhole
from tui.door import sftp_packet as p
from tui.door.tree import Entry, NotHere, Tree

OPEN_AT_ONCE: Final = 4
READ_AT_ONCE: Final = 256 * 1024
NAMES_AT_ONCE: Final = 64


class TooManyOpen(Refusal):
    """More files at once than one connection may hold open."""

    def __init__(self) -> None:
        super().__init__(f"同时打开的文件超过{OPEN_AT_ONCE}个，请逐个传输。")


class NoMore(Exception):
    """The end of a file, or of a list."""


@dataclass
class Held:
    """A file or a folder that a client has open."""

    entry: Entry
    path: str = ""
    data: bytearray = field(default_factory=bytearray)
    writing: bool = False
    appending: bool = False
    received: int = 0
    refused: Refusal | None = None
    listed: list[Entry] = field(default_factory=list)


class Handles:
    """What one client has open, by the handle it was given."""

    def __init__(self, tree: Tree, tell: Callable[[Refusal], None]) -> None:
        self._tree, self._tell = tree, tell
        self._open: dict[bytes, Held] = {}
        self._count = 0

    async def open(self, path: str, flags: int) -> bytes:
        """Open a file to be read or sent in; raises what the tree does."""
        self._must_hold_one_more()
        if not flags & p.WRITING:
            data = bytearray(await self._tree.read(path))
            return self._hold(Held(await self._tree.entry(path), path, data))
        await self._tree.must_take(path, new=bool(flags & p.NEW))
        data = bytearray()
        if not flags & p.TRUNCATING:
            # Added to: from what is there, which must be there unless it may be made.
            if await self._tree.exists(path):
                data += await self._tree.read(path)
            elif not flags & p.CREATING:
                await self._tree.entry(path)
        held = Held(
            Entry(name=posixpath.basename(path), writable=True),
            path,
            data,
            writing=True,
            appending=bool(flags & p.APPENDING),
            received=len(data),
        )
        return self._hold(held)

    async def open_folder(self, path: str) -> bytes:
        """Open a folder to be listed (NoSuchFile)."""
        self._must_hold_one_more()
        entries = list(await self._tree.entries(path))
        return self._hold(Held(await self._tree.entry(path), path, listed=entries))

    def read(self, handle: bytes, offset: int, size: int) -> bytes:
        """Return some bytes of a file; raises NoMore."""
        held = self._held(handle)
        data = bytes(held.data[offset : offset + min(size, READ_AT_ONCE)])
        if not data:
            raise NoMore
        return data

    def write(self, handle: bytes, offset: int, data: bytes) -> Refusal | None:
        """Take some bytes of a file; return why not, which is told once.

        A client sends many before it hears of the first.
        """
        held = self._held(handle)
        if not held.writing:
            raise NotHere
        at = len(held.data) if held.appending else offset
        if held.refused is None and at + len(data) > MAX_BYTES:
            held.refused, held.data = TooBig(), bytearray()
            self._tell(held.refused)
        if held.refused is None:
            if at > len(held.data):
                held.data.extend(bytes(at - len(held.data)))
            held.data[at : at + len(data)] = data
            held.received += len(data)
        return held.refused

    async def close(self, handle: bytes) -> Refusal | None:
        """Close, and keep what was sent in; return why not where that was told before.

        Raises NotWhole, and what the tree does.
        """
        held = self._held(handle)
        del self._open[handle]
        if held.writing and held.refused is None:
            if held.received < len(held.data):
                raise NotWhole
            await self._tree.put(held.path, bytes(held.data))
        return held.refused

    def entry(self, handle: bytes) -> Entry:
        """Return what is open, and how large it is by now."""
        held = self._held(handle)
        return held.entry.model_copy(update={"size": len(held.data)})

    def names(self, handle: bytes) -> list[Entry]:
        """Return the next names of a folder; raises NoMore."""
        held = self._held(handle)
        now, held.listed = held.listed[:NAMES_AT_ONCE], held.listed[NAMES_AT_ONCE:]
        if not now:
            raise NoMore
        return now

    def _must_hold_one_more(self) -> None:
        if len(self._open) >= OPEN_AT_ONCE:
            raise TooManyOpen

    def _hold(self, held: Held) -> bytes:
        self._count += 1
        handle = str(self._count).encode()
        self._open[handle] = held
        return handle

    def _held(self, handle: bytes) -> Held:
        held = self._open.get(handle)
        if held is None:
            raise p.Malformed
        return held
