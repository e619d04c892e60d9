"""代班、代签 的起止日期: the days of a stand-in, usual ones filled in; F9 gives it."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar
from uuid import uuid4

from textual.widget import Widget

from core.rules.acting import ActingDraft
from core.rules.staff import Acting
from core.services import acting
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.widgets.form import DateField, Form, ShowField
from tui.widgets.style import Tone


class GrantDays(DeskScreen):
    """Ask from when to when; both days are included."""

    TITLE_TEXT = f"{Acting.CLASS.label}、{Acting.SIGNATURE.label}"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "提交", "submit"),)
    HELP_TEXT = ("两头的日期都算；到期自动失效，不必收回。",)

    def __init__(self, desk: Desk, draft: ActingDraft, told: tuple[str, str]) -> None:
        super().__init__(desk)
        self._draft, self._told, self._op_id = draft, told, uuid4()
        today = draft.from_on
        self._form = Form(
            ShowField("what", draft.acting.label, value=told[0]),
            ShowField("who", "由谁", value=told[1]),
            DateField(
                "from_on",
                "开始日期",
                reference=today,
                value=today.isoformat(),
                required=True,
            ),
            DateField(
                "last_on",
                "截止日期",
                reference=today,
                value=draft.last_on.isoformat(),
                required=True,
            ),
        )

    def compose(self) -> Iterator[Widget]:
        """Show the form."""
        yield self._form

    async def load(self) -> None:
        """Write the title."""
        self.set_title(f"{self._draft.acting.label} {self._told[0]}：{self._told[1]}")

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Give it."""
        sentence = self._form.problem()
        if sentence is None:
            self.act(self._give)
        else:
            self.tell(sentence, Tone.WARNING)

    async def _give(self) -> None:
        typed = self._form.values()
        days = {
            "from_on": date.fromisoformat(typed["from_on"]),
            "last_on": date.fromisoformat(typed["last_on"]),
        }
        draft = self._draft.model_copy(update=days)
        await acting.give(self.desk, draft, self._op_id)
        below = self.below
        self.dismiss(None)
        if isinstance(below, DeskScreen):
            span = f"{draft.from_on:%m-%d}至{draft.last_on:%m-%d}"
            below.tell(
                f"已安排 {self._told[0]} {draft.acting.label}：{self._told[1]} {span}。"
            )
