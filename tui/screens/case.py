"""个案: one child's page.  Who it is, how the clock stands, all that happened, what is next."""

from collections.abc import Hashable, Iterator
from functools import partial
from typing import ClassVar
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.absence import remaining
from core.rules.case import CaseStep
from core.rules.errors import NotYours
from core.rules.file import WRITERS, ChildFile, Event, EventKind
from core.services import file, visit
from core.services.desk import Desk
from tui.screens.base import Key
from tui.screens.case_step import CaseSteps
from tui.screens.contact import ContactScreen
from tui.screens.evidence import EvidenceScreen
from tui.screens.leave import LeaveScreen
from tui.screens.open_paper import open_paper
from tui.screens.phone import show_number
from tui.screens.text import TextPage
from tui.screens.visit import VisitScreen
from tui.screens.visit_page import page_of
from tui.widgets.line import Line
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_LOUD = frozenset({EventKind.ALARM, EventKind.PAPER, EventKind.CASE})


class CaseScreen(CaseSteps):
    """Show a child's file; each act about the child is one digit."""

    TITLE_TEXT = EventKind.CASE.label
    NOUNS = frozenset(
        {"absence", "roll", "contact", "visit", "leave", "case", "change", "duty"}
    )
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("1", EventKind.CONTACT.label, "contact", hint="登记电话、微信等联系"),
        Key("2", EventKind.VISIT.label, "visit", hint="登记家访"),
        Key("3", EventKind.LEAVE.label, "leave", hint="补办请假"),
        Key(
            "4",
            CaseStep.RETURN.label,
            "returned",
            hint="点名已到校的，登记返校，由另一人确认",
        ),
        Key(
            "5",
            CaseStep.CLOSE.label,
            "close",
            hint="排除疑似、观察期满、已安置、超龄：写明依据，上级确认；基教科可恢复跟踪",
        ),
        Key("6", "号码", "phone", hint="显示电话或证件号30秒，查看留痕"),
        Key(
            "7",
            "核实",
            "decide",
            hint="核实他人登记的返校、销号、认定等，不属实的写明原因",
        ),
        Key(
            "8",
            "更正家访",
            "correct",
            hint="更正光标所在的家访记录，原记录保留",
            on_line=False,
        ),
        Key("9", "知悉", "note", hint="预警：确认已知悉；迹象：学校备案"),
        Key(
            "f8",
            EventKind.EVIDENCE.label,
            "evidence",
            hint="照片、证明：提供、核验、还缺什么",
        ),
        Key("f6", EventKind.KEY.label, "key", hint="重点生档案；列入、退出", on_line=False),
        Key("f7", "报迹象", "sign", hint="没有缺勤也可报：辍学、转学迹象，思想波动"),
        Key(
            "0",
            EventKind.PAPER.label,
            "papers",
            hint="立案；返校、责令通知书；认定、依法处理；记录表、一生一案、商请函",
        ),
        Key("enter", "全文", hint="文书可签发、签收、登记送达；家访各版本可查看"),
    )
    HELP_TEXT = (
        "这里按时间列出该生的点名、联系、家访、请假、预警、文书和异动，最新的在最后。",
        "查看个案会留下记录；身份证件号和电话只显示部分。",
    )

    def __init__(self, desk: Desk, township_id: int, student_id: int) -> None:
        super().__init__(desk, township_id, student_id)
        self._op_id = uuid4()
        self._who, self._guardians, self._clock = Line(), Line(), Line(tone=Tone.WARNING)
        self._next = Line(tone=Tone.STRONG)
        self._listing = Listing(
            (
                Column[Event]("时间", 11, self._when),
                Column[Event]("事项", 8, lambda event: event.kind.label),
                Column[Event]("内容", 0, _told),
            ),
            key=_key,
            empty="还没有记录。点名、联系、家访、请假等会按时间列在这里。",
            tone_fn=lambda event: Tone.ALARM if event.kind in _LOUD else Tone.PLAIN,
        )

    def compose(self) -> Iterator[Widget]:
        """Put who it is over what happened, and what is next under it."""
        yield self._who
        yield self._guardians
        yield self._clock
        yield self._listing
        yield self._next

    async def load(self) -> None:
        """Read the file; the cursor begins at the newest event."""
        first = self._file is None
        found = await file.timeline(
            self.desk, self._township_id, self._student_id, again=not first
        )
        self._file = found
        self._listing.rows = found.events
        if first and found.events:
            self._listing.go_to(_key(found.events[-1]))
        self._write(found)

    def _write(self, found: ChildFile) -> None:
        child, today = found.child, found.now.date()
        number = "" if found.case is None else f"{found.case.number} "
        self.set_title(
            f"个案 {number}{child.name} {child.class_on(today)} "
            f"{child.sex.label} {child.age_on(today)}岁",
            child.status.label if found.case is None else found.case.shown.label,
        )
        identity = found.identity or "未登记"
        who = (child.told_apart, child.school_name, f"证件 {identity}", child.address or "")
        self._who.put(f" {'  '.join(part for part in who if part)}")
        lines = (f"{g.called} {g.phone or '未登记电话'}" for g in found.guardians)
        self._guardians.put(f" 监护人 {'  '.join(lines) or '未登记'}")
        self._clock.put(f" {_clock(found)}")
        self._next.put(f" 下一步：{_next(found)}")

    def _when(self, event: Event) -> str:
        this_year = self._file is None or event.at.year == self._file.now.year
        return f"{event.at:%m-%d %H:%M}" if this_year else f"{event.at:%Y-%m-%d}"

    @on(Listing.Chosen)
    def _whole(self, chosen: Listing.Chosen[Event]) -> None:
        event = chosen.record
        if event.paper is not None:
            open_paper(self, event.paper, self._township_id, event.subject_id)
            return
        if event.kind is EventKind.VISIT:
            self.act(partial(self._read_visit, event.subject_id))
            return
        title = f"{event.kind.label} {event.at:%Y-%m-%d %H:%M}"
        self.app.push_screen(TextPage(title, ("", _told(event))))

    async def _read_visit(self, visit_id: int) -> None:
        if self._file is not None:
            key = (self._township_id, self._student_id, visit_id)
            line = await visit.read(self.desk, *key)
            self.app.push_screen(page_of(self._file.child.name, line))

    def action_contact(self) -> None:
        """Record a contact with the family."""
        if self._may_write():
            self.app.push_screen(
                ContactScreen(self.desk, self._township_id, self._student_id)
            )

    def action_visit(self) -> None:
        """Record a home visit."""
        if self._may_write():
            self.app.push_screen(
                VisitScreen(self.desk, self._township_id, self._student_id)
            )

    def action_leave(self) -> None:
        """Enter a leave for the child."""
        if self._may_write():
            self.app.push_screen(
                LeaveScreen(self.desk, self._township_id, self._student_id)
            )

    def action_correct(self) -> None:
        """Correct the visit under the cursor."""
        event = self._listing.current
        if event is None or event.kind is not EventKind.VISIT:
            self.tell("请把光标移到要更正的家访记录上，再按8。", Tone.WARNING)
        elif not event.newest:
            self.tell("此版本已更正，请在最新版本上更正。", Tone.WARNING)
        elif self._may_write():
            self.app.push_screen(
                VisitScreen(
                    self.desk, self._township_id, self._student_id, event.subject_id
                )
            )

    def action_evidence(self) -> None:
        """Open the child's files."""
        place = (self._township_id, self._student_id)
        self.app.push_screen(EvidenceScreen(self.desk, *place))

    def action_phone(self) -> None:
        """Show a guardian's whole number for half a minute."""
        self.act(self._phone)

    async def _phone(self) -> None:
        if self._file is not None:
            await show_number(self, self._file, "查看个案")

    def _may_write(self) -> bool:
        if self._file is None:
            return False
        if not self._file.may_write:
            who = "、".join(role.label for role in WRITERS)
            self.tell(str(NotYours(who)), Tone.WARNING)
        return self._file.may_write


def _key(event: Event) -> Hashable:
    return (event.kind, event.subject_id, event.at, event.words)


def _told(event: Event) -> str:
    return f"{event.words}（{event.by}）" if event.by else event.words


def _clock(found: ChildFile) -> str:
    clock = found.clock
    if clock is None:
        return "目前没有未到校记录"
    return (
        f"首次未到校 {clock.missed_session.on(clock.missed_day, ' ')} "
        f"{clock.missed_at:%m-%d %H:%M}  满48小时 {clock.raw_due_at:%m-%d %H:%M}  "
        f"时限 {clock.due_at:%m-%d %H:%M} {remaining(clock.due_at, found.now)}"
    )


def _next(found: ChildFile) -> str:
    duty = found.next_duty
    if duty is None:
        return "无待办事项"
    told = f"  {duty.due_at:%m-%d %H:%M}前"
    if found.now >= duty.due_at:
        told = f"  逾期{remaining(duty.due_at, found.now)}"
    return f"{duty.told}{told}{'，按9确认知悉' if found.owes_note else ''}"
