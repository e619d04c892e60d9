"""今日待办: the first screen.  What this person owes now, nearest deadline first."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import on
from textual.widget import Widget

from core.rules.absence import remaining
from core.rules.base import Record
from core.rules.duty import DutyKind, DutyState, words_of
from core.rules.owed import OwedDuty
from core.rules.roll import RollState
from core.rules.roll_board import RollLine
from core.rules.staff import Actor
from core.rules.time import weekday_label
from core.services import duty
from core.services.desk import Desk
from core.services.duty import DueRoll, Today
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm
from tui.screens.menu import Menu
from tui.screens.open import open_duty, open_roll
from tui.widgets.cells import as_many
from tui.widgets.keys import Key
from tui.widgets.line import Line
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

# A child is at stake: these stand above everything else, whenever they are due.
_URGENT: Final = (
    DutyKind.NOT_KNOWN,
    DutyKind.SIGN_REPORT,
    DutyKind.RECEIPT_GOVERNMENT,
    DutyKind.RECEIPT_BUREAU,
    DutyKind.ALARM_GOVERNMENT,
    DutyKind.ALARM_BUREAU,
    DutyKind.ALARM_OFFICE,
)


class HomeRow(Record):
    """One line of the list: a roll or a duty."""

    key: str
    head: str
    words: str
    state: str
    when: str
    overdue: bool
    rank: int = len(_URGENT)
    roll: DueRoll | None = None
    duty: OwedDuty | None = None


def rows_of(today: Today) -> tuple[HomeRow, ...]:
    """Return rolls and duties as lines: what rang first of all, then by deadline."""
    found = [(roll.due_at, _roll_row(roll, today.now)) for roll in today.rolls]
    several = len({owed.school_id for owed in today.duties}) > 1
    found += [
        (owed[0].due_at, _duty_row(owed[0], today.now, _place(owed, several=several)))
        for owed in _together(today.duties)
    ]
    return tuple(row for _, row in sorted(found, key=lambda pair: (pair[1].rank, pair[0])))


def _together(duties: Sequence[OwedDuty]) -> Iterator[tuple[OwedDuty, ...]]:
    """Yield each duty alone, but those of several classes that one screen does as one."""

    def key(owed: OwedDuty) -> tuple[object, ...]:
        alone = owed.kind is not DutyKind.CLASS_MONTH
        return owed.kind, owed.words, owed.due_at, owed.school_id, alone and owed.id

    groups: dict[tuple[object, ...], list[OwedDuty]] = {}
    for owed in duties:
        groups.setdefault(key(owed), []).append(owed)
    yield from map(tuple, groups.values())


def _place(owed: Sequence[OwedDuty], *, several: bool) -> str:
    """Return how many classes and which school a line is about, where that is not plain."""
    count = f"  {len(owed)}个班" if len(owed) > 1 else ""
    school = owed[0].school_name
    return count if school is None or not several else f"{count}  {school}"


def _when(due_at: datetime, now: datetime) -> str:
    if now >= due_at:
        return remaining(due_at, now)
    # "By the 25th" ends as the 26th begins.
    due_at -= timedelta(seconds=1 if due_at.time() == time.min else 0)
    if due_at.date() == now.date():
        return f"{due_at:%H:%M}前"
    return f"{due_at:%m-%d}前"


def _roll_row(roll: DueRoll, now: datetime) -> HomeRow:
    first = roll.lines[0]
    names = "、".join(line.class_name for line in roll.lines)
    expected = sum(line.expected for line in roll.lines)
    overdue = now >= roll.due_at
    return HomeRow(
        key=f"roll-{first.class_id}-{first.session.session}",
        head=DutyKind.ROLL.label,
        words=f"{names} {first.session.session.label}  应到{expected}",
        state=RollState.UNTAKEN.label,
        when=_when(roll.due_at, now),
        overdue=overdue,
        roll=roll,
    )


def _duty_row(owed: OwedDuty, now: datetime, place: str) -> HomeRow:
    overdue = now >= owed.due_at
    state = DutyState.OVERDUE if overdue else DutyState.OPEN
    return HomeRow(
        key=f"duty-{owed.id}",
        head=owed.kind.label,
        words=words_of(owed.kind, owed.words) + place,
        state=state.label,
        when=_when(owed.due_at, now),
        overdue=overdue,
        rank=_URGENT.index(owed.kind) if owed.kind in _URGENT else len(_URGENT),
        duty=owed,
    )


def _late(lines: Sequence[RollLine], *, whole: bool) -> Sequence[str]:
    """Name the rolls not taken: for who sees a township, how many of which school."""
    if not whole:
        return [f"{line.class_name}{line.session.session.label}" for line in lines]
    schools = Counter(line.school_name for line in lines)
    return [f"{name}{count}" for name, count in schools.most_common()]


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
    NOUNS = frozenset({"roll", "duty", "absence", "leave", "month", "calendar", "case"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f3", "查找", "find"),
        Key("f4", "菜单", "menu"),
        Key("enter", "办理"),
        Key("1,2,3,4,5,6,7,8,9", "直达", shown="1-9"),
        Key("f10,escape", "退出", "back"),
    )
    HELP_TEXT = ("列出您现在应办的事项，最急的在最前；别处办结的会自动消失。",)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._listing = Listing(
            (
                Column[HomeRow]("", 8, lambda row: row.head),
                Column[HomeRow]("", 44, lambda row: row.words),
                Column[HomeRow]("", 6, lambda row: row.state),
                Column[HomeRow]("", 0, lambda row: row.when),
            ),
            key=lambda row: row.key,
            empty="今日没有待办。应点的名、未到校的学生、待签的报告会列在这里。",
            numbered=True,
            title="今日待办",
            tone_fn=lambda row: Tone.ALARM if row.overdue else Tone.PLAIN,
        )
        self._foot = Line()

    def compose(self) -> Iterator[Widget]:
        """Put the day's figures under the list."""
        yield self._listing
        yield self._foot

    async def load(self) -> None:
        """Read what is owed."""
        today = await duty.today(self.desk)
        self._listing.rows = rows_of(today)
        actor = self.desk.actor
        now = today.now
        self.set_title(
            f"保学  {called(actor)}",
            f"{now:%m-%d} {weekday_label(now.date())} {now:%H:%M}",
        )
        told = f" 今日点名 已点{today.rolls_taken} 逾时未点{today.rolls_untaken}"
        names = _late(today.untaken, whole=bool(actor.scope.townships))
        self._foot.put(told + as_many("：", names, self.size.width - cell_len(told)))

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[HomeRow]) -> None:
        row = chosen.record
        if row.roll is not None:
            open_roll(self, row.roll)
        elif row.duty is not None:
            open_duty(self, row.duty)

    def action_find(self) -> None:
        """Look a child up."""
        self.run_worker(self._find(), group="find", exclusive=True)

    async def _find(self) -> None:
        from tui.screens.find import Find  # noqa: PLC0415 - it opens what opens this

        self.app.push_screen(Find(self.desk))

    def action_menu(self) -> None:
        """List everything this person may open."""
        self.app.push_screen(Menu(self.desk))

    async def leave(self) -> None:
        """Sign out: the next person signs in on the same connection."""
        if await self.app.push_screen_wait(Confirm("退出当前账号？（下一位可接着登录）")):
            await self.app.run_action("sign_out")
