"""政策参数: every setting with its unit, value, source; changed from a day on."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from textual import on
from textual.widget import Widget

from core.rules.errors import NotYours
from core.rules.policy_line import DEFAULT, PolicyBoard, PolicyLine
from core.rules.township_keeper import KEEPERS
from core.services import calendar, policy
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.screens.drafted import ShortForm
from tui.screens.pick import Pick
from tui.widgets.form import (
    ChoiceField,
    CodeField,
    DateField,
    Field,
    ShowField,
    TextField,
)
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone


def since_of(line: PolicyLine) -> str:
    """Return where the value comes from: the default, or a day and a person."""
    told = DEFAULT
    if line.since_on is not None:
        told = f"{line.since_on:%Y-%m-%d}起 {line.set_by_name or ''}".rstrip()
    if line.next_on is not None:
        told += f"；{line.next_on:%m-%d}起{line.next_value}"
    return told


class PolicyScreen(DeskScreen):
    """List the settings of a township; whoever keeps them changes one with Enter."""

    TITLE_TEXT = "政策参数"
    NOUNS = frozenset({"policy"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "修改", hint="教管组、教育局基教科可改"),
        Key("f4", "换乡镇", "township"),
    )
    HELP_TEXT = (
        "48小时是上级文件规定，不是参数。其余各项注明出处；没有文件规定的标为暂定。",
        "改动从生效日起执行，已开始的48小时时钟仍按原参数走；改动留痕。",
    )

    def __init__(self, desk: Desk, township_id: int | None = None) -> None:
        super().__init__(desk)
        self._township_id = township_id
        self._board: PolicyBoard | None = None
        self._listing = Listing(
            (
                Column[PolicyLine]("参数", 24, lambda x: x.label),
                Column[PolicyLine]("值", 12, lambda x: x.value, align="right"),
                Column[PolicyLine]("单位", 10, lambda x: x.unit),
                Column[PolicyLine]("来历", 26, since_of, min_screen_width=110),
                Column[PolicyLine]("出处", 0, lambda x: x.source),
            ),
            key=lambda x: x.name,
            empty="没有参数。",
            tone_fn=lambda x: Tone.STRONG if x.own or x.next_on else Tone.PLAIN,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the settings."""
        yield self._listing

    async def load(self) -> None:
        """Read the settings."""
        board = await policy.board(self.desk, self._township_id)
        self._board = board
        own = sum(line.own for line in board.lines)
        self.set_title(
            f"{self.TITLE_TEXT} {board.township_name}",
            f"{board.now:%m-%d}  {len(board.lines)}项 已改{own}项",
        )
        self._listing.rows = board.lines
        if not self.message.strip() and self._listing.current is not None:
            self._tell_of(self._listing.current)

    @on(Listing.Moved)
    def _told(self, moved: Listing.Moved[PolicyLine]) -> None:
        self._tell_of(moved.record)

    def _tell_of(self, line: PolicyLine) -> None:
        """Say on the message line what no column of 80 cells holds."""
        unit = f" {line.unit}" if line.unit else ""
        self.tell(f"{line.label}：{line.value}{unit}（{since_of(line)}）")

    @on(Listing.Chosen)
    def _change(self, chosen: Listing.Chosen[PolicyLine]) -> None:
        board = self._board
        if board is None:
            return
        if not board.may_change:
            who = "、".join(role.label for role in KEEPERS)
            self.tell(str(NotYours(who)), Tone.WARNING)
            return
        self.app.push_screen(PolicyChange(self.desk, board, chosen.record))

    def action_township(self) -> None:
        """Choose another township of the county."""
        self.run_worker(self._choose(), group="township", exclusive=True)

    async def _choose(self) -> None:
        found = await calendar.coverage(self.desk)
        options = tuple((str(one.township_id), one.township_name) for one in found)
        code = await self.app.push_screen_wait(Pick("乡镇", options))
        if code is not None:
            self._township_id = int(code)
            self.turn()


class PolicyChange(ShortForm):
    """Ask the new value of one setting and the day from which it holds."""

    TITLE_TEXT = "修改政策参数"
    FORM = "policy"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f4", "列出选项"),
        Key("f9", "提交", "submit"),
    )
    HELP_TEXT = ("生效日期从今天或以后起；同一天改两次，以后一次为准，两次都留痕。",)

    def __init__(self, desk: Desk, board: PolicyBoard, line: PolicyLine) -> None:
        today = board.now.date()
        value: Field = CodeField("value", "新值", limit=8, required=True, hint=line.unit)
        if line.is_text:
            value = TextField("value", "新值", limit=100, value=line.code)
        if line.options:
            value = ChoiceField(
                "value", "新值", line.options, value=line.code, required=True
            )
        fields = (
            ShowField("label", "参数", value=line.label),
            ShowField("now", "现值", value=f"{line.value} {line.unit}"),
            ShowField("since", "来历", value=since_of(line)),
            ShowField("source", "出处", value=line.source),
            value,
            DateField(
                "from_on",
                "生效日期",
                reference=today,
                value=today.isoformat(),
                required=True,
            ),
        )
        super().__init__(desk, f"{board.township_id}/{line.name}", fields)
        self._board, self._line = board, line

    def entitle(self) -> None:
        """Write the title."""
        self.set_title(f"{self.TITLE_TEXT} {self._board.township_name}")

    def action_submit(self) -> None:
        """Submit the change, where it is one."""
        line = self._line
        same = self._form.values()["value"] == line.code
        if line.next_value is None and same and self.is_filled():
            self.tell("新值与现值相同，没有改动。", Tone.WARNING)
        else:
            super().action_submit()

    async def record(self) -> str:
        """Set the value."""
        typed = self._form.values()
        from_on = date.fromisoformat(typed["from_on"])
        setting = (self._line.name, typed["value"])
        township = self._board.township_id
        await policy.change(self.acting_desk, township, setting, from_on, self._op_id)
        return f"{self._line.label}：{from_on:%Y-%m-%d}起执行新值。"
