"""48小时未到校跟踪: every clock in sight, nearest first."""

from collections.abc import Iterator
from typing import ClassVar, Final

from textual import on
from textual.widget import Widget

from core.rules.absence import remaining
from core.rules.file import EventKind
from core.rules.missing import Missing
from core.rules.paper import PaperKind
from core.rules.place import class_name
from core.services import missing
from core.services.desk import Desk
from core.services.missing import MissingList
from tui.screens.base import DeskScreen
from tui.screens.open import open_child
from tui.screens.report import ReportScreen
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_BAR: Final = 12


class MissingScreen(DeskScreen):
    """List the children missing now; Enter opens the child's page."""

    TITLE_TEXT = "48小时未到校跟踪"
    NOUNS = frozenset({"absence", "roll", "leave", "case", "contact", "visit"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", EventKind.CASE.label),
        Key("4", "书面报告", "report"),
    )
    HELP_TEXT = ("时钟从首次未到校时段的开始起算48小时，周末照走；满后首个点名时限报警。",)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._list: MissingList | None = None
        self._listing = Listing(
            (
                Column[Missing]("48小时", _BAR + 7, self._clock),
                Column[Missing]("进展", 10, self._progress),
                Column[Missing]("首次未到校", 10, lambda m: m.first_missed),
                Column[Missing]("班级", 14, self._class_of),
                Column[Missing]("姓名", 0, self._name_of),
            ),
            key=lambda m: m.absence_id,
            jump_fn=lambda m: m.pinyin,
            empty="现在没有未到校的学生。点名记缺后，学生和48小时时钟会列在这里。",
            tone_fn=self._tone,
        )

    def _clock(self, child: Missing) -> str:
        if self._list is None:
            return ""
        now = self._list.now
        share = (now - child.missed_at) / (child.due_at - child.missed_at)
        return self.look.bar(share, _BAR) + remaining(child.due_at, now)

    def _progress(self, child: Missing) -> str:
        if child.paper_state is not None:
            return PaperKind.REPORT.label + child.paper_state.label
        return "" if self._list is None else child.progress(self._list.now).label

    def _class_of(self, child: Missing) -> str:
        return class_name(child.cohort, child.number, child.missed_day)

    def _name_of(self, child: Missing) -> str:
        schools = () if self._list is None else {c.school_id for c in self._list.children}
        return child.student_name + (f"  {child.school_name}" if len(schools) > 1 else "")

    def _tone(self, child: Missing) -> Tone:
        over = self._list is not None and self._list.now >= child.due_at
        return Tone.ALARM if over else Tone.WARNING

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read who is missing."""
        self._list = await missing.listing(self.desk)
        now, children = self._list.now, self._list.children
        self._listing.rows = children
        over = sum(now >= child.due_at for child in children)
        self.set_title(
            "48小时未到校跟踪", f"{now:%m-%d %H:%M}  未到校{len(children)} 超时{over}"
        )

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[Missing]) -> None:
        open_child(self, chosen.record.township_id, chosen.record.student_id)

    def action_report(self) -> None:
        """Open the report on the child under the cursor."""
        child = self._listing.current
        if child is None or child.paper_id is None:
            self.tell("该生尚未满48小时，书面报告满时自动生成。")
        else:
            self.app.push_screen(ReportScreen(self.desk, child.township_id, child.paper_id))
