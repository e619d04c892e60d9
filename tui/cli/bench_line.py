"""One person's SSH client as a benchmark needs it: bytes and moments, no picture.

It answers what a terminal is asked at sign-in, as every real one does.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import asyncssh

# What a UTF-8 terminal of one-cell lines answers the door's questions with.
_ASKED: Final = b"\x1b[6n"
_ANSWERS: Final = b"\x1b[2;5R\x1b[2;3R"
_FIRST: Final = "今日待办".encode()
_PATIENCE: Final = 60.0
# Silence after which what comes is no longer the answer to the last key.
PAUSE: Final = 0.05
SIZE: Final = (80, 24)


@dataclass
class Answer:
    """What came after a key: how many bytes, and after how many seconds the last of them."""

    began: float
    ended: float = 0.0
    received: int = 0

    @property
    def seconds(self) -> float | None:
        """Return how long it took; None where nothing came."""
        return self.ended - self.began if self.received else None


class Line(asyncssh.SSHClientSession[bytes]):
    """What comes on one channel."""

    _chan: asyncssh.SSHClientChannel[bytes]

    def __init__(self) -> None:
        self.received = 0
        self.shown = asyncio.Event()
        self.ended = asyncio.Event()
        self._early = bytearray()
        self._loop = asyncio.get_running_loop()
        self._answer: Answer | None = None
        self._pause = PAUSE
        self._conn: asyncssh.SSHClientConnection | None = None

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """Know the channel."""
        self._chan = chan

    def connection_lost(self, exc: Exception | None) -> None:
        """Know that it is over."""
        del exc
        self.ended.set()
        self.shown.set()

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Count, and answer questions; until the first screen has come, look for it."""
        del datatype
        self.received += len(data)
        now, answer = self._loop.time(), self._answer
        if answer is not None and (not answer.received or now - answer.ended < self._pause):
            answer.ended = now
            answer.received += len(data)
        if not self.shown.is_set():
            self._early += data
            if _ASKED in self._early:
                self._early.clear()
                self.write(_ANSWERS)
            if _FIRST in self._early:
                self._early.clear()
                self.shown.set()

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        if not self.ended.is_set():
            self._chan.write(data)

    def press(self, key: bytes, pause: float = PAUSE) -> Answer:
        """Send a key; what it is answered with comes into the Answer by and by."""
        self._pause = pause
        self._answer = answer = Answer(self._loop.time())
        self.write(key)
        return answer

    def cut(self) -> None:
        """Pull the cable."""
        if self._conn is not None:
            self._conn.abort()

    def on(self, conn: asyncssh.SSHClientConnection) -> None:
        """Know the connection."""
        self._conn = conn


@dataclass(frozen=True)
class Caller:
    """Who signs in, by password or by key, and from which of this machine's addresses."""

    port: int
    name: str
    address: str = "127.0.0.1"
    password: str | None = None
    key: str | None = None


async def dial(caller: Caller) -> asyncssh.SSHClientConnection:
    """Sign in; raises what asyncssh and the sockets do."""
    keys = [] if caller.key is None else [asyncssh.import_private_key(caller.key)]
    return await asyncssh.connect(
        "127.0.0.1",
        caller.port,
        local_addr=(caller.address, 0),
        username=caller.name,
        password=caller.password,
        client_keys=keys or None,
        known_hosts=None,
        config=None,
        agent_path=None,
        compression_algs=["none"],
        connect_timeout=_PATIENCE,
        login_timeout=_PATIENCE,
    )


async def sit_down(caller: Caller, line: Line | None = None) -> Line:
    """Sign in and wait for the first screen; raises what `dial` does, or TimeoutError."""
    conn = await dial(caller)
    line = line or Line()
    line.on(conn)
    await conn.create_session(
        lambda: line, term_type="xterm", term_size=SIZE, encoding=None, window=2**21
    )
    async with asyncio.timeout(_PATIENCE):
        await line.shown.wait()
    if line.ended.is_set():
        raise ConnectionResetError
    return line
