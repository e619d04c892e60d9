"""未返校名单: who was missing when the term ended, or has not come since one began (29, 30)."""

from collections.abc import Iterator
from typing import ClassVar
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.export import Listing as Paper
from core.rules.file import EventKind
from core.rules.time import weekday_label
from core.rules.unreturned import Unreturned, Why
from core.services import unreturned
from core.services.desk import Desk
from core.services.unreturned import UnreturnedList
from tui.screens.base import DeskScreen
from tui.screens.open import open_child
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone


class UnreturnedScreen(DeskScreen):
    """List them, school by school; 教管组 says that it has looked the list over."""

    TITLE_TEXT = Paper.UNRETURNED.label
    NOUNS = frozenset({"absence", "change", "duty", "contact", "visit", "calendar"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", EventKind.CASE.label),
        Key("f9", "已核对", "note", hint="教管组：名单已核对，待办办结；学生仍在名单上"),
    )
    HELP_TEXT = (
        "学期中列开学首次点名起未到校的学生，假期中列学期结束时仍未到校的学生；时钟照走。",
        "上学年小学毕业年级的学生，尚未在本乡镇其他学校在册的，列为六升七未到。",
        "名册式的表在菜单的导出中取。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._list: UnreturnedList | None = None
        self._op_id = uuid4()
        self._listing = Listing(
            (
                Column[Unreturned]("情况", 10, lambda one: one.why.label),
                Column[Unreturned]("首次未到校", 10, _missed),
                Column[Unreturned](
                    EventKind.CONTACT.label,
                    4,
                    lambda one: _count(one, one.contacts),
                    align="right",
                ),
                Column[Unreturned](
                    EventKind.VISIT.label,
                    4,
                    lambda one: _count(one, one.visits),
                    align="right",
                ),
                Column[Unreturned]("班级", 14, self._class_of),
                Column[Unreturned](
                    "姓名", 0, lambda one: f"{one.student_name}  {one.school_name}"
                ),
            ),
            key=lambda one: (one.why, one.student_id),
            jump_fn=lambda one: one.pinyin,
            empty="没有未返校的学生。开学未报到、期末未返、六升七未到的会列在这里。",
            tone_fn=lambda one: Tone.PLAIN if one.visits else Tone.WARNING,
        )

    def _class_of(self, one: Unreturned) -> str:
        return "" if self._list is None else one.class_on(self._list.now.date())

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read who has not come back."""
        self._list = await unreturned.listing(self.desk)
        children = self._list.children
        self._listing.rows = children
        counts = (sum(one.why is why for one in children) for why in Why)
        told = (f"{why.label}{n}" for why, n in zip(Why, counts, strict=True) if n)
        self.set_title(self.TITLE_TEXT, " ".join(told))

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[Unreturned]) -> None:
        open_child(self, chosen.record.township_id, chosen.record.student_id)

    def action_note(self) -> None:
        """Say that the list has been looked over."""
        if self._list is None or not self._list.owes_note:
            self.tell("没有待您核对的名单。")
        else:
            self.act(self._note)

    async def _note(self) -> None:
        for township_id in self.desk.actor.scope.townships:
            await unreturned.take_note(self.desk, township_id, self._op_id)
            self._op_id = uuid4()
        self.tell("已核对，待办办结；学生到校前仍在名单上。")


def _missed(one: Unreturned) -> str:
    if one.missed_day is None or one.missed_session is None:
        return ""
    return f"{one.missed_day:%m-%d} {weekday_label(one.missed_day)}"


def _count(one: Unreturned, count: int) -> str:
    return "" if one.why is Why.LEAVER else str(count)
