"""Textual's driver for a terminal at the other end of a channel.

No thread, no signal, no tty; no mouse, no kitty keyboard, no question to the terminal.
What it is told of the window's size is clamped, and what it is told in band is ignored.
"""

import asyncio
import codecs
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from contextvars import ContextVar
from typing import Final

from textual.app import App
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size
from textual.widgets import Input, TextArea

from tui.door import limits
from tui.door.keys import Keyboard, Typed
from tui.door.turns import settled

# A key that comes so soon after another waits for that one's consequences, in seconds.
_AT_REST_AFTER: Final = 0.5

# Alternate screen, no cursor, bracketed paste, no wrap at the margin; no mouse and no focus
# reports, which a program before us may have left on, and a keypad of digits; and back.
ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?7l\x1b[?1000;1002;1003;1004l\x1b>"
LEAVE: Final = "\x1b[m\x1b[?2004l\x1b[?7h\x1b[?1049l\x1b[?25h"


class Wire:
    """One channel as the driver sees it: it may be cut, or full, at any time."""

    def __init__(
        self, send: Callable[[bytes], None], touched: Callable[[str], None]
    ) -> None:
        self.send = send
        self.touched = touched
        self.size = limits.USUAL_SIZE
        self.driver: ChannelDriver | None = None
        self._early = bytearray()

    def feed(self, data: bytes) -> None:
        """Pass on what was typed; the first 4 KB may come before the driver does."""
        if self.driver is not None:
            self.driver.feed(data)
        else:
            self._early += data[: limits.LONGEST_PASTE - len(self._early)]

    def resize(self, width: int, height: int) -> None:
        """Pass on a new size of the window, in cells."""
        self.size = limits.clamp(width, height)
        if self.driver is not None:
            self.driver.resize(*self.size)

    def joined(self, driver: "ChannelDriver") -> bytes:
        """Know the driver from now on; return what was typed before."""
        self.driver = driver
        early, self._early = bytes(self._early), bytearray()
        return early

    def cut(self) -> None:
        """Forget the driver, so that neither keeps the other alive."""
        self.driver = None


# Textual makes the driver itself; the session's task carries the wire to it.
WIRE: Final[ContextVar[Wire]] = ContextVar("WIRE")


class ChannelDriver(Driver):
    """Runs one App on one wire."""

    def __init__(
        self,
        app: App[object],
        *,
        debug: bool = False,
        mouse: bool = False,
        size: tuple[int, int] | None = None,
    ) -> None:
        del mouse
        super().__init__(app, debug=debug, mouse=False, size=size)
        self._wire = WIRE.get()
        self._out: list[str] = []
        self._keyboard = Keyboard()
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._lapse: asyncio.TimerHandle | None = None
        self._held = ExitStack()
        self._holding = False
        self._typed: deque[Typed] = deque()
        self._turns = limits.KEYS_AT_ONCE
        self._refill: asyncio.TimerHandle | None = None
        self._settling: asyncio.Task[None] | None = None
        self._rested = True
        self._answered_at = 0.0

    def write(self, data: str) -> None:
        """Queue output; a clipboard or title sequence of Textual's is left out."""
        if data.startswith("\x1b]"):
            return
        if not self._out:
            self._loop.call_soon(self.flush)  # for writers that never flush
        self._out.append(data)

    def flush(self) -> None:
        """Send what is queued, unless the wire has been cut."""
        if self._out:
            data = "".join(self._out)
            self._out.clear()
            self._wire.send(data.encode("utf-8", "replace"))

    def feed(self, data: bytes) -> None:
        """Turn bytes into key presses; more than any person types is lost."""
        text = self._decode(data)
        if not text:
            return
        stack = self._app.screen_stack  # empty while the App is starting
        focused = stack[-1].focused if stack else None
        self._wire.touched(type(stack[-1]).__name__ if stack else "")
        verbatim = isinstance(focused, Input | TextArea)
        self._deliver(self._keyboard.feed(text, verbatim=verbatim))

    def resize(self, width: int, height: int) -> None:
        """Tell the App a size that has been clamped."""
        self._size = (width, height)
        self.send_message(Resize(Size(width, height), Size(width, height)))

    def hold(self) -> None:
        """Drop frames: nobody reads them."""
        if not self._holding:
            self._holding = True
            self._held.enter_context(self._app.batch_update())

    def release(self) -> None:
        """Paint again, once, what has changed since `hold`."""
        if self._holding:
            self._holding = False
            self._held.close()
            self._app.refresh()

    def start_application_mode(self) -> None:
        """Take the terminal over."""
        self.write(ENTER)
        self.resize(*(self._size or limits.USUAL_SIZE))
        early = self._wire.joined(self)
        if early:
            self.feed(early)

    def disable_input(self) -> None:
        """Wait for no more keys, nor for the rest of one."""
        self._wire.cut()
        self._typed.clear()
        for timer in (self._lapse, self._refill):
            if timer is not None:
                timer.cancel()
        self._lapse = self._refill = None
        if self._settling is not None:
            self._settling.cancel()

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self.disable_input()
        self.write(LEAVE)
        self.flush()

    def close(self) -> None:
        """Send the last words."""
        self.flush()

    def _deliver(self, typed: Iterable[Typed]) -> None:
        for event in typed:
            if len(self._typed) < limits.KEY_BACKLOG:
                self._typed.append(event)
        self._hand_over()
        if self._lapse is not None:
            self._lapse.cancel()
            self._lapse = None
        if (patience := self._keyboard.patience) is not None:
            self._lapse = self._loop.call_later(patience, self._lapsed)

    def _hand_over(self) -> None:
        while self._typed and self._turns and self._settling is None:
            hasty = self._loop.time() - self._answered_at < _AT_REST_AFTER
            if hasty and not self._rested:
                self._settling = self._loop.create_task(settled(self._app))
                self._settling.add_done_callback(self._settled)
                break
            self._answer()
        if self._refill is None and self._turns < limits.KEYS_AT_ONCE:
            self._refill = self._loop.call_later(limits.KEYS_EVERY, self._refilled)

    def _answer(self) -> None:
        self._turns -= 1
        self._rested = False
        self._answered_at = self._loop.time()
        self.process_message(self._typed.popleft())

    def _settled(self, task: "asyncio.Task[None]") -> None:
        self._settling = None
        if not task.cancelled():
            self._rested = True
            self._hand_over()

    def _refilled(self) -> None:
        self._refill = None
        self._turns = limits.KEYS_AT_ONCE
        self._hand_over()

    def _lapsed(self) -> None:
        self._lapse = None
        self._deliver(self._keyboard.lapse())

    def send_message(self, message: Typed | Resize) -> None:
        """Post to the App: we are on its own loop, so there is nothing to hand over."""
        self._app.post_message(message)
