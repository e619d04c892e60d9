"""A connection that sends no packets of nothing.

asyncssh sends an empty MSG_IGNORE before every packet, so that nobody can guess how a block
of CBC begins.  The door offers no CBC (`algorithms`): the empty ones only double the
packets of every key.
"""

import asyncssh
from asyncssh import connection
from asyncssh.constants import MSG_IGNORE
from asyncssh.packet import SSHPacketLogger


class Connection(asyncssh.SSHServerConnection):
    """One client's connection."""

    def send_packet(
        self, pkttype: int, *args: bytes, handler: SSHPacketLogger | None = None
    ) -> None:
        """Send a packet, unless there is nothing in it."""
        if pkttype != MSG_IGNORE:
            super().send_packet(pkttype, *args, handler=handler)


def send_no_empty_ones() -> None:
    """Have the connections that asyncssh makes from now on be of this kind."""
    for name, kind in (("SSHServerConnection", Connection),):
        setattr(connection, name, kind)
