"""请假: one form for a new leave and for 续假; what is known is filled in already."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import ClassVar, Final

from core.rules.absence import remaining
from core.rules.calendar import SessionCode
from core.rules.file_event import label_of
from core.rules.leave import AskedHow, LeaveKind, LeaveState
from core.rules.leave_entry import LeaveDraft
from core.rules.leave_line import LeaveLine
from core.services import leave, leave_book
from core.services.desk import Desk
from core.services.leave_book import LeaveForm
from core.services.leave_judge import Entered
from tui.screens.base import Key
from tui.screens.drafted import Drafted
from tui.widgets.form import ChoiceField, DateField, Field, NoteField, ShowField, TextField

_EARLIER_SHOWN: Final = 4


def said_of(entered: Entered) -> str:
    """Return what is told when a leave was entered."""
    said = f"假条 {entered.number} {entered.state.label}"
    if entered.state is LeaveState.WAITING:
        until = f"{entered.alone_until:%m-%d %H:%M}"
        counts = entered.alone_until > entered.from_at
        said += f"，须由{entered.approver.label}批准"
        said += f"；批准前只计到{until}" if counts else "；批准前不停48小时时钟"
    if entered.cut:
        said += f"；已到期的时段不变，自{entered.from_at:%m-%d %H:%M}起算"
    if entered.needs_proof:
        said += "；请补交病假证明"
    return f"{said}。"


def clock_words(known: LeaveForm) -> str:
    """Return since when the child is missing, and until when leave may reach back."""
    clock = known.clock
    if clock is None:
        return "目前没有未到校记录"
    first = clock.missed_session.on(clock.missed_day)
    until = f"{clock.due_at:%m-%d %H:%M}"
    told = f"{first} {clock.missed_at:%m-%d %H:%M}，{until}"
    if known.now >= clock.due_at:
        return f"{told}已到期，只能从当前时段起请假"
    return f"{told}前可补假 {remaining(clock.due_at, known.now)}"


class LeaveScreen(Drafted):
    """Enter a leave, or extend one."""

    TITLE_TEXT = "请假登记"
    FORM = "leave"
    NOUNS = frozenset({"leave", "absence"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit", hint="够批准权限的当场生效，其余转教务或校领导"),
    )
    HELP_TEXT = (
        "从开始时段到结束时段，两头都算；中间的周末和假日不用管。",
        "未到校后48小时到期以前可以补假，从缺的那次起；到期以后只能从当前时段起。",
        "相连的几次假按一次长假审批：班主任、教务、校领导各有上限。",
    )

    def __init__(
        self,
        desk: Desk,
        township_id: int,
        student_id: int,
        extends_id: int | None = None,
    ) -> None:
        super().__init__(desk, leave.subject_of(student_id, extends_id))
        self._township_id, self._student_id = township_id, student_id
        self._extends_id = extends_id
        self._known: LeaveForm | None = None

    async def load(self) -> None:
        """Read what is known; what was typed stays."""
        begun = self._known is not None
        known = await leave_book.form(
            self.desk,
            self._township_id,
            self._student_id,
            self._extends_id,
            again=begun,
        )
        self._known = known
        child, today = known.child, known.now.date()
        what = "请假登记" if known.extended is None else f"续假 {known.extended.number}"
        self.set_title(f"{what} {child.name} {child.class_on(today)} {child.told_apart}")
        if begun:
            self._form.set_value("clock", clock_words(known))
        else:
            await self.begin(_fields(known), "kind")

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Submit, if every field is filled in."""
        if self.is_filled() and self._known is not None:
            self.act(partial(self.submitted, self._enter))

    async def _enter(self) -> str:
        return said_of(await leave.enter(self.desk, self._draft(), self._op_id))

    def _draft(self) -> LeaveDraft:
        typed = self._form.values()
        return LeaveDraft(
            township_id=self._township_id,
            student_id=self._student_id,
            kind=LeaveKind.of(typed["kind"]),
            from_day=date.fromisoformat(typed["from_day"]),
            from_session=SessionCode.of(typed["from_session"]),
            to_day=date.fromisoformat(typed["to_day"]),
            to_session=SessionCode.of(typed["to_session"]),
            asked_by=typed["asked_by"],
            asked_how=AskedHow.of(typed["asked_how"]),
            reason=typed["reason"],
            evidence=typed["evidence"],
            extends_id=self._extends_id,
        )


def _earlier(line: LeaveLine) -> str:
    return f"{line.number} {line.kind.label} {line.span} {line.state.label}"


def _fields(known: LeaveForm) -> Sequence[Field]:
    """Return the fields, filled in with what is known and what is usual."""
    today, day = known.now.date(), known.from_day
    sessions = tuple((code.value, label_of(SessionCode, code)) for code in known.sessions)
    kind = "" if known.extended is None else known.extended.kind.value
    asked_by = known.guardians[0].called if known.guardians else ""
    if known.extended is not None:
        asked_by = known.extended.asked_by
    return (
        ShowField("clock", "首次未到校", value=clock_words(known)),
        ChoiceField(
            "kind",
            "类别",
            tuple((k.value, k.label) for k in LeaveKind),
            value=kind,
            required=True,
        ),
        DateField(
            "from_day", "开始日期", reference=today, value=day.isoformat(), required=True
        ),
        ChoiceField(
            "from_session",
            "开始时段",
            sessions,
            value=known.from_session.value,
            required=True,
        ),
        DateField(
            "to_day",
            "结束日期",
            reference=today,
            value=max(day, today).isoformat(),
            required=True,
        ),
        ChoiceField(
            "to_session", "结束时段", sessions, value=known.to_session.value, required=True
        ),
        TextField("asked_by", "申请人", value=asked_by, required=True, limit=30),
        ChoiceField(
            "asked_how",
            "方式",
            tuple((how.value, how.label) for how in AskedHow),
            value=AskedHow.PHONE.value,
            required=True,
        ),
        NoteField("reason", "事由", limit=200, height=2, required=True),
        TextField("evidence", "证明材料", limit=60, hint="可后补"),
        *(
            ShowField(f"earlier{n}", "此前请假" if n == 0 else "", value=_earlier(line))
            for n, line in enumerate(known.previous[:_EARLIER_SHOWN])
        ),
    )
