"""Textual's driver for a terminal at the other end of a channel.

No thread, no signal, no tty; no mouse, no kitty keyboard.  What it is told of the window's
size is clamped, and what it is told in band is ignored.  Keys are `listener`'s, questions
to the terminal `interview`'s.
"""

from contextlib import ExitStack
from typing import Final

from textual.app import App
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message

from tui.door import limits
from tui.door.interview import Interview
from tui.door.listener import Listener
from tui.door.wire import WIRE
from tui.terminal import Learned, Spoiled

# Alternate screen, no cursor, bracketed paste, no wrap at the margin; no mouse and no focus
# reports, which a program before us may have left on, and a keypad of digits; and back.
ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[?2004h\x1b[?7l\x1b[?1000;1002;1003;1004l\x1b>"
LEAVE: Final = "\x1b[m\x1b[?2004l\x1b[?7h\x1b[?1049l\x1b[?25h"


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
        self._interview = Interview(self._wire.terminal, self)
        self._listener = Listener(
            app, self._wire.terminal, self.process_message, self._interview.answered
        )
        self._held = ExitStack()
        # Why frames are dropped: nobody reads them; the terminal is not known yet.
        self._stalled = self._waiting = self._dropping = False
        self._gone = False  # the terminal was given back: what is painted now is not ours

    def write(self, data: str) -> None:
        """Queue output; a clipboard or title sequence of Textual's is left out."""
        if self._gone or data.startswith("\x1b]"):
            return
        if not self._out:
            self._loop.call_soon(self.flush)  # for writers that never flush
        self._out.append(data)

    def flush(self) -> None:
        """Send what is queued, in the terminal's encoding, unless the wire has been cut."""
        if self._out:
            data = "".join(self._out)
            self._out.clear()
            self._wire.send(data.encode(self._wire.terminal.codec, "replace"))

    def feed(self, data: bytes) -> None:
        """Turn bytes into key presses."""
        stack = self._app.screen_stack  # empty while the App is starting
        self._wire.touched(type(stack[-1]).__name__ if stack else "")
        self._listener.feed(self._interview.hear(data))

    def resize(self, width: int, height: int) -> None:
        """Tell the App a size that has been clamped."""
        self._size = (width, height)
        self.send_message(Resize(Size(width, height), Size(width, height)))

    def hold(self) -> None:
        """Drop frames: nobody reads them."""
        self._stalled = True
        self._drop_or_paint()

    def release(self) -> None:
        """Paint again, once, what has changed since `hold`."""
        self._stalled = False
        self._drop_or_paint()

    def known(self) -> None:
        """Know that the App has all it needs to draw for this terminal."""
        self._interview.known()

    def ask(self, question: bytes, over: int | None = None) -> None:
        """Send a question; the row it prints over is shown again."""
        self.flush()
        self._wire.send(question)
        if over is not None:
            self.send_message(Spoiled(over))

    def wait(self) -> None:
        """Drop frames until the terminal is known."""
        self._waiting = True
        self._drop_or_paint()

    def go_on(self, kept: bytes) -> None:
        """Paint, and read what was typed meanwhile."""
        self._waiting = False
        self._drop_or_paint()
        self._listener.feed(kept)

    def learned(self, *, anew: bool) -> None:
        """Tell the App what has been learned of its terminal."""
        self.send_message(Learned(anew))

    def start_application_mode(self) -> None:
        """Take the terminal over, and ask what it is."""
        self.write(ENTER)
        self.flush()
        self._interview.begin()
        self.resize(*(self._size or limits.USUAL_SIZE))
        early = self._wire.joined(self)
        if early:
            self.feed(early)

    def disable_input(self) -> None:
        """Wait for no more keys, nor for the rest of one."""
        self._wire.cut()
        self._interview.stop()
        self._listener.stop()

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        self.disable_input()
        self.write(LEAVE)
        self.flush()
        self._gone = True

    def close(self) -> None:
        """Send the last words."""
        self.flush()

    def send_message(self, message: Message) -> None:
        """Post to the App: we are on its own loop, so there is nothing to hand over."""
        self._app.post_message(message)

    def _drop_or_paint(self) -> None:
        if self._stalled or self._waiting:
            if not self._dropping:
                self._dropping = True
                self._held.enter_context(self._app.batch_update())
        elif self._dropping:
            self._dropping = False
            self._held.close()
            self._app.refresh()
