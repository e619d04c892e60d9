"""A line to PostgreSQL that can be cut at any message of the protocol.

It stands between the pool and the server, passes whole messages on, and counts those that
the client sends.
"""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit


class Cut(Enum):
    """What happens to a message of the client, and to its answer."""

    BEFORE = "the server never gets it"
    AFTER = "the server does it, and its answer is lost"
    LATE = "the client is cut off, and the server gets it when `late` is set"
    SILENT = "nothing comes through any more, and nobody is told"


_SYNC = b"S\x00\x00\x00\x04"


@dataclass
class Line:
    """The line; `cut_at` is the number of the message to cut at, from 1, once."""

    path: Path
    sent: int = 0
    cut_at: int = 0
    how: Cut = Cut.BEFORE
    # How often the line refuses to be opened anew after a cut.
    refuses: int = 0
    # Or the COMMIT of the act of this name.
    act: bytes = b""
    cuts: int = 0
    shut: bool = False
    open_ends: set[StreamWriter] = field(default_factory=set)
    late: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def arm(self, cut_at: int, how: Cut, refuses: int = 0) -> None:
        """Cut at a message that is yet to come."""
        self.sent, self.cut_at, self.how, self.refuses = 0, cut_at, how, refuses

    def cut_commit(self, act: str, how: Cut) -> None:
        """Cut at the COMMIT of the act of this name, and everything until it is mended."""
        self.arm(0, how)
        self.act = act.encode()

    def close(self) -> None:
        """Cut all there is, and let nobody through until it is mended."""
        self.shut = True
        for end in tuple(self.open_ends):
            end.transport.abort()

    def mend(self) -> None:
        """Let everybody through again."""
        self.shut = False

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Pass one connection on until either end goes, or the line is cut."""
        if self.shut or (self.cuts and self.refuses):
            self.refuses -= not self.shut
            writer.close()
            return
        self.open_ends.add(writer)
        theirs, ours = await asyncio.open_unix_connection(self.path)
        back = asyncio.create_task(_pass_back(theirs, writer))
        self.tasks |= {back, *filter(None, (asyncio.current_task(),))}
        try:
            ours.write(await _begin(reader))
            signed = False
            while True:
                message = await _message(reader)
                self.sent += 1
                signed = signed or bool(self.act and self.act in message)
                if self.sent == self.cut_at or (signed and b"COMMIT" in message):
                    back.cancel()
                    await asyncio.wait((back,))
                    await self._cut(message, theirs, ours, writer)
                    return
                ours.write(message)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            ours.transport.abort()
            writer.transport.abort()
            self.open_ends.discard(writer)
            back.cancel()

    async def _cut(
        self, message: bytes, theirs: StreamReader, ours: StreamWriter, back: StreamWriter
    ) -> None:
        self.cuts += 1
        if self.act:
            self.close()
        self.cut_at, self.act = 0, b""
        if self.how is Cut.SILENT:
            await asyncio.Event().wait()
        if self.how is Cut.LATE:
            back.transport.abort()
            await self.late.wait()
        if self.how is not Cut.BEFORE:
            ours.write(message + _SYNC)
            # Until the server has answered: then it has done it.
            await theirs.read(1)


async def _begin(reader: StreamReader) -> bytes:
    size = await reader.readexactly(4)
    return size + await reader.readexactly(int.from_bytes(size) - 4)


async def _message(reader: StreamReader) -> bytes:
    head = await reader.readexactly(5)
    return head + await reader.readexactly(int.from_bytes(head[1:]) - 4)


async def _pass_back(theirs: StreamReader, writer: StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await theirs.read(2**16):
            writer.write(data)
        writer.close()


@asynccontextmanager
async def line_to(dsn: str, folder: Path) -> AsyncIterator[tuple[str, Line]]:
    """Open a line to the server of an address; yield the address that goes through it."""
    parts = urlsplit(dsn)
    asked = parse_qs(parts.query)
    host = asked["host"][0]
    here = folder / "line"
    here.mkdir(mode=0o700)
    port = asked.get("port", ["5432"])[0]
    line = Line(Path(host) / f".s.PGSQL.{port}")
    server = await asyncio.start_unix_server(line.serve, here / f".s.PGSQL.{port}")
    try:
        yield dsn.replace(f"host={quote(host, safe='/')}", f"host={here}"), line
    finally:
        server.close()
        for task in line.tasks:
            task.cancel()
