"""The house behind a door: who is let in, with what application, for which commands.

Wires what the sessions of one process share, and keeps its news and its presence going.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from uuid import uuid4

from core.rules.errors import Refusal
from core.rules.presence import Newcomer, PlaceKind
from core.rules.sign_in import origin_of
from core.services import seat
from core.services.desk import Desk
from core.services.news import NewsStand
from core.services.password import AT_ONCE, PasswordChecker
from core.services.presence import Presence
from core.services.sign_in import Checkpoint
from tui.app import BaoxueApp
from tui.cli.command import Sink, Source
from tui.cli.sweeping import kept_up
from tui.door.files import are_files, transfer
from tui.door.gate import Guest, Reception
from tui.door.streams import Pipe
from tui.house import House, HouseRules
from tui.stay import Stay


@asynccontextmanager
async def open_house(front: Desk, rules: HouseRules | None = None) -> AsyncIterator[House]:
    """Run the news and the presence for as long as the block lasts."""
    rules = rules or HouseRules()
    passwords = PasswordChecker(max(1, AT_ONCE // rules.processes), rules.passwords_waiting)
    house = House(
        front=front,
        checkpoint=Checkpoint(front, passwords, rules.sign_in),
        news=NewsStand(front),
        presence=Presence(front, rules.places),
        rules=rules,
    )
    going_on = [
        asyncio.create_task(kept_up(job)) for job in (house.news.run, house.presence.run)
    ]
    try:
        yield house
    finally:
        for task in going_on:
            task.cancel()
        passwords.close()


@asynccontextmanager
async def app_at(
    house: House, account_id: int, address: str, by: str
) -> AsyncIterator[BaoxueApp]:
    """Run the application for one person, who is written down as present meanwhile.

    Raises Disabled.
    """
    stay = Stay(house, address)
    try:
        await stay.enter(account_id, by)
        yield BaoxueApp(house, stay)
    finally:
        await stay.close()


class FirstPasswordFirst(Refusal):
    """A password that is to be changed opens nothing but its change."""

    def __init__(self) -> None:
        super().__init__("请先用终端登录一次，更换密码后再办理。")


class _Errand:
    """A command's place: it is cancelled when it must end."""

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self.why: Refusal | None = None

    def end(self, why: Refusal) -> None:
        """Cancel the command."""
        if self.why is None and self._task is not None:
            self.why = why
            self._task.cancel()

    def glance(self) -> None:
        """Keep no clock: a command ends by itself."""


async def run_command(
    house: House,
    guest: Guest,
    words: list[str],
    stdin: Source,
    stdout: Pipe,
    stderr: Sink,
) -> int:
    """Run a command, or a transfer of files, for somebody who has signed in.

    Raises TooManyPlaces, Disabled, FirstPasswordFirst.
    """
    from tui.cli.table import run_words  # noqa: PLC0415 - the table names this module too

    errand, place = _Errand(), uuid4()
    who = Newcomer(
        account_id=guest.account_id,
        address=guest.address,
        origin=origin_of(guest.address),
        by=guest.by,
        kind=PlaceKind.COMMAND,
    )
    try:
        await house.presence.enter(place, who, errand)
        age = house.rules.age_of(guest.by)
        desk = await seat.seat(house.front, guest.account_id, age)
        try:
            if desk.actor.must_renew:
                raise FirstPasswordFirst
            if are_files(words):
                idle = house.rules.idle.end_after
                return await transfer(desk, words, stdin, stdout, stderr, idle)
            return await run_words(desk, words, stdin, stdout, stderr, remote=True)
        finally:
            await seat.leave(house.front, desk)
    except asyncio.CancelledError:
        if errand.why is not None:
            raise errand.why from None
        raise
    finally:
        await house.presence.leave(place)


def reception(house: House) -> Reception:
    """Return what the door needs of this house."""

    def app_for(guest: Guest) -> AbstractAsyncContextManager[BaoxueApp]:
        return app_at(house, guest.account_id, guest.address, guest.by)

    return Reception(
        check_password=house.checkpoint.check,
        keys_of=partial(seat.keys_of, house.front),
        app_for=app_for,
        run_command=partial(run_command, house),
    )
