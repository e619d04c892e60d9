"""预警与重点生: who may leave and why, who is on the list; F6 shows it class by class."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.duty import DutyKind, DutyState
from core.rules.file import EventKind
from core.rules.key_student import KeyClass, KeyLine
from core.rules.place import class_name
from core.services import key_student, risk
from core.services.desk import Desk
from core.services.risk import KeyBoard
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.open import open_key
from tui.screens.pupil import pupil_asked
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_LONGEST = 100
_KEY, _RISK = EventKind.KEY.label, EventKind.ALARM.label


class KeyStudentsScreen(DeskScreen):
    """List the children class by class, who is on the list first; Enter opens the file."""

    TITLE_TEXT = "预警与重点生"
    NOUNS = frozenset({"key_student", "absence", "roll", "case", "duty", "visit"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "档案", hint="原因、家访、检查；列入、退出"),
        Key("f4", "另选学生", "other", hint="不在预警中的，也可列入重点生"),
        Key("f6", "各班", "classes", hint="各班人数、家访逾期、领导每月检查"),
    )
    HELP_TEXT = (
        "原因由点名、请假、个案、迹象、名册自动得出，只供判断：发生过一件事，或有两种困难情形的列为预警。",
        "预警的学生由班主任或学校列入重点生，每周日前须入户家访，领导每月检查一次记录。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._board: KeyBoard | None = None
        self._listing = Listing(
            (
                Column[KeyLine]("", 6, lambda line: _KEY if line.source else _RISK),
                Column[KeyLine](DutyKind.KEY_VISIT.label, 7, self._due),
                Column[KeyLine]("班级", 14, self._class_of),
                Column[KeyLine]("姓名", 12, lambda line: line.student_name),
                Column[KeyLine]("原因", 0, self._why),
            ),
            key=lambda line: (line.township_id, line.student_id),
            jump_fn=lambda line: line.pinyin,
            empty="没有预警和重点生。须列入的，按F4另选学生。",
            tone_fn=lambda line: Tone.ALARM if self._is_late(line) else Tone.PLAIN,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read who is on the list, and who may belong there."""
        found = await risk.board(self.desk)
        self._board = found
        self.show_rows(self._listing, found.lines, lambda line: line.student_id)
        listed = sum(line.source is not None for line in found.lines)
        late = sum(one.overdue for one in found.classes)
        told = f"{_KEY}{listed} 家访{DutyState.OVERDUE.label}{late} {_RISK}{len(found.lines) - listed}"
        self.set_title(self.TITLE_TEXT, f"{found.now:%m-%d}  {told}")
        if not self.message.strip() and self._listing.current is not None:
            self._tell_of(self._listing.current)

    @on(Listing.Moved)
    def _told(self, moved: Listing.Moved[KeyLine]) -> None:
        self._tell_of(moved.record)

    def _tell_of(self, line: KeyLine) -> None:
        """Say on the message line what no column of 80 cells holds."""
        self.tell(f"{line.student_name}：{line.why}")

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[KeyLine]) -> None:
        open_key(self, chosen.record.township_id, chosen.record.student_id)

    def action_other(self) -> None:
        """Open the file of any pupil."""
        self.run_worker(self._other(), group="other", exclusive=True)

    async def _other(self) -> None:
        found = await pupil_asked(self)
        if found is not None:
            open_key(self, found.township_id, found.student_id)

    def action_classes(self) -> None:
        """Show it class by class."""
        if self._board is not None:
            self.app.push_screen(KeyClassesScreen(self.desk, self._board.township_id))

    def _is_late(self, line: KeyLine) -> bool:
        due = line.visit_due_at
        return self._board is not None and due is not None and due <= self._board.now

    def _due(self, line: KeyLine) -> str:
        if line.visit_due_at is None:
            return ""
        late = (
            DutyState.OVERDUE.label if self._is_late(line) else f"{line.visit_due_at:%m-%d}"
        )
        return late if self._is_late(line) else f"{late}前"

    def _class_of(self, line: KeyLine) -> str:
        if self._board is None:
            return ""
        return class_name(line.cohort, line.number, self._board.now.date())

    def _why(self, line: KeyLine) -> str:
        board = self._board
        several = board is not None and len({x.school_id for x in board.lines}) > 1
        return f"{line.school_name}  {line.why}" if several else line.why


class KeyClassesScreen(DeskScreen):
    """List the classes with 重点生; a leader writes down the month's look with Enter."""

    TITLE_TEXT = "各班重点生"
    NOUNS = frozenset({"key_student", "duty", "visit"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", DutyKind.KEY_CHECK.label, hint="校领导：写明本月检查情况"),
    )
    HELP_TEXT = (
        "领导每月检查一次各班重点生记录，写明情况；未检查的到月底逾期，报教管组。",
    )

    def __init__(
        self, desk: Desk, township_id: int, *, begin_at: int | None = None
    ) -> None:
        super().__init__(desk)
        self._township_id, self._begin_at = township_id, begin_at
        self._board: KeyBoard | None = None
        self._op_id = uuid4()
        self._listing = Listing(
            (
                Column[KeyClass](_KEY, 6, lambda one: f"{one.count}", "right"),
                Column[KeyClass]("家访逾期", 8, lambda one: f"{one.overdue}", "right"),
                Column[KeyClass]("最近检查", 10, _checked),
                Column[KeyClass]("班级", 14, self._class_of),
                Column[KeyClass]("学校", 0, lambda one: one.school_name),
            ),
            key=lambda one: one.class_id,
            empty="各班没有重点生。",
            tone_fn=lambda one: Tone.ALARM if one.overdue else Tone.PLAIN,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read how each class stands."""
        found = await risk.board(self.desk, self._township_id)
        first, self._board = self._board is None, found
        self._listing.rows = found.classes
        if first and self._begin_at in {one.class_id for one in found.classes}:
            self._listing.go_to(self._begin_at)
        self.set_title(self.TITLE_TEXT, f"{found.now:%m-%d}  {len(found.classes)}个班")

    def _class_of(self, one: KeyClass) -> str:
        if self._board is None:
            return ""
        return class_name(one.cohort, one.number, self._board.now.date())

    @on(Listing.Chosen)
    def _check(self, chosen: Listing.Chosen[KeyClass]) -> None:
        one = chosen.record
        place = (one.township_id, one.school_id, one.class_id)
        if self.allows(partial(key_student.must_check, self.desk, place)):
            prompt = Ask("本月检查情况（家访、面谈记录，转化情况）", limit=_LONGEST)
            self.app.push_screen(prompt, partial(self._found, place))

    def _found(self, place: tuple[int, int, int], note: str | None) -> None:
        if note is not None:
            self.act(partial(self._checked, place, note))

    async def _checked(self, place: tuple[int, int, int], note: str) -> None:
        await key_student.check(self.desk, place, note, self._op_id)
        self._op_id = uuid4()
        self.tell("已登记本月检查。")


def _checked(one: KeyClass) -> str:
    return "" if one.checked_at is None else f"{one.checked_at:%Y-%m-%d}"
