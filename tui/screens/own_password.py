"""更换密码: one's own, whenever one likes; the old one is asked, and counted like a sign-in."""

from collections.abc import Iterator
from typing import ClassVar

from textual.widget import Widget

from core.rules.errors import Refusal
from core.services import staff
from core.services.desk import Desk
from tui.screens.frame import Framed
from tui.screens.password_form import PasswordForm, secret
from tui.stay import Stay
from tui.widgets.keys import Key
from tui.widgets.style import Tone


class OwnPassword(Framed[None]):
    """Ask for the old password, and twice for the new one."""

    TITLE_TEXT = "更换密码"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "提交", "submit", shown="Enter/F9"),)

    def __init__(self, stay: Stay, desk: Desk) -> None:
        super().__init__()
        self._stay, self._desk = stay, desk
        self._changing = False
        self._form = PasswordForm(desk.actor, secret("old", "现密码"))

    def compose(self) -> Iterator[Widget]:
        """Show the fields."""
        yield self._form

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Change the password, if both are the same."""
        sentence = self._form.problem()
        typed = self._form.values()
        if sentence is not None:
            self.tell(sentence, Tone.WARNING)
        elif not self._changing:
            self._changing = True
            self.tell("正在保存，请稍候…")
            change = self._change(typed["old"], typed["new"])
            self.run_worker(change, group="act", exclusive=True)

    async def _change(self, old: str, new: str) -> None:
        passwords = self._stay.house.checkpoint.passwords
        try:
            await self._stay.check(self._desk.actor.signin_name, old)
            await staff.change_password(self._desk, None, new, passwords)
        except Refusal as refusal:
            self.tell(str(refusal), Tone.WARNING)
        else:
            below = self.below
            self.dismiss(None)
            if below is not None:
                below.tell("密码已更换，下次登录用新密码。")
        finally:
            self._changing = False

    def action_back(self) -> None:
        """Go back, and change nothing."""
        self.dismiss(None)
