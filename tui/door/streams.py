"""Streams over a channel: a command's bytes as they are and no more than asked for.

Of a terminal, so many bytes a second.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

from core.rules.presence import IdleTooLong
from tui.cli.command import Source
from tui.door import limits

_LONGEST_LINE: Final = 4096
# A large file on a slow line takes long, and yet nobody is idle.
_PIECE: Final = 64 * 1024


class Pipe(Protocol):
    """Where many bytes go, and whoever writes them waits for the reader."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""

    async def drain(self) -> None:
        """Return when the reader has caught up."""


@dataclass(frozen=True)
class Outlet:
    """Standard output or standard error: bytes go straight to the channel.

    `read` is set while the client reads them.
    """

    send: Callable[[bytes], None]
    read: asyncio.Event

    def write(self, data: bytes, /) -> object:
        """Send bytes; those a closing channel no longer takes are lost."""
        self.send(data)
        return len(data)

    async def drain(self) -> None:
        """Return when the client reads."""
        await self.read.wait()


class Feed:
    """What a protocol reads: so many bytes, or a line; nobody waits for it for ever."""

    def __init__(self, source: Source, idle: float) -> None:
        self._source, self._idle = source, idle

    async def exactly(self, size: int) -> bytes:
        """Return so many bytes, or fewer at the end; raises IdleTooLong."""
        got = bytearray()
        while (wanted := min(size - len(got), _PIECE)) > 0:
            try:
                async with asyncio.timeout(self._idle):
                    piece = await self._source(wanted)
            except TimeoutError as error:
                raise IdleTooLong from error
            got += piece
            if len(piece) < wanted:
                break
        return bytes(got)

    async def line(self) -> bytes:
        """Return a line without its end; nothing at the end, or where it has none."""
        line = bytearray()
        while len(line) < _LONGEST_LINE and (byte := await self.exactly(1)):
            if byte == b"\n":
                return bytes(line)
            line += byte
        return b""

    async def patiently(self, wait: Awaitable[None]) -> None:
        """Wait no longer than a client may stand still (IdleTooLong)."""
        try:
            async with asyncio.timeout(self._idle):
                await wait
        except TimeoutError as error:
            raise IdleTooLong from error


class Intake:
    """Standard input: collects what the client sends until a command asks for it."""

    def __init__(self, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        self._pause = pause
        self._resume = resume
        self._got = bytearray()
        self._wanted = limits.UNCLAIMED
        self._ended = False
        self._news = asyncio.Event()

    def feed(self, data: bytes) -> None:
        """Take bytes; stop the sender once there are more than anybody wants."""
        self._got += data
        if len(self._got) >= self._wanted:
            self._pause()
        self._news.set()

    def end(self) -> None:
        """Know that nothing more will come."""
        self._ended = True
        self._news.set()

    async def read(self, most: int, /) -> bytes:
        """Wait for the end of input, or for `most` bytes; return at most so many."""
        self._wanted = most
        self._resume()
        while not self._ended and len(self._got) < most:
            self._news.clear()
            await self._news.wait()
        taken = bytes(self._got[:most])
        del self._got[:most]
        self._wanted = limits.UNCLAIMED
        return taken


class Allowance:
    """How much of a terminal is heard: what is over its second waits at the client's."""

    def __init__(self, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        self._pause = pause
        self._resume = resume
        self._heard = 0
        self._second: asyncio.TimerHandle | None = None

    def spend(self, size: int) -> None:
        """Count bytes that were heard."""
        self._heard += size
        if self._second is None:
            self._second = asyncio.get_running_loop().call_later(1, self.renew)
        if self._heard >= limits.HEARD_A_SECOND:
            self._pause()

    def renew(self) -> None:
        """Begin another second."""
        self.stop()
        self._heard = 0
        self._resume()

    def stop(self) -> None:
        """Wait for no other second."""
        if self._second is not None:
            self._second.cancel()
            self._second = None
