"""停课 and 补课: one short form; at 07:30 a reason, F9 and Enter are enough."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar, Final

from core.rules.calendar import ClosureKind, SessionCode
from core.rules.calendar_entry import ClosureDraft, ClosureReason
from core.rules.calendar_line import CalendarBoard
from core.rules.place import class_name, grade_name, grade_of
from core.rules.township_keeper import keeps
from core.services import calendar_closure
from core.services.desk import Desk
from tui.screens.base import Key
from tui.screens.confirm import Confirm
from tui.screens.drafted import ShortForm
from tui.widgets.form import ChoiceField, DateField, Field, ShowField, TextField

_ALL: Final = "all"
_GRADE: Final = "g"
_CLASS: Final = "c"


class ClosureScreen(ShortForm):
    """Declare days off at once, or days held exceptionally."""

    TITLE_TEXT = ClosureKind.SUSPENSION.label
    FORM = "closure"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit", hint="当场生效，教管组事后备案"),
    )
    HELP_TEXT = (
        "本校、年级或班级可由校领导当场宣布停课，教管组事后备案；从今天起，不能补登过去的日子。",
        "停课时段已点的名保留但不计；正在走的48小时时钟照走，已响的预警不撤销。",
        "今天已下课的时段不再停课；没有点名、确未上课的，由教管组登记。",
    )

    def __init__(self, desk: Desk, board: CalendarBoard, kind: ClosureKind) -> None:
        subject = f"{board.coverage.township_id}/{kind}"
        super().__init__(desk, subject, _fields(desk, board, kind), "reason")
        self._board, self._kind = board, kind

    def entitle(self) -> None:
        """Write the title; what was known when it was opened is shown."""
        self.set_title(
            f"{self._kind.label}  {self._board.coverage.township_name}",
            f"{self._board.now:%m-%d %H:%M}",
        )

    async def submit(self) -> None:
        """Say what will hold, ask, and declare it."""
        draft = self._draft()
        asked = f"{self._told(draft)}\n原因：{draft.reason}\n\n当场生效，确认？"
        if await self.app.push_screen_wait(Confirm(asked)):
            await super().submit()

    async def record(self) -> str:
        """Declare it."""
        draft = self._draft()
        await calendar_closure.declare(self.acting_desk, draft, self._op_id)
        return f"已登记{self._told(draft)}。"

    def _told(self, draft: ClosureDraft) -> str:
        """Return 停课：全校 11-23至11-24 全天."""
        field = self._form.field("whom")
        whom = field.chosen if isinstance(field, ChoiceField) else ""
        days = f"{draft.from_on:%m-%d}至{draft.last_on:%m-%d}"
        session = "全天" if draft.session is None else draft.session.label
        return f"{self._kind.label}：{whom} {days} {session}"

    def _school_id(self, typed: str) -> int | None:
        """Return the school chosen; a person of one school has it shown by name."""
        if not isinstance(self._form.field("school"), ChoiceField):
            return self._board.schools[0].id
        return None if typed == _ALL else int(typed)

    def _draft(self) -> ClosureDraft:
        typed = self._form.values()
        whom, number = typed["whom"][0], typed["whom"][1:]
        chosen = next(
            (c for c in self._board.classes if whom == _CLASS and str(c.id) == number), None
        )
        school_id = self._school_id(typed["school"])
        if chosen is not None:
            school_id = chosen.school_id
        note = typed["note"]
        reason = ClosureReason.of(typed["reason"])
        words = note if reason is ClosureReason.OTHER and note else reason.label
        if note and reason is not ClosureReason.OTHER:
            words = f"{words}：{note}"
        return ClosureDraft(
            township_id=self._board.coverage.township_id,
            school_id=school_id,
            grade=int(number) if whom == _GRADE else None,
            class_id=None if chosen is None else chosen.id,
            session=None if typed["session"] == _ALL else SessionCode.of(typed["session"]),
            from_on=date.fromisoformat(typed["from_on"]),
            last_on=date.fromisoformat(typed["last_on"]),
            kind=self._kind,
            reason=words,
        )


def _fields(desk: Desk, board: CalendarBoard, kind: ClosureKind) -> Sequence[Field]:
    today = board.now.date()
    whole = keeps(desk.actor, board.coverage.township_id)
    schools = [(str(school.id), school.name) for school in board.schools]
    if whole:
        schools.insert(0, (_ALL, "全镇各校"))
    grades = sorted({grade_of(c.cohort, today) for c in board.classes})
    whom = [(f"{_ALL[0]}", "全校")]
    whom += [(f"{_GRADE}{g}", grade_name(g)) for g in grades if 1 <= g <= 9]  # noqa: PLR2004
    names = {school.id: school.name for school in board.schools}
    several = len(names) > 1
    whom += [
        (
            f"{_CLASS}{c.id}",
            (f"{names.get(c.school_id, '')} " if several else "")
            + class_name(c.cohort, c.number, today),
        )
        for c in board.classes
    ]
    codes = {plan.session for plan in board.plans}
    sessions = [(_ALL, "全天")] + [(c.value, c.label) for c in SessionCode if c in codes]
    note = "补哪天的课" if kind is ClosureKind.TEACHING else "补充说明"
    reason = ClosureReason.OTHER.value if kind is ClosureKind.TEACHING else ""
    only = schools[0][1] if len(schools) == 1 else ""
    return (
        ShowField("school", "学校", value=only)
        if only
        else ChoiceField(
            "school",
            "学校",
            tuple(schools),
            value=schools[0][0] if schools else "",
            required=True,
        ),
        ChoiceField("whom", "范围", tuple(whom), value=whom[0][0], required=True),
        DateField(
            "from_on", "开始日期", reference=today, value=today.isoformat(), required=True
        ),
        DateField(
            "last_on", "结束日期", reference=today, value=today.isoformat(), required=True
        ),
        ChoiceField("session", "时段", tuple(sessions), value=_ALL, required=True),
        ChoiceField(
            "reason",
            "原因",
            tuple((r.value, r.label) for r in ClosureReason),
            value=reason,
            required=True,
            hint="".join(f"{n}{r.label}" for n, r in enumerate(ClosureReason, 1)),
        ),
        TextField("note", note, limit=40, required=kind is ClosureKind.TEACHING),
    )
