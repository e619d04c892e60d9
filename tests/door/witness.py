"""Two emulators: what the painter sent, and what stock Textual renders of the same frames.

What stock renders of a strip is remembered: most lines of most frames are the same.
"""

import unicodedata
from collections.abc import Iterator

import pyte
from pyte.screens import Char
from rich.console import Console
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.events import Resize
from textual.strip import Strip

from tests.door.emulated import Emulated
from tests.door.emulators import plain
from tui.door.painter import Painted
from tui.widgets.drawn import Drawn


class Witness:
    """What stock Textual would show, put together from the frames it was given."""

    def __init__(self) -> None:
        self.console = Console(color_system="standard", force_terminal=True)
        self.rows: list[list[Char]] = []
        self.touched: set[int] = set()
        self._rendered: dict[tuple[object, ...], list[Char]] = {}

    def clear(self, width: int, height: int) -> None:
        blank = pyte.Screen(1, 1).default_char
        self.rows = [[blank] * width for _ in range(height)]
        self.touched = set(range(height))

    def see(self, update: ChopsUpdate | LayoutUpdate) -> None:
        for y, x, strip in placed(update):
            if y < len(self.rows) and x < len(self.rows[y]):
                cells = self.rendered(strip)
                room = len(self.rows[y]) - x
                if room < len(cells) and cells[room].data == "":
                    # Half a character does not fit: while a window is being resized.
                    cells = [*cells[: room - 1], cells[room - 1]._replace(data=" ")]
                self.rows[y][x : x + len(cells)] = cells[:room]
                self.touched.add(y)

    def rendered(self, strip: Strip) -> list[Char]:
        key = tuple(strip)
        if key not in self._rendered:
            screen = pyte.Screen(max(1, strip.cell_length), 1)
            pyte.Stream(screen).feed(strip.render(self.console))
            cells = [screen.buffer[0][x] for x in range(strip.cell_length)]
            self._rendered[key] = cells
        return self._rendered[key]


def placed(update: ChopsUpdate | LayoutUpdate) -> Iterator[tuple[int, int, Strip]]:
    """Where stock Textual would write each strip of an update."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            x = update.region.x
            for strip in strips:
                yield y, x, strip
                x += strip.cell_length
        return
    for y, start, end in update.spans:
        for x, strip in update.chops[y].items():
            if strip is not None and x < end and x + strip.cell_length > start:
                yield y, x, strip


class Watched(Painted):
    """An application each of whose frames is looked at."""

    frames = 0

    @property
    def emulator(self) -> Emulated:
        assert isinstance(self._driver, Emulated)
        return self._driver

    def on_resize(self, event: Resize) -> None:
        """Trust the emulator again: the painter has heard what the window has lost."""
        if event is self.emulator.lost:
            self.emulator.lost = None

    def _paint(self, update: ChopsUpdate | LayoutUpdate) -> None:
        anew = self._sent is None or (self._sent.width, self._sent.height) != self.size
        super()._paint(update)
        self.frames += 1
        for y in sorted(self.dirty(update, anew=anew)):
            if y < self.size.height and self.emulator.lost is None:
                shown = self.emulator.screen.buffer[y]
                self.compare(y, [shown[x] for x in range(self.size.width)])
        self.emulator.screen.dirty.clear()

    def dirty(self, update: ChopsUpdate | LayoutUpdate, *, anew: bool) -> set[int]:
        """Take a frame in; return the rows to be looked at."""
        del update, anew
        return self.emulator.screen.dirty

    def compare(self, y: int, shown: list[Char]) -> None:
        """Look at what the terminal shows in a row."""

    def compare_all(self) -> None:
        """Look at all that the terminal shows."""


class AsStock(Watched):
    """Compares with what stock Textual shows, text and attributes."""

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.witness = Witness()

    def dirty(self, update: ChopsUpdate | LayoutUpdate, *, anew: bool) -> set[int]:
        if anew:
            self.witness.clear(*self.size)
        self.witness.see(update)
        rows = self.witness.touched | self.emulator.screen.dirty
        self.witness.touched.clear()
        return rows

    def compare(self, y: int, shown: list[Char]) -> None:
        expected = self.witness.rows[y]
        if shown != expected and plain(shown) != plain(expected):
            both = enumerate(zip(plain(shown), plain(expected), strict=True))
            differ = [(x, *pair) for x, pair in both if pair[0] != pair[1]]
            raise AssertionError(self.screen, y, self.size, differ[:2])

    def compare_all(self) -> None:
        """Look at the whole screen, which stock Textual renders from nothing."""
        screen, shown = self.screen, self.emulator.screen.buffer
        for widget in screen.walk_children(Drawn):
            widget._ready_lines.clear()
            widget._styles_cache.clear()
        for y, strip in enumerate(screen._compositor.render_strips()):
            fresh = plain(self.witness.rendered(strip))
            assert plain([shown[y][x] for x in range(self.size.width)]) == fresh, (
                screen,
                y,
            )


class AsMeant(Watched):
    """Compares with the cells that the painter believes it has put there.

    On a terminal of two-cell `·`, or of GBK, stock Textual is no measure.
    """

    def compare(self, y: int, shown: list[Char]) -> None:
        # The emulator composes a letter and its marks.
        texts = [unicodedata.normalize("NFC", text) for text in self._sent.row(y).texts]
        assert [char.data for char in shown] == texts, (self.screen, y)
        "".join(texts).encode(self.terminal.codec)
