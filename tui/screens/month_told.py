"""代录: 教管组 enters a report that came by telephone or on paper (days.md 33)."""

from datetime import date
from functools import partial
from typing import ClassVar, Final

from core.rules.contact import ContactMethod
from core.rules.filed import BoardRow
from core.rules.leave import AskedHow
from core.rules.month import ReportKind
from core.services import draft, month_behalf, place
from core.services.desk import Desk
from core.services.month_behalf import Told
from tui.screens.drafted import Drafted
from tui.screens.police import moment_typed
from tui.widgets.form import (
    ChoiceField,
    DateField,
    NoteField,
    ShowField,
    TextField,
)
from tui.widgets.keys import Key
from tui.widgets.time_field import TimeField

_SOURCES: Final = tuple(
    (word, word)
    for word in (
        AskedHow.PHONE.label,
        "纸质报表",
        ContactMethod.WECHAT.label,
        AskedHow.IN_PERSON.label,
    )
)


class ToldForm(Drafted):
    """Fill in where the report came from; F9 files it, computed as any other."""

    TITLE_TEXT = "代录月报"
    FORM = "month_told"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "代录报送", "submit"),)
    HELP_TEXT = (
        "学校无法联网时由教管组代录：数字仍由系统计算，代录时间即报送时间，三日内学校补签。",
    )

    def __init__(self, desk: Desk, row: BoardRow, kind: ReportKind, first: date) -> None:
        super().__init__(desk, f"{row.school.id}-{kind}-{first}")
        self._row, self._kind, self._first = row, kind, first
        self._begun = False

    async def load(self) -> None:
        """Show the form once; what is typed stays."""
        if self._begun:
            return
        self._begun = True
        today = await place.today(self.desk)
        what = f"{self._row.school.name} {self._first.month}月{self._kind.label}"
        zero = (("no", "有情况"), ("yes", "无情况（须通过系统检查）"))
        await self.begin(
            (
                ShowField("what", "报表", value=what),
                *(
                    (ChoiceField("zero", "情况", zero, required=True),)
                    if self._kind is ReportKind.BUREAU
                    else ()
                ),
                ChoiceField("source", "来源", _SOURCES, required=True),
                TextField("reporter", "报送人", limit=30, required=True),
                DateField(
                    "day",
                    "来报日期",
                    reference=today,
                    value=today.isoformat(),
                    required=True,
                ),
                TimeField("at", "来报时间", required=True, hint="如1540"),
                TextField("attached", "附件", limit=60),
                NoteField("note", "情况", limit=300, height=3),
            ),
            "zero" if self._kind is ReportKind.BUREAU else "source",
        )

    def action_submit(self) -> None:
        """File the report for the school."""
        if self.is_filled():
            self.act(partial(self.submitted, self._file))

    async def _file(self) -> str:
        typed = self._form.values()
        told = Told(
            source=typed["source"],
            reporter=typed["reporter"],
            told_at=moment_typed(typed["day"], typed["at"]),
            attached=typed["attached"],
        )
        facts = await month_behalf.file_for(
            self.desk,
            self._row.school.id,
            self._kind,
            self._first,
            told,
            typed["note"],
            self._op_id,
            zero=typed.get("zero") == "yes",
        )
        await draft.drop(self.desk, self.FORM, self._subject)
        return f"已代录{facts.school_name}月报（第{facts.version}版），待学校补签。"
