"""The application: one person's session, however it is reached.  Screens do the rest."""

from collections.abc import Callable

from core.services import seat
from core.services.desk import Desk
from tui.house import House
from tui.screens.base import News
from tui.screens.first_password import FirstPassword
from tui.screens.home import Home
from tui.screens.sign_in import SignIn
from tui.tuned import Tuned


class BaoxueApp(Tuned):
    """Seats a person, shows their first screen, and passes the news on."""

    TITLE = "保学"
    CSS = "Screen { background: ansi_default; }"

    def __init__(self, house: House, account_id: int | None, address: str) -> None:
        super().__init__()
        self.house = house
        self.address = address
        self._account_id = account_id
        self._unsubscribe: Callable[[], None] | None = None

    async def on_mount(self) -> None:
        """Seat whom the door let in, or ask who it is."""
        self._unsubscribe = self.house.news.subscribe(self._hear)
        if self._account_id is None:
            self.sign_out()
        else:
            desk = await seat.seat(self.house.front, self._account_id)
            await self.recall(desk)
            self._show_first(desk)

    def on_unmount(self) -> None:
        """Stop hearing the news."""
        if self._unsubscribe is not None:
            self._unsubscribe()

    def seat(self, desk: Desk) -> None:
        """Give the terminal to a person who has signed in on it."""
        self.run_worker(self.recall(desk), group="terminal")
        self._show_first(desk)

    def _show_first(self, desk: Desk) -> None:
        """Show a first password first, then what is due."""
        self._clear()
        if desk.actor.must_change_password:
            self.push_screen(FirstPassword(self.house, desk, self.seat))
        else:
            self.push_screen(Home(desk))

    def sign_out(self) -> None:
        """Offer the next person the sign-in, on the same connection."""
        self._clear()
        self.push_screen(SignIn(self.house, self.address, self.seat))

    def action_sign_out(self) -> None:
        """Sign out, from whatever screen."""
        self.sign_out()

    def _clear(self) -> None:
        while len(self.screen_stack) > 1:
            self.pop_screen()

    def _hear(self, township_id: int, nouns: frozenset[str]) -> None:
        self.screen.post_message(News(township_id, nouns))
