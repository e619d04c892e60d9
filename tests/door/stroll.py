"""A stroll through the real screens at random keys, seen by two emulators.

What they see is `witness`'s.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random

from textual.events import Key
from textual.keys import _character_to_key

from core.rules.terminal import Colour, Encoding, Frames, Measured, Wanted, Width
from core.services import seat
from core.services.desk import Desk
from tests.door.emulated import Emulated
from tests.door.witness import AsMeant, AsStock
from tests.services.file_town import PEOPLE, RIVER, THIRD, TOWNSHIP
from tests.services.school_town import SchoolTown, build
from tui.app import BaoxueApp
from tui.cli.reception import open_house
from tui.door.turns import settled
from tui.ruler import HERE
from tui.screens.menu import ITEMS
from tui.stay import Stay
from tui.terminal import Terminal, Wished

NAMES = (
    "吾买尔江·艾合买提",
    "阿卜杜拉·买买提",
    "𠮷田光",
    "一二三四五六七八九十甲乙丙丁戊己庚辛",
    "“阿”—…①",
    "[/]",
    "[@click=app.exit]张三",
    "e\u0301a\u0302\u0301",
    "Анна-Мария О'Нил",
    "한국 ﾊﾝ",
    "王 小　明",
    "欧阳雨桐",
)
PUPILS = """
WITH made AS (
    INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key, address)
    SELECT $1, 1000 + n, ($2::text[])[1 + n % $3::int], 'male', '2018-06-01', '{wm}',
           'wm' || n, ($2::text[])[1 + n % $3::int]
      FROM generate_series(1, 60) n
    RETURNING id)
INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder, status,
                       from_on)
SELECT $1, id, $4, $5, id - 960, false, 'enrolled', '2024-09-01' FROM made
"""
MOVES = (*("up", "down", "left", "right") * 3, "pageup", "pagedown", "home", "end")
TYPED = ("space", *"1234567890", *"wma赵·，１Ａ", "backspace", "delete", "tab", "shift+tab")
LEADING = ("enter", "f1", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "escape")
# Now and then the largest; its frames take as long as twenty others.
SIZES = (*((100, 30),) * 9, (200, 70))
SURE = Measured(encoding=Encoding.UTF8, width=Width.ONE)
LOOKS = tuple(
    Wanted(frames=frames, colour=colour) for frames in Frames for colour in Colour
)


async def crowd(pool) -> SchoolTown:
    """The school town with a class of sixty whose names are hard to draw."""
    town = await build(pool)
    town.clock("11-23 08:05")
    await town.write(PUPILS, TOWNSHIP, list(NAMES), len(NAMES), RIVER, THIRD)
    return town


class StockStroller(AsStock, BaoxueApp):
    """The real application beside stock Textual."""


class MeantStroller(AsMeant, BaoxueApp):
    """The real application on a terminal that stock Textual knows nothing of."""


class Stroll:
    """One person who presses anything."""

    def __init__(self, app: StockStroller | MeantStroller, random: Random) -> None:
        self.app, self.random = app, random
        self.account_id = app.stay.desk.actor.account_id
        self.visited: set[str] = set()

    async def step(self) -> None:
        """Do one thing, and look at the frame, whether or not it is finished."""
        await self.desk()
        app, dice = self.app, self.random.random()
        self.visited.add(type(app.screen).__name__)
        if dice < 0.80:
            self.press(self.random.choice(MOVES))
        elif dice < 0.93:
            self.press(self.random.choice(TYPED))
        elif dice < 0.97:
            self.press(self.random.choice(LEADING))
        elif dice < 0.975:
            most = self.random.choice(SIZES)
            app.emulator.resize(
                self.random.randint(20, most[0]), self.random.randint(10, most[1])
            )
        elif dice < 0.987:
            app.emulator.resize(80, 24)
        elif dice < 0.99:
            app.post_message(Wished(self.random.choice(LOOKS)))
        elif dice < 0.993:
            await self.unread()
        else:
            await self.elsewhere()
        for _ in range(8):
            await asyncio.sleep(0)
        self.watch()
        app.screen._on_timer_update()

    async def unread(self) -> None:
        """Go on while nobody reads: frames are dropped, and one is painted after them."""
        with self.app.batch_update():
            for _ in range(5):
                self.press(self.random.choice(MOVES))
                await asyncio.sleep(0)
        self.app.refresh()

    async def look(self) -> None:
        """Wait until a key has had its consequences, and look at the frame."""
        await settled(self.app)
        self.watch()
        self.visited.add(type(self.app.screen).__name__)
        self.app.screen._on_timer_update()
        self.app.compare_all()

    def watch(self) -> None:
        """Fail here where the application has failed."""
        if self.app._exception is not None:
            raise self.app._exception

    def press(self, name: str) -> None:
        single = len(name) == 1
        key = _character_to_key(name) if single else name
        self.app.post_message(Key(key, name if single else None))

    async def desk(self) -> Desk:
        """Who sits there; after a sign-out, the same person again."""
        stay = self.app.stay
        if stay.desk is None:
            await settled(self.app)
            await stay.enter(self.account_id, "password")
            self.app.seat(stay.desk)
        return stay.desk

    async def elsewhere(self) -> None:
        """Begin again at some screen of the menu, so that every one is seen."""
        await self.look()
        desk = await self.desk()
        self.app.seat(desk)
        items = [item for item in ITEMS if desk.actor.has(*item.roles)]
        await self.app.push_screen(self.random.choice(items).screen(desk))
        await settled(self.app)


class Steady(Terminal):
    """A terminal whose widths nobody says wrongly: frames and colours may be chosen."""

    def learn(
        self, *, wanted: Wanted | None = None, measured: Measured | None = None
    ) -> bool:
        if wanted is not None:
            wanted = Wanted(frames=wanted.frames, colour=wanted.colour)
        return super().learn(wanted=wanted, measured=measured)


@asynccontextmanager
async def strolling(
    town: SchoolTown,
    who: str,
    seed: int,
    *,
    kind: type[StockStroller | MeantStroller] = StockStroller,
    driver: type[Emulated] = Emulated,
    measured: Measured = SURE,
) -> AsyncIterator[Stroll]:
    """Open the real application as somebody, on an emulator."""
    front = seat.front_desk(town.pool, lambda _: town.now)
    here = Steady()
    here.call("test", "xterm")
    here.learn(measured=measured)
    token = HERE.set(here)
    async with open_house(front) as house:
        stay = Stay(house, "127.0.0.1")
        await stay.enter(PEOPLE[who][0], "password")
        app = kind(house, stay)
        app.driver_class = driver
        running = asyncio.create_task(app.run_async(size=(80, 24), mouse=False))
        while not app.is_running or not app.screen.is_mounted:
            await asyncio.sleep(0.005)
        try:
            with app._context():
                await settled(app)
                yield Stroll(app, Random(seed))  # noqa: S311 - the same stroll every time
        finally:
            app.exit()
            await running
            await stay.close()
            # Until here: a stroll paints by itself, and measures as its terminal does.
            HERE.reset(token)
    assert app._exception is None
