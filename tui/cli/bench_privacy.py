"""bench privacy: two people in one process press anything, and neither sees the other's.

Every name of a class is made of characters that stand nowhere else in the program, so one
such character in the other person's bytes is a leak, however the painter cut the name up.
"""

import random
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import Final

import asyncssh
from textual.app import App

from db.bench_crowd import letters_of, rename
from tui.app import BaoxueApp
from tui.cli.bench_crowd import crowded
from tui.cli.bench_figure import Figure, Measured, Target
from tui.cli.bench_inside import Inside, inside
from tui.cli.bench_line import Caller, Line, sit_down
from tui.cli.bench_place import Place
from tui.door.turns import settled

_MOVES: Final = (b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1b[6~", b"\x1b[5~")
_OPENS: Final = (b"\r", b"\r", b" ", *(str(n).encode() for n in range(10)))
# F1 to F9, Esc, and letters that look for a name.
_LEADS: Final = (
    *(b"\x1bOP", b"\x1bOR", b"\x1bOS", b"\x1b[15~", b"\x1b[17~", b"\x1b[18~"),
    *(b"\x1b[19~", b"\x1b[20~", b"\x1b[21~", b"\x1b", b"z", b"x", b"\t", b"\x7f"),
)
# Of a hundred keys so many go somewhere, and then open something.
_MOVING: Final = 0.5
_OPENING: Final = 0.8
# Heads of the first and of the last class, which are of two schools.
_CLASSES: Final = (1, 22)


@dataclass(frozen=True)
class Size:
    """How many keys the two press together, and for how long at most, in seconds."""

    keys: int = 10_000
    pupils: int = 50
    seconds: float = 1800.0


class Hearing(Line):
    """A line all of whose text is kept as the set of its characters."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: set[str] = set()
        self._rest = b""

    def data_received(self, data: bytes, datatype: int | None) -> None:
        """Keep what came."""
        super().data_received(data, datatype)
        text = (self._rest + data).decode("utf-8", "ignore")
        # A character may be cut in two by the end of a packet.
        self._rest = data[-3:]
        self.heard |= set(text)


class Person:
    """One of the two, at a terminal that is opened again whenever it closes."""

    def __init__(self, house: Inside, caller: Caller) -> None:
        self._house, self._caller = house, caller
        self._line: Hearing | None = None
        self._app: App[None] | None = None
        self.heard: set[str] = set()
        self.screens: set[str] = set()

    async def press(self, key: bytes) -> None:
        """Press a key, and wait for its consequences."""
        line, app = self._line, self._app
        if line is None or app is None or line.ended.is_set() or _left(app):
            await self.leave()
            with suppress(OSError, asyncssh.Error):
                self._line = Hearing()
                await sit_down(self._caller, self._line)
                self._app = self._house.apps[-1]
            return
        line.write(key)
        await settled(app)
        self.screens.add(type(app.screen).__name__)

    async def leave(self) -> None:
        """Close the terminal, and keep what was heard there."""
        if self._line is not None:
            self._line.cut()
            await self._line.ended.wait()
            self.heard |= self._line.heard
            self._line = self._app = None


def _left(app: App[None]) -> bool:
    """Tell whether nobody sits there any more."""
    return not app.is_running or (isinstance(app, BaoxueApp) and app.stay.desk is None)


async def measure(place: Place, size: Size) -> Measured:
    """Return how many characters of one's pupils came to the other."""
    async with crowded(place, "privacy", 2 * 20, size.pupils) as crowd:
        await rename(crowd.town.pool)
        async with inside(crowd.town.dsn, crowd.town.keys, place.folder) as house:
            people = [
                Person(house, Caller(house.port, f"head{n}", key=crowd.key))
                for n in _CLASSES
            ]
            pressed = await _stroll(people, size)
        ours = [letters_of(n) for n in _CLASSES]
        own = sum(len(p.heard & mine) for p, mine in zip(people, ours, strict=True))
        theirs = zip(people, reversed(ours), strict=True)
        leaks = sum(len(p.heard & other) for p, other in theirs)
        return Measured(
            title="两人同在一个进程",
            counted=crowd.town.counted,
            figures=(
                Figure("privacy.keys", pressed, "count"),
                Figure(
                    "privacy.screens", len(people[0].screens | people[1].screens), "count"
                ),
                # Whoever sees nothing of their own proves nothing.
                Figure("privacy.own", own, "count", Target(2, at_least=True)),
                Figure("privacy.leaks", leaks, "count", Target(0)),
            ),
        )


async def _stroll(people: list[Person], size: Size) -> int:
    dice = random.Random(20261124)  # noqa: S311 -- the same stroll every time
    pressed, end = 0, perf_counter() + size.seconds
    while pressed < size.keys and perf_counter() < end:
        kind = dice.random()
        keys = _MOVES if kind < _MOVING else _OPENS if kind < _OPENING else _LEADS
        await dice.choice(people).press(dice.choice(keys))
        pressed += 1
    for person in people:
        await person.leave()
    return pressed
