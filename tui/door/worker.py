"""A worker as its parent knows it: a child process behind a hatch.

What runs in the child is the command line's to wire (`tui/cli/worker.py`).
"""

import asyncio
import os
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from tui.door.hatch import Hatch, Said, Word

_ROOT: Final = Path(__file__).resolve().parents[2]


class Role(StrEnum):
    """What a child does: it serves people, or does what the system does by itself."""

    DOOR = "door"
    SWEEP = "sweep"


class State(StrEnum):
    """Where a worker stands between its start and its end."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"


class Child(Protocol):
    """A process that was started."""

    @property
    def pid(self) -> int:
        """Return its number."""

    def kill(self) -> None:
        """End it at once."""

    async def wait(self) -> int:
        """Return its exit status when it has ended."""


@dataclass(eq=False)
class Worker:
    """One child: where it stands, and the connections it has been handed."""

    role: Role
    child: Child
    hatch: Hatch
    heard_at: float
    state: State = State.STARTING
    # Another one is coming up in its place.
    relieved: bool = False
    # What to call when the connection has signed in or is gone, by ticket.
    tickets: dict[int, Callable[[], None]] = field(default_factory=dict)

    def hand(
        self, ticket: int, connection: socket.socket, address: str, off: Callable[[], None]
    ) -> bool:
        """Hand a connection over; False where the worker does not listen."""
        taken = self.hatch.send(
            Word(said=Said.HAND, ticket=ticket, text=address), connection
        )
        if taken:
            self.tickets[ticket] = off
        return taken

    def off_porch(self, ticket: int) -> None:
        """Know that a connection has signed in, or is gone."""
        if (off := self.tickets.get(ticket)) is not None:
            off()

    def gone(self, ticket: int) -> None:
        """Know that a connection is gone."""
        self.off_porch(ticket)
        self.tickets.pop(ticket, None)

    def buried(self) -> None:
        """Know that the child is gone, and everybody with it."""
        self.hatch.close()
        for ticket in tuple(self.tickets):
            self.gone(ticket)


async def start(
    role: Role, theirs: socket.socket, variables: Mapping[str, str]
) -> asyncio.subprocess.Process:
    """Start a child that holds the other end of its hatch, and nothing else of ours.

    A new interpreter, never a fork: a forked pool in port-sharing workers hangs
    connections after a crash.
    """
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tui.cli.worker", role, str(theirs.fileno())),
        stdin=asyncio.subprocess.DEVNULL,
        pass_fds=(theirs.fileno(),),
        env=os.environ | {"PYTHONPATH": str(_ROOT)} | dict(variables),
        start_new_session=True,
    )
