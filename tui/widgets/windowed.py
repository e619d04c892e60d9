"""A screen that is laid out for the window's present size only, and painted once a key.

Textual sends a screen that was laid out its own size once more.  When the window changes
again before that has arrived, the two sizes lay the screen out in turns, for ever: the
whole server stands still.  Whoever drags a window's corner does that.

A key that is on its way through a list, its screen and a heading changes all three; a
frame in between would be one too many, and put the other off to the next tick.
"""

import asyncio
from typing import Final, Generic, TypeVar

from textual import screen as stock
from textual.events import Resize
from textual.screen import Screen
from textual.timer import Timer

from tui.widgets.compositor import LineCompositor
from tui.widgets.handlers import Handles
from tui.widgets.pumps import is_waiting

Result = TypeVar("Result")

# Turns of the loop that a frame waits for a key to come through; a handler that waits for
# something else is not waited for.
_TURNS: Final = 12


class Windowed(Handles, Screen[Result], Generic[Result]):
    """Ignores a size that the window has no more; paints what has come to rest."""

    def __init__(self) -> None:
        super().__init__()
        self._compositor = LineCompositor()
        self._frames: Timer | None = None

    def on_resize(self, event: Resize) -> None:
        """Keep Textual from laying out for a size that is gone; the new one is on its way.

        And from laying out once more what has just been laid out for this size.
        """
        if event.size != self.app.size or event.size == self._compositor.size:
            event.prevent_default()
            event.stop()

    def _compositor_refresh(self) -> None:
        """Render nothing while frames are dropped; what has changed is remembered."""
        if not self.app._batch_count:  # noqa: SLF001 -- what Textual asks in its own frames
            super()._compositor_refresh()

    @property
    def _update_timer(self) -> Timer:
        if self._frames is None:
            self._frames = self.set_interval(stock.UPDATE_PERIOD, self._frame, pause=True)
        return self._frames

    async def _frame(self) -> None:
        for _ in range(_TURNS):
            if self.is_settled:
                break
            await asyncio.sleep(0)
        self._on_timer_update()

    @property
    def is_settled(self) -> bool:
        """Tell whether no message is on its way through what handles keys here."""
        focused = self.focused
        return (
            is_waiting(self.app)
            and is_waiting(self)
            and (focused is None or is_waiting(focused))
        )
