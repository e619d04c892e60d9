"""登录: the next person's sign-in on a connection that is already open (a shared PC)."""

import asyncio
from collections.abc import Callable, Iterator
from typing import ClassVar, Final

from textual.widget import Widget

from core.rules.errors import Refusal
from core.services import seat
from core.services.desk import Desk
from tui.house import House
from tui.screens.frame import Framed
from tui.widgets.form import CodeField, Form, TextField
from tui.widgets.keys import Key
from tui.widgets.style import Tone

# Somebody who guesses waits longer after each wrong try on this connection.
_WAIT_MOST: Final = 8.0


class SignIn(Framed[None]):
    """Ask for a name and a password, and seat who answers."""

    TITLE_TEXT = "保学  登录"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f9", "登录", "submit", shown="Enter/F9"),
        Key("f10,escape", "断开", "back"),
    )
    STANDING: ClassVar[tuple[Key, ...]] = ()

    def __init__(self, house: House, address: str, seated: Callable[[Desk], None]) -> None:
        super().__init__()
        self._house, self._address, self._seated = house, address, seated
        self._tries = 0
        self._checking = False
        self._form = Form(
            CodeField("name", "登录名", required=True, limit=32),
            TextField("password", "密码", required=True, limit=128, secret=True),
        )

    def compose(self) -> Iterator[Widget]:
        """Show the two fields."""
        yield self._form

    def on_form_done(self) -> None:
        """Sign in by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Check what was typed, off the event loop."""
        sentence = self._form.problem()
        if sentence is not None:
            self.tell(sentence, Tone.WARNING)
        elif not self._checking:
            self._checking = True
            self.tell("正在核对，请稍候…")
            self.run_worker(self._check(), group="act", exclusive=True)

    async def _check(self) -> None:
        typed = self._form.values()
        try:
            await asyncio.sleep(min(_WAIT_MOST, self._tries))
            account = await seat.sign_in(
                self._house.front,
                typed["name"],
                typed["password"],
                self._address,
                self._house.checker,
            )
            desk = await seat.seat(self._house.front, account)
        except Refusal as refusal:
            self._tries += 1
            self._form.set_value("password", "")
            self.tell(str(refusal), Tone.WARNING)
        else:
            self._seated(desk)
        finally:
            self._checking = False

    def action_back(self) -> None:
        """End the connection."""
        self.app.exit()
