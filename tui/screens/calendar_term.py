"""学期: enter or move a term of the township."""

from datetime import date, timedelta
from typing import ClassVar

from textual import on

from core.rules.calendar_line import CalendarBoard
from core.rules.time import school_year
from core.services import calendar
from core.services.desk import Desk
from tui.screens.base import Key
from tui.screens.drafted import ShortForm
from tui.widgets.form import ChoiceField, DateField, Form


class TermScreen(ShortForm):
    """Ask which term, and its first and last day."""

    TITLE_TEXT = "学期"
    FORM = "term"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = ("首日为开学报到日；学期以外的工作日是假期，不点名。",)

    def __init__(self, desk: Desk, board: CalendarBoard) -> None:
        today = board.now.date()
        year = school_year(today)
        options = tuple(
            (f"{y}-{n}", f"{y}-{y + 1}学年第{n}学期")
            for y in (year, year + 1)
            for n in (1, 2)
        )
        fields = (
            ChoiceField("term", "学期", options, value=options[0][0], required=True),
            DateField("from_on", "首日", reference=today, required=True),
            DateField("last_on", "末日", reference=today, required=True),
        )
        super().__init__(desk, str(board.coverage.township_id), fields)
        self._board = board
        self._fill(options[0][0])

    def entitle(self) -> None:
        """Write the title."""
        self.set_title(f"{self.TITLE_TEXT} {self._board.coverage.township_name}")

    def _fill(self, key: str) -> None:
        """Show the days of the term chosen, or none where it is not entered yet."""
        self._form.set_value("from_on", "")
        self._form.set_value("last_on", "")
        for term in self._board.terms:
            if f"{term.school_year}-{term.number}" == key:
                last = term.to_on - timedelta(days=1)
                self._form.set_value("from_on", term.from_on.isoformat())
                self._form.set_value("last_on", last.isoformat())

    @on(Form.Changed)
    def _changed(self, changed: Form.Changed) -> None:
        if changed.name == "term":
            self._fill(changed.value)

    async def record(self) -> str:
        """Set the term."""
        typed = self._form.values()
        year, number = map(int, typed["term"].split("-"))
        days = (date.fromisoformat(typed["from_on"]), date.fromisoformat(typed["last_on"]))
        township = self._board.coverage.township_id
        await calendar.set_term(
            self.acting_desk, township, (year, number), days, self._op_id
        )
        return "学期已保存，正在走的时钟已重算。"
