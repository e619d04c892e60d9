"""点名时段: the schools' sessions with their times and limits."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.calendar import SessionCode
from core.rules.calendar_line import CalendarBoard
from core.rules.session import SessionPlan
from core.services import calendar, calendar_plan
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.screens.calendar_plan_form import PlanScreen
from tui.screens.confirm import Confirm
from tui.widgets.listing import Column, Listing

_WEEK: Final = 7
_YES: Final = "yes"


class PlansScreen(DeskScreen):
    """List the sessions in force or to come, school by school."""

    TITLE_TEXT = "点名时段"
    NOUNS = frozenset({"calendar"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "修改"),
        Key("1", "新增", "add", hint="为光标所在学校新增一个时段"),
        Key("2", "取消", "end", hint="自明天起不再点此时段"),
    )
    HELP_TEXT = (
        "改动从生效日起执行，此前的点名仍按原时间。改动不会推迟正在走的48小时时钟。",
        "住校生时段（晚点名、周日返校）只应到住校生。",
    )

    def __init__(self, desk: Desk, board: CalendarBoard) -> None:
        super().__init__(desk)
        self._board = board
        self._listing = Listing(
            (
                Column[SessionPlan]("学校", 24, self._school),
                Column[SessionPlan]("时段", 8, lambda p: p.session.label),
                Column[SessionPlan](
                    "时间", 11, lambda p: f"{p.starts_at:%H:%M}-{p.ends_at:%H:%M}"
                ),
                Column[SessionPlan]("时限", 6, lambda p: f"{p.limit_after}分"),
                Column[SessionPlan](
                    "应到", 6, lambda p: "住校生" if p.boarders_only else "全体"
                ),
                Column[SessionPlan]("起止", 0, _validity),
            ),
            key=lambda p: p.id,
            empty="还没有点名时段，请按1新增。",
        )

    def _school(self, plan: SessionPlan) -> str:
        return next((s.name for s in self._board.schools if s.id == plan.school_id), "")

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read the plans."""
        township = self._board.coverage.township_id
        self._board = await calendar.board(self.desk, township)
        mine = {school.id for school in self._board.schools}
        order = {code: n for n, code in enumerate(SessionCode)}
        plans = [plan for plan in self._board.plans if plan.school_id in mine]
        self._listing.rows = tuple(
            sorted(plans, key=lambda p: (p.school_id, p.from_on, order[p.session]))
        )

    @on(Listing.Chosen)
    def _change(self, chosen: Listing.Chosen[SessionPlan]) -> None:
        plan = chosen.record
        if self._may(plan.school_id):
            screen = PlanScreen(self.desk, self._board, plan.school_id, plan)
            self.app.push_screen(screen)

    def _may(self, school_id: int) -> bool:
        place = (self._board.coverage.township_id, school_id)
        return self.allows(partial(calendar_plan.must_plan, self.desk.actor, *place))

    def action_add(self) -> None:
        """Plan another session for the school under the cursor."""
        held = self._listing.current
        schools = [school.id for school in self._board.schools]
        school = held.school_id if held else next(iter(schools), None)
        if school is not None and self._may(school):
            self.app.push_screen(PlanScreen(self.desk, self._board, school, None))

    def action_end(self) -> None:
        """Hold the session under the cursor no more from tomorrow on."""
        held = self._listing.current
        if held is not None and self._may(held.school_id):
            self.act(partial(self._end, held))

    async def _end(self, held: SessionPlan) -> None:
        asked = f"{self._school(held)} {held.session.label}\n自明天起不再点名，确认？"
        if await self.app.push_screen_wait(Confirm(asked)):
            key = (held.township_id, held.school_id, held.id)
            tomorrow = self._board.now.date() + timedelta(days=1)
            await calendar_plan.end(self.desk, key, tomorrow, uuid4())
            self.tell("已取消，自明天起不再点名。")


def _validity(plan: SessionPlan) -> str:
    until = "" if plan.to_on is None else f"{plan.to_on - timedelta(days=1):%m-%d}"
    return f"{plan.from_on:%Y-%m-%d}至{until}"
