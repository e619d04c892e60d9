"""What many sessions in one process need of that process.

Textual's settings, the garbage collector and standard output belong to the process, not
to a session: they are set here, once, for `serve` and for `open` alike.
"""

import asyncio
import gc
import sys
from contextlib import suppress
from typing import Final

from textual import constants, screen
from textual.app import App

from tui.door import limits
from tui.door.log import note

FRAMES_A_SECOND: Final = 15

# Laptops of teachers, slow lines: nothing moves by itself, and nothing is asked of the
# terminal.  ESC waits as long as `keys` does.
_TEXTUAL: Final = {
    "TEXTUAL_ANIMATIONS": "none",
    "SMOOTH_SCROLL": False,
    "DISABLE_KITTY_KEY": True,
    "ESCAPE_DELAY": limits.ESCAPE_AFTER,
    "MAX_FPS": FRAMES_A_SECOND,
}
_YOUNG: Final = (20_000, 20, 1_000_000)
_QUIET_AFTER: Final = 2.0
_AT_THE_LATEST: Final = 600.0
# What so many sessions leave behind, some hundred megabytes, is worth a pause at any time.
_LEFT_AT_MOST: Final = 100
_LAG: Final = 0.1


def settle() -> None:
    """Set Textual's process-wide settings, whatever the environment says."""
    for name, setting in _TEXTUAL.items():
        setattr(constants, name, setting)
    for name, setting in (("UPDATE_PERIOD", 1 / FRAMES_A_SECOND),):
        setattr(screen, name, setting)


def uncapture(app: App[None]) -> None:
    """Leave the process's standard output alone while `app` runs.

    Textual redirects both streams into the running App and back; with many Apps that
    come and go in any order the last one out would keep a dead App's in place.
    """
    for name, stream in (("_capture_stdout", sys.stdout), ("_capture_stderr", sys.stderr)):
        setattr(app, name, stream)


class Caretaker:
    """Watches one process's event loop, and collects garbage while nobody types.

    A full collection stops a worker of 200 sessions for 0.3 s, so Python may not start
    one by itself.
    """

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._thresholds = gc.get_threshold()
        self._touched_at = 0.0
        self._screen = ""
        self._left = 0
        self.collections = 0
        self.lags = 0

    def start(self) -> None:
        """Take over the collector, and begin to watch; needs a running loop."""
        self._thresholds = gc.get_threshold()
        gc.set_threshold(*_YOUNG)
        loop = asyncio.get_running_loop()
        self._tasks = [loop.create_task(self._collect()), loop.create_task(self._watch())]

    async def stop(self) -> None:
        """Give the collector back."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks = []
        gc.set_threshold(*self._thresholds)
        if self.collections:
            gc.unfreeze()

    def touched(self, screen_name: str) -> None:
        """Remember that somebody has just typed, and into which screen."""
        self._touched_at = asyncio.get_running_loop().time()
        self._screen = screen_name

    def left(self) -> None:
        """Remember that a session ended: there is something to collect."""
        self._left += 1

    async def _collect(self) -> None:
        loop = asyncio.get_running_loop()
        collected_at = loop.time()
        while True:
            await asyncio.sleep(_QUIET_AFTER / 2)
            now = loop.time()
            late = now - collected_at > _AT_THE_LATEST
            quiet = self._left and now - self._touched_at > _QUIET_AFTER
            if late or quiet or self._left >= _LEFT_AT_MOST:
                # Freezing alone would keep what has died among the frozen for ever.
                gc.unfreeze()
                gc.collect()
                gc.freeze()
                self.collections += 1
                self._left = 0
                collected_at = loop.time()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            slept_at = loop.time()
            await asyncio.sleep(_LAG)
            lag = loop.time() - slept_at - _LAG
            if lag > _LAG:
                self.lags += 1
                note("lag", ms=round(lag * 1000), screen=self._screen)
