"""The listening socket, closed while it waits for the next connection."""

import asyncio
import socket

from tui.door.entry import Entry, listening_socket
from tui.door.porch import Porch


async def test_a_closed_entry_makes_the_loop_deaf_to_no_other_socket():
    """An `accept` that was pending must not forget whoever got the socket's number."""
    sock = listening_socket("127.0.0.1", 0)
    entry = Entry(sock, Porch(), lambda *_: None)
    taking = asyncio.create_task(entry.run())
    await asyncio.sleep(0)
    number = sock.fileno()
    entry.close()
    entry.close()
    ours, theirs = socket.socketpair()
    held = next(one for one in (ours, theirs) if one.fileno() == number)
    other = theirs if held is ours else ours
    held.setblocking(False)
    reading = asyncio.create_task(asyncio.get_running_loop().sock_recv(held, 1))
    await asyncio.sleep(0)
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    other.send(b"!")
    async with asyncio.timeout(30):
        assert await reading == b"!"
    held.close()
    other.close()
