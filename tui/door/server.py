"""The door: one process's SSH sessions, all in the same event loop.

`serve` opens it with an entry of its own; a worker has connections handed in.  The App
behind it knows nothing of how it is reached; the door knows nothing of what the App shows.
"""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from core.rules.presence import ServerEnds
from tui.door import limits
from tui.door.algorithms import COMPRESSION, ENCRYPTION, KEX, MACS
from tui.door.entry import Entry
from tui.door.gate import Gate, Guest, Reception
from tui.door.hostkey import host_key
from tui.door.packets import send_no_empty_ones
from tui.door.porch import Porch
from tui.door.runtime import Caretaker, settle
from tui.door.session import Session

__all__ = ["Door", "Reception", "open_door", "serve"]


@dataclass
class Door:
    """One process's connections and sessions."""

    reception: Reception
    fingerprint: str
    options: asyncssh.SSHServerConnectionOptions
    sessions: set[Session] = field(default_factory=set)
    gates: set[Gate] = field(default_factory=set)
    caretaker: Caretaker = field(default_factory=Caretaker)
    entry: Entry | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _empty: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def port(self) -> int:
        """Return the port of the door's own entry."""
        return 0 if self.entry is None else self.entry.port

    def welcome(
        self,
        connection: socket.socket,
        address: str,
        off_porch: Callable[[], None],
        gone: Callable[[], None] = lambda: None,
    ) -> None:
        """Serve a connection.

        `off_porch` is called when it has signed in or is gone, `gone` when it is gone.
        """

        def over(gate: Gate) -> None:
            self.gates.discard(gate)
            gone()
            if not self.gates:
                self._empty.set()

        gate = Gate(self.reception, address, self._enter, off_porch, over)
        self.gates.add(gate)
        self._empty.clear()
        self._begin(self._serve(connection, gate))

    async def emptied(self) -> None:
        """Return when the last connection has gone."""
        if self.gates:
            await self._empty.wait()

    async def close(self) -> None:
        """Take no more connections, end every session, and cut who does not leave."""
        if self.entry is not None:
            self.entry.close()
        tasks = [s.task for s in self.sessions if s.task is not None]
        for session in tuple(self.sessions):
            session.leave(str(ServerEnds()))
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=limits.LEAVING + 1)
            for task in late:
                task.cancel()
        for gate in tuple(self.gates):
            await gate.close()
        for running in tuple(self._tasks):
            running.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.caretaker.stop()

    def take_from(self, entry: Entry) -> None:
        """Take connections at an entry of this process's own."""
        self.entry = entry
        self._begin(entry.run())

    def _begin(self, job: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, connection: socket.socket, gate: Gate) -> None:
        try:
            await asyncssh.run_server(
                connection, options=self.options, server_factory=lambda: gate
            )
        except Exception:  # noqa: BLE001 - the gate has logged who was refused, or what failed
            connection.close()
            gate.connection_lost(None)

    def _enter(self, guest: Guest, gate: Gate) -> Session:
        def over(session: Session) -> None:
            self.sessions.discard(session)
            self.caretaker.left()
            # A client closes when it has read the exit status; one that does not is cut.
            gate.show_out_after(limits.LEAVING)

        session = Session(guest, self.reception, self.caretaker, over)
        self.sessions.add(session)
        return session


def open_door(reception: Reception, host_key_path: Path) -> Door:
    """Open a door that connections are handed in to; the caller closes it.

    Makes the host key on the first start.  Raises OSError where it cannot be read.
    """
    settle()
    send_no_empty_ones()
    key = host_key(host_key_path)
    options = asyncssh.SSHServerConnectionOptions(
        server_host_keys=[key],
        kex_algs=KEX,
        encryption_algs=ENCRYPTION,
        mac_algs=MACS,
        compression_algs=COMPRESSION,
        encoding=None,
        line_editor=False,
        allow_scp=False,
        agent_forwarding=False,
        x11_forwarding=False,
        gss_host=None,
        login_timeout=limits.SIGN_IN_GRACE,
        keepalive_interval=limits.KEEPALIVE_EVERY,
        keepalive_count_max=limits.KEEPALIVE_MISSES,
        server_version="baoxue",
    )
    door = Door(reception, key.get_fingerprint(), options)
    door.caretaker.start()
    return door


def serve(
    reception: Reception,
    sock: socket.socket,
    host_key_path: Path,
    porch: Porch | None = None,
) -> Door:
    """Open a door with an entry of its own on a listening socket; the caller closes it.

    Raises OSError where the host key cannot be read.
    """
    door = open_door(reception, host_key_path)
    door.take_from(Entry(sock, porch or Porch(), door.welcome))
    return door
