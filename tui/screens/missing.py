"""48小时未到校跟踪: every clock in sight, nearest first."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.widget import Widget

from core.rules.file import EventKind
from core.rules.missing import Missing
from core.services import missing
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.screens.missing_list import MissingLines, told
from tui.screens.open import open_child
from tui.screens.report import ReportScreen
from tui.widgets.keys import Key
from tui.widgets.listing import Listing


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
        self._listing = MissingLines()

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read who is missing."""
        found = await missing.listing(self.desk)
        self._listing.show(found)
        self.set_title(self.TITLE_TEXT, f"{found.now:%m-%d %H:%M}  {told(found)}")

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[Missing]) -> None:
        if self.allows(self.desk.actor.must_open_files):
            open_child(self, chosen.record.township_id, chosen.record.student_id)

    def offers(self, key: Key) -> bool:
        """Offer what is in a child's file only to who may open it."""
        return self.desk.actor.opens_files or key not in self.KEYS

    def action_report(self) -> None:
        """Open the report on the child under the cursor."""
        child = self._listing.current
        if not self.allows(self.desk.actor.must_open_files):
            return
        if child is None:
            self.tell("现在没有未到校的学生。")
        elif child.paper_id is None:
            self.tell("该生尚未满48小时，书面报告满时自动生成。")
        else:
            self.app.push_screen(ReportScreen(self.desk, child.township_id, child.paper_id))
