"""代班、代签 的起止日期: the days of a stand-in, usual ones filled in; F9 gives it."""

from datetime import date
from typing import ClassVar

from core.rules.acting import ActingDraft
from core.rules.staff import Acting
from core.services import acting
from core.services.desk import Desk
from tui.screens.base import Key
from tui.screens.drafted import ShortForm
from tui.widgets.form import DateField, ShowField


class GrantDays(ShortForm):
    """Ask from when to when; both days are included."""

    TITLE_TEXT = f"{Acting.CLASS.label}、{Acting.SIGNATURE.label}"
    FORM = "grant"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "提交", "submit"),)
    HELP_TEXT = ("两头的日期都算；到期自动失效，不必收回。",)

    def __init__(self, desk: Desk, draft: ActingDraft, told: tuple[str, str]) -> None:
        today = draft.from_on
        fields = (
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
        whom = draft.class_id or draft.acting
        super().__init__(desk, f"{whom}/{draft.signin_name}", fields)
        self._draft, self._told = draft, told

    def entitle(self) -> None:
        """Write the title."""
        self.set_title(f"{self._draft.acting.label} {self._told[0]}：{self._told[1]}")

    async def record(self) -> str:
        """Give it."""
        typed = self._form.values()
        days = {
            "from_on": date.fromisoformat(typed["from_on"]),
            "last_on": date.fromisoformat(typed["last_on"]),
        }
        draft = self._draft.model_copy(update=days)
        await acting.give(self.acting_desk, draft, self._op_id)
        span = f"{draft.from_on:%m-%d}至{draft.last_on:%m-%d}"
        return f"已安排 {self._told[0]} {draft.acting.label}：{self._told[1]} {span}。"
