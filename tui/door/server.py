"""The door: one process's SSH server, its sessions in the same event loop.

`serve` opens it, `Door.close` shuts it.  The App behind it knows nothing of how it is
reached; the door knows nothing of what the App shows.
"""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

from tui.door import limits
from tui.door.gate import Gate, Guest, Porch, Reception
from tui.door.hostkey import host_key
from tui.door.runtime import Caretaker, settle
from tui.door.session import Session

__all__ = ["Door", "Reception", "serve"]


@dataclass
class Door:
    """An open server; `port` is the one it really listens on."""

    reception: Reception
    fingerprint: str
    port: int = 0
    sessions: set[Session] = field(default_factory=set)
    caretaker: Caretaker = field(default_factory=Caretaker)
    _acceptor: asyncssh.SSHAcceptor | None = None
    _porch: Porch = field(default_factory=Porch)

    async def listen(
        self, host: str, port: int, key: asyncssh.SSHKey, *, share: bool
    ) -> None:
        """Begin to take connections; port 0 picks a free one."""
        self._acceptor = await asyncssh.listen(
            host,
            port,
            server_factory=lambda: Gate(self.reception, self._porch, self._enter),
            server_host_keys=[key],
            reuse_port=share,
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
        self.port = self._acceptor.get_port()
        self.caretaker.start()

    async def close(self) -> None:
        """Take no more connections, end every session, and cut who does not leave."""
        if self._acceptor is not None:
            self._acceptor.close()
        tasks = [s.task for s in self.sessions if s.task is not None]
        for session in tuple(self.sessions):
            session.leave()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=limits.LEAVING + 1)
            for task in late:
                task.cancel()
        for gate in tuple(self._porch.gates):
            await gate.close()
        if self._acceptor is not None:
            await self._acceptor.wait_closed()
        await self.caretaker.stop()

    def _enter(self, guest: Guest, gate: Gate) -> Session:
        def over(session: Session) -> None:
            self.sessions.discard(session)
            self.caretaker.left()
            # A client closes when it has read the exit status; one that does not is cut.
            gate.show_out_after(limits.LEAVING)

        session = Session(guest, self.reception, self.caretaker, over)
        self.sessions.add(session)
        return session


async def serve(
    reception: Reception,
    host: str,
    port: int,
    host_key_path: Path,
    *,
    reuse_port: bool = False,
) -> Door:
    """Open the door; the caller closes it.

    Makes the host key on the first start.  `reuse_port` lets several processes share
    the port.  Raises OSError where the port is taken or the key cannot be read.
    """
    settle()
    key = host_key(host_key_path)
    door = Door(reception, key.get_fingerprint())
    await door.listen(host, port, key, share=reuse_port)
    return door
