"""bench fuzz: thousands of sessions of bytes that no person sends, before and after sign-in.

The server is the one that everybody runs.  It may refuse, cut or ignore whatever comes; no
worker may die of it, and none may forget how to let people in.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from types import MappingProxyType
from typing import Final

import asyncssh

from tui.cli.bench_crowd import Crowd, crowded
from tui.cli.bench_figure import Figure, Measured, Target
from tui.cli.bench_line import Caller, Line, dial, sit_down
from tui.cli.bench_place import Place
from tui.cli.bench_served import Served, served

_HEADS: Final = 40
_AT_ONCE: Final = 8
_BANNER: Final = b"SSH-2.0-fuzz\r\n"
_PATIENCE: Final = 5.0
_LARGEST: Final = 2**32 - 1
_SESSION_OF: Final = MappingProxyType({0: "before", 1: "name", 2: "after", 3: "after"})

# What a terminal may not send, and some that it does.
_NASTY: Final = (
    b"\x1b[9999999999;1u",
    b"\x1b[48;99999;99999;9999999;9999999t",
    b"\x1b[" + b"9;" * 500 + b"m",
    b"\x1b[200~" + b"A" * 20_000,
    b"\x1b[201~",
    b"\x1b]0;" + b"x" * 3_000,
    b"\x1bP" + b"\xff" * 1_000 + b"\x1b\\",
    "欧".encode()[:2],
    b"\xc0\x80\xed\xa0\x80\xf5\x80\x80\x80",
    "\u202e\u2066\u200b\ufeff\u0301".encode() * 50,
    b"\x00" * 500,
    b"\x03\x04\x1a\x1c\x11\x13",
    b"\x1b[6n\x1b[2;5R\x1b[2;3R\x1b[2;65535R",
    b"\r\r\r\x1b[20~\x1b[20~",
    b"\x1b[<0;10;10M\x1b[I\x1b[O\x1b[?62;c",
    b"123456789" * 20,
    "李小明".encode("gbk") * 30,
)
_COMMANDS: Final = (
    *("help", "status", "'", "export month 2026-13", "../../bin/sh", "scp -t /", "sftp"),
    *("roster import --dry-run", "\x00\x01", "查" * 4_000, "scp -f ../../etc/passwd"),
)


@dataclass(frozen=True)
class Size:
    """How many sessions, and for how many seconds at most."""

    sessions: int = 10_000
    seconds: float = 1800.0


async def measure(place: Place, size: Size) -> Measured:
    """Return how many workers died of it."""
    async with (
        crowded(place, "fuzz", _HEADS, 20) as crowd,
        served(crowd.town, place.folder / "home") as server,
    ):
        done = await _storm(server, crowd, size)
        refused = not await _lets_in(server, crowd)
        return Measured(
            title=f"{done}次乱码会话",
            counted=crowd.town.counted,
            figures=(
                Figure("fuzz.sessions", done, "count"),
                Figure("fuzz.signed_in", server.events["signed in"], "count"),
                Figure("fuzz.deaths", server.deaths + refused, "count", Target(0)),
                Figure("fuzz.faults", server.events["fault"], "count", Target(0)),
                Figure("fuzz.silent", server.events["silent"], "count", Target(0)),
            ),
        )


async def _storm(server: Served, crowd: Crowd, size: Size) -> int:
    numbers, done = iter(range(size.sessions)), 0
    end = perf_counter() + size.seconds

    async def one() -> None:
        nonlocal done
        for number in numbers:
            if perf_counter() > end:
                return
            dice = random.Random(number)  # noqa: S311 -- each session can be tried again
            with suppress(OSError, EOFError, ValueError, asyncssh.Error, TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await _session(server.port, crowd.key, number, dice)
            done += 1

    await asyncio.gather(*(one() for _ in range(_AT_ONCE)))
    return done


async def _session(port: int, key: str, number: int, dice: random.Random) -> None:
    address = f"127.{dice.randrange(1, 200)}.{dice.randrange(200)}.{dice.randrange(2, 200)}"
    match _SESSION_OF[number % len(_SESSION_OF)]:
        case "before":
            await _before(port, address, dice)
        case "name":
            name = _name(dice)
            caller = Caller(port, name, address, password=_name(dice))
            (await dial(caller)).abort()
        case _:
            head = f"head{dice.randrange(_HEADS) + 1}"
            await _after(Caller(port, head, address, key=key), dice)


def _name(dice: random.Random) -> str:
    pool: tuple[Callable[[], str], ...] = (
        lambda: f"head{dice.randrange(_HEADS) + 1}",
        lambda: "".join(chr(dice.randrange(1, 0xD800)) for _ in range(dice.randrange(99))),
        lambda: "a" * dice.randrange(30_000),
        lambda: "root\x00admin\r\n",
    )
    return dice.choice(pool)() or "x"


async def _before(port: int, address: str, dice: random.Random) -> None:
    """Send anything where the client's first words belong."""
    noise = dice.randbytes(dice.randrange(1, 3_000))
    words = dice.choice(
        (
            noise,
            _BANNER + noise,
            _BANNER + b"\xff\xff\xff\xff" + noise,
            _BANNER + b"\x00\x00\x00\x0c\x04\x14" + noise,
            b"SSH-1.5-old\r\n",
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
            b"\x16\x03\x01" + noise,
            b"SSH-2.0-" + b"x" * 100_000,
            b"\n" * 10_000,
            b"",
        )
    )
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, local_addr=(address, 0)
    )
    try:
        writer.write(words)
        await writer.drain()
        if dice.random() < 0.5:  # noqa: PLR2004 -- every other listens for the answer
            await asyncio.wait_for(reader.read(1_000), 0.2)
    finally:
        writer.transport.abort()


async def _after(caller: Caller, dice: random.Random) -> None:
    """Send anything where keys, windows and commands belong."""
    conn = await dial(caller)
    line = Line()
    line.on(conn)
    try:
        if dice.random() < 0.2:  # noqa: PLR2004 -- every fifth gives a command
            command = dice.choice(_COMMANDS)
            chan, _ = await conn.create_session(lambda: line, command, encoding=None)
            chan.write(dice.randbytes(dice.randrange(3_000)))
            chan.write_eof()
            await asyncio.wait_for(line.ended.wait(), 1)
            return
        odd = (0, 1, 79, 80, 200, 65_535, _LARGEST)
        size = (dice.choice(odd), dice.choice(odd))
        kind = dice.choice(("xterm", "dumb", "", "\x1b[31m", "x" * 500, "linux"))
        chan, _ = await conn.create_session(
            lambda: line, term_type=kind, term_size=size, encoding=None
        )
        for _ in range(dice.randrange(1, 20)):
            await asyncio.sleep(dice.random() * 0.02)
            if line.ended.is_set():
                return
            match dice.randrange(4):
                case 0:
                    line.write(dice.randbytes(dice.randrange(1, 3_000)))
                case 1:
                    chan.change_terminal_size(dice.choice(odd), dice.choice(odd))
                case _:
                    line.write(dice.choice(_NASTY))
    finally:
        conn.abort()


async def _lets_in(server: Served, crowd: Crowd) -> bool:
    """Tell whether the server still lets somebody in, from an address of their own."""
    for number in range(4):
        with suppress(OSError, asyncssh.Error, TimeoutError):
            address = f"127.250.0.{number + 2}"
            line = await sit_down(Caller(server.port, "head1", address, key=crowd.key))
            line.cut()
            return True
        await asyncio.sleep(2)
    return False
