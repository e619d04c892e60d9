"""点名时段: the form that changes one session of a school, or adds one."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import ClassVar, Final

from core.rules.calendar import SessionCode
from core.rules.calendar_entry import PlanDraft, numbers_text, read_numbers
from core.rules.calendar_line import CalendarBoard
from core.rules.place import LAST_GRADE
from core.rules.session import Held, SessionPlan
from core.services import calendar_plan
from core.services.desk import Desk
from tui.screens.base import Key
from tui.screens.drafted import ShortForm
from tui.widgets.form import (
    ChoiceField,
    CodeField,
    DateField,
    Field,
    NumberField,
    ShowField,
)
from tui.widgets.style import Tone
from tui.widgets.time_field import TimeField

_WEEK: Final = 7
_YES: Final = "yes"


class PlanScreen(ShortForm):
    """Change a session, or add one."""

    TITLE_TEXT = "点名时段"
    FORM = "plan"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = ("点名时限从开始时间起算；到时限未提交的，班主任和校长会看到。",)

    def __init__(
        self, desk: Desk, board: CalendarBoard, school_id: int, plan: SessionPlan | None
    ) -> None:
        subject = f"{school_id}/{'' if plan is None else plan.id}"
        super().__init__(desk, subject, _fields(board, plan))
        self._board, self._school_id, self._plan = board, school_id, plan
        self._before = None if plan is None else self._said()

    def entitle(self) -> None:
        """Write the title."""
        schools = (s.name for s in self._board.schools if s.id == self._school_id)
        self.set_title(f"{self.TITLE_TEXT} {next(schools, '')}")

    def action_submit(self) -> None:
        """Submit the session, where anything of it is another."""
        if self._said() == self._before and self.is_filled():
            self.tell("时段没有改动，无须提交。", Tone.WARNING)
        else:
            super().action_submit()

    def _said(self) -> dict[str, str]:
        """Return what the form says of the session, but for the day it begins."""
        typed = self._form.values().items()
        return {name: value for name, value in typed if name != "from_on"}

    async def record(self) -> str:
        """Change the session, or add it."""
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
        await calendar_plan.change(self.acting_desk, draft, replaces, self._op_id)
        return f"{draft.session.label}时段自{draft.from_on:%m-%d}起执行。"


def _fields(board: CalendarBoard, plan: SessionPlan | None) -> Sequence[Field]:
    today = board.now.date()
    tomorrow = today + timedelta(days=1)
    session: Field = ChoiceField(
        "session", "时段", tuple((c.value, c.label) for c in SessionCode), required=True
    )
    if plan is not None:
        session = ShowField("session", "时段", value=plan.session.label)
    limit = board.limit_after if plan is None else plan.limit_after
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
