"""学籍异动: every change in sight since the school year began, those that wait first.

Entering one is in change_form, receiving a child in arrival.
"""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import ClassVar
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.change import ChangeKind, ChangeState
from core.rules.changed import ChangeEntry
from core.rules.duty import DutyKind
from core.rules.errors import NotYours
from core.rules.evidence import EvidenceKind
from core.rules.file import EventKind
from core.rules.staff import Actor
from core.services import change, change_verify, place
from core.services.desk import Desk
from tui.screens.arrival import ArrivalForm
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.change_form import ChangeForm
from tui.screens.change_page import told
from tui.screens.confirm import Confirm
from tui.screens.evidence import EvidenceScreen
from tui.screens.pick import Pick
from tui.screens.pupil import pupil_asked
from tui.screens.text import TextPage
from tui.widgets.keys import Key
from tui.widgets.listing import WIDE, Column, Listing
from tui.widgets.style import Tone


def keepers() -> str:
    """Return who keeps a school's 学籍, in words."""
    return "、".join(role.label for role in change.ENTERED_BY)


def must_enter(actor: Actor, entry: ChangeEntry) -> None:
    """Refuse who does not keep the 学籍 of the school a change is of."""
    change.must_keep_roll(actor, entry.township_id, entry.school_id)


class ChangesScreen(DeskScreen):
    """List the changes; one key each to enter, receive, verify, refuse and prove."""

    TITLE_TEXT = "学籍异动"
    NOUNS = frozenset({"change"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "详情"),
        Key("1", "登记", "enter_change"),
        Key("2", ChangeKind.TRANSFER_IN.label, "receive"),
        Key("3", DutyKind.VERIFY_CHANGE.label, "verify"),
        Key("4", ChangeState.REJECTED.label, "refuse"),
        Key("5", "补材料", "prove"),
        Key("7", EventKind.EVIDENCE.label, "evidence", hint="照片、证明：提供、核验"),
        Key("6", "确认转学", "settle", hint="原学校确认本校学生已由镇内另一所学校接收"),
    )
    HELP_TEXT = (
        "转出等减少类异动须由另一人核验；核验前该生仍在应到名单，48小时时钟照走。",
        "转入按身份证件号办理：镇内学校的学生办接收后原学校自动转出，由原学校确认。",
    )

    def __init__(self, desk: Desk, begin_at: int | None = None) -> None:
        """`begin_at` is the change a duty is about."""
        super().__init__(desk)
        self._begin_at = begin_at
        self._listing = Listing(
            (
                Column[ChangeEntry]("日期", 5, lambda e: f"{e.happened_on:%m-%d}"),
                Column[ChangeEntry]("类别", 8, lambda e: e.kind.label),
                Column[ChangeEntry]("状态", 8, lambda e: e.state.label),
                Column[ChangeEntry](
                    "材料", 8, lambda e: e.evidence_state.label, min_screen_width=WIDE
                ),
                Column[ChangeEntry](
                    "登记", 8, lambda e: e.entered_by_name, min_screen_width=WIDE
                ),
                Column[ChangeEntry]("班级", 29, lambda e: e.class_name),
                Column[ChangeEntry]("姓名", 0, self._who),
            ),
            key=lambda e: e.id,
            jump_fn=lambda e: e.pinyin,
            empty="本学年还没有异动。登记的转出、休学、复学等会列在这里，待核的在前。",
            tone_fn=self._tone,
        )

    @staticmethod
    def _who(entry: ChangeEntry) -> str:
        return f"{entry.student_name} {entry.other_school or ''}".rstrip()

    @staticmethod
    def _tone(entry: ChangeEntry) -> Tone:
        return Tone.WARNING if entry.state is ChangeState.PENDING else Tone.PLAIN

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read the changes of this school year."""
        found = await change.this_year(self.desk)
        self.show_rows(self._listing, found, lambda e: e.id)
        if self._begin_at is not None and self._listing.go_to(self._begin_at):
            self._begin_at = None
        waits = sum(entry.state is ChangeState.PENDING for entry in found)
        self.set_title(
            self.TITLE_TEXT, f"本学年{len(found)} {ChangeState.PENDING.label}{waits}"
        )

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[ChangeEntry]) -> None:
        self.app.push_screen(TextPage("异动详情", told(chosen.record)))

    def action_enter_change(self) -> None:
        """Find the pupil, then fill in the change."""
        if self.desk.actor.has(*change.ENTERED_BY):
            self.run_worker(self._enter(), group="ask", exclusive=True)
        else:
            self.tell(str(NotYours(keepers())), Tone.WARNING)

    async def _enter(self) -> None:
        found = await pupil_asked(self)
        if found is not None:
            self.app.push_screen(ChangeForm(self.desk, found))

    def action_receive(self) -> None:
        """Receive a child by its identity number."""
        if self.desk.actor.has(*change.ENTERED_BY):
            self.run_worker(self._receive(), group="ask", exclusive=True)
        else:
            self.tell(str(NotYours(keepers())), Tone.WARNING)

    async def _receive(self) -> None:
        kept = self.desk.actor.scope.schools
        schools = (await place.listing(self.desk)).schools
        options = tuple((str(one.id), one.name) for one in schools if one.id in kept)
        code: str | None = options[0][0] if options else None
        if len(options) > 1:
            code = await self.app.push_screen_wait(Pick("转入的学校", options))
        if code is not None:
            self.app.push_screen(ArrivalForm(self.desk, int(code)))

    def action_verify(self) -> None:
        """Verify the change under the cursor."""
        self._ask(self._verify, change_verify.must_check)

    async def _verify(self, entry: ChangeEntry) -> None:
        what = f"{entry.student_name} {entry.class_name} {entry.kind.label}"
        if await self.app.push_screen_wait(Confirm(f"核验属实？\n\n{what}")):
            job = partial(change_verify.verify, self.desk, entry.id, ok=True, reason="")
            self.act(lambda: self._done(partial(job, op_id=uuid4()), "已核验。"))

    def action_refuse(self) -> None:
        """Refuse the change under the cursor, with the reason."""
        self._ask(self._refuse, change_verify.must_check)

    async def _refuse(self, entry: ChangeEntry) -> None:
        reason = await self.app.push_screen_wait(Ask("不予认可的原因", limit=100))
        if reason is not None:
            job = partial(change_verify.verify, self.desk, entry.id, ok=False)
            given = partial(job, reason=reason, op_id=uuid4())
            self.act(lambda: self._done(given, "已退回，该生按原状态在册。"))

    def action_prove(self) -> None:
        """Add a proof to the change under the cursor."""
        self._ask(self._prove, must_enter)

    async def _prove(self, entry: ChangeEntry) -> None:
        options = tuple((kind.value, kind.label) for kind in EvidenceKind)
        code = await self.app.push_screen_wait(Pick("证明材料", options))
        if code is None:
            return
        where = await self.app.push_screen_wait(
            Ask("材料存放处", limit=60, value=entry.evidence)
        )
        if where is not None:
            given = (EvidenceKind.of(code),)
            job = partial(change_verify.prove, self.desk, entry.id, given, where, uuid4())
            self.act(lambda: self._done(job, "材料已补登。"))

    def action_evidence(self) -> None:
        """Open the files of the child under the cursor."""
        entry = self._listing.current
        if entry is not None:
            place = (entry.township_id, entry.student_id)
            self.app.push_screen(EvidenceScreen(self.desk, *place))

    def action_settle(self) -> None:
        """Confirm, or object to, a transfer to another school of the township."""
        self._ask(self._settle, must_enter)

    async def _settle(self, entry: ChangeEntry) -> None:
        if entry.kind is not ChangeKind.TRANSFER_OUT or entry.paired_id is None:
            self.tell("只有已由镇内学校接收的转出需要确认。", Tone.WARNING)
            return
        options = (("yes", "属实，已转走"), ("no", "有异议，报教管组"))
        code = await self.app.push_screen_wait(Pick(entry.student_name, options))
        if code is None:
            return
        reason: str | None = ""
        if code == "no":
            reason = await self.app.push_screen_wait(Ask("异议说明", limit=60))
        if reason is not None:
            job = partial(change_verify.confirm, self.desk, entry.id, ok=code == "yes")
            given = partial(job, reason=reason, op_id=uuid4())
            self.act(lambda: self._done(given, "已记录。"))

    def _ask(
        self,
        about: Callable[[ChangeEntry], Awaitable[None]],
        must: Callable[[Actor, ChangeEntry], None],
    ) -> None:
        entry = self._listing.current
        if entry is None:
            self.tell("列表中没有异动，无可办理。", Tone.WARNING)
            return
        if not self.allows(partial(must, self.desk.actor, entry)):
            return

        async def asked() -> None:
            await about(entry)

        self.run_worker(asked(), group="ask", exclusive=True)

    async def _done(self, job: Callable[[], Awaitable[None]], sentence: str) -> None:
        await job()
        self.tell(sentence)
