"""待我签收, 待我核验: what this person owes of a few kinds, out of all of 今日待办."""

from collections.abc import Iterator
from datetime import datetime

from textual import on
from textual.widget import Widget

from core.rules.duty import CHECKS, RECEIPTS, DutyKind, words_of
from core.rules.owed import OwedDuty
from core.services import duty
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.screens.open import open_duty
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone


class OwedScreen(DeskScreen):
    """List the duties of some kinds, the nearest first; Enter opens what each is about."""

    NOUNS = frozenset({"duty", "case"})
    KEYS = (Key("enter", "办理"),)
    KINDS: frozenset[DutyKind] = frozenset()
    EMPTY = ""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._now: datetime | None = None
        self._listing = Listing(
            (
                Column[OwedDuty]("收到", 11, lambda d: f"{d.opened_at:%m-%d %H:%M}"),
                Column[OwedDuty]("时限", 11, lambda d: f"{d.due_at:%m-%d %H:%M}"),
                Column[OwedDuty]("事项", 8, lambda d: d.kind.label),
                Column[OwedDuty]("内容", 0, _told),
            ),
            key=lambda d: d.id,
            empty=self.EMPTY,
            tone_fn=self._tone,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read what is owed."""
        self._now, found = await duty.of_kinds(self.desk, self.KINDS)
        self._listing.rows = found
        self.set_title(self.TITLE_TEXT, f"{self._now:%m-%d %H:%M}  {len(found)}件")

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[OwedDuty]) -> None:
        open_duty(self, chosen.record)

    def _tone(self, owed: OwedDuty) -> Tone:
        late = self._now is not None and owed.due_at <= self._now
        return Tone.ALARM if late else Tone.PLAIN


class ReceiptsScreen(OwedScreen):
    """The papers that wait for this person's 签收."""

    TITLE_TEXT = "待我签收"
    KINDS = RECEIPTS
    EMPTY = "没有待签收的文书。学校签发的书面报告、商请函会列在这里。"
    HELP_TEXT = ("按 Enter 打开文书，阅后按 F9 签收；最急的在前，逾期的标红。",)


class ChecksScreen(OwedScreen):
    """The files and changes that wait for this person's 核验."""

    TITLE_TEXT = "待我核验"
    KINDS = CHECKS
    EMPTY = "没有待核验的佐证和异动。他人提供、登记的会列在这里。"
    HELP_TEXT = (
        "按 Enter 打开，佐证先导出看过原件再核验；最急的在前，逾期的标红。",
        "提供人、登记人不能核验自己的。",
    )


def _told(owed: OwedDuty) -> str:
    school = f"  {owed.school_name}" if owed.school_name else ""
    return f"{words_of(owed.kind, owed.words)}{school}"
