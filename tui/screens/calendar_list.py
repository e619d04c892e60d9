"""放假安排: paste the State Council's notice; what was read is shown before it is saved."""

from functools import partial
from typing import ClassVar, Final

from core.rules.calendar import CalendarYear, DayKind, Holiday
from core.rules.calendar_line import CalendarBoard
from core.rules.errors import Refusal
from core.rules.holiday_list import read_list
from core.services import calendar
from core.services.desk import Desk
from tui.screens.base import Key
from tui.screens.confirm import Confirm
from tui.screens.drafted import Drafted
from tui.widgets.form import Field, NoteField, NumberField, TextField
from tui.widgets.style import Tone

_LINES: Final = 14
_LONGEST: Final = 2000


def summary(holidays: tuple[Holiday, ...]) -> str:
    """Return 元旦3天、春节9天；调休上班6天：01-04 ..., to be held against the notice."""
    counted: dict[str, int] = {}
    for holiday in holidays:
        if holiday.kind is DayKind.OFF:
            counted[holiday.name] = counted.get(holiday.name, 0) + 1
    off = "、".join(f"{name}{days}天" for name, days in counted.items())
    work = [f"{h.day:%m-%d}" for h in holidays if h.kind is DayKind.WORK]
    return f"{off}\n{DayKind.WORK.label}{len(work)}天：{'、'.join(work) or '无'}"


class HolidayListScreen(Drafted):
    """Take a year's list in."""

    TITLE_TEXT = "放假安排"
    FORM = "holidays"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f9", "提交", "submit", hint="先列出读到的天数"),
    )
    HELP_TEXT = (
        "把国务院办公厅通知的一、二、三…各条整段粘贴进来，或逐行写：元旦 1月1日-1月3日。",
        "也可写：2027-01-01 off 元旦，调休上班写 work。有一行读不懂就整份不收。",
        "重新提交同一年的安排，以最后一次为准。",
    )

    def __init__(self, desk: Desk, board: CalendarBoard) -> None:
        super().__init__(desk, str(board.coverage.township_id))
        self._board = board
        self._begun = False

    async def load(self) -> None:
        """Write the title, and begin with what was typed before."""
        self.set_title(f"{self.TITLE_TEXT} {self._board.coverage.township_name}")
        if not self._begun:
            self._begun = True
            await self.begin(self._fields(), "text")

    def _fields(self) -> tuple[Field, ...]:
        unknown = self._board.coverage.unknown_years
        year = unknown[0] if unknown else self._board.now.year + 1
        return (
            NumberField(
                "year", "年份", value=str(year), required=True, least=2020, most=2100
            ),
            TextField("source", "来源", value="国务院办公厅通知", required=True, limit=40),
            NoteField("text", "通知内容", required=True, limit=_LONGEST, height=_LINES),
        )

    def action_submit(self) -> None:
        """Read the list, show what it says, and save it."""
        if self.is_filled():
            self.run_worker(self._submit(), group="submit", exclusive=True)

    async def _submit(self) -> None:
        typed = self._form.values()
        year = CalendarYear(year=int(typed["year"]), source=typed["source"])
        try:
            holidays = read_list(typed["text"], year.year)
        except Refusal as refusal:
            self.tell(str(refusal), Tone.WARNING)
            return
        asked = f"读到{year.year}年：\n{summary(holidays)}\n\n与通知一致，确认保存？"
        if await self.app.push_screen_wait(Confirm(asked)):
            self.act(partial(self.submitted, partial(self._save_list, year, typed["text"])))

    async def _save_list(self, year: CalendarYear, text: str) -> str:
        township = self._board.coverage.township_id
        days = await calendar.enter_list(self.desk, township, year, text, self._op_id)
        return f"{year.year}年放假安排已保存（{days}天），正在走的时钟已重算。"
