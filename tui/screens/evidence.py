"""佐证: a child's files, how each was found, and what the case still wants proven.

A new one is picked in evidence_form.
"""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.duty import DutyKind
from core.rules.evidence import EvidenceState
from core.rules.evidence_demand import Wanted
from core.rules.evidence_file import EvidenceLine, must_check
from core.rules.file import EventKind
from core.services import evidence, evidence_view
from core.services.desk import Desk
from core.services.evidence_view import EvidenceView
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm
from tui.screens.evidence_form import EvidenceForm
from tui.screens.text import TextPage
from tui.widgets.keys import Key
from tui.widgets.line import Line
from tui.widgets.listing import USUAL, Column, Listing
from tui.widgets.style import Tone

_TONES: Final = (
    (EvidenceState.PENDING, Tone.WARNING),
    (EvidenceState.REJECTED, Tone.ALARM),
    (EvidenceState.EXPIRED, Tone.ALARM),
)
_MOST_WANTED: Final = 3
_KB: Final = 1024


class EvidenceScreen(DeskScreen):
    """List the files; one key each to bring, find that it holds, send back, and take out."""

    TITLE_TEXT = EventKind.EVIDENCE.label
    NOUNS = frozenset({"case", "change", "visit"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", "详情"),
        Key("1", "提供", "bring", hint="从“上传”目录选一份 jpg、png 或 pdf，每份2MB以内"),
        Key("2", DutyKind.CHECK_EVIDENCE.label, "verify", hint="先导出看过原件再核验"),
        Key("3", EvidenceState.REJECTED.label, "reject", hint="写明原因，退回提供人"),
        Key("4", "导出", "take", hint="导出原件查看，24小时内在“导出”取，查看留痕"),
    )
    HELP_TEXT = (
        "提供人不能核验自己提供的佐证；退回的由提供人重新提供。",
        "返校、送达须先提供佐证；排除疑似、安置、认定、依法处理、毕业须经核验才能确认。",
        "就读证明半年内有效，到期前两周提醒重新核实。",
    )

    def __init__(
        self, desk: Desk, township_id: int, student_id: int, begin_at: int | None = None
    ) -> None:
        """`begin_at` is the file a duty is about."""
        super().__init__(desk)
        self._township_id, self._student_id = township_id, student_id
        self._begin_at = begin_at
        self._view: EvidenceView | None = None
        self._listing = Listing(
            (
                Column[EvidenceLine]("提供", 11, lambda e: f"{e.attached_at:%m-%d %H:%M}"),
                Column[EvidenceLine]("状态", 8, lambda e: self._state(e).label),
                Column[EvidenceLine]("有效至", 10, _until, min_screen_width=USUAL),
                Column[EvidenceLine]("属于", 16, lambda e: e.called),
                Column[EvidenceLine](EventKind.EVIDENCE.label, 0, lambda e: e.kind.label),
            ),
            key=lambda e: e.id,
            empty="还没有佐证。把照片或扫描件传到“上传”目录，再按1选用。",
            tone_fn=lambda e: dict(_TONES).get(self._state(e), Tone.PLAIN),
        )
        self._wanted = tuple(Line() for _ in range(_MOST_WANTED))

    def compose(self) -> Iterator[Widget]:
        """Put what is still wanted under the files."""
        yield self._listing
        yield from self._wanted

    async def load(self) -> None:
        """Read the files."""
        again = self._view is not None
        key = (self._township_id, self._student_id)
        found = await evidence_view.view(self.desk, *key, again=again)
        self._view = found
        self._listing.rows = found.lines
        if self._begin_at is not None and self._listing.go_to(self._begin_at):
            self._begin_at = None
        waits = sum(line.state is EvidenceState.PENDING for line in found.lines)
        self.set_title(
            f"{self.TITLE_TEXT} {found.child_name}", f"{EvidenceState.PENDING.label}{waits}"
        )
        for line, one in zip(self._wanted, found.wanted, strict=False):
            line.put(f" {_told(one)}")

    def _state(self, line: EvidenceLine) -> EvidenceState:
        return line.state if self._view is None else line.state_on(self._view.now.date())

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[EvidenceLine]) -> None:
        line = chosen.record
        self.app.push_screen(TextPage("佐证详情", _page(line, self._state(line))))

    def action_bring(self) -> None:
        """Pick one of this person's uploads."""
        if self._view is None:
            return
        if not self._view.subjects:
            self.tell("该生没有个案、家访或异动，不需要佐证。")
            return
        self.app.push_screen(EvidenceForm(self.desk, self._township_id, self._student_id))

    def action_verify(self) -> None:
        """Say that the file under the cursor holds."""
        line = self._mine(reason="", ok=True)
        if line is None:
            return

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - an answer, not a switch
            if yes:
                self.act(partial(self._checked, line, "", ok=True))

        question = f"{line.called}：{line.kind.label}\n\n已看过原件，属实？"
        self.app.push_screen(Confirm(question), answered)

    def action_reject(self) -> None:
        """Send the file under the cursor back, with the reason."""
        line = self._mine(reason=".", ok=False)
        if line is None:
            return

        def told(reason: str | None) -> None:
            if reason is not None:
                self.act(partial(self._checked, line, reason, ok=False))

        self.app.push_screen(Ask("不予认可的原因", limit=100), told)

    def _mine(self, reason: str, *, ok: bool) -> EvidenceLine | None:
        """Return the file under the cursor, if this person may check it now."""
        line = self._listing.current
        if line is None:
            self.tell("没有可核验的佐证。", Tone.WARNING)
            return None
        must = partial(must_check, self.desk.actor, line, reason, ok=ok)
        return line if self.allows(must) else None

    async def _checked(self, line: EvidenceLine, reason: str, *, ok: bool) -> None:
        key = (self._township_id, line.id)
        await evidence.check(self.desk, *key, reason, uuid4(), ok=ok)
        self.tell("已核验。" if ok else "已退回提供人。")

    def action_take(self) -> None:
        """Take the file under the cursor out, to be looked at."""
        line = self._listing.current
        if line is not None:
            self.act(partial(self._take, line.id))

    async def _take(self, evidence_id: int) -> None:
        key = (self._township_id, evidence_id)
        made = await evidence_view.take(self.desk, *key, uuid4())
        self.tell(f"已导出 {made.line.file_name}，编号{made.line.id}，在菜单的导出中取。")


def _until(line: EvidenceLine) -> str:
    return "" if line.valid_until is None else f"{line.valid_until}"


def _told(one: Wanted) -> str:
    who = one.demand.brought_by.label
    binds = "，核验后方可确认" if one.demand.checked else ""
    return f"{one.step}：{one.demand.called} {one.state.label}（{who}提供{binds}）"


def _page(line: EvidenceLine, state: EvidenceState) -> tuple[str, ...]:
    checked = ""
    if line.checked_by_name and line.checked_at:
        checked = f"{line.checked_by_name} {line.checked_at:%Y-%m-%d %H:%M}"
    return (
        "",
        f"佐证　　{line.kind.label}　{line.file_kind.label}　{-(-line.size // _KB)}KB",
        f"属于　　{line.called}",
        f"状态　　{state.label}",
        f"有效至　{_until(line) or '长期'}",
        f"提供　　{line.attached_by_name} {line.attached_at:%Y-%m-%d %H:%M}",
        f"核验　　{checked or '—'}",
        f"原因　　{line.reason or '—'}",
        f"校验码　{line.sha256}",
    )
