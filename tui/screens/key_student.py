"""重点生档案: one child's page (domain.md 4.12), and the form by which it is entered."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar
from uuid import uuid4

from textual.widget import Widget

from core.papers.words import minute
from core.rules.duty import DutyState
from core.rules.errors import NotYours
from core.rules.file import EventKind
from core.rules.key_student import (
    ENTERED_BY,
    LED_BY,
    AlreadyKey,
    KeyEntry,
    KeyExit,
    NotKey,
    weeks_missed,
)
from core.rules.staff import Role
from core.rules.visit_record import VisitLine, roster_of
from core.services import key_student
from core.services.desk import Desk
from core.services.key_student import KeyFile
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.drafted import Drafted
from tui.screens.open import open_child
from tui.screens.pick import Pick
from tui.screens.visit import VisitScreen
from tui.widgets.form import NoteField, ShowField
from tui.widgets.keys import Key
from tui.widgets.prose import Prose
from tui.widgets.style import Tone

_LONGEST = 100
_NONE = "无"


class KeyScreen(DeskScreen):
    """Show the file; enter the child, visit it, let it leave the list."""

    TITLE_TEXT = "重点生档案"
    NOUNS = frozenset({"key_student", "duty", "visit", "absence", "case"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("1", "列入", "enter", hint="列入重点生：系统所见原因、补充说明、帮扶措施"),
        Key("2", EventKind.VISIT.label, "visit", hint="登记家访；每周日前须有一次"),
        Key("3", "退出", "leave", hint="校领导：写明退出依据；个案、迹象未办结的不能退出"),
        Key("4", EventKind.CASE.label, "case", hint="该生的全部经过"),
    )
    HELP_TEXT = (
        "每周日前须入户家访一次，电话、面谈不能代替；逾期的报校长。领导每月检查一次本班记录。",
        "查看档案会留下记录；电话只显示部分。",
    )

    def __init__(self, desk: Desk, township_id: int, student_id: int) -> None:
        super().__init__(desk)
        self._township_id, self._student_id = township_id, student_id
        self._file: KeyFile | None = None
        self._op_id = uuid4()
        self._prose = Prose()

    def compose(self) -> Iterator[Widget]:
        """Show the file as text."""
        yield self._prose

    async def load(self) -> None:
        """Read the file."""
        again = self._file is not None
        place = (self._township_id, self._student_id)
        found = await key_student.file(self.desk, *place, again=again)
        self._file = found
        self._prose.lines = _lines(found)
        child = found.child
        self.set_title(
            f"{self.TITLE_TEXT} {child.name} {child.class_on(found.now.date())} {child.told_apart}",
            EventKind.KEY.label if found.on_list else "未列入",
        )

    def action_enter(self) -> None:
        """Enter the child."""
        found = self._file
        if found is None:
            return
        if found.on_list:
            self.tell(str(AlreadyKey()), Tone.WARNING)
        elif self._may(ENTERED_BY, may=found.may_enter):
            self.app.push_screen(KeyEntryForm(self.desk, found))

    def action_visit(self) -> None:
        """Record a home visit."""
        if self._file is not None and self._may(ENTERED_BY, may=self._file.may_enter):
            self.app.push_screen(
                VisitScreen(self.desk, self._township_id, self._student_id)
            )

    def action_leave(self) -> None:
        """Let the child leave the list."""
        found = self._file
        if found is None:
            return
        if not found.on_list:
            self.tell(str(NotKey()), Tone.WARNING)
        elif self._may(LED_BY, may=found.may_leave):
            options = tuple((one.value, one.label) for one in KeyExit)
            self.app.push_screen(Pick("退出重点生的原因", options), self._leaves)

    def _leaves(self, code: str | None) -> None:
        if code is not None:
            prompt = Ask("退出的依据（到校、家访、去向核实情况）", limit=_LONGEST)
            self.app.push_screen(prompt, partial(self._leave, KeyExit.of(code)))

    def _leave(self, why: KeyExit, note: str | None) -> None:
        if note is not None:
            self.act(partial(self._left, why, note))

    async def _left(self, why: KeyExit, note: str) -> None:
        place = (self._township_id, self._student_id)
        await key_student.leave(self.desk, *place, (why, note), self._op_id)
        self._op_id = uuid4()
        self.tell("已退出重点生，记录保留。")

    def action_case(self) -> None:
        """Open the child's page."""
        open_child(self, self._township_id, self._student_id)

    def _may(self, roles: tuple[Role, ...], *, may: bool) -> bool:
        if not may:
            who = "、".join(role.label for role in roles)
            self.tell(str(NotYours(who)), Tone.WARNING)
        return may


class KeyEntryForm(Drafted):
    """Ask why a child is entered, beyond what is found, and what is to be done."""

    TITLE_TEXT = "列入重点生"
    FORM = "key_student"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "提交", "submit"),)
    HELP_TEXT = ("系统所见的原因一并记入档案；系统没有发现原因的，须写明列入原因。",)

    def __init__(self, desk: Desk, found: KeyFile) -> None:
        super().__init__(desk, f"{found.child.student_id}")
        self._file, self._begun = found, False

    async def load(self) -> None:
        """Show the fields once; what was typed stays."""
        child = self._file.child
        self.set_title(f"{self.TITLE_TEXT} {child.name} {child.told_apart}")
        if self._begun:
            return
        self._begun = True
        why = self._file.why
        fields = (
            ShowField("why", "系统所见", value=why or _NONE),
            NoteField("note", "列入原因", limit=500, height=3, required=not why),
            NoteField("measures", "帮扶措施", limit=500, height=3),
        )
        await self.begin(fields, "note")

    def on_form_done(self) -> None:
        """Submit by Enter in the last field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Submit the entry."""
        if self.is_filled():
            self.act(partial(self.submitted, self._enter))

    async def _enter(self) -> str:
        typed, child = self._form.values(), self._file.child
        words = (typed["note"], typed["measures"])
        place = (child.township_id, child.student_id)
        await key_student.enter(self.desk, *place, words, self._op_id)
        return "已列入重点生，每周日前须入户家访。"


def _lines(found: KeyFile) -> tuple[str, ...]:
    child = found.child
    kin = "；".join(f"{g.called} {g.phone or '未登记电话'}" for g in found.guardians)
    heads = found.heads or "缺班主任，由校长负责"
    age = f"{child.sex.label} {child.age_on(found.now.date())}岁"
    lodged = "住校" if child.boarder else "走读"
    return (
        "",
        f"基本信息：{age} {child.school_name} {lodged} {child.status.label}",
        f"家庭情况：{kin or '未登记监护人'} {child.address or ''}",
        f"包保教师：{heads}",
        f"目前所见：{found.why or _NONE}",
        *_due(found),
        "",
        *(line for entry in found.entries for line in _entry(entry)),
        f"家访、面谈记录：{'' if found.visits else _NONE}",
        *(_visit(line) for line in found.visits),
        f"领导每月检查：{'' if found.checks else _NONE}",
        *(
            f"  {minute(x.checked_at)} {x.checked_by}：{x.note}（时有重点生{x.count}人）"
            for x in found.checks
        ),
    )


def _due(found: KeyFile) -> tuple[str, ...]:
    due = found.visit_due_at
    if not found.on_list or due is None:
        return ()
    missed = weeks_missed(due.date(), found.now.date())
    told = f"，{DutyState.OVERDUE.label}，已有{missed}周未访" if missed else ""
    return (f"下次家访：{due:%m-%d}前{told}",)


def _entry(entry: KeyEntry) -> tuple[str, ...]:
    told = [
        f"列入：{minute(entry.entered_at)} {entry.entered_by}（{entry.source.label}）",
        f"  原因：{entry.reasons}",
        f"  帮扶措施：{entry.measures or _NONE}",
    ]
    if entry.exited_at is not None and entry.exited_as is not None:
        when = f"{minute(entry.exited_at)} {entry.exited_by}"
        told.append(f"退出：{when}（{entry.exited_as.label}）{entry.exit_note}")
    return (*told, "")


def _visit(line: VisitLine) -> str:
    who = roster_of(line.members)
    found = "；".join(x for x in (line.mood, line.guardian_opinion) if x)
    return f"  {minute(line.visited_at)} {line.method.label} {who}：{line.result.label}；{found}"
