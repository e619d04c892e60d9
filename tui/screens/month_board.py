"""月报情况: which schools have filed, which filed zero, which have not.  One key each."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from datetime import date
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.change import ChangeKind
from core.rules.errors import NotYours
from core.rules.filed import BoardRow, ReportEvent
from core.rules.month import ReportKind, ReportState
from core.rules.staff import Role
from core.services import month_board, month_intake, month_rollup
from core.services.desk import Desk
from core.services.month_board import MonthBoard
from core.services.month_context import taker
from tui.screens.ask import Ask
from tui.screens.confirm import Confirm
from tui.screens.exports import Exports
from tui.screens.month import MonthScreen
from tui.screens.month_text import rate_of, state_of, sum_of
from tui.screens.month_told import ToldForm
from tui.screens.monthly import EARLIER, LATER, Monthly
from tui.widgets.keys import Key
from tui.widgets.line import Line
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

NOT_THERE: Final = "-"
_LATE: Final = frozenset({ReportState.OVERDUE, ReportState.FILED_LATE})


def _figure(head: str, cells: int, text: str) -> Column[BoardRow]:
    def told(row: BoardRow) -> str:
        return NOT_THERE if row.total is None else str(getattr(row.total, text))

    return Column(head, cells, told, "right")


class MonthBoardScreen(Monthly):
    """The matrix of a month; every act on a school is one key."""

    TITLE_TEXT = "月报情况"
    NOUNS = frozenset({"month"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "明细"),
        Key("1", ReportEvent.REMINDED.label, "remind"),
        Key("2", ReportEvent.TAKEN.label, "take_in"),
        Key("3", ReportEvent.RETURNED.label, "send_back"),
        Key("4", "导出", "export"),
        Key(
            "5",
            ReportEvent.EXEMPTED.label,
            "exempt",
            on_line=False,
            hint="假期月份由基教科免报",
        ),
        Key("6", "代录", "enter_for", on_line=False, hint="学校无法联网时由教管组代录"),
        Key("f9", "汇总", "submit"),
        EARLIER,
        LATER,
        Key("f4", "换表", "choose"),
    )
    HELP_TEXT = (
        "未报送的学校各栏为“-”，不是零；零报告是学校的正式报送。",
        "巩固率后注“未达”的，低于政策参数中本学段的目标。",
        "退回须写原因，期限为下一工作日17时；是否按时以首次报送为准。",
    )

    def __init__(
        self,
        desk: Desk,
        kind: ReportKind | None = None,
        first: date | None = None,
        begin_at: int | None = None,
    ) -> None:
        """`begin_at` is the school a duty is about."""
        super().__init__(desk, first)
        self._begin_at = begin_at
        office = not desk.actor.has(Role.BUREAU) and desk.actor.has(Role.OFFICE)
        self._kind = kind or (ReportKind.OFFICE if office else ReportKind.BUREAU)
        self._board: MonthBoard | None = None
        self._listing = Listing(
            (
                Column[BoardRow]("学校", 20, lambda row: row.school.name),
                _figure("期初", 4, "opening"),
                _figure(ChangeKind.TRANSFER_IN.label, 4, "transfer_in"),
                _figure(ChangeKind.TRANSFER_OUT.label, 4, "transfer_out"),
                _figure("疑似", 4, "suspected_open"),
                _figure(ChangeKind.DROPOUT.label, 4, "dropout"),
                _figure("劝返", 4, "returned"),
                _figure("期末", 4, "closing"),
                Column[BoardRow]("巩固率%", 9, self._rate, "right"),
                Column[BoardRow]("状态", 0, state_of, tone_fn=self._tone),
            ),
            key=lambda row: row.school.id,
            empty="本月没有应报月报的学校。",
        )
        self._total = Line(tone=Tone.STRONG)

    @staticmethod
    def _rate(row: BoardRow) -> str:
        return NOT_THERE if row.total is None else rate_of(row.total)

    @staticmethod
    def _tone(row: BoardRow) -> Tone:
        if row.state in _LATE:
            return Tone.ALARM
        return Tone.PLAIN if row.filed else Tone.WARNING

    def compose(self) -> Iterator[Widget]:
        """Put the schools over their sum."""
        yield self._listing
        yield self._total

    async def load(self) -> None:
        """Read the matrix; the month is this one, or for the office the one before."""
        first = await self.month_shown(self._kind)
        seen = await month_board.board(self.desk, first, self._kind)
        self._board = seen
        self._listing.rows = seen.rows
        if self._begin_at is not None and self._listing.go_to(self._begin_at):
            self._begin_at = None
        left = (seen.due_on - seen.now.date()).days
        when = f"还有{left}天" if left >= 0 else f"已过{-left}天"
        self.set_title(
            f"{seen.kind.label}  {seen.month.year}年{seen.month.month}月",
            f"{seen.due_on:%m-%d}前（{when}） 应报{len(seen.rows)} 已报{seen.filed_count}",
        )
        self._total.text = f" {sum_of(seen)}"

    def unread(self) -> None:
        """Take the sum away as well."""
        self._total.text = ""
        super().unread()

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[BoardRow]) -> None:
        school = chosen.record.school.id
        self.app.push_screen(MonthScreen(self.desk, school, self._kind, self._first))

    def action_remind(self) -> None:
        """Remind the school under the cursor."""
        self._with(self._remind)

    async def _remind(self, row: BoardRow, first: date) -> None:
        key = (row.school.id, self._kind, first, uuid4())
        times = await month_intake.remind(self.desk, *key)
        self.tell(f"已催报{row.school.name}（第{times}次）。")

    def action_take_in(self) -> None:
        """Take in the report of the school under the cursor."""
        self._with(self._take_in)

    async def _take_in(self, row: BoardRow, first: date) -> None:
        key = (row.school.id, self._kind, first, uuid4())
        await month_intake.take_in(self.desk, *key)
        self.tell(f"{row.school.name}：{ReportState.TAKEN.label}。")

    def action_send_back(self) -> None:
        """Return the report of the school under the cursor, with the reason."""
        row = self._listing.current
        if row is not None and not row.filed:
            self.tell(str(month_intake.NothingFiled()), Tone.WARNING)
        else:
            self._asking(taker(self._kind), "退回原因", self._send_back)

    async def _send_back(self, row: BoardRow, first: date, reason: str) -> None:
        key = (row.school.id, self._kind, first, reason, uuid4())
        due = await month_intake.send_back(self.desk, *key)
        self.tell(
            f"{ReportState.RETURNED.label}：{row.school.name}，{due:%m-%d %H:%M}前更正。"
        )

    def action_exempt(self) -> None:
        """Free the school under the cursor of this month's report."""
        self._asking(Role.BUREAU, "免报依据", self._exempt)

    async def _exempt(self, row: BoardRow, first: date, reason: str) -> None:
        school = row.school.id
        await month_intake.exempt(self.desk, school, self._kind, first, reason, uuid4())
        self.tell(f"{row.school.name}{first.month}月免报。")

    def action_enter_for(self) -> None:
        """File for the school under the cursor, from paper or telephone."""
        row = self._listing.current
        may = self.allows(partial(self.desk.actor.must_hold, Role.OFFICE))
        if may and row is not None and self._first is not None:
            self.app.push_screen(ToldForm(self.desk, row, self._kind, self._first))

    def action_export(self) -> None:
        """Go to the exports."""
        self.app.push_screen(Exports(self.desk))

    def action_submit(self) -> None:
        """Make the township's 汇总."""
        if self.desk.actor.has(Role.OFFICE):
            self.run_worker(self._submit(), group="ask", exclusive=True)
        else:
            self.tell(str(NotYours(Role.OFFICE.label)), Tone.WARNING)

    async def _submit(self) -> None:
        seen = self._board
        if seen is None or not seen.rows:
            return
        missing = [row.school.name for row in seen.rows if not row.filed]
        told = [f"汇总{seen.month.month}月{seen.kind.label}？"]
        if missing:
            told.append(f"尚有{len(missing)}所学校缺报，各栏印“—”：{'、'.join(missing)}")
        if await self.app.push_screen_wait(Confirm("\n\n".join(told))):
            township_id = seen.rows[0].school.township_id
            self.act(partial(self._roll_up, township_id, seen.month))

    async def _roll_up(self, township_id: int, first: date) -> None:
        op_id, kind = uuid4(), self._kind
        facts = await month_rollup.roll_up(self.desk, township_id, first, kind, op_id)
        self.tell(f"已汇总（第{facts.version}版）：{facts.notes[0]}")

    def action_choose(self) -> None:
        """Show the other kind of report."""
        bureau = self._kind is ReportKind.BUREAU
        self._kind = ReportKind.OFFICE if bureau else ReportKind.BUREAU
        self._first = None
        self.turn()

    def _with(self, act: Callable[[BoardRow, date], Awaitable[None]]) -> None:
        row = self._listing.current
        if row is not None and self._first is not None:
            self.act(partial(act, row, self._first))

    def _asking(
        self, who: Role, asked: str, act: Callable[[BoardRow, date, str], Awaitable[None]]
    ) -> None:
        if not self.allows(partial(self.desk.actor.must_hold, who)):
            return

        async def ask() -> None:
            row = self._listing.current
            if row is None or self._first is None:
                return
            reason = await self.app.push_screen_wait(Ask(asked, limit=100))
            if reason is not None:
                self.act(partial(act, row, self._first, reason))

        job: Coroutine[None, None, None] = ask()
        self.run_worker(job, group="ask", exclusive=True)
