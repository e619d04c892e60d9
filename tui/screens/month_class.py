"""班级月报确认: each class's month, confirmed by its teacher or by the principal for it."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.filed import ClassMonth
from core.rules.place import class_name
from core.services import month_class
from core.services.desk import Desk
from core.services.month_class import ClassView
from tui.screens.confirm import Confirm
from tui.screens.month_text import line_of
from tui.screens.monthly import EARLIER, LATER, Monthly
from tui.screens.text import TextPage
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.prose import Prose
from tui.widgets.style import Tone

_FIGURE_LINES: Final = 8


class ClassMonthScreen(Monthly):
    """List the classes; F9 confirms the one under the cursor, whose figures stand below."""

    TITLE_TEXT = "班级月报"
    NOUNS = frozenset({"month", "change", "visit"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "明细"),
        Key("f9", "本班属实", "submit"),
        EARLIER,
        LATER,
    )
    HELP_TEXT = (
        "数字由系统计算，班主任核对后按 F9；有误的先办异动、更正点名再确认。",
        "未确认不影响学校报送：报送时由校长代确认，并在月报中注明。",
    )

    def __init__(self, desk: Desk, first: date | None = None) -> None:
        super().__init__(desk, first)
        self._op_id = uuid4()
        self._listing = Listing(
            (
                Column[ClassMonth]("班级", 20, self._class_of),
                Column[ClassMonth]("状态", 12, lambda one: one.state),
                Column[ClassMonth]("办理人", 10, lambda one: one.confirmed_by or ""),
                Column[ClassMonth]("时间", 12, self._at),
                Column[ClassMonth]("学校", 0, lambda one: one.school_name),
            ),
            key=lambda one: one.class_id,
            empty="没有班级。导入花名册后，各班会列在这里。",
            tone_fn=lambda one: Tone.PLAIN if one.confirmed_at else Tone.WARNING,
        )
        self._figures = Prose()

    def _class_of(self, one: ClassMonth) -> str:
        return class_name(one.cohort, one.number, self._first or date.max)

    @staticmethod
    def _at(one: ClassMonth) -> str:
        return "" if one.confirmed_at is None else f"{one.confirmed_at:%m-%d %H:%M}"

    def compose(self) -> Iterator[Widget]:
        """Put the list over the figures of one class."""
        self._figures.styles.height = _FIGURE_LINES
        self._figures.can_focus = False
        yield self._listing
        yield self._figures

    async def load(self) -> None:
        """Read the classes in sight, and the figures of the one under the cursor."""
        first = await self.month_shown()
        found = await month_class.listing(self.desk, first)
        self._listing.rows = found
        waits = sum(one.confirmed_at is None for one in found)
        told = f"{first.year}年{first.month}月"
        self.set_title(f"{self.TITLE_TEXT}  {told}", f"{len(found)}班 待确认{waits}")
        self._figures.lines = ()
        if (one := self._listing.current) is not None:
            self._figures.lines = _told(await self._view(one))

    async def _view(self, one: ClassMonth) -> ClassView:
        first = self._first or date.max
        return await month_class.view(self.desk, one.class_id, first)

    @on(Listing.Moved)
    def _moved(self) -> None:
        self.reload()

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[ClassMonth]) -> None:
        self.act(partial(self._show, chosen.record))

    async def _show(self, one: ClassMonth) -> None:
        seen = await self._view(one)
        lines = (*_told(seen), "", *line_of(seen.line))
        self.app.push_screen(TextPage(seen.line.name, lines))

    def action_submit(self) -> None:
        """Confirm the class under the cursor."""
        self.run_worker(self._submit(), group="ask", exclusive=True)

    async def _submit(self) -> None:
        one = self._listing.current
        if one is None or self._first is None:
            return
        asked = f"{self._class_of(one)} {self._first.month}月人数和情况属实？"
        if await self.app.push_screen_wait(Confirm(asked)):
            self.act(partial(self._confirm, one))

    async def _confirm(self, one: ClassMonth) -> None:
        first = self._first or date.max
        on_behalf = await month_class.confirm(self.desk, one.class_id, first, self._op_id)
        self._op_id = uuid4()
        self.tell("已代确认，月报中注明。" if on_behalf else "已确认。")


def _told(seen: ClassView) -> tuple[str, ...]:
    line = seen.line
    names = "、".join(f"{one.student_name}（{one.kind.label}）" for one in seen.strays)
    moved = f"增加 {line.increase}  减少 {line.decrease}"
    stocks = f"期末在校 {line.closing}  期末在籍 {line.on_roll}"
    away = f"转出待核 {line.transfer_pending}  长期请假 {line.long_leave}"
    rate = f"出勤率 {seen.attendance.printed}%"
    return (
        f"{line.name}  数据截至{seen.cutoff_on:%m-%d}，请于{seen.shown_due_on:%m-%d}前确认",
        f"期初在校 {line.opening}  {moved}  {stocks}",
        f"疑似辍学未销号 {line.suspected_open}  {away}",
        f"家访劝返 {line.visits + line.persuasions} 次  {rate}",
        f"人数不符：{names}，请先补办异动。" if names else "人数平衡。",
    )
