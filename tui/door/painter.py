"""The painter: stands between Textual's compositor and the wire, and sends the difference.

An App with this mixin keeps what its terminal shows as a grid of cells.  Every frame is
laid on a copy of the grid, and only cells that differ are sent; a frame that differs in
nothing sends nothing.  Nothing that is not a frame of cells gets past it.  When the
terminal turns out to be another than it was drawn for, everything is drawn anew.

It also keeps a fault of ours quiet: Textual's own report prints the locals of every
frame, which are children's data.
"""

from collections.abc import Iterator
from typing import Protocol, TypeAlias, runtime_checkable

from rich.console import RenderableType
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.events import Resize
from textual.geometry import Offset
from textual.screen import Screen
from textual.strip import Strip
from textual.worker import WorkerFailed

from tui.door.canvas import CLEAR, Canvas, move_to
from tui.door.cells import Row
from tui.door.driver import ChannelDriver
from tui.door.log import note_fault
from tui.door.stylesheet import SharedStylesheet
from tui.terminal import Learned, Spoiled, terminal_here
from tui.widgets.handlers import Handles

Placed: TypeAlias = tuple[int, int, Strip]


@runtime_checkable
class Measuring(Protocol):
    """A widget or screen that has measured text, or drawn it in the terminal's look."""

    def remeasure(self) -> None:
        """Measure anew, and draw."""


class Painted(Handles, App[None]):
    """An App whose screen travels as changed cells, in 16 colours."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, driver_class: type[Driver] | None = None) -> None:
        super().__init__(driver_class=driver_class, ansi_color=True)
        self.stylesheet = SharedStylesheet.instead_of(self.stylesheet)
        self.animation_level = "none"
        # Nothing pops up here: Textual would put two widgets more on every screen.
        self._disable_tooltips = self._disable_notifications = True
        self.terminal = terminal_here()
        self._sent: Canvas | None = None
        self._cursor_sent = Offset(0, 0)

    def on_resize(self, event: Resize) -> None:
        """Trust nothing of what the terminal still shows: it has rearranged its window."""
        if self._sent is not None and (self._sent.width, self._sent.height) == event.size:
            self.refresh()
        self._sent = None

    def on_learned(self, learned: Learned) -> None:
        """Draw anew where the terminal is another than was thought; then frames may pass."""
        if learned.anew:
            self.redraw()
        self.terminal_known()

    def on_spoiled(self, spoiled: Spoiled) -> None:
        """Show a row again that something was printed over."""
        if self._sent is not None and self._driver is not None:
            self._driver.write(self._sent.again(spoiled.row))
            self._driver.flush()

    def terminal_known(self) -> None:
        """Tell the driver that frames are drawn for the right terminal from now on."""
        if isinstance(self._driver, ChannelDriver):
            self._driver.known()

    def redraw(self) -> None:
        """Measure and draw everything anew, on every screen."""
        self._sent = None
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                if isinstance(widget, Measuring):
                    widget.remeasure()
        self.refresh()

    def copy_to_clipboard(self, text: str) -> None:
        """Keep a copy for pasting inside the application; send the terminal none."""
        self._clipboard = text

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        del screen
        try:
            if self._batch_count or not self._running or self._closed:
                return
            if isinstance(renderable, ChopsUpdate | LayoutUpdate):
                self._paint(renderable)
        finally:
            self.post_display_hook()

    def _paint(self, update: ChopsUpdate | LayoutUpdate) -> None:
        driver = self._driver
        if driver is None or driver.is_headless:
            return
        frame = ""
        width, height = self.size
        if self._sent is None or (self._sent.width, self._sent.height) != self.size:
            self._sent = Canvas(width, height, self.terminal.ruler)
            frame = CLEAR
        news: dict[int, Row] = {}
        for y, x, strip in _placed(update):
            if y < height:
                if y not in news:
                    news[y] = self._sent.row(y)
                news[y].lay(list(strip), x, x + strip.cell_length)
        frame += self._sent.change(news)
        frame += self._cursor(painted=bool(frame))
        if frame:
            driver.write(frame)
            driver.flush()

    def _cursor(self, *, painted: bool) -> str:
        """Return what puts the hidden cursor into the field: input methods look there."""
        at = self.screen.outer_size.clamp_offset(self.cursor_position)
        focused = self.focused
        in_field = bool(at) and focused is not None and focused.region.contains_point(at)
        if not in_field or (at == self._cursor_sent and not painted):
            return ""
        self._cursor_sent = at
        return move_to(at.x, at.y)

    def _fatal_error(self) -> None:
        fault = self._exception
        if isinstance(fault, WorkerFailed):
            # It says only that a worker failed; what failed in it is kept beside.
            fault = fault.error if isinstance(fault.error, Exception) else fault
        if fault is not None:
            note_fault(fault)
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """End without a word on anybody's terminal; the places in the code are logged."""
        del renderables
        self._fatal_error()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()


def _placed(update: ChopsUpdate | LayoutUpdate) -> Iterator[Placed]:
    """Yield an update's strips with row and first cell, each whole."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, begin, end in update.spans:
        for x, chop in update.chops[y].items():
            # A chop lies between two widgets' edges, so it is right as a whole.
            if chop is not None and x < end and x + chop.cell_length > begin:
                yield y, x, chop
