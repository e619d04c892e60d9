"""今日待办: the first screen.  What this person owes now, nearest deadline first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from textual import on
from textual.widget import Widget

from core.rules.missing import Missing
from core.rules.roll_board import RollLine
from core.rules.staff import Actor, Role
from core.rules.time import weekday_label
from core.services import duty, missing
from core.services.desk import Desk
from core.services.missing import MissingList
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm
from tui.screens.home_rows import HomeRow, rows_of
from tui.screens.menu import Menu
from tui.screens.missing_list import MissingLines
from tui.screens.open import open_child, open_duty, open_roll, open_rolls
from tui.widgets.cells import as_many, cell_len
from tui.widgets.keys import Key
from tui.widgets.line import Line
from tui.widgets.listing import WIDE, Column, Listing
from tui.widgets.style import Tone

_FEWEST: Final = 3
_SHARE: Final = 5  # of the screen's lines, one in so many is a missing child
_FRAME: Final = 3  # two edges and the heads
_NOTHING_OWED: Final = "今日没有待办。应点的名、未到校的学生、待签的报告会列在这里。"
_AUDITS: Final = "您的岗位查阅留痕，不办理业务：按 F4，选“留痕查阅”。"
_NO_GRANT: Final = "您目前没有有效授权，无可办理：请联系校领导、教管组或系统管理员。"
_NO_PUPILS: Final = "您的岗位不办理学生业务，在命令行办理：./baoxue --help，或 ssh … help。"


def _late(lines: Sequence[RollLine], *, whole: bool) -> Sequence[str]:
    """Name the rolls not taken: for who sees a township, how many of which school."""
    if not whole:
        return [f"{line.class_name}{line.session.session.label}" for line in lines]
    schools = Counter(line.school_name for line in lines)
    return [f"{name}{count}" for name, count in schools.most_common()]


def _nothing(actor: Actor) -> str:
    """Return what stands in an empty list."""
    if actor.has_pupils:
        return _NOTHING_OWED
    if not actor.grants:
        return _NO_GRANT
    return _AUDITS if actor.holds(Role.AUDITOR) else _NO_PUPILS


def called(actor: Actor) -> str:
    """Return who sits here, in which posts and where: 李秀英 班主任  河湾小学."""
    posts = dict.fromkeys(
        (f"{g.acting.label}·" if g.acting else "") + (g.post or g.role).label
        for g in actor.grants
    )
    where = next((g.place_name for g in actor.grants), "")
    told = "、".join(posts) or "（无有效授权）"
    return f"{actor.name} {told}  {where}".rstrip()


class Home(DeskScreen):
    """List what is owed; one key opens each."""

    TITLE_TEXT = "保学  今日待办"
    NOUNS = frozenset(
        {
            "change",
            "roll",
            "duty",
            "absence",
            "leave",
            "month",
            "calendar",
            "case",
            "contact",
        }
    )
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f3", "查找", "find"),
        Key("f4", "菜单", "menu"),
        Key("enter", "办理"),
        Key("1,2,3,4,5,6,7,8,9", "直达", shown="1-9"),
        Key("f6,tab", "未到校", "next_area", hint="到未到校名单，再按回到待办"),
        Key("f8", "换人", "hand_over", hint="立即退出，下一位在同一窗口登录，不必重新连接"),
        Key("f10,escape", "退出", "back"),
    )
    HELP_TEXT = (
        "列出您现在应办的事项，最急的在最前；别处办结的会自动消失。",
        "校领导、教务和以上各级在下面另见现在未到校的学生，时钟最紧的在前；全部的在菜单“48小时未到校跟踪”。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listing = Listing(
            (
                Column[HomeRow]("", 8, lambda row: row.head),
                Column[HomeRow]("", 44, lambda row: row.words),
                Column[HomeRow]("", 6, lambda row: row.state),
                Column[HomeRow]("", 13, lambda row: row.when),
                Column[HomeRow](
                    "", 0, lambda row: f"自{row.since}起", min_screen_width=WIDE
                ),
            ),
            key=lambda row: row.key,
            empty=_nothing(desk.actor),
            numbered=True,
            title="今日待办",
            tone_fn=lambda row: Tone.ALARM if row.red else Tone.PLAIN,
        )
        actor, scope = desk.actor, desk.actor.scope
        # A class teacher's missing are their duties already.
        alone = bool(actor.headed_classes) or not actor.has_pupils
        self._lists_missing = bool(scope.townships or scope.schools) or not alone
        self._missing = MissingLines(framed=True)
        self._missing.display = False
        self._foot = Line()
        self._told_of_password = False

    def compose(self) -> Iterator[Widget]:
        """Put who is missing and the day's figures under the list."""
        yield self._listing
        yield self._missing
        yield self._foot

    async def load(self) -> None:
        """Read what is owed."""
        today = await duty.today(self.desk)
        self._listing.rows = rows_of(today)
        if self._lists_missing:
            most = max(_FEWEST, self.size.height // _SHARE)
            self._show(await missing.listing(self.desk, most))
        actor = self.desk.actor
        ends_on = None if self._told_of_password else actor.password_ends_on
        if ends_on is not None:
            self._told_of_password = True
            self.tell(f"密码{ends_on:%m-%d}到期，请在F4“登录情况”中更换。", Tone.WARNING)
        now = today.now
        self.set_title(
            f"保学  {called(actor)}",
            f"{now:%m-%d} {weekday_label(now.date())} {now:%H:%M}",
        )
        told = f" 今日点名 已点{today.rolls_taken} 逾时未点{today.rolls_untaken}"
        if not actor.has_pupils:
            # None taken, none untaken: to them that would be a comfort and no fact.
            told = self.desk.upkeep.warning if actor.holds(Role.ADMIN) else ""
            self._foot.put(f" {told}", tone=Tone.WARNING)
            return
        names = _late(today.untaken, whole=bool(actor.scope.townships))
        told += as_many("：", names, self.size.width - cell_len(told))
        self._foot.put(told, tone=Tone.PLAIN)

    def _show(self, found: MissingList) -> None:
        """Show the nearest clocks, where there are any."""
        if not found.missing and self._missing.has_focus:
            self._listing.focus()
        self._missing.display = bool(found.missing)
        self._missing.styles.height = len(found.children) + _FRAME
        self._missing.show(found)

    def offers(self, key: Key) -> bool:
        """Offer the way to the missing, and to any child, only to who may go it."""
        if key.action == "find":
            return self.desk.actor.opens_files
        return self._lists_missing or key.action != "next_area"

    def action_next_area(self) -> None:
        """Go to the missing and back."""
        if self._missing.display:
            super().action_next_area()
        else:
            self.tell(self._why_none())

    def _why_none(self) -> str:
        if self._lists_missing:
            return "现在没有未到校的学生。"
        actor = self.desk.actor
        return "未到校的学生已在待办中。" if actor.has_pupils else _nothing(actor)

    @on(MissingLines.Chosen)
    def _open_any(self, chosen: Listing.Chosen[HomeRow | Missing]) -> None:
        row = chosen.record
        if not isinstance(row, Missing):
            self._open(row)
        elif self.allows(self.desk.actor.must_open_files):
            open_child(self, row.township_id, row.student_id)

    def _open(self, row: HomeRow) -> None:
        if row.roll is not None:
            open_roll(self, row.roll)
        elif row.late is not None:
            open_rolls(self)
        elif row.duty is not None:
            open_duty(self, row.duty)

    def action_find(self) -> None:
        """Look a child up."""
        if self.allows(self.desk.actor.must_open_files):
            self.run_worker(self._find(), group="find", exclusive=True)

    async def _find(self) -> None:
        from tui.screens.find import Find  # noqa: PLC0415 - it opens what opens this

        self.app.push_screen(Find(self.desk))

    def action_menu(self) -> None:
        """List everything this person may open."""
        self.app.push_screen(Menu(self.desk))

    async def action_hand_over(self) -> None:
        """Sign out at once, by one key: five others wait for this PC (47)."""
        await self.app.run_action("sign_out")

    async def leave(self) -> None:
        """Sign out: the next person signs in on the same connection."""
        if await self.app.push_screen_wait(Confirm("退出当前账号？（下一位可接着登录）")):
            await self.app.run_action("sign_out")
