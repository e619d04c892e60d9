"""The application on the terminal of this very process, for `baoxue open`.

The same driver as over SSH, on a wire whose other end is the process's own tty; one App a
process.  A tty that hangs up ends it, as does SIGTERM.
"""

import asyncio
import os
import signal
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from textual.app import App

from core.rules.errors import Refusal
from core.rules.terminal import client_name
from tui.door.driver import ChannelDriver
from tui.door.gate import Departing
from tui.door.log import standard_error
from tui.door.runtime import settle, uncapture
from tui.door.wire import WIRE, Wire
from tui.ruler import HERE

_CHUNK: Final = 4096
_NO_TERMINAL: Final = "请在终端中执行此命令。"
_INPUT: Final = 0
_OUTPUT: Final = 1


@contextmanager
def _raw(fd: int) -> Iterator[None]:
    """Get every key as it is pressed, and give the tty back as it was."""
    before = termios.tcgetattr(fd)
    try:
        tty.setraw(fd)
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(fd, termios.TCSAFLUSH, before)


def _send(data: bytes) -> None:
    # A tty may hang up between any two lines of ours.
    with suppress(OSError):
        while data:
            data = data[os.write(_OUTPUT, data) :]


def _read(wire: Wire, app: App[None]) -> None:
    try:
        data = os.read(_INPUT, _CHUNK)
    except OSError:
        data = b""
    if data:
        wire.feed(data)
    else:
        asyncio.get_running_loop().remove_reader(_INPUT)
        app.exit()


def _touched(screen: str) -> None:
    del screen


def _resize(wire: Wire) -> None:
    wire.resize(*os.get_terminal_size(_OUTPUT))


async def run_here(app: App[None]) -> int:
    """Run `app` on this process's terminal; return 0, or 1 after a fault of ours."""
    if not (os.isatty(_INPUT) and os.isatty(_OUTPUT)):
        raise Refusal(_NO_TERMINAL)
    settle()
    uncapture(app)
    sys.stdout.flush()
    loop = asyncio.get_running_loop()
    wire = Wire(_send, _touched)
    calls_itself = os.environ.get("TERM", "")
    wire.terminal.call(client_name("open", calls_itself), calls_itself)
    _resize(wire)
    WIRE.set(wire)
    HERE.set(wire.terminal)
    app.driver_class = ChannelDriver
    with _raw(_INPUT):
        loop.add_reader(_INPUT, _read, wire, app)
        loop.add_signal_handler(signal.SIGWINCH, _resize, wire)
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, app.exit)
        try:
            await app.run_async(size=wire.size, mouse=False)
        finally:
            loop.remove_reader(_INPUT)
            for number in (signal.SIGWINCH, signal.SIGHUP, signal.SIGTERM):
                loop.remove_signal_handler(number)
    if isinstance(app, Departing) and app.farewell:
        standard_error().write(f"{app.farewell}\n")
        return 1
    return app.return_code or 0
