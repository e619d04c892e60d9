"""季度复核: what was closed this quarter and the last; Enter opens the child's page."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.widget import Widget

from core.rules.case_review import ClosedLine
from core.rules.file import EventKind
from core.services import case_board
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.screens.open import open_child
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing


class CaseReviewScreen(DeskScreen):
    """List the closed cases, the newest first."""

    TITLE_TEXT = "季度复核"
    NOUNS = frozenset({"case"})
    KEYS: ClassVar[tuple[Key, ...]] = (Key("enter", EventKind.CASE.label),)
    HELP_TEXT = (
        "上季度和本季度已销号、已排除疑似的个案，最近的在前。",
        "按Enter查看全过程和佐证；有误的，由基教科在个案页按5恢复跟踪。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listing = Listing(
            (
                Column[ClosedLine]("销号日期", 10, lambda x: f"{x.closed_at:%Y-%m-%d}"),
                Column[ClosedLine]("编号", 8, lambda x: x.number),
                Column[ClosedLine]("依据", 20, lambda x: x.close_reason),
                Column[ClosedLine](
                    "姓名", 0, lambda x: f"{x.student_name}  {x.school_name}"
                ),
            ),
            key=lambda x: (x.township_id, x.case_id),
            jump_fn=lambda x: x.pinyin,
            empty="上季度和本季度没有销号的个案。",
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read what was closed."""
        found = await case_board.review(self.desk)
        self._listing.rows = found.closed
        told = f"{found.since:%Y-%m-%d}起销号{len(found.closed)}"
        self.set_title(self.TITLE_TEXT, f"{found.now:%m-%d %H:%M}  {told}")

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[ClosedLine]) -> None:
        open_child(self, chosen.record.township_id, chosen.record.student_id)
