"""点名时段: a school's sessions with their limits, and the form that changes one."""

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.calendar import SessionCode
from core.rules.calendar_entry import PlanDraft, numbers_text, read_numbers
from core.rules.calendar_line import CalendarBoard
from core.rules.place import LAST_GRADE
from core.rules.policy import Policy
from core.rules.session import Held, SessionPlan
from core.services import calendar, calendar_plan
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.screens.confirm import Confirm
from tui.widgets.form import (
    ChoiceField,
    CodeField,
    DateField,
    Field,
    Form,
    NumberField,
    ShowField,
)
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone
from tui.widgets.time_field import TimeField

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
        screen = PlanScreen(self.desk, self._board, plan.school_id, plan)
        self.app.push_screen(screen)

    def action_add(self) -> None:
        """Plan another session for the school under the cursor."""
        held = self._listing.current
        schools = [school.id for school in self._board.schools]
        school = held.school_id if held else next(iter(schools), None)
        if school is not None:
            self.app.push_screen(PlanScreen(self.desk, self._board, school, None))

    def action_end(self) -> None:
        """Hold the session under the cursor no more from tomorrow on."""
        held = self._listing.current
        if held is not None:
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


class PlanScreen(DeskScreen):
    """Change a session, or add one."""

    TITLE_TEXT = "点名时段"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = ("点名时限从开始时间起算；到时限未提交的，班主任和校长会看到。",)

    def __init__(
        self, desk: Desk, board: CalendarBoard, school_id: int, plan: SessionPlan | None
    ) -> None:
        super().__init__(desk)
        self._board, self._school_id, self._plan = board, school_id, plan
        self._op_id = uuid4()
        self._form = Form(*_fields(board, plan))

    def compose(self) -> Iterator[Widget]:
        """Show the form."""
        yield self._form

    async def load(self) -> None:
        """Write the title."""
        schools = (s.name for s in self._board.schools if s.id == self._school_id)
        self.set_title(f"{self.TITLE_TEXT} {next(schools, '')}")

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Submit the session."""
        sentence = self._form.problem()
        if sentence is None:
            self.act(self._save)
        else:
            self.tell(sentence, Tone.WARNING)

    async def _save(self) -> None:
        typed = self._form.values()
        code = typed["session"] if self._plan is None else self._plan.session.value
        draft = PlanDraft(
            township_id=self._board.coverage.township_id,
            school_id=self._school_id,
            session=SessionCode.of(code),
            starts_at=time.fromisoformat(typed["starts_at"]),
            ends_at=time.fromisoformat(typed["ends_at"]),
            limit_after=int(typed["limit_after"]),
            held=Held.of(typed["held"]),
            boarders_only=typed["boarders"] == _YES,
            grades=read_numbers(typed["grades"], LAST_GRADE),
            weekdays=read_numbers(typed["weekdays"], _WEEK),
            from_on=date.fromisoformat(typed["from_on"]),
        )
        replaces = None if self._plan is None else self._plan.id
        await calendar_plan.change(self.desk, draft, replaces, self._op_id)
        below = self.below
        self.dismiss(None)
        if isinstance(below, DeskScreen):
            below.tell(f"{draft.session.label}时段自{draft.from_on:%m-%d}起执行。")


def _fields(board: CalendarBoard, plan: SessionPlan | None) -> Sequence[Field]:
    today = board.now.date()
    tomorrow = today + timedelta(days=1)
    session: Field = ChoiceField(
        "session", "时段", tuple((c.value, c.label) for c in SessionCode), required=True
    )
    if plan is not None:
        session = ShowField("session", "时段", value=plan.session.label)
    limit = Policy().roll_limit_after if plan is None else plan.limit_after
    return (
        session,
        TimeField(
            "starts_at",
            "开始时间",
            value="" if plan is None else f"{plan.starts_at:%H:%M}",
            required=True,
        ),
        TimeField(
            "ends_at",
            "结束时间",
            value="" if plan is None else f"{plan.ends_at:%H:%M}",
            required=True,
        ),
        NumberField(
            "limit_after",
            "点名时限",
            value=str(limit),
            least=1,
            most=240,
            required=True,
            hint="开始后几分钟",
        ),
        ChoiceField(
            "held",
            "哪些日子",
            tuple((h.value, h.label) for h in Held),
            value=(Held.SCHOOL_DAY if plan is None else plan.held).value,
            required=True,
        ),
        ChoiceField(
            "boarders",
            "应到",
            (("no", "全体"), (_YES, "只住校生")),
            value=_YES if plan is not None and plan.boarders_only else "no",
            required=True,
        ),
        CodeField(
            "grades",
            "年级",
            value=numbers_text(None if plan is None else plan.grades),
            limit=20,
            hint="如 7-9；全部年级留空",
        ),
        CodeField(
            "weekdays",
            "星期",
            value=numbers_text(None if plan is None else plan.weekdays),
            limit=20,
            hint="如 1-5；每天留空",
        ),
        DateField(
            "from_on",
            "生效日期",
            reference=today,
            value=tomorrow.isoformat(),
            required=True,
        ),
    )
