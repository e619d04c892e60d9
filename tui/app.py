"""The application: one person's session, however it is reached.  Screens do the rest."""

from asyncio import gather
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from textual.await_complete import AwaitComplete
from textual.events import Event, Key, Paste

from core.rules.news import Where, hears
from core.rules.trouble import Patience, Trouble
from core.services.desk import Desk
from tui.house import House
from tui.screens.base import DeskScreen, News
from tui.screens.first_password import FirstPassword
from tui.screens.home import Home
from tui.screens.locked import Locked
from tui.screens.own_password import OwnPassword
from tui.screens.sign_in import SignIn
from tui.stay import Stay, Window
from tui.tuned import Tuned

# Seconds that a person's act waits for a database that is away, and for its answer.
_OPENING: Final = 20.0
_SETTLING: Final = 120.0


class BaoxueApp(Tuned):
    """Seats a person, shows their first screen, and passes the news on."""

    TITLE = "保学"
    CSS = "Screen { background: ansi_default; }"

    def __init__(self, house: House, stay: Stay) -> None:
        super().__init__()
        self.house = house
        self.stay = stay
        self._unsubscribe: Callable[[], None] | None = None

    @property
    def farewell(self) -> str:
        """Return what to tell when the session is over; mostly nothing."""
        return self.stay.farewell

    async def on_mount(self) -> None:
        """Show the first screen of whom the door let in."""
        self._unsubscribe = self.house.news.subscribe(self._hear)
        desk = self.stay.desk
        if desk is not None:
            await self.recall(desk)
            self._show_first(desk)
        self.stay.shown_on(Window(lock=self._lock, close=self.exit))

    def on_unmount(self) -> None:
        """Stop hearing the news."""
        if self._unsubscribe is not None:
            self._unsubscribe()

    async def on_event(self, event: Event) -> None:
        """Take no key that comes after the screen was to be locked."""
        typed = isinstance(event, Key | Paste) and not event.is_forwarded
        if not typed or self.stay.touch():
            await super().on_event(event)

    def seat(self, desk: Desk) -> None:
        """Give the terminal to a person who has signed in on it."""
        self.run_worker(self.recall(desk), group="terminal")
        self._show_first(desk)

    def _show_first(self, desk: Desk) -> None:
        """Show a change of password first, then what is due."""
        self._clear()
        desk = replace(desk, patience=Patience(_OPENING, _SETTLING, self._wait))
        if desk.actor.must_renew:
            self.push_screen(FirstPassword(self.house, desk, self.seat))
        else:
            self.push_screen(Home(desk))

    def action_change_password(self) -> None:
        """Let the person who sits here change their own password."""
        if self.stay.desk is not None:
            self.push_screen(OwnPassword(self.stay, self.stay.desk))

    def action_sign_out(self) -> None:
        """Sign out, and offer the next person the sign-in on the same connection."""
        leaving, desk = self._clear(), self.stay.desk
        self.push_screen(SignIn(self.stay, self.seat))
        if desk is not None:
            self.run_worker(self._sign_out(desk, leaving), group="stay")

    async def _sign_out(self, desk: Desk, leaving: list[AwaitComplete]) -> None:
        # Drafts are kept by the screens that go, and need the sitting.
        await gather(*leaving)
        await self.stay.sign_out(desk)

    def _lock(self, desk: Desk) -> None:
        # Called from outside this App's own messages.
        self.call_later(self.push_screen, Locked(self.stay, desk))

    def _clear(self) -> list[AwaitComplete]:
        return [self.pop_screen() for _ in self.screen_stack[1:]]

    def _wait(self, trouble: Trouble | None) -> None:
        """Say on the screen on top what the database keeps waiting."""
        if isinstance(self.screen, DeskScreen):
            self.screen.waits(trouble)

    def _hear(self, where: Where, nouns: frozenset[str]) -> None:
        desk = self.stay.desk
        if desk is not None and hears(desk.actor, where):
            self.screen.post_message(News(where, nouns))
