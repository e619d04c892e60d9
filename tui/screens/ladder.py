"""升级阶梯: how long after the first missed session who owes what; changed from a day on."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from textual import on
from textual.widget import Widget

from core.rules.duty import Owes
from core.rules.errors import NotYours
from core.rules.ladder import (
    ACTORS,
    MOST,
    RECIPIENTS,
    Ladder,
    LadderLine,
    Rung,
    RungUnit,
)
from core.rules.township_keeper import KEEPERS
from core.services import ladder
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.screens.drafted import ShortForm
from tui.widgets.form import ChoiceField, DateField, NumberField, ShowField
from tui.widgets.keys import Key
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone


class LadderScreen(DeskScreen):
    """List the rungs; whoever keeps the township changes one of its own with Enter."""

    TITLE_TEXT = "升级阶梯"
    NOUNS = frozenset({"policy"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "修改", hint="教管组、教育局基教科可改家访、劝返、标注三级"),
    )
    HELP_TEXT = (
        "时限从首次未到校时段起算；到时限还没有办的，列入责任人的今日待办，当日逾期的上报。",
        "48小时由上级文件规定；通知书、责令、认定的时限在政策参数中改。改动只管以后新产生的待办。",
    )

    def __init__(self, desk: Desk, township_id: int | None = None) -> None:
        super().__init__(desk)
        self._township_id = township_id
        self._board: Ladder | None = None
        self._listing = Listing(
            (
                Column[LadderLine]("时限", 9, lambda x: x.after),
                Column[LadderLine]("计算", 19, lambda x: x.counted),
                Column[LadderLine]("事项", 10, lambda x: x.what),
                Column[LadderLine]("责任人", 15, lambda x: x.owed_by.label),
                Column[LadderLine]("逾期报给", 0, _climbs),
            ),
            key=lambda x: x.kind,
            empty="没有设置。",
            tone_fn=lambda x: Tone.STRONG if x.rung else Tone.PLAIN,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the rungs."""
        yield self._listing

    async def load(self) -> None:
        """Read the ladder."""
        found = await ladder.board(self.desk, self._township_id)
        self._board = found
        self._listing.rows = found.lines
        self.set_title(f"{self.TITLE_TEXT} {found.township_name}", f"{found.now:%m-%d}")
        if not self.message.strip() and self._listing.current is not None:
            self._tell_of(self._listing.current)

    @on(Listing.Moved)
    def _told(self, moved: Listing.Moved[LadderLine]) -> None:
        self._tell_of(moved.record)

    def _tell_of(self, line: LadderLine) -> None:
        later = f"；{line.next_on}起另有新值" if line.next_on else ""
        self.tell(f"{line.what}：{line.after}（{line.source}{later}）")

    @on(Listing.Chosen)
    def _change(self, chosen: Listing.Chosen[LadderLine]) -> None:
        board, rung = self._board, chosen.record.rung
        if board is None:
            return
        if rung is None:
            self.tell(f"此级不在这里修改，出处：{chosen.record.source}。", Tone.WARNING)
        elif not board.may_change:
            who = "、".join(role.label for role in KEEPERS)
            self.tell(str(NotYours(who)), Tone.WARNING)
        else:
            self.app.push_screen(RungForm(self.desk, board, rung))


class RungForm(ShortForm):
    """Ask for the new threshold, actor and recipient of a rung, and the day it holds from."""

    TITLE_TEXT = "修改升级阶梯"
    FORM = "rung"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = ("生效日期从今天或以后起；同一天改两次，以后一次为准，两次都留痕。",)

    def __init__(self, desk: Desk, board: Ladder, rung: Rung) -> None:
        today = board.now.date()
        fields = (
            ShowField("kind", "事项", value=rung.kind.label),
            NumberField(
                "after", "时限", value=f"{rung.after}", least=1, most=MOST, required=True
            ),
            ChoiceField("unit", "单位", _options(RungUnit), value=rung.unit, required=True),
            ChoiceField(
                "owed_by", "责任人", _options(ACTORS), value=rung.owed_by, required=True
            ),
            ChoiceField(
                "climbs_to",
                "逾期报给",
                _options(RECIPIENTS),
                value=rung.climbs_to,
                required=True,
            ),
            DateField(
                "from_on",
                "生效日期",
                reference=today,
                value=today.isoformat(),
                required=True,
            ),
        )
        super().__init__(desk, f"{board.township_id}/{rung.kind}", fields)
        self._board, self._rung = board, rung

    def entitle(self) -> None:
        """Write the title."""
        self.set_title(f"{self.TITLE_TEXT} {self._board.township_name}")

    async def record(self) -> str:
        """Set the rung."""
        typed = self._form.values()
        rung = Rung(
            kind=self._rung.kind,
            after=int(typed["after"]),
            unit=RungUnit.of(typed["unit"]),
            owed_by=Owes.of(typed["owed_by"]),
            climbs_to=Owes.of(typed["climbs_to"]),
        )
        from_on = date.fromisoformat(typed["from_on"])
        where = (self.acting_desk, self._board.township_id)
        await ladder.change(*where, rung, from_on, self._op_id)
        return f"{rung.kind.label}：{from_on:%Y-%m-%d}起执行新值。"


def _climbs(line: LadderLine) -> str:
    return "" if line.climbs_to is None else line.climbs_to.label


def _options(of: type[RungUnit] | tuple[Owes, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((one.value, one.label) for one in of)
