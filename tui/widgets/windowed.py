"""A screen that is laid out for the window's present size only.

Textual sends a screen that was laid out its own size once more.  When the window changes
again before that has arrived, the two sizes lay the screen out in turns, for ever: the
whole server stands still.  Whoever drags a window's corner does that.
"""

from typing import Generic, TypeVar

from textual.events import Resize
from textual.screen import Screen

Result = TypeVar("Result")


class Windowed(Screen[Result], Generic[Result]):
    """Ignores a size that the window has no more."""

    def on_resize(self, event: Resize) -> None:
        """Keep Textual from laying out for a size that is gone; the new one is on its way."""
        if event.size != self.app.size:
            event.prevent_default()
            event.stop()
