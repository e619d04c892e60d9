"""The near end of the keyboard: bytes in, key presses out, each in its turn.

Decodes in the terminal's encoding, waits for the rest of a key, and lets a key wait until
the one before it has had its consequences.
"""

import asyncio
import codecs
from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from textual.app import App
from textual.widgets import Input, TextArea

from tui.door import limits
from tui.door.keys import Keyboard, Position, Pressed, Typed
from tui.door.turns import settled
from tui.terminal import Terminal

# A key that comes so soon after another waits for that one's consequences, in seconds.
_AT_REST_AFTER: Final = 0.5


class Listener:
    """Listens to one terminal for one App."""

    def __init__(
        self,
        app: App[object],
        terminal: Terminal,
        press: Callable[[Pressed], None],
        answered: Callable[[Position], None],
    ) -> None:
        self._app, self._terminal = app, terminal
        self._press, self._answered = press, answered
        self._loop = asyncio.get_running_loop()
        self._keyboard = Keyboard()
        self._codec = ""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._lapse: asyncio.TimerHandle | None = None
        self._typed: deque[Pressed] = deque()
        self._turns = limits.KEYS_AT_ONCE
        self._refill: asyncio.TimerHandle | None = None
        self._settling: asyncio.Task[None] | None = None
        self._rested = True
        self._answered_at = 0.0

    def feed(self, data: bytes) -> None:
        """Turn bytes into key presses; more than any person types is lost."""
        if self._decoder is None or self._codec != self._terminal.codec:
            self._codec = self._terminal.codec
            self._decoder = codecs.getincrementaldecoder(self._codec)("replace")
        text = self._decoder.decode(data)
        if text:
            stack = self._app.screen_stack  # empty while the App is starting
            focused = stack[-1].focused if stack else None
            verbatim = isinstance(focused, Input | TextArea)
            self._deliver(self._keyboard.feed(text, verbatim=verbatim))

    def stop(self) -> None:
        """Wait for no more keys, nor for the rest of one."""
        self._typed.clear()
        for timer in (self._lapse, self._refill):
            if timer is not None:
                timer.cancel()
        self._lapse = self._refill = None
        if self._settling is not None:
            self._settling.cancel()

    def _deliver(self, typed: Iterable[Typed]) -> None:
        for event in typed:
            if isinstance(event, Position):
                self._answered(event)
            elif len(self._typed) < limits.KEY_BACKLOG:
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
        self._press(self._typed.popleft())

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
