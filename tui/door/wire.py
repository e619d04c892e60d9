"""One channel as the driver sees it: it may be cut, or full, at any time."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, Protocol

from tui.door import limits
from tui.terminal import Terminal


class Driven(Protocol):
    """What is at the near end of a wire."""

    def feed(self, data: bytes) -> None:
        """Take what was typed."""

    def resize(self, width: int, height: int) -> None:
        """Take a clamped size."""

    def hold(self) -> None:
        """Drop frames: nobody reads them."""

    def release(self) -> None:
        """Paint again."""


class Wire:
    """Joins a channel to the driver of one App, which comes later and goes sooner."""

    def __init__(
        self, send: Callable[[bytes], None], touched: Callable[[str], None]
    ) -> None:
        self.send = send
        self.touched = touched
        self.size = limits.USUAL_SIZE
        self.terminal = Terminal()
        self.driver: Driven | None = None
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

    def joined(self, driver: Driven) -> bytes:
        """Know the driver from now on; return what was typed before."""
        self.driver = driver
        early, self._early = bytes(self._early), bytearray()
        return early

    def cut(self) -> None:
        """Forget the driver, so that neither keeps the other alive."""
        self.driver = None


# Textual makes the driver itself; the session's task carries the wire to it.
WIRE: Final[ContextVar[Wire]] = ContextVar("WIRE")
