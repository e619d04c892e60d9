"""A person at a terminal: an SSH client whose screen is kept by a terminal emulator.

async with Terminal.connect(port, "lixiuying", password="...") as t:
    await t.wait_for("今日待办")
    await t.press("f3", "down", "enter")
    await t.type("李秀英")
"""

import asyncio
import codecs
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import asyncssh
import pyte

KEYS: Final = {
    "f1": "\x1bOP",
    "f2": "\x1bOQ",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[1~",
    "end": "\x1b[4~",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "pgup": "\x1b[5~",
    "pgdn": "\x1b[6~",
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "backtab": "\x1b[Z",
    "space": " ",
    "backspace": "\x7f",
}
_STEP = 0.01
# A packet of more printable characters than an input method commits is a paste.
_COMMIT = 20


class _Line(asyncssh.SSHClientSession[bytes]):
    """Feeds what arrives into the emulator, and sends what that answers."""

    def __init__(self, screen: pyte.Screen, codec: str, *, answers: bool) -> None:
        self.received = bytearray()
        self.errors = bytearray()
        self.screen = screen
        self.codec = codec
        self.stream = pyte.Stream(screen)
        self.decoder = codecs.getincrementaldecoder(codec)("replace")
        self.arrived_at = 0.0
        self.answers = answers
        self._rows: list[str] | None = None

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        if self.answers:
            self.screen.write_process_input = lambda said: chan.write(said.encode())

    def data_received(self, data: bytes, datatype: int | None) -> None:
        if datatype is not None:
            self.errors += data
            return
        self.received += data
        self.arrived_at = asyncio.get_running_loop().time()
        self.stream.feed(self.decoder.decode(data))
        self._rows = None

    def resized(self, width: int, height: int) -> None:
        """Show nothing in another size."""
        self.screen.resize(height, width)
        self.screen.erase_in_display(2)
        self._rows = None

    def rows(self) -> list[str]:
        """Return the rows as they are read; looked at far more often than they change."""
        if self._rows is None:
            columns = range(self.screen.columns)
            lines = (self.screen.buffer[y] for y in range(self.screen.lines))
            self._rows = [
                "".join([line[x].data for x in columns]).rstrip() for line in lines
            ]
        return self._rows


class Terminal:
    """One signed-in terminal."""

    def __init__(
        self,
        conn: asyncssh.SSHClientConnection,
        chan: asyncssh.SSHClientChannel[bytes],
        line: _Line,
    ) -> None:
        self.conn = conn
        self.chan = chan
        self.pressed = 0  # keys so far; text that is typed or pasted is not counted
        self._line = line

    @classmethod
    @asynccontextmanager
    async def connect(
        cls,
        port: int,
        name: str,
        *,
        password: str | None = None,
        key: asyncssh.SSHKey | None = None,
        size: tuple[int, int] = (80, 24),
        window: int = 2**21,
        answers: bool = True,
        calls_itself: str = "xterm",
        screen: type[pyte.Screen] = pyte.Screen,
        codec: str = "utf-8",
    ) -> AsyncIterator["Terminal"]:
        """Sign in and open the application; asyncssh.PermissionDenied if refused.

        `answers` when it is asked where its cursor is, as every real terminal does.
        """
        async with dial(port, name, password=password, key=key) as conn:
            line = _Line(screen(*size), codec, answers=answers)
            chan, _ = await conn.create_session(
                lambda: line,
                term_type=calls_itself,
                term_size=size,
                encoding=None,
                window=window,
            )
            terminal = cls(conn, chan, line)
            try:
                yield terminal
            finally:
                await terminal.close()

    async def press(self, *keys: str) -> None:
        """Press named keys (f1-f10, arrows, enter, esc, ...) or single characters."""
        for key in keys:
            self.send(KEYS.get(key, key))
            self.pressed += 1
            # Each key in a packet of its own, as a person's would be.
            await asyncio.sleep(_STEP)

    async def type(self, text: str) -> None:
        """Type text as an input method commits it: a few characters a packet."""
        for at in range(0, len(text), _COMMIT):
            self.send(text[at : at + _COMMIT])
            await asyncio.sleep(_STEP)

    async def paste(self, text: str) -> None:
        """Paste as a terminal with bracketed paste does."""
        self.send(f"\x1b[200~{text}\x1b[201~")
        await asyncio.sleep(_STEP)

    def send(self, raw: str | bytes) -> None:
        """Send bytes as they are, in one packet."""
        codec = self._line.codec
        self.chan.write(raw.encode(codec) if isinstance(raw, str) else raw)

    async def resize(self, width: int, height: int) -> None:
        """Drag the window to another size; what it shows is lost, as at its worst."""
        self._line.resized(width, height)
        self.chan.change_terminal_size(width, height)
        await asyncio.sleep(_STEP)

    def lines(self) -> list[str]:
        """Return the screen's rows as they are read, without the cells' fillers."""
        return list(self._line.rows())

    def text(self) -> str:
        """Return the whole screen, a line a row."""
        return "\n".join(self.lines())

    @property
    def screen(self) -> pyte.Screen:
        """Return the emulator's screen, for cells and attributes."""
        return self._line.screen

    @property
    def bytes_received(self) -> int:
        """Return how many bytes have come, all in all."""
        return len(self._line.received)

    @property
    def received(self) -> bytes:
        """Return every byte that has come."""
        return bytes(self._line.received)

    @property
    def said(self) -> str:
        """Return what came on standard error."""
        return self._line.errors.decode()

    def _shows(self, words: tuple[str, ...]) -> bool:
        text = self.text()
        return all(word in text for word in words)

    async def wait_for(self, *words: str, timeout: float = 30) -> None:
        """Wait until every word stands on the screen; show the screen if it never does."""
        await self.until(lambda: self._shows(words), words, timeout)

    async def wait_gone(self, word: str, timeout: float = 30) -> None:
        """Wait until a word stands on the screen no longer."""
        await self.until(lambda: word not in self.text(), ("not", word), timeout)

    async def until(
        self, done: Callable[[], bool], words: tuple[str, ...] = (), timeout: float = 30
    ) -> None:
        """Wait until something holds; show the screen if it never does."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not done():
            if loop.time() > end or self.chan.is_closing():
                ended = " (ended)" if self.chan.is_closing() else ""
                raise AssertionError(
                    f"{' '.join(words)} {ended}\n{self.text()}\n{self.said}"
                )
            await asyncio.sleep(_STEP)

    async def quiet(self, seconds: float = 0.15) -> None:
        """Wait until nothing has come for so long."""
        loop = asyncio.get_running_loop()
        self._line.arrived_at = loop.time()
        while loop.time() - self._line.arrived_at < seconds:
            await asyncio.sleep(_STEP)

    async def cost(self, *keys: str) -> int:
        """Return the bytes that come after pressing keys, until it is quiet."""
        await self.quiet()
        before = self.bytes_received
        await self.press(*keys)
        await self.quiet()
        return self.bytes_received - before

    async def ended(self, timeout: float = 30) -> int | None:
        """Wait until the server ends the session; return its exit status."""
        await asyncio.wait_for(self.chan.wait_closed(), timeout)
        return self.chan.get_exit_status()

    def cut(self) -> None:
        """Pull the cable: no farewell."""
        self.conn.abort()

    async def close(self) -> None:
        """Close the window."""
        self.conn.close()
        await self.conn.wait_closed()


@asynccontextmanager
async def dial(
    port: int,
    name: str,
    *,
    password: str | None = None,
    key: asyncssh.SSHKey | None = None,
    client: asyncssh.SSHClient | None = None,
) -> AsyncIterator[asyncssh.SSHClientConnection]:
    """Open a signed-in connection with no session on it, whatever ~/.ssh says."""
    conn = await asyncssh.connect(
        "127.0.0.1",
        port,
        username=name,
        password=password,
        client_keys=[key] if key is not None else None,
        client_factory=None if client is None else lambda: client,
        known_hosts=None,
        config=None,
        agent_path=None,
    )
    try:
        yield conn
    finally:
        conn.close()
        await conn.wait_closed()
