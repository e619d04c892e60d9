"""The painter: after any run of frames the terminal shows what stock Textual would.

The oracles are stock renderings of each frame, and in the end of the whole screen at once.
"""

import asyncio
from dataclasses import dataclass

import pyte
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tests.door.emulated import Emulated
from tests.door.emulators import Char, seen
from tests.door.witness import AsStock

STYLES = [
    Style.null(),
    Style.parse("bold red"),
    Style.parse("bright_green on blue"),
    Style.parse("reverse"),
    Style.parse("underline #aa5500"),
]
WORDS = st.text(st.sampled_from("ab ?李秀英买·（─"), max_size=30)
ops = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 9), WORDS, st.sampled_from(STYLES)),
    st.tuples(st.just("float"), st.integers(-3, 60), st.integers(-1, 20), st.booleans()),
    st.tuples(st.just("push")),
    st.tuples(st.just("pop")),
    st.tuples(st.just("type"), st.sampled_from("a李1，")),
    st.tuples(st.just("size"), st.integers(20, 90), st.integers(10, 30)),
    st.tuples(st.just("lose")),
)


class Scrawl(Widget):
    DEFAULT_CSS = "Scrawl { height: 10; }"

    def __init__(self):
        super().__init__()
        self.rows = [Segment("")] * 10

    def render_line(self, y):
        return Strip([self.rows[y]]).adjust_cell_length(self.size.width)


class Floating(Scrawl):
    DEFAULT_CSS = "Floating { height: 3; width: 9; layer: above; position: absolute; }"

    def __init__(self):
        super().__init__()
        self.rows = [Segment("王小明abcd", STYLES[2])] * 3


class Over(ModalScreen[None]):
    CSS = "Over { align: center middle; } Over Input { width: 31; }"

    def compose(self):
        yield Input(compact=True)


class Random(AsStock):
    CSS = "Screen { layers: below above; background: ansi_default; }"

    def compose(self):
        yield Scrawl()
        yield Floating()
        yield Input(compact=True)

    def on_mount(self):
        self.console = Console(color_system="standard", force_terminal=True)


@dataclass
class Player:
    app: Random
    pilot: Pilot[None]

    @property
    def terminal(self) -> Emulated:
        assert isinstance(self.app._driver, Emulated)
        return self.app._driver

    async def play(self, op) -> None:
        match op:
            case ("push",) if len(self.app.screen_stack) < 3:
                await self.app.push_screen(Over())
            case ("pop",) if len(self.app.screen_stack) > 1:
                await self.app.pop_screen()
            case ("size", width, height):
                self.terminal.resize(width, height)
            case ("lose",):
                self.terminal.resize(*self.app.size)
            case _:
                self.touch(op)
        await self.look()

    async def look(self) -> None:
        """Paint now what there is to paint."""
        for _ in range(8):
            await asyncio.sleep(0)
        if self.app._exception is not None:
            raise self.app._exception
        self.app.screen._on_timer_update()

    def touch(self, op) -> None:
        below = self.app.screen_stack[0]
        match op:
            case ("write", y, words, style):
                below.query_one(Scrawl).rows[y] = Segment(words, style)
                below.query_one(Scrawl).refresh()
            case ("float", x, y, shown):
                floating = below.query_one(Floating)
                floating.absolute_offset = Offset(x, y)
                floating.display = shown
                floating.refresh(layout=True)
            case ("type", character):
                field = self.app.screen.query_one(Input)
                field.cursor_blink = False
                field.focus()
                field.insert_text_at_cursor(character)

    async def settle(self) -> None:
        """Give Textual time for a frame that is still due; what was sent stays sent."""
        for _ in range(5):
            if cells(self.terminal.screen) == cells(self.expected()):
                return
            await self.pilot.pause(0.05)

    def expected(self) -> pyte.Screen:
        """Paint everything with Textual's own renderer on a fresh terminal."""
        whole = pyte.Screen(*self.app.size)
        update = self.app.screen._compositor.render_update(
            full=True, screen_stack=self.app._background_screens
        )
        pyte.Stream(whole).feed(update.render_segments(self.app.console))
        return whole


def cells(screen: pyte.Screen) -> list[list[Char]]:
    return [seen(screen, y) for y in range(screen.lines)]


async def with_app(app: App[None], script) -> None:
    app.driver_class = Emulated
    running = asyncio.create_task(app.run_async(size=(60, 20), mouse=False))
    while not app.is_running or not app.screen.is_mounted:
        await asyncio.sleep(0.005)
    player = Player(app, Pilot(app))
    await player.pilot.pause()
    try:
        with app._context():
            await script(player)
    finally:
        app.exit()
        await running
    assert app._exception is None


# Not shrunk: each try starts an application, and the operations are few.
@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(st.lists(ops, min_size=12, max_size=20))
def test_random_frames_modals_and_resizes_look_as_stock_textual_would(played):
    """Every frame is compared on its way; in the end, all with one whole repaint."""

    async def script(player: Player) -> None:
        for op in played:
            await player.play(op)
        await player.settle()
        assert cells(player.terminal.screen) == cells(player.expected())

    asyncio.run(with_app(Random(), script))


async def test_nothing_changed_sends_nothing():
    async def script(player: Player) -> None:
        player.terminal.writes.clear()
        player.app.screen.refresh()
        await player.pilot.pause()
        assert player.terminal.writes == []

    await with_app(Random(), script)


async def test_the_hidden_cursor_stands_in_the_field_for_the_input_method():
    async def script(player: Player) -> None:
        await player.play(("type", "李"))
        await player.play(("type", "a"))
        player.app.screen.query_one(Input).cursor_position = 1
        await player.pilot.pause()
        cursor = player.terminal.screen.cursor
        assert (cursor.x, cursor.y) == (2, 10)

    await with_app(Random(), script)


async def test_last_words_of_an_application_stay_out_of_the_servers_log(capfd):
    async def script(player: Player) -> None:
        player.app.exit(message="欧阳雨桐")

    await with_app(Random(), script)
    assert "欧阳雨桐" not in "".join(capfd.readouterr())


async def test_the_clipboard_of_the_terminal_is_left_alone():
    async def script(player: Player) -> None:
        player.terminal.writes.clear()
        player.app.copy_to_clipboard("330199201501010011")
        assert player.app.clipboard == "330199201501010011"
        assert player.terminal.writes == []

    await with_app(Random(), script)
