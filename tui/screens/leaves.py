"""请假登记册: what waits, what ran over, what was given lately; each act is one digit."""

from collections.abc import Iterator
from functools import partial
from types import MappingProxyType
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.duty import DutyKind
from core.rules.export import Listing as ListingKind
from core.rules.leave import LeaveState
from core.rules.leave_entry import NotWaiting
from core.rules.leave_line import LeaveLine, LeaveRegister, RegisterLine
from core.rules.student import EnrolmentStatus
from core.services import leave, leave_book
from core.services.desk import Desk
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen, Key
from tui.screens.confirm import Confirm
from tui.screens.leave import LeaveScreen
from tui.screens.leaves_long import LongLeavesScreen
from tui.screens.pupil import pupil_asked
from tui.screens.text import TextPage
from tui.widgets.listing import USUAL, WIDE, Column, Listing
from tui.widgets.style import Tone

_TONES: Final = MappingProxyType(
    {LeaveState.WAITING: Tone.WARNING, LeaveState.OVERRUN: Tone.ALARM}
)


def page_of(line: RegisterLine) -> tuple[str, ...]:
    """Return a leave in full, as lines to read."""
    one = line.leave
    by = one.decided_by_name or ""
    decided = "—" if one.decided_at is None else f"{by} {one.decided_at:%m-%d %H:%M}"
    closed = "—" if one.closed_at is None else f"{one.closed_at:%m-%d %H:%M}"
    return (
        "",
        f"学生      {one.student_name}  {one.class_name}  {one.school_name}",
        f"类别      {one.kind.label}    状态  {one.state.label}",
        f"时间      {one.span}  上学日{line.school_days}天",
        f"申请人    {one.asked_by}（{one.asked_how.label}）",
        f"事由      {one.reason or '—'}",
        f"证明材料  {one.evidence or '—'}",
        f"登记      {one.entered_by_name} {one.entered_at:%m-%d %H:%M}",
        f"审批      {decided.strip()}",
        f"结束请假  {closed}",
    )


class LeavesScreen(DeskScreen):
    """List the leaves in sight."""

    TITLE_TEXT = ListingKind.LEAVE.label
    NOUNS = frozenset({"leave", "roll"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "新登记", "enter", hint="按姓名或拼音首字母选学生，登记请假"),
        Key("1", "批准", "approve"),
        Key("2", "不批", "refuse", hint="须写明原因；所请时段重新计时"),
        Key("3", "续假", "extend"),
        Key("4", DutyKind.LEAVE_OVERRUN.label, "close", hint="学生提前返校，结束请假"),
        Key("5", "证明", "prove", hint="登记已交的证明材料"),
        Key("6", EnrolmentStatus.LONG_LEAVE.label, "long"),
        Key("enter", "详情"),
    )
    HELP_TEXT = (
        "待批和逾期的排在最前，其余为近四周的请假；假条号按学校和学年连续编号。",
        "假满后首次点名已到的，系统自动结束请假；未到又未续假的，从那次起重新计48小时。",
        "待批的假只在登记人有权批准的天数内停时钟。",
    )

    def __init__(self, desk: Desk, begin_at: int | None = None) -> None:
        """`begin_at` is the student whose leave a duty is about."""
        super().__init__(desk)
        self._begin_at = begin_at
        self._register: LeaveRegister | None = None
        self._listing = Listing(
            (
                # The year goes without saying where there is no room for it.
                Column[RegisterLine](
                    "编号", 4, lambda line: line.leave.number[-4:], min_screen_width=USUAL
                ),
                Column[RegisterLine]("状态", 10, lambda line: line.leave.state.label),
                Column[RegisterLine](
                    "类别", 4, lambda line: line.leave.kind.label, min_screen_width=USUAL
                ),
                Column[RegisterLine]("时间", 22, lambda line: line.leave.span),
                Column[RegisterLine](
                    "日数",
                    4,
                    lambda line: str(line.school_days),
                    align="right",
                    min_screen_width=USUAL,
                ),
                Column[RegisterLine](
                    "申请人", 16, lambda line: line.leave.asked_by, min_screen_width=WIDE
                ),
                Column[RegisterLine](
                    "批准人",
                    8,
                    lambda line: line.leave.decided_by_name or "",
                    min_screen_width=WIDE,
                ),
                Column[RegisterLine]("班级", 14, lambda line: line.leave.class_name),
                Column[RegisterLine]("姓名", 0, self._who),
            ),
            key=lambda line: line.leave.id,
            jump_fn=lambda line: line.leave.pinyin,
            empty="近四周没有请假。点名按病假、事假或在此登记后，会列在这里。",
            tone_fn=lambda line: _TONES.get(line.leave.state, Tone.PLAIN),
        )

    def _who(self, line: RegisterLine) -> str:
        lines = () if self._register is None else self._register.lines
        several = len({each.leave.school_id for each in lines}) > 1
        school = f"  {line.leave.school_name}" if several else ""
        return f"{line.leave.student_name}{school}"

    def compose(self) -> Iterator[Widget]:
        """Show the register."""
        yield self._listing

    async def load(self) -> None:
        """Read the register."""
        found = await leave_book.register(self.desk)
        self._register = found
        self.show_rows(self._listing, found.lines, lambda line: line.leave.id)
        about = (one.leave for one in found.lines if one.leave.student_id == self._begin_at)
        if (first := next(about, None)) is not None:
            self._listing.go_to(first.id)
            self._begin_at = None
        waiting = f"{LeaveState.WAITING.label}{found.waiting()}"
        self.set_title(self.TITLE_TEXT, f"{found.now:%m-%d %H:%M}  {waiting}")

    @on(Listing.Chosen)
    def _whole(self, chosen: Listing.Chosen[RegisterLine]) -> None:
        number = chosen.record.leave.number
        self.app.push_screen(TextPage(f"假条 {number}", page_of(chosen.record)))

    def _current(self) -> LeaveLine | None:
        line = self._listing.current
        if line is None:
            self.tell("请先选一张假条。", Tone.WARNING)
        return None if line is None else line.leave

    def action_enter(self) -> None:
        """Find a child and enter a leave."""
        self.run_worker(self._enter(), group="enter", exclusive=True)

    async def _enter(self) -> None:
        child = await pupil_asked(self)
        if child is not None:
            self.app.push_screen(
                LeaveScreen(self.desk, child.township_id, child.student_id)
            )

    def action_approve(self) -> None:
        """Approve the leave under the cursor."""
        held = self._current()
        if held is not None:
            self.act(partial(self._approve, held))

    async def _approve(self, held: LeaveLine) -> None:
        await leave.approve(self.desk, held.township_id, held.id, uuid4())
        self.tell(f"已批准 {held.student_name} {held.number}。")

    def action_refuse(self) -> None:
        """Refuse the leave under the cursor, with a reason."""
        held = self._current()
        if held is None:
            return
        if held.state is LeaveState.WAITING:
            self.act(partial(self._refuse, held))
        else:
            self.tell(str(NotWaiting(held.state)), Tone.WARNING)

    async def _refuse(self, held: LeaveLine) -> None:
        asked = Ask(f"不批准 {held.student_name} {held.number} 的原因", limit=60)
        reason = await self.app.push_screen_wait(asked)
        if reason is None:
            return
        await leave.refuse(self.desk, held.township_id, held.id, reason, uuid4())
        self.tell(f"未批准 {held.student_name} {held.number}，未到时段重新计时。")

    def action_extend(self) -> None:
        """Extend the leave under the cursor."""
        held = self._current()
        if held is not None:
            self.app.push_screen(
                LeaveScreen(self.desk, held.township_id, held.student_id, held.id)
            )

    def action_close(self) -> None:
        """Close the leave under the cursor: the child is back."""
        held = self._current()
        if held is not None:
            self.act(partial(self._close, held))

    async def _close(self, held: LeaveLine) -> None:
        asked = (
            f"{held.student_name} {held.number}（{held.span}）结束请假？\n下次点名起应到。"
        )
        if await self.app.push_screen_wait(Confirm(asked)):
            await leave.close(self.desk, held.township_id, held.id, uuid4())
            self.tell(f"{held.student_name} {held.number} {LeaveState.CLOSED.label}。")

    def action_prove(self) -> None:
        """Note the proof shown for the leave under the cursor."""
        held = self._current()
        if held is not None:
            self.act(partial(self._prove, held))

    async def _prove(self, held: LeaveLine) -> None:
        asked = Ask("证明材料的名称和日期", limit=60, value=held.evidence)
        words = await self.app.push_screen_wait(asked)
        if words is not None:
            await leave.prove(self.desk, held.township_id, held.id, words, uuid4())
            self.tell(f"已登记 {held.student_name} 的证明材料。")

    def action_long(self) -> None:
        """Open the board of long leaves."""
        self.app.push_screen(LongLeavesScreen(self.desk))
