"""锁定: what stands on a terminal that was left; behind it everything is as it was."""

from collections.abc import Iterator
from typing import ClassVar

from textual.widget import Widget

from core.rules.errors import Refusal
from core.services.desk import Desk
from tui.screens.frame import Answer
from tui.stay import Stay
from tui.widgets.form import Form, ShowField, TextField
from tui.widgets.keys import Key
from tui.widgets.style import Tone


class Locked(Answer[None]):
    """Ask the person's password again, and show nothing of what they were at."""

    TITLE_TEXT = "保学  已锁定"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f9", "继续", "submit", shown="Enter/F9"),
        Key("f8", "换人登录", "other"),
        Key("f10,escape", "断开", "back"),
    )
    STANDING: ClassVar[tuple[Key, ...]] = ()

    def __init__(self, stay: Stay, desk: Desk) -> None:
        super().__init__()
        self._stay, self._desk = stay, desk
        self._checking = False
        self._form = Form(
            ShowField(
                "who", "账号", value=f"{desk.actor.name}（{desk.actor.signin_name}）"
            ),
            TextField("password", "密码", required=True, limit=128, secret=True),
            ShowField(
                "why",
                "说明",
                value="长时间没有操作；没有密码的账号请断开后重新登录",
            ),
        )

    def compose(self) -> Iterator[Widget]:
        """Show whose terminal it is, and the field."""
        yield self._form

    def on_form_done(self) -> None:
        """Go on by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Check the password, off the event loop."""
        sentence = self._form.problem()
        if sentence is not None:
            self.tell(sentence, Tone.WARNING)
        elif not self._checking:
            self._checking = True
            self.tell("正在核对，请稍候…")
            self.run_worker(self._check(), group="act", exclusive=True)

    async def _check(self) -> None:
        try:
            await self._stay.unlock(self._desk, self._form.values()["password"])
        except Refusal as refusal:
            self._form.set_value("password", "")
            self.tell(str(refusal), Tone.WARNING)
        else:
            self.dismiss(None)
        finally:
            self._checking = False

    async def action_other(self) -> None:
        """Give the terminal to somebody else; drafts stay with their writer."""
        await self.app.run_action("app.sign_out")

    def action_back(self) -> None:
        """End the connection."""
        self.app.exit()
