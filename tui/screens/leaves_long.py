"""长期请假: children whose leaves of the term are too long together (11)."""

from collections.abc import Iterator
from typing import ClassVar

from textual import on
from textual.widget import Widget

from core.rules.file import EventKind
from core.rules.leave_line import LongLine
from core.rules.student import EnrolmentStatus
from core.services import leave_book
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone


class LongLeavesScreen(DeskScreen):
    """List them, the longest first; red without a proof."""

    TITLE_TEXT = EnrolmentStatus.LONG_LEAVE.label
    NOUNS = frozenset({"leave", "calendar", "policy"})
    KEYS: ClassVar[tuple[Key, ...]] = (Key("enter", EventKind.CASE.label),)
    HELP_TEXT = (
        "连续请假超过10个上课日，或一学期累计超过40个上课日的学生（天数以政策参数为准）。",
        "须有证明材料；计入在籍不在校。几张短假条相连的，合在一起算。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listing = Listing(
            (
                Column[LongLine]("连续", 4, lambda x: str(x.longest), align="right"),
                Column[LongLine]("累计", 4, lambda x: str(x.in_term), align="right"),
                Column[LongLine]("最近一次", 22, lambda x: x.last.span),
                Column[LongLine]("证明材料", 14, lambda x: x.evidence or "未交"),
                Column[LongLine]("班级", 14, lambda x: x.class_name),
                Column[LongLine]("姓名", 0, self._who),
            ),
            key=lambda x: x.student_id,
            jump_fn=lambda x: x.pinyin,
            empty="本学期没有长期请假的学生。超过规定天数的会列在这里。",
            tone_fn=lambda x: Tone.PLAIN if x.evidence else Tone.ALARM,
        )

    def _who(self, line: LongLine) -> str:
        several = len({each.school_name for each in self._listing.rows}) > 1
        return line.student_name + (f"  {line.school_name}" if several else "")

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read who is on long leave."""
        board = await leave_book.long_board(self.desk)
        self._listing.rows = board.lines
        unproven = sum(not line.evidence for line in board.lines)
        told = f"{len(board.lines)}人 未交证明{unproven}人"
        self.set_title(f"{self.TITLE_TEXT} 本学期", f"{board.now:%m-%d}  {told}")

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[LongLine]) -> None:
        from tui.screens.open import open_child  # noqa: PLC0415 - it names what opens this

        open_child(self, chosen.record.last.township_id, chosen.record.student_id)
