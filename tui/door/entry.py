"""The entry: the one listening socket.  Who may stand on the porch is handed in.

Nothing is read from a stranger here, and nothing is sent: a connection that finds no room
costs an `accept` and a `close`.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Final, TypeAlias

from tui.door.log import note
from tui.door.porch import Porch

# Connections that the kernel keeps while nobody accepts them.
BACKLOG: Final = 512
# Seconds to wait when the process has no file handle left for another connection.
_BREATHE: Final = 0.1

# (the connection, its address, what to call when it has signed in or is gone)
HandIn: TypeAlias = Callable[[socket.socket, str, Callable[[], None]], None]


def listening_socket(host: str, port: int) -> socket.socket:
    """Listen on an address; port 0 picks a free one.  Raises OSError."""
    family, _, _, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    sock = socket.create_server(
        address[:2],
        family=family,
        backlog=BACKLOG,
        dualstack_ipv6=host == "::" and socket.has_dualstack_ipv6(),
    )
    sock.setblocking(False)
    return sock


class Entry:
    """Takes connections for as long as it runs."""

    def __init__(self, sock: socket.socket, porch: Porch, hand_in: HandIn) -> None:
        self.porch = porch
        self._socket = sock
        self._hand_in = hand_in

    @property
    def port(self) -> int:
        """Return the port that is really listened on."""
        found: int = self._socket.getsockname()[1]
        return found

    async def run(self) -> None:
        """Take one connection after another, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                connection, peer = await loop.sock_accept(self._socket)
            except OSError:
                await asyncio.sleep(_BREATHE)
            else:
                self._take(connection, str(peer[0]) if peer else "local")

    def close(self) -> None:
        """Listen no more.

        The loop forgets the socket first: an `accept` still pending would forget it by its
        number later, when that may be another socket's, which would then never be heard.
        """
        if self._socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._socket)
        self._socket.close()

    def _take(self, connection: socket.socket, address: str) -> None:
        if not self.porch.admit(address):
            note("refused", address=address, account=0, reason="too many connections")
            connection.close()
            return
        left = False

        def off_porch() -> None:
            nonlocal left
            if not left:
                left = True
                self.porch.leave(address)

        self._hand_in(connection, address, off_porch)
