"""The hatch between the serving parent and one of its workers: short words, and sockets.

A pair of connected sockets of the kernel that keeps each word whole.  Whoever is gone is
noticed at once, however they went.
"""

import asyncio
import socket
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from pydantic import ValidationError

from core.rules.base import Record

_LONGEST: Final = 4096


class Said(StrEnum):
    """What parent and worker say to each other."""

    # Parent to worker: a connection (with its socket); no more will come, leave when the
    # last one has gone; leave now.
    HAND = "hand"
    DRAIN = "drain"
    LEAVE = "leave"
    # Worker to parent: ready for connections; a connection has signed in or is gone, is
    # gone; memory is short, send somebody else; still alive.
    READY = "ready"
    OFF = "off"
    GONE = "gone"
    FULL = "full"
    ALIVE = "alive"


class Word(Record):
    """One word; `ticket` is the parent's number of a connection."""

    said: Said
    ticket: int = 0
    text: str = ""


class Hatch:
    """One end of the pair."""

    def __init__(
        self,
        sock: socket.socket,
        heard: Callable[[Word, socket.socket | None], None],
        closed: Callable[[], None],
    ) -> None:
        """Begin to listen; needs a running loop."""
        self._socket = sock
        self._heard = heard
        self._closed = closed
        self._open = True
        sock.setblocking(False)
        asyncio.get_running_loop().add_reader(sock.fileno(), self._read)

    def send(self, word: Word, passed: socket.socket | None = None) -> bool:
        """Say a word, with a socket; False where the other side is gone or does not listen."""
        if not self._open:
            return False
        data = word.model_dump_json(exclude_defaults=True).encode()
        try:
            if passed is None:
                self._socket.send(data)
            else:
                socket.send_fds(self._socket, [data], [passed.fileno()])
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Say and hear no more."""
        if self._open:
            self._open = False
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()

    def _read(self) -> None:
        try:
            data, files, _, _ = socket.recv_fds(self._socket, _LONGEST, 1)
        except BlockingIOError:
            return
        except OSError:
            data, files = b"", []
        passed = socket.socket(fileno=files[0]) if files else None
        if not data:
            self.close()
            self._closed()
            return
        try:
            word = Word.model_validate_json(data)
        except ValidationError:  # another version's: a reload is under way
            if passed is not None:
                passed.close()
        else:
            self._heard(word, passed)
