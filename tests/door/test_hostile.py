"""Hostile text through every screen and every place of a widget: nothing of it acts.

What it may not do: reach the terminal as a control, end or steer the application, or move
what stands beside it.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError
from textual.events import Key as KeyPress

from core.rules.base import Record
from core.rules.roll import Mark
from core.rules.terminal import Encoding, Measured, Width
from tests.door.stroll import MeantStroller, Stroll, crowd, strolling
from tests.door.test_painter import Player, with_app
from tests.door.witness import AsMeant
from tests.tui.kit import a_desk
from tui.ruler import HERE
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen, Key
from tui.screens.confirm import Confirm
from tui.screens.frame import Framed
from tui.screens.help import Entry, Help
from tui.screens.menu import ITEMS
from tui.screens.pick import Pick
from tui.screens.text import TextPage
from tui.terminal import Terminal
from tui.widgets.form import ChoiceField, CodeField, Form, NoteField, ShowField, TextField
from tui.widgets.line import Line
from tui.widgets.listing import Column, Listing
from tui.widgets.prose import Prose
from tui.widgets.roll_grid import GridPupil, RollGrid
from tui.widgets.several_field import SeveralField

PAYLOADS = {
    "ESC": "\x1b[2J\x1b[31m\x1b]52;c;Zm9v\x07",
    "C1": "\x9b2J\x90q\x9c",
    "ENQ": "\x05",
    "BEL": "\x07\x08\x0e",
    "bidi": "\u202e\u2066\u200f",
    "NEL": "\x85\r\n\t",
    "separators": "\u2028\u2029",
    "markup": "[/]",
    "action": "[@click=app.exit]",
    "zero width": "\u200b\u200d\ufeff\u00ad\ufe0f",
    "very long": "长" * 600,
    "surrogate": "\ud800\udfff",
    "combining": "e" + "\u0301" * 60,
}
# What the painter itself says: go there, erase, take this pen.
OWN = re.compile(r"\x1b\[(?:\d+;\d+H|\d*H|\d+G|K|2J|[\d;]*m)")
ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def acting(writes: list[str]) -> set[str]:
    """The characters of what was sent that act on a terminal and are not the painter's."""
    return {c for c in OWN.sub("", "".join(writes)) if unicodedata.category(c) in ACTING}


@pytest.fixture(params=PAYLOADS)
def payload(request) -> str:
    return PAYLOADS[request.param]


class Placed(DeskScreen):
    """One place of each kind for a text to stand in."""

    TITLE_TEXT = "名单"
    KEYS = (Key("f2", "保存", "back"),)

    def __init__(self, text: str) -> None:
        super().__init__(a_desk())
        self.words = text
        self.listing = Listing[str](
            (
                Column("状态", 4, lambda _: "到"),
                Column(text, 12, lambda text: text),
                Column("右", 12, lambda text: text, align="right"),
                Column("末", 0, lambda text: f"|{text}"),
            ),
            key=lambda text: text,
            jump_fn=lambda text: (text,),
            empty=text,
            title=text,
            numbered=True,
        )
        self.form = Form(
            ShowField("show", text, value=text),
            TextField("text", "姓名", value=text, hint=text, limit=2000),
            CodeField("code", "代码", value=text, limit=2000),
            ChoiceField("choice", "方式", (("1", text), ("2", "二")), value="1", hint=text),
            SeveralField("several", "同行", (("1", text), ("2", "二")), value="1"),
            NoteField("note", "情况", value=text, limit=2000),
        )
        self.grid = RollGrid()

    def compose(self):
        yield Line(self.words, self.words[:6])
        yield self.listing
        yield self.form
        yield self.grid
        yield Prose((self.words, f"前{self.words}后"))

    async def load(self) -> None:
        self.listing.rows = (self.words, "乙")
        self.set_title(self.words, self.words[:6])
        self.tell(self.words)
        pupils = [GridPupil(n, self.words[:3], self.words, (self.words,)) for n in (1, 2)]
        self.grid.show(pupils, {1: Mark.ABSENT, 2: Mark.PRESENT})


class Placing(AsMeant):
    CSS = "Screen { background: ansi_default; } Drawn { height: 5; }"


def places(text: str) -> Iterator[Placed | Confirm | Ask | Pick | Help | TextPage]:
    yield Placed(text)
    yield Confirm(f"{text}\n确认吗？")
    yield Confirm("确认吗？", word=text)
    yield Ask(text, limit=2000, value=text)
    yield Pick(text, (("1", text), ("2", "二")))
    yield Help(text, (Entry(0, text, text), Entry(1, "F9", f"提交{text}", "submit", "1")))
    yield TextPage(text, (text, f"前{text}后"))


@pytest.mark.parametrize("encoding", Encoding)
async def test_in_every_place_of_a_widget_hostile_text_is_text(payload, encoding):
    async def script(player: Player) -> None:
        player.terminal.resize(80, 40)
        for screen in places(f"甲{payload}乙"):
            await player.app.push_screen(screen)
            await pressed(player, screen)

    here = Terminal()
    here.learn(measured=Measured(encoding=encoding, width=Width.ONE))
    token = HERE.set(here)
    try:
        await with_app(Placing(), script)
    finally:
        HERE.reset(token)


async def pressed(player: Player, screen: Framed[object]) -> None:
    app, terminal = player.app, player.terminal
    await player.look()
    if isinstance(screen, Placed):
        rows = (app._sent.row(y).texts for y in range(40))
        framed = [row for row in rows if row[0] == "|" and row[3] in {"1", "2"}]
        one, other = ([x for x, text in enumerate(row) if text == "|"] for row in framed)
        assert one == other == [0, one[1], 79]
    for key in ("down", "tab", "end", "left", "backspace", "pagedown"):
        app.post_message(KeyPress(key, None))
        await player.look()
    assert any("甲" in line for line in terminal.screen.display)
    assert acting(terminal.writes) == set()
    assert (app.is_running, app.screen, app.clipboard) == (True, screen, "")


class Poison:
    """Puts hostile text into every text for people that is read from the database.

    Each text gets all payloads, another one first.
    """

    def __init__(self, monkeypatch, payloads) -> None:
        self.on = False
        self.payloads = deque(payloads)
        stock, made = BaseModel.model_validate.__func__, BaseModel.__init__

        def read(cls, raw, **how):
            record = stock(cls, raw, **how)
            if self.on:
                for name in cls.model_fields:
                    value = record.__dict__[name]
                    if type(value) is str and not value.isascii():
                        self.payloads.rotate()
                        record.__dict__[name] = f"甲{''.join(self.payloads)}{value}"
            return record

        def make(record, **values):
            # What is put together from such texts is refused; here it comes through.
            try:
                made(record, **values)
            except ValidationError:
                through = type(record).model_construct(**values)
                for name in ("__dict__", *BaseModel.__slots__[1:]):
                    object.__setattr__(record, name, getattr(through, name))

        monkeypatch.setattr(Record, "model_validate", classmethod(read))
        monkeypatch.setattr(Record, "__init__", make)


async def visit(stroll: Stroll) -> set[str]:
    """Open all that a person may open, and something in each; submit nothing."""
    app, opened = stroll.app, set()
    desk = await stroll.desk()
    for item in ITEMS:
        if desk.actor.has(*item.roles):
            opened.add(item.label)
            app.seat(desk)
            await app.push_screen(item.screen(desk))
            await stroll.look()
            for key in ("enter", "f1", "escape"):
                stroll.press(key)
                await stroll.look()
    return opened


LONG = PAYLOADS["very long"]
OTHERS = tuple(payload for payload in PAYLOADS.values() if payload != LONG)


@pytest.mark.parametrize("payloads", [OTHERS, (LONG,)], ids=["acting", "long"])
async def test_on_every_screen_hostile_data_is_text(pool, monkeypatch, payloads):
    town = await crowd(pool)
    poison = Poison(monkeypatch, payloads)
    opened: set[str] = set()
    for who in ("li", "wang", "bureau", "audit"):
        async with strolling(town, who, seed=0, kind=MeantStroller) as stroll:
            poison.on = True
            opened |= await visit(stroll)
            poison.on = False
            app = stroll.app
            assert (app.is_running, app.clipboard) == (True, "")
            assert acting(app.emulator.writes) == set()
            assert any("甲" in write for write in app.emulator.writes)
    assert opened == {item.label for item in ITEMS}
