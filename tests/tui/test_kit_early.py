"""A key pressed while a screen is still read: kept until it can be about something."""

import asyncio

import pytest

from core.rules.errors import BadInput
from core.rules.news import Where
from tests.tui.kit import Toy, ToyApp, a_desk, page, settle
from tui.screens.base import News

TOLD = " 正在读取，读完即办“1”，请稍候…"


class SlowToy(Toy):
    """Reads itself only as far as the test lets it."""

    def __init__(self) -> None:
        super().__init__(a_desk())
        self.gate = asyncio.Event()
        self.refuses = False

    async def load(self) -> None:
        await self.gate.wait()
        if self.refuses:
            raise BadInput("您无权查看。")
        await super().load()


@pytest.fixture
async def toy():
    toy = SlowToy()
    async with ToyApp(toy).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        toy.pilot = pilot
        yield toy


async def let(toy: SlowToy) -> None:
    toy.gate.set()
    await settle(toy.pilot)
    await settle(toy.pilot)


@pytest.mark.parametrize(
    ("key", "name", "done"),
    [("1", "1", "contact"), ("１", "1", "contact"), ("enter", "Enter", "陈雨桐")],
)
async def test_a_key_pressed_before_the_first_reading_is_done_after_it(
    toy, key, name, done
):
    await toy.pilot.press(key)
    await settle(toy.pilot)
    assert toy.done == []
    assert toy.message == f" 正在读取，读完即办“{name}”，请稍候…"
    await let(toy)
    assert (toy.done, toy.message) == ([done], "")


async def test_an_early_key_does_at_once_nothing_that_nobody_has_seen(toy, monkeypatch):
    """A report taken in, or noted, before the line it is of was on the screen."""

    async def taken_in() -> None:
        toy.done.append("taken in")

    monkeypatch.setattr(toy, "action_contact", lambda: toy.act(taken_in))
    await toy.pilot.press("1")
    await settle(toy.pilot)
    await let(toy)
    assert (toy.done, toy.message) == ([], " 刚刚读完，还没有办理；请看清后再按一次。")
    await toy.pilot.press("1")
    await settle(toy.pilot)
    assert toy.done == ["taken in"]


async def test_a_second_key_is_no_second_act_and_the_first_is_named(toy):
    await toy.pilot.press("1", "1", "f9")
    await settle(toy.pilot)
    assert toy.message == TOLD
    await let(toy)
    assert toy.done == ["contact"]
    assert toy.app.screen is toy


async def test_the_way_back_and_the_help_wait_for_nothing(toy):
    other = SlowToy()
    toy.app.push_screen(other)
    await settle(toy.pilot)
    await toy.pilot.press("1", "f1")
    await settle(toy.pilot)
    assert page(toy.app)[0].startswith(" 帮助  名单")
    await toy.pilot.press("f10", "f10")
    await settle(toy.pilot)
    assert toy.app.screen is toy
    other.gate.set()
    await let(toy)
    assert (other.done, toy.done) == ([], [])


async def test_a_key_about_what_could_not_be_read_does_nothing_and_says_why(toy):
    await toy.pilot.press("1")
    toy.refuses = True
    await let(toy)
    assert (toy.done, toy.message) == ([], " 您无权查看。")
    toy.refuses = False
    await toy.pilot.press("f5")
    await settle(toy.pilot)
    assert toy.done == []


async def test_what_is_read_again_on_news_takes_keys_at_once(toy):
    await let(toy)
    toy.gate.clear()
    toy.post_message(News(Where(township_id=1), frozenset({"roll"})))
    await settle(toy.pilot)
    await toy.pilot.press("1")
    await settle(toy.pilot)
    assert toy.done == ["contact"]
    toy.gate.set()


async def test_a_key_pressed_while_something_else_is_read_is_about_that(toy):
    await let(toy)
    toy.gate.clear()
    toy.source = toy.source[2:]
    toy.turn()
    await toy.pilot.press("enter")
    await settle(toy.pilot)
    assert toy.done == []
    await let(toy)
    assert toy.done == ["赵小雨"]
