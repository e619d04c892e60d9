"""The crew: as many workers as the machine has cores, kept at work by their parent.

The parent accepts every connection, counts strangers for all of them, and hands the
connection to whoever has fewest.  A worker that dies is replaced; a reload brings a whole
new crew up before the old one is asked to finish.
"""

import asyncio
import socket
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

from tui.door import limits
from tui.door.hatch import Hatch, Said, Word
from tui.door.log import note
from tui.door.worker import Child, Role, State, Worker

# Starts a child that holds the other end of its hatch.
Start: TypeAlias = Callable[[Role, socket.socket], Awaitable[Child]]


class CrewFailed(RuntimeError):
    """No worker comes up; each has said why on standard error."""


@dataclass(frozen=True)
class _Guest:
    """A connection nobody could take yet."""

    connection: socket.socket
    address: str
    off_porch: Callable[[], None]


class Crew:
    """The workers of one server."""

    def __init__(self, start: Start, doors: int) -> None:
        self._start = start
        self._roles: Final = (*(Role.DOOR,) * doors, Role.SWEEP)
        self._workers: list[Worker] = []
        self._waiting: deque[_Guest] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticket = 0
        self._failures = 0
        self._begun = False
        self._ending = False
        self._reloading = False
        self._news = asyncio.Event()
        self.fingerprint = ""

    @property
    def workers(self) -> tuple[Worker, ...]:
        """Return every worker there is, whatever it is about."""
        return tuple(self._workers)

    async def begin(self) -> None:
        """Start everybody; return when all are ready.  Raises CrewFailed."""
        if not await self._raise(self._roles):
            await self.close()
            raise CrewFailed
        self._begun = True
        self._begin(self._watch())

    def hand_in(
        self, connection: socket.socket, address: str, off_porch: Callable[[], None]
    ) -> None:
        """Give a connection to the worker that has fewest, or keep it until one is ready."""
        self._waiting.append(_Guest(connection, address, off_porch))
        self._hand_over()

    async def reload(self) -> bool:
        """Bring a new crew up, then let the old one finish.

        False where it did not come up, or there is nothing to reload yet or any more.
        """
        if self._reloading or self._ending or not self._begun:
            return False
        self._reloading = True
        try:
            old = [w for w in self._workers if w.state is not State.DRAINING]
            came = await self._raise(self._roles)
            if came:
                for worker in old:
                    self._drain(worker)
            note("reloaded" if came else "reload failed", workers=len(self._workers))
            return came
        finally:
            self._reloading = False

    async def close(self) -> None:
        """Have everybody leave, and end who does not."""
        self._ending = True
        while self._waiting:
            guest = self._waiting.popleft()
            guest.connection.close()
            guest.off_porch()
        for worker in self._workers:
            worker.hatch.send(Word(said=Said.LEAVE))
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.CREW_LEAVES):
                while self._workers:
                    self._news.clear()
                    await self._news.wait()
        for worker in self._workers:
            _kill(worker)
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _raise(self, roles: tuple[Role, ...]) -> bool:
        """Start a worker for each role; False, and none left, unless all become ready."""
        fresh = [await self._hire(role) for role in roles]
        with suppress(TimeoutError):
            async with asyncio.timeout(limits.CREW_STARTS):
                while any(w.state is State.STARTING for w in fresh):
                    if any(w not in self._workers for w in fresh):
                        break
                    self._news.clear()
                    await self._news.wait()
        if all(w.state is State.READY and w in self._workers for w in fresh):
            return True
        for worker in fresh:
            worker.state = State.DRAINING  # nobody takes its place
            _kill(worker)
        return False

    async def _hire(self, role: Role) -> Worker:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            child = await self._start(role, theirs)
        found: Worker
        hatch = Hatch(ours, lambda word, _: self._hear(found, word), lambda: None)
        found = Worker(role, child, hatch, asyncio.get_running_loop().time())
        self._workers.append(found)
        self._begin(self._mourn(found))
        return found

    def _hear(self, worker: Worker, word: Word) -> None:
        worker.heard_at = asyncio.get_running_loop().time()
        match word.said:
            case Said.READY if worker.state is State.STARTING:
                worker.state = State.READY
                self.fingerprint = word.text or self.fingerprint
                self._failures = 0
                note("worker", role=worker.role, worker=worker.child.pid)
                self._hand_over()
            case Said.OFF:
                worker.off_porch(word.ticket)
            case Said.GONE:
                worker.gone(word.ticket)
            case Said.FULL if worker.state is State.READY and not worker.relieved:
                self._begin(self._relieve(worker, word.text))
            case _:
                pass
        self._news.set()

    def _hand_over(self) -> None:
        while self._waiting:
            ready = [
                w for w in self._workers if w.role is Role.DOOR and w.state is State.READY
            ]
            ready.sort(key=lambda w: len(w.tickets))
            if not ready:
                return
            guest = self._waiting.popleft()
            self._ticket += 1
            with guest.connection as connection:
                if not any(
                    w.hand(self._ticket, connection, guest.address, guest.off_porch)
                    for w in ready
                ):
                    guest.off_porch()

    def _drain(self, worker: Worker) -> None:
        worker.state = State.DRAINING
        if not worker.hatch.send(Word(said=Said.DRAIN)):
            _kill(worker)

    async def _relieve(self, worker: Worker, holds: str) -> None:
        """Put another in the place of one whose memory is short, if it comes up."""
        note("full", worker=worker.child.pid, mb=holds)
        worker.relieved = True
        if await self._raise((worker.role,)):
            self._drain(worker)
        else:
            worker.relieved = False

    async def _mourn(self, worker: Worker) -> None:
        """Wait for a worker's end; put another in its place unless it was to end."""
        status = await worker.child.wait()
        self._workers.remove(worker)
        worker.buried()
        self._news.set()
        missed = worker.state is State.READY and not self._ending
        note("worker ended", worker=worker.child.pid, status=status, missed=int(missed))
        while missed and not self._ending:
            if await self._raise((worker.role,)):
                return
            self._failures += 1
            await asyncio.sleep(min(2**self._failures, limits.RESTART_AFTER_AT_MOST))

    async def _watch(self) -> None:
        """Kill whoever has said nothing for too long: its loop stands still."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(limits.ALIVE_EVERY)
            for worker in self.workers:
                silent = loop.time() - worker.heard_at
                if worker.state is not State.STARTING and silent > limits.SILENT:
                    note("silent", worker=worker.child.pid)
                    _kill(worker)

    def _begin(self, job: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _kill(worker: Worker) -> None:
    with suppress(ProcessLookupError):
        worker.child.kill()
