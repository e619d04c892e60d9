"""bench bytes: what each key of each screen sends over the line.

A roll of fifty first, then every screen of the demonstration that a person of each kind
comes to, pressing every key there.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Final

from textual.app import App

from core.rules import demo as town
from core.rules.demo_people import ADMIN
from core.rules.time import day_of
from core.services import demo, seat, staff
from core.services.demo_clock import Shift
from core.services.password import hash_password
from tui.cli.bench_crowd import PASSWORD, Crowd, crowded
from tui.cli.bench_figure import Figure, Measured, Target
from tui.cli.bench_inside import Inside, inside
from tui.cli.bench_line import Caller, Line, sit_down
from tui.cli.bench_place import Place, empty
from tui.door.sequences import KEY_OF
from tui.door.turns import settled
from tui.screens.frame import Framed

# A class teacher, a principal, a registrar, and the township's office.
PEOPLE: Final = ("lixiuying", "chenxiaozhang", "liufang", "jiaoguan")
_MOVES: Final = ("up", "down", "left", "right", "pageup", "pagedown", "home", "end")
_ANYWHERE: Final = (*_MOVES, "enter", "space", "tab", "1", "2", "w", "backspace")
_PLAIN: Final = {"enter": b"\r", "space": b" ", "tab": b"\t", "backspace": b"\x7f"} | {
    "escape": b"\x1b"
}
_BY_NAME: Final = {name: sequence.encode() for sequence, name in KEY_OF.items()}
_DEEPEST: Final = 4
# Silence after which a key has sent all that it sends.
_STILL: Final = 0.1


@dataclass(frozen=True)
class Size:
    """How large a class, whose screens, and how long one may walk and must stand still."""

    pupils: int = 50
    people: tuple[str, ...] = PEOPLE
    seconds: float = 300.0
    idle: float = 10.0


@dataclass(frozen=True)
class Pressed:
    """One key on one screen, and what it sent."""

    screen: str
    key: str
    received: int


@dataclass
class Walk:
    """One person's way through the screens."""

    house: Inside
    caller: Caller
    seen: set[str]
    until: float
    found: list[Pressed] = field(default_factory=list)

    async def every_screen(self) -> None:
        """Press every key of every screen that is reached, the nearest screens first."""
        waiting: deque[tuple[str, ...]] = deque([()])
        while waiting and perf_counter() < self.until:
            path = waiting.popleft()
            await self._every_key(path, waiting)

    async def _every_key(
        self, path: tuple[str, ...], waiting: deque[tuple[str, ...]]
    ) -> None:
        line, app = await self._there(path)
        screen = app.screen
        keys = dict.fromkeys((*_keys_of(screen), *_ANYWHERE))
        for key in keys:
            if perf_counter() > self.until:
                break
            name = type(screen).__name__
            received = await _press(line, app, key)
            self.found.append(Pressed(name, key, received))
            if line.ended.is_set() or app.screen is not screen:
                reached = "" if line.ended.is_set() else type(app.screen).__name__
                if reached not in {"", *self.seen} and len(path) < _DEEPEST:
                    self.seen.add(reached)
                    waiting.append((*path, key))
                line.cut()
                line, app = await self._there(path)
                screen = app.screen
        line.cut()

    async def _there(self, path: tuple[str, ...]) -> tuple[Line, App[None]]:
        """Sign in, and go that way."""
        line = await sit_down(self.caller)
        app = self.house.apps[-1]
        await settled(app)
        for key in path:
            await _press(line, app, key)
        return line, app


def _keys_of(screen: object) -> list[str]:
    own = screen.every_key() if isinstance(screen, Framed) else ()
    return [name for key in own for name in key.keys if _bytes_of(name) is not None]


def _bytes_of(key: str) -> bytes | None:
    if len(key) == 1:
        return key.encode()
    return _PLAIN.get(key) or _BY_NAME.get(key)


async def _press(line: Line, app: App[None], key: str) -> int:
    """Press a key; return the bytes that came until it was still."""
    before = line.received
    line.write(_bytes_of(key) or b"")
    # Its way to us, its consequences, and the frame's way back.
    await asyncio.sleep(_STILL / 2)
    if app.is_running and not line.ended.is_set():
        await settled(app)
    while True:
        last = line.received
        await asyncio.sleep(_STILL)
        if line.received == last:
            return last - before


async def measure(place: Place, size: Size) -> Measured:
    """Return the bytes of keys."""
    async with (
        crowded(place, "bytes", 2, size.pupils) as crowd,
        inside(crowd.town.dsn, crowd.town.keys, place.folder) as house,
    ):
        figures = await _roll(house, crowd, size)
    pressed: list[Pressed] = []
    if size.people:
        async with demonstration(place, size.people) as (house, password):
            seen, end = {"Home"}, perf_counter() + size.seconds
            for number, name in enumerate(size.people):
                share = (end - perf_counter()) / (len(size.people) - number)
                caller = Caller(house.port, name, password=password)
                walk = Walk(house, caller, seen, perf_counter() + share)
                await walk.every_screen()
                pressed += walk.found
    return Measured(
        title="每键字节数",
        counted=crowd.town.counted,
        figures=(*figures, *_walked(pressed)),
        note=_worst(pressed),
    )


async def _roll(house: Inside, crowd: Crowd, size: Size) -> tuple[Figure, ...]:
    line = await sit_down(Caller(house.port, "head1", key=crowd.key))
    app = house.apps[-1]
    await settled(app)
    await asyncio.sleep(_STILL)
    first_paint = line.received
    first_roll = await _press(line, app, "enter")
    moves = [await _press(line, app, "down") for _ in range(10)]
    # That a draft has been kept is told when the first is, and then once a minute: no mark's.
    await _press(line, app, "space")
    await asyncio.sleep(3)
    marks = [await _press(line, app, "space") for _ in range(10)]
    # The draft has been kept, and nothing is under way any more.
    await asyncio.sleep(3)
    before = line.received
    await asyncio.sleep(size.idle)
    idle = line.received - before
    line.cut()
    return (
        Figure("bytes.first_paint", first_paint, "bytes", Target(3000)),
        Figure("bytes.first_roll", first_roll, "bytes", Target(3000)),
        Figure("bytes.move", max(moves), "bytes", Target(20)),
        Figure("bytes.toggle", max(marks), "bytes", Target(60)),
        Figure(f"bytes.idle_{size.idle:g}s", idle, "bytes", Target(0)),
    )


def _walked(pressed: list[Pressed]) -> tuple[Figure, ...]:
    sent = [one.received for one in pressed]
    return (
        Figure("bytes.screens", len({one.screen for one in pressed}), "count"),
        Figure("bytes.keys", len(pressed), "count"),
        Figure("bytes.key_median", median(sent) if sent else None, "bytes", Target(1000)),
        Figure("bytes.key_worst", max(sent, default=None), "bytes", Target(4000)),
    )


def _worst(pressed: list[Pressed]) -> str:
    worst = sorted(pressed, key=lambda one: -one.received)[:8]
    return "；".join(f"{one.screen} {one.key} {one.received}" for one in worst)


@asynccontextmanager
async def demonstration(
    place: Place, people: tuple[str, ...]
) -> AsyncIterator[tuple[Inside, str]]:
    """Build the demonstration and open its door; yield it with everybody's password."""
    async with empty(place, "demo") as (dsn, pool):
        async with seat.front_desk(pool).reading() as (_, now):
            shift = town.BUILT_ON - day_of(now)
        await demo.build(pool, now + shift, lambda _: None)
        front = seat.front_desk(pool, Shift(shift))
        admin = await seat.seat_by_name(front, ADMIN.signin)
        secret = hash_password(PASSWORD)
        for name in people:
            await staff.set_password(admin, name, secret)
            await staff.pass_first_sign_in(admin, name)
        async with inside(dsn, place.keys, place.folder, Shift(shift)) as house:
            yield house, PASSWORD
