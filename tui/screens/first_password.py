"""更换密码: at the first sign-in, and when it has grown old, it comes before everything."""

from collections.abc import Callable, Iterator
from typing import ClassVar

from textual.widget import Widget

from core.rules.errors import Refusal
from core.services import seat, staff
from core.services.desk import Desk
from tui.house import House
from tui.screens.frame import Framed
from tui.screens.password_form import PasswordForm
from tui.widgets.keys import Key
from tui.widgets.style import Tone


class FirstPassword(Framed[None]):
    """Ask for a new password twice; nothing else is reachable until it is given."""

    TITLE_TEXT = "保学  首次登录，请更换密码"
    OLD_TEXT = "保学  密码已到更换期限，请更换"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f9", "提交", "submit", shown="Enter/F9"),
        Key("f10,escape", "断开", "back"),
    )
    STANDING: ClassVar[tuple[Key, ...]] = ()

    def __init__(self, house: House, desk: Desk, seated: Callable[[Desk], None]) -> None:
        super().__init__()
        self._house, self._desk, self._seated = house, desk, seated
        self._form = PasswordForm(desk.actor)

    def compose(self) -> Iterator[Widget]:
        """Show the fields."""
        yield self._form

    def on_mount(self) -> None:
        """Say why."""
        super().on_mount()
        if self._desk.actor.password_is_old:
            self.set_title(self.OLD_TEXT)

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Change the password, if both are the same."""
        sentence = self._form.problem()
        typed = self._form.values()
        if sentence is not None:
            self.tell(sentence, Tone.WARNING)
            return
        self.tell("正在保存，请稍候…")
        self.run_worker(self._change(typed["new"]), group="act", exclusive=True)

    async def _change(self, new: str) -> None:
        try:
            await staff.change_password(
                self._desk, None, new, self._house.checkpoint.passwords
            )
            desk = await seat.seat(self._house.front, self._desk.actor.account_id)
        except Refusal as refusal:
            self.tell(str(refusal), Tone.WARNING)
        else:
            self._seated(desk)

    def action_back(self) -> None:
        """End the connection."""
        self.app.exit()
