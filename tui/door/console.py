"""The application on the terminal of this very process, for `baoxue open`.

The same keyboard, the same clamps and the same painter as over SSH; one App a process.
"""

import codecs
import os
import select
from typing import Final

from textual.app import App
from textual.drivers.linux_driver import LinuxDriver

from tui.door import limits
from tui.door.keys import Keyboard
from tui.door.runtime import settle, uncapture

_CHUNK: Final = 4096
# Seconds between two looks at whether the application has ended.
_GLANCE: Final = 0.1


class ConsoleDriver(LinuxDriver):
    """Textual's own driver without its questions, its mouse and its strict decoding."""

    def write(self, data: str) -> None:
        """Write, but leave out clipboard and title sequences of Textual's."""
        if not data.startswith("\x1b]"):
            super().write(data)

    def run_input_thread(self) -> None:
        """Read keys until the application ends; a terminal that is gone ends it."""
        keyboard = Keyboard()
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        silent = 0.0
        while not self.exit_event.is_set():
            ready, _, _ = select.select([self.fileno], [], [], _GLANCE)
            if ready:
                silent = 0.0
                data = os.read(self.fileno, _CHUNK)
                if not data:
                    self._loop.call_soon_threadsafe(self._app.exit)
                    return
                typed = keyboard.feed(decode(data))
            elif keyboard.patience is not None and silent >= keyboard.patience:
                typed = keyboard.lapse()
            else:
                silent += _GLANCE
                continue
            for event in typed:
                self.process_message(event)

    def _get_terminal_size(self) -> tuple[int, int]:
        return limits.clamp(*super()._get_terminal_size())

    def _request_terminal_sync_mode_support(self) -> None:
        return

    def _query_in_band_window_resize(self) -> None:
        return


async def run_here(app: App[None]) -> int:
    """Run `app` on this process's terminal; return 0, or 1 after a fault of ours."""
    settle()
    uncapture(app)
    app.driver_class = ConsoleDriver
    await app.run_async(mouse=False)
    return app.return_code or 0
