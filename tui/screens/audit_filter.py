"""What an auditor looks for: days, a person, an act, a table, a child."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from textual.widget import Widget

from core.rules.journal_line import Log, Sought
from tui.screens.frame import Answer
from tui.widgets.form import DateField, Form, TextField
from tui.widgets.keys import Key
from tui.widgets.style import Tone


class AuditFilter(Answer[Sought | None]):
    """Ask for a filter; None where the person goes back.  What is left empty is any."""

    TITLE_TEXT = "筛选留痕"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9,f2", "查阅", "submit"),)

    def __init__(self, sought: Sought, today: date) -> None:
        super().__init__()
        self._sought = sought
        changes = sought.log is Log.CHANGES
        fields = (
            _day("from_on", "从哪天起", sought.from_on, today),
            _day("to_on", "到哪天止", sought.to_on, today),
            TextField(
                "person", "办理人", value=sought.person or "", hint="姓名或登录名", limit=30
            ),
            TextField(
                "act",
                "事项" if changes else "种类",
                value=sought.act or "",
                hint="如 roll、leave.enter" if changes else "如 file、search、export",
                limit=30,
            ),
            *(
                (
                    TextField(
                        "table",
                        "表",
                        value=sought.table or "",
                        hint="如 点名、学籍",
                        limit=30,
                    ),
                )
                if changes
                else ()
            ),
            TextField(
                "child",
                "学生",
                value=sought.child or "",
                hint="姓名或序号" if changes else "序号",
                limit=30,
            ),
        )
        self._form = Form(*fields)

    def compose(self) -> Iterator[Widget]:
        """Show the fields."""
        yield self._form

    def on_form_done(self) -> None:
        """Look by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Answer with what is given."""
        sentence = self._form.problem()
        if sentence is not None:
            self.tell(sentence, Tone.WARNING)
            return
        typed = self._form.values()
        from_on, to_on = (_read(typed[name]) for name in ("from_on", "to_on"))
        if from_on is not None and to_on is not None and to_on < from_on:
            self.tell("截止的日期不能早于起始的日期，请核对。", Tone.WARNING)
            return
        self.dismiss(
            Sought(
                log=self._sought.log,
                from_on=from_on,
                to_on=to_on,
                person=typed["person"].strip() or None,
                act=typed["act"].strip() or None,
                table=typed.get("table", "").strip() or None,
                child=typed["child"].strip() or None,
            )
        )


def _day(name: str, label: str, held: date | None, today: date) -> DateField:
    value = "" if held is None else held.isoformat()
    return DateField(name, label, reference=today, value=value, hint="可不填")


def _read(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
