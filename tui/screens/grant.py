"""代班 and 代签 on one screen: a class, a colleague, the days; at most eight keys."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.acting import ActingDraft, ActingLine, GrantBoard
from core.rules.base import Record
from core.rules.duty import DutyKind
from core.rules.errors import NotYours
from core.rules.initial import initials_of
from core.rules.place import class_name
from core.rules.staff import Acting, Post, Role
from core.services import acting
from core.services.desk import Desk
from tui.screens.base import DeskScreen, Key
from tui.screens.confirm import Confirm
from tui.screens.grant_days import GrantDays
from tui.screens.pick import Option, Pick
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_SIGNATURE: Final = "signature"
_NOBODY: Final = "缺，由校长代管"


class GrantRow(Record):
    """A class, or the school's signature, with who stands in for it."""

    key: str
    label: str
    teacher: str
    class_id: int | None
    grants: tuple[ActingLine, ...]

    @property
    def acting(self) -> Acting:
        """Return what is given here."""
        return Acting.SIGNATURE if self.class_id is None else Acting.CLASS


def rows_of(board: GrantBoard) -> tuple[GrantRow, ...]:
    """Return the classes in their order, then the signature."""
    today = board.now.date()
    classes = tuple(
        GrantRow(
            key=f"class-{one.class_id}",
            label=class_name(one.cohort, one.number, today),
            teacher=one.teacher or _NOBODY,
            class_id=one.class_id,
            grants=tuple(g for g in board.grants if g.class_id == one.class_id),
        )
        for one in board.classes
    )
    signature = GrantRow(
        key=_SIGNATURE,
        label=f"{Post.PRINCIPAL.label}{DutyKind.SIGN_REPORT.label}",
        teacher=Post.PRINCIPAL.label,
        class_id=None,
        grants=tuple(g for g in board.grants if g.acting is Acting.SIGNATURE),
    )
    return (*classes, signature)


def stands_in(row: GrantRow) -> str:
    """Return 周明 11-23至11-27 for each stand-in that holds or is to come."""
    return "；".join(
        f"{g.name} {g.from_on:%m-%d}至{g.to_on - timedelta(days=1):%m-%d}"
        for g in row.grants
    )


class GrantScreen(DeskScreen):
    """List the classes and the signature; Enter gives a stand-in."""

    TITLE_TEXT = f"{Acting.CLASS.label}、{Acting.SIGNATURE.label}"
    NOUNS = frozenset({"staff"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "安排", hint="选人，定起止日期，F9提交"),
        Key(
            "1",
            Acting.SIGNATURE.label,
            "sign_over",
            hint="只有校长可授权，文书印“校长授权”",
        ),
        Key("2", "收回", "end", hint="提前结束，立即失效"),
    )
    HELP_TEXT = (
        "代班人在起止日期内点名、批假、办理该班待办；点名记录印“代点名”。",
        "代签人在起止日期内签发文书和月报，印“校长授权”。到期自动失效。",
        "被安排的人重新登录后生效。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._board: GrantBoard | None = None
        self._listing = Listing(
            (
                Column[GrantRow]("班级", 16, lambda row: row.label),
                Column[GrantRow](Role.CLASS_TEACHER.label, 18, lambda row: row.teacher),
                Column[GrantRow]("代班、代签", 0, stands_in),
            ),
            key=lambda row: row.key,
            jump_fn=lambda row: initials_of(row.label),
            empty="本校还没有班级。导入学籍后列在这里。",
            tone_fn=lambda row: Tone.WARNING if row.grants else Tone.PLAIN,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read the classes, the people and what was given."""
        board = await acting.board(self.desk)
        self._board = board
        self._listing.rows = rows_of(board)
        given = f"现有{len(board.grants)}项"
        self.set_title(f"{self.TITLE_TEXT} {board.school_name}", given)

    @on(Listing.Chosen)
    def _arrange(self, chosen: Listing.Chosen[GrantRow]) -> None:
        self._give(chosen.record)

    def action_sign_over(self) -> None:
        """Give the principal's signature for some days."""
        row = next((r for r in self._listing.rows if r.key == _SIGNATURE), None)
        if row is not None:
            self._give(row)

    def _give(self, row: GrantRow) -> None:
        board = self._board
        if board is None:
            return
        if row.acting is Acting.SIGNATURE and not board.may_sign_over:
            self.tell(str(NotYours(Post.PRINCIPAL.label)), Tone.WARNING)
            return
        self.run_worker(self._choose(board, row), group="give", exclusive=True)

    async def _choose(self, board: GrantBoard, row: GrantRow) -> None:
        people = board.who_may(row.class_id)
        options = tuple((c.signin_name, f"{c.name}  {c.posts}") for c in people)
        initials = {c.signin_name: c.initials for c in people}

        def letters(option: Option) -> Sequence[str]:
            return initials[option[0]]

        title = f"{row.acting.label}人  {row.label}"
        chosen = await self.app.push_screen_wait(Pick(title, options, jump_fn=letters))
        person = next((c for c in people if c.signin_name == chosen), None)
        if person is None:
            return
        draft = ActingDraft(
            township_id=board.township_id,
            school_id=board.school_id,
            acting=row.acting,
            class_id=row.class_id,
            signin_name=person.signin_name,
            from_on=board.now.date(),
            last_on=_friday(board.now.date()),
        )
        self.app.push_screen(GrantDays(self.desk, draft, (row.label, person.name)))

    def action_end(self) -> None:
        """Take back what was given on this line."""
        row = self._listing.current
        if row is None or not row.grants:
            self.tell(f"这一行没有{self.TITLE_TEXT}，不必收回。", Tone.WARNING)
            return
        self.act(partial(self._end, row))

    async def _end(self, row: GrantRow) -> None:
        held = row.grants[0]
        asked = f"收回 {row.label} {held.acting.label}：{held.name}？\n立即失效。"
        if await self.app.push_screen_wait(Confirm(asked)):
            await acting.end(self.desk, held.id, uuid4())
            self.tell(f"已收回 {held.name} 的{held.acting.label}。")


def _friday(day: date) -> date:
    """Return the Friday of the week, or of the next one from Saturday on."""
    return day + timedelta(days=(4 - day.weekday()) % 7)
