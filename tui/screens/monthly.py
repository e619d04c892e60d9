"""A screen of one month: F7 the month before, F8 the month after."""

from datetime import date, timedelta
from typing import ClassVar, Final

from core.rules.month import ReportKind
from core.rules.month_span import month_before
from core.services import place
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.widgets.keys import Key
from tui.widgets.listing import Listing
from tui.widgets.prose import Prose

EARLIER: Final = Key("f7", "上月", "earlier")
LATER: Final = Key("f8", "下月", "later")
_INTO_NEXT: Final = timedelta(days=32)


class Monthly(DeskScreen):
    """Knows which month it shows; None is the one that is due, settled at the first look."""

    KEYS: ClassVar[tuple[Key, ...]] = (EARLIER, LATER)

    def __init__(self, desk: Desk, first: date | None = None) -> None:
        super().__init__(desk)
        self._first = first

    def unread(self) -> None:
        """Take away what stands there: it is of another month than the title says."""
        for listing in self.query(Listing):
            listing.forget()
        for prose in self.query(Prose):
            prose.lines = ()
        super().unread()

    async def month_shown(self, kind: ReportKind = ReportKind.BUREAU) -> date:
        """Return the month's first day: by default this one, for the office the one before."""
        if self._first is None:
            this = (await place.today(self.desk)).replace(day=1)
            self._first = this if kind is ReportKind.BUREAU else month_before(this)
        return self._first

    def action_earlier(self) -> None:
        """Show the month before."""
        if self._first is not None:
            self._first = month_before(self._first)
            self.turn()

    def action_later(self) -> None:
        """Show the month after."""
        if self._first is not None:
            self._first = (self._first + _INTO_NEXT).replace(day=1)
            self.turn()
