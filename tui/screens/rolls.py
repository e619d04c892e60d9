"""点名情况: every roll of a day in sight; Enter takes, backfills or corrects one."""

from collections.abc import Hashable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from textual import on
from textual.widget import Widget

from core.rules.roll_board import RollLine
from core.rules.time import weekday_label
from core.services import board
from core.services.board import RollBoard
from core.services.desk import Desk
from core.services.duty import DueRoll
from tui.screens.base import DeskScreen
from tui.screens.open import open_roll
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_WIDE: Final = 100


def _key(line: RollLine) -> Hashable:
    return line.class_id, line.session.session


class RollsScreen(DeskScreen):
    """List the rolls of a day, class by class."""

    TITLE_TEXT = "点名情况"
    NOUNS = frozenset({"roll", "calendar"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "点名/更正"),
        Key("f7", "前一天", "day(-1)"),
        Key("f8", "后一天", "day(1)"),
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._day: date | None = None
        self._board: RollBoard | None = None
        # Whether the cursor was put on the roll that is due: once for each day looked at.
        self._at_home = False
        # Whoever sees several schools reads the school first.
        scope = desk.actor.scope
        whole = bool(scope.townships) or len(scope.schools) > 1
        schools = (Column[RollLine]("学校", 14, lambda r: r.school_name),)
        self._listing = Listing(
            (
                *(schools if whole else ()),
                Column[RollLine]("状态", 13, self._state),
                Column[RollLine]("时段", 8, lambda r: r.session.session.label),
                Column[RollLine](
                    "时限",
                    5,
                    lambda r: f"{r.session.limit_at:%H:%M}",
                    min_screen_width=_WIDE if whole else 0,
                ),
                Column[RollLine]("应到", 4, lambda r: str(r.expected), align="right"),
                Column[RollLine](
                    "未到",
                    4,
                    lambda r: str(r.taken.absent) if r.taken else "-",
                    align="right",
                ),
                Column[RollLine]("班级", 14, lambda r: r.class_name),
                Column[RollLine](
                    "点名人",
                    0,
                    lambda r: (
                        f"{r.taken.taken_at:%H:%M} {r.taken.taken_by_name}"
                        if r.taken
                        else ""
                    ),
                ),
            ),
            key=_key,
            empty="这一天没有要点的名（放假、停课或未排时段）。",
            tone_fn=self._tone,
        )

    def _state(self, line: RollLine) -> str:
        return "" if self._board is None else line.said_at(self._board.now)

    def _tone(self, line: RollLine) -> Tone:
        if self._board is None or not line.overdue_at(self._board.now):
            return Tone.PLAIN
        red = line.climbed_at(self._board.now)
        return Tone.ALARM if red else Tone.WARNING

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read the rolls of the day."""
        self._board = await board.rolls(self.desk, self._day)
        # What waits longest comes first, then what is taken.
        self._listing.rows = sorted(
            self._board.lines, key=lambda r: (r.taken is not None, r.session.starts_at)
        )
        if not self._at_home and self._listing.rows:
            current = self._current(self._listing.rows, self._board.now)
            self._at_home = self._listing.go_to(_key(current))
        day, lines = self._board.day, self._board.lines
        taken = sum(line.taken is not None for line in lines)
        late = sum(line.overdue_at(self._board.now) for line in lines)
        self.set_title(
            f"点名情况  {day:%m-%d} {weekday_label(day)}",
            f"应点{len(lines)} 已点{taken} 逾时未点{late}",
        )

    @staticmethod
    def _current(lines: Sequence[RollLine], now: datetime) -> RollLine:
        """Return the roll to begin at: one that is owed, else that of the session held now."""
        owed = (line for line in lines if line.owed_at(now))
        held = (line for line in lines if line.opens_at <= now <= line.session.ends_at)
        return next(owed, None) or next(held, lines[0])

    def action_day(self, step: int) -> None:
        """Look at another day."""
        if self._board is not None:
            self._day = self._board.day + timedelta(days=step)
            self._at_home = False
            self.turn()

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[RollLine]) -> None:
        line = chosen.record
        together: tuple[RollLine, ...] = (line,)
        if line.combined_id is not None and self._board is not None:
            together = tuple(
                other
                for other in self._board.lines
                if other.combined_id == line.combined_id
                and other.session.session is line.session.session
            )
        open_roll(self, DueRoll(lines=together))
