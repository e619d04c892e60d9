"""登录: the next person's sign-in on a connection that is already open (a shared PC)."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.widget import Widget

from core.rules.errors import Refusal
from core.services.desk import Desk
from tui.screens.frame import Framed
from tui.stay import Stay
from tui.widgets.form import CodeField, Form, TextField
from tui.widgets.keys import Key
from tui.widgets.style import Tone


class SignIn(Framed[None]):
    """Ask for a name and a password, and seat who answers."""

    TITLE_TEXT = "保学  登录"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f9", "登录", "submit", shown="Enter/F9"),
        Key("f10,escape", "断开", "back"),
    )
    STANDING: ClassVar[tuple[Key, ...]] = ()

    def __init__(self, stay: Stay, seated: Callable[[Desk], None]) -> None:
        super().__init__()
        self._stay, self._seated = stay, seated
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
            desk = await self._stay.seat_next(typed["name"], typed["password"])
        except Refusal as refusal:
            self._form.set_value("password", "")
            self.tell(str(refusal), Tone.WARNING)
        else:
            self._seated(desk)
        finally:
            self._checking = False

    def action_back(self) -> None:
        """End the connection."""
        self.app.exit()
