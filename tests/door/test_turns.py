"""A key comes through everything before it is painted, and before the next one is answered."""

import asyncio
from dataclasses import dataclass

from textual._compositor import ChopsUpdate
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

from tests.door.toy import Bar, Toy
from tui.door.turns import settled
from tui.widgets.pumps import is_waiting
from tui.widgets.windowed import Windowed


class Counter(Bar, can_focus=True):
    """Says on its own line how often it was pressed, and tells its screen."""

    BINDINGS = [Binding("space", "count")]

    @dataclass
    class Pressed(Message):
        times: int

    times = 0

    def action_count(self) -> None:
        self.times += 1
        self.show(f"pressed {self.times}")
        self.post_message(self.Pressed(self.times))


class Heading(Windowed[None]):
    """A heading that a message changes, over what was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.seen = 0

    def compose(self) -> ComposeResult:
        yield Bar("0")
        yield Counter("pressed 0")

    async def on_counter_pressed(self, pressed: Counter.Pressed) -> None:
        await self.gate.wait()
        self.seen = pressed.times
        self.query(Bar).first().show(str(pressed.times))


class Framing(Toy):
    frames = 0

    def get_default_screen(self) -> Screen[None]:
        return Heading()

    def _display(self, screen, renderable) -> None:
        self.frames += isinstance(renderable, ChopsUpdate)
        super()._display(screen, renderable)


async def test_what_a_key_changes_in_several_places_is_one_frame():
    app = Framing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for _ in range(5):
            before = app.frames
            await pilot.press("space")
            await pilot.pause(0.1)
            assert app.frames == before + 1


async def test_a_key_waits_until_a_message_in_the_midst_of_its_handling_is_through():
    app = Framing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        screen = app.screen
        screen.gate.clear()
        app.screen.query_one(Counter).action_count()
        waiting = asyncio.create_task(settled(app))
        while screen.message_queue_size or is_waiting(screen):
            await asyncio.sleep(0)
        # Its queue is empty, and it is not at rest for all that.
        for _ in range(20):
            await asyncio.sleep(0)
        assert not waiting.done()
        screen.gate.set()
        await waiting
        assert screen.seen == 1


async def test_asking_a_screen_at_rest_wakes_nobody_up(monkeypatch):
    app = Framing()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await settled(app)
        asked = []
        monkeypatch.setattr(
            MessagePump, "call_later", lambda self, *_: not asked.append(self)
        )
        await settled(app)
        assert asked == []
