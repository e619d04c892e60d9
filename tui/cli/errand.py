"""An errand: what a worker process hears from its parent, and says to it."""

import asyncio
import os
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Final, Protocol

from tui.door import limits
from tui.door.hatch import Hatch, Said, Word

_STATM: Final = Path("/proc/self/statm")
MB: Final = 2**20


class Welcoming(Protocol):
    """A door, as far as its worker knows it."""

    fingerprint: str

    def welcome(
        self,
        connection: socket.socket,
        address: str,
        off_porch: Callable[[], None],
        gone: Callable[[], None],
    ) -> None:
        """Serve a connection."""


class Errand:
    """What a worker is told, and how it answers."""

    def __init__(self, sock: socket.socket) -> None:
        self.leaving = asyncio.Event()
        self.draining = asyncio.Event()
        self._door: Welcoming | None = None
        self._hatch = Hatch(sock, self._hear, self.leaving.set)

    def ready(self, door: "Welcoming | None" = None) -> None:
        """Ask for work."""
        self._door = door
        told = "" if door is None else door.fingerprint
        self._hatch.send(Word(said=Said.READY, text=told))

    async def be_alive(self, memory: int) -> None:
        """Say so every few seconds, or ask for relief above so many bytes of memory."""
        while True:
            await asyncio.sleep(limits.ALIVE_EVERY)
            full = (holds := resident()) > memory
            told = str(holds // MB) if full else ""
            self._hatch.send(Word(said=Said.FULL if full else Said.ALIVE, text=told))

    def _hear(self, word: Word, passed: socket.socket | None) -> None:
        match word.said:
            case Said.HAND if passed is not None and self._door is not None:
                self._welcome(self._door, word, passed)
            case Said.DRAIN:
                self.draining.set()
            case Said.LEAVE:
                self.leaving.set()
            case _ if passed is not None:
                passed.close()

    def _welcome(self, door: Welcoming, word: Word, passed: socket.socket) -> None:
        def off_porch() -> None:
            self._hatch.send(Word(said=Said.OFF, ticket=word.ticket))

        def gone() -> None:
            self._hatch.send(Word(said=Said.GONE, ticket=word.ticket))

        passed.setblocking(False)
        door.welcome(passed, word.text, off_porch, gone)


def resident() -> int:
    """Return the bytes of memory this process holds."""
    return int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def first(*jobs: Coroutine[None, None, object]) -> None:
    """Return when one of these has come about, and give the others up."""
    tasks = [asyncio.create_task(job) for job in jobs]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
