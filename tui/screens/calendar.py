"""校历: how far it reaches, its terms and lists, and what was called off; one digit each."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.calendar import ClosureKind, DayKind, Term
from core.rules.calendar_line import CalendarBoard, ClosureLine
from core.rules.duty import DutyKind
from core.rules.errors import NotYours
from core.rules.staff import Role
from core.rules.township_keeper import KEEPERS
from core.services import calendar, calendar_closure
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.screens.calendar_closure import ClosureScreen
from tui.screens.calendar_list import HolidayListScreen
from tui.screens.calendar_plan import PlansScreen
from tui.screens.calendar_term import TermScreen
from tui.screens.confirm import Confirm
from tui.screens.pick import Pick
from tui.screens.text import TextPage
from tui.widgets.line import Line
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_DECLARERS: Final = (Role.LEADER, *KEEPERS)


def term_words(term: Term) -> str:
    """Return 2026-2027-1 09-01至01-23."""
    return f"{term.key} {term.from_on:%m-%d}至{term.to_on - timedelta(days=1):%m-%d}"


class CalendarScreen(DeskScreen):
    """Show a township's calendar and what changes it."""

    TITLE_TEXT = "校历与停课"
    NOUNS = frozenset({"calendar", "policy"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("1", ClosureKind.SUSPENSION.label, "suspend"),
        Key("2", ClosureKind.TEACHING.label, "teach"),
        Key("3", DayKind.OFF.label, "list", hint="粘贴国务院办公厅放假通知"),
        Key("4", "学期", "term"),
        Key("5", "时段", "plans", hint="各校点名时段、时限、住校生时段"),
        Key("6", "校内", "arrange", hint="校历安排的不上课日，如考试、运动会"),
        Key("7", DutyKind.ACKNOWLEDGE.label, "acknowledge"),
        Key("8", "撤销", "end", hint="提前恢复上课：自明天起照常，未开始的撤销"),
        Key("f4", "换乡镇", "township", on_line=False),
        Key("enter", "详情", on_line=False),
    )
    HELP_TEXT = (
        "停课不撤销已响的预警，也不推迟正在走的48小时时钟。",
        "没有放假安排或学期的日子照样可以点名；48小时按钟点计，补录后重算。",
    )

    def __init__(
        self, desk: Desk, township_id: int | None = None, begin_at: int | None = None
    ) -> None:
        """`begin_at` is the closure a duty is about."""
        super().__init__(desk)
        self._begin_at = begin_at
        self._township_id = township_id
        self._board: CalendarBoard | None = None
        self._warning = Line(tone=Tone.ALARM)
        self._terms, self._years = Line(), Line()
        self._listing = Listing(
            (
                Column[ClosureLine]("类别", 8, lambda x: x.kind.label),
                Column[ClosureLine]("日期", 18, lambda x: x.days),
                Column[ClosureLine](DutyKind.ACKNOWLEDGE.label, 6, _noted),
                Column[ClosureLine]("范围", 24, lambda x: x.whom),
                Column[ClosureLine]("原因", 0, lambda x: x.reason),
            ),
            key=lambda x: x.id,
            empty="本学期没有停课或补课。宣布后列在这里。",
            tone_fn=self._tone,
        )

    def _tone(self, line: ClosureLine) -> Tone:
        red = self._board is not None and line.school_id in self._board.red_schools
        off = line.kind is ClosureKind.SUSPENSION
        if off and red:
            return Tone.ALARM
        return Tone.WARNING if off and line.acknowledged_at is None else Tone.PLAIN

    def compose(self) -> Iterator[Widget]:
        """Put what is missing over what is known."""
        yield self._warning
        yield self._terms
        yield self._years
        yield self._listing

    async def load(self) -> None:
        """Read the calendar."""
        board = await calendar.board(self.desk, self._township_id)
        self._board = board
        coverage = board.coverage
        until = "未编排" if coverage.until is None else f"排到{coverage.until:%Y-%m-%d}"
        self.set_title(
            f"{self.TITLE_TEXT} {coverage.township_name}", f"{board.now:%m-%d}  {until}"
        )
        self._warning.put(f" {coverage.sentence}" if coverage.sentence else "")
        self._terms.put(f" 学期 {'  '.join(map(term_words, board.terms)) or '未编排'}")
        years = "  ".join(f"{y.year}年（{y.source}）" for y in board.years[-2:])
        self._years.put(f" 放假 {years or '未录入'}")
        self._listing.rows = board.closures
        if self._begin_at is not None and self._listing.go_to(self._begin_at):
            self._begin_at = None

    @on(Listing.Chosen)
    def _whole(self, chosen: Listing.Chosen[ClosureLine]) -> None:
        line = chosen.record
        noted = line.acknowledged_by_name or "未备案"
        self.app.push_screen(
            TextPage(
                f"{line.kind.label} {line.days}",
                (
                    "",
                    f"范围  {line.whom}",
                    f"原因  {line.reason}",
                    f"登记  {line.declared_by_name} {line.declared_at:%m-%d %H:%M}",
                    f"{DutyKind.ACKNOWLEDGE.label}  {noted}",
                ),
            )
        )

    def _open(
        self, roles: tuple[Role, ...], screen: Callable[[CalendarBoard], DeskScreen]
    ) -> None:
        """Open a form for whoever may submit it; everybody else is told whose it is."""
        board = self._board
        if board is None:
            return
        if not any(grant.role in roles for grant in self.desk.actor.grants):
            who = "、".join(role.label for role in roles)
            self.tell(str(NotYours(who)), Tone.WARNING)
            return
        self.app.push_screen(screen(board))

    def action_suspend(self) -> None:
        """Declare 临时停课."""
        kind = ClosureKind.SUSPENSION
        self._open(_DECLARERS, lambda board: ClosureScreen(self.desk, board, kind))

    def action_teach(self) -> None:
        """Enter a make-up day."""
        kind = ClosureKind.TEACHING
        self._open(_DECLARERS, lambda board: ClosureScreen(self.desk, board, kind))

    def action_arrange(self) -> None:
        """Enter a day the school's own calendar gives free."""
        kind = ClosureKind.ARRANGED
        self._open(_DECLARERS, lambda board: ClosureScreen(self.desk, board, kind))

    def action_list(self) -> None:
        """Paste a year's list of holidays."""
        self._open(KEEPERS, lambda board: HolidayListScreen(self.desk, board))

    def action_term(self) -> None:
        """Enter or move a term."""
        self._open(KEEPERS, lambda board: TermScreen(self.desk, board))

    def action_plans(self) -> None:
        """Open the sessions of the schools."""
        board = self._board
        if board is not None:
            self.app.push_screen(PlansScreen(self.desk, board))

    def action_acknowledge(self) -> None:
        """Take note of the closure under the cursor."""
        line = self._listing.current
        if line is not None:
            self.act(partial(self._acknowledge, line))

    async def _acknowledge(self, line: ClosureLine) -> None:
        key = (line.township_id, line.id)
        await calendar_closure.acknowledge(self.desk, *key, uuid4())
        self.tell(f"已{DutyKind.ACKNOWLEDGE.label} {line.whom} {line.days}。")

    def action_end(self) -> None:
        """End the closure under the cursor with today."""
        line = self._listing.current
        if line is not None:
            self.act(partial(self._end, line))

    async def _end(self, line: ClosureLine) -> None:
        asked = f"{line.kind.label} {line.whom} {line.days}\n自明天起照常上课，确认？"
        if await self.app.push_screen_wait(Confirm(asked)):
            key = (line.township_id, line.id)
            await calendar_closure.end(self.desk, *key, uuid4())
            self.tell("已撤销，自明天起照常。")

    def action_township(self) -> None:
        """Choose another township of the county."""
        self.run_worker(self._choose(), group="township", exclusive=True)

    async def _choose(self) -> None:
        found = await calendar.coverage(self.desk)
        options = tuple(
            (str(c.township_id), f"{c.township_name} {c.sentence}") for c in found
        )
        code = await self.app.push_screen_wait(Pick("乡镇", options))
        if code is not None:
            self._township_id = int(code)
            self.turn()


def _noted(line: ClosureLine) -> str:
    if line.kind is ClosureKind.TEACHING:
        return ""
    return f"已{DutyKind.ACKNOWLEDGE.label}" if line.acknowledged_at else "待"
