"""返校通知书, 责令通知书: read it, sign it, print it, record how it was served."""

from collections.abc import Iterator
from typing import ClassVar
from uuid import uuid4

from textual.widget import Widget

from core.rules.evidence_demand import SlipMissing
from core.rules.file import EventKind
from core.services import notice, notice_print
from core.services.desk import Desk
from core.services.notice_view import NoticeView, view
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm
from tui.screens.delivery import DeliveryForm
from tui.screens.evidence import EvidenceScreen
from tui.widgets.keys import Key
from tui.widgets.prose import Prose
from tui.widgets.style import Tone


class NoticeScreen(DeskScreen):
    """Show the paper; F9 signs it, or records that it was served."""

    TITLE_TEXT = "返校、责令文书"
    NOUNS = frozenset({"case", "duty"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f9", "签发/登记送达", "submit"),
        Key("5", "更正送达", "correct", hint="登记有误的，写明原因更正，原记录保留"),
        Key(
            "f8",
            EventKind.EVIDENCE.label,
            "evidence",
            hint="送达回证拍照、扫描后先在这里提供，再登记送达",
        ),
        Key("4", "导出打印", "print", hint="存根、正本、送达回证，24小时内在“导出”取"),
    )
    HELP_TEXT = (
        "乡镇政府按 F9 签发，签发时给文号；未签发的可以先打印送审，不带文号和日期。",
        "打印盖章后送达监护人；送达回证按 F8 提供，再按 F9 登记：谁送、谁收、哪天；拒收的须有见证人。",
        "期限从送达次日起算，最后一天不上课的顺延到下一个上课日。",
    )

    def __init__(self, desk: Desk, township_id: int, paper_id: int) -> None:
        super().__init__(desk)
        self._township_id, self._paper_id = township_id, paper_id
        self._view: NoticeView | None = None
        self._op_id = uuid4()
        self._prose = Prose()

    def compose(self) -> Iterator[Widget]:
        """Show the text as it is printed."""
        yield self._prose

    async def load(self) -> None:
        """Read the paper, and how it was served."""
        again = self._view is not None
        found = await view(self.desk, self._township_id, self._paper_id, again=again)
        self._view = found
        self._prose.lines = found.lines
        self.set_title(found.kind.label, found.state.label)

    def action_submit(self) -> None:
        """Sign, or record a service."""
        self.run_worker(self._submit(), group="submit", exclusive=True)

    async def _submit(self) -> None:
        found = self._view
        if found is None:
            return
        if found.may_sign:
            question = f"现在签发{found.kind.label}？\n\n签发后给文号，内容不再变动。"
            if await self.app.push_screen_wait(Confirm(question)):
                self.act(self._sign)
        elif found.may_serve and not found.has_slip:
            self.tell(str(SlipMissing()), Tone.WARNING)
        elif found.may_serve:
            self.app.push_screen(DeliveryForm(self.desk, found))
        else:
            self.tell(f"此文书{found.state.label}，现在无须您办理。", Tone.WARNING)

    async def _sign(self) -> None:
        await notice.sign(self.desk, self._township_id, self._paper_id, self._op_id)
        self._op_id = uuid4()
        self.tell("已签发，请打印盖章送达。")

    def action_correct(self) -> None:
        """Put right how it was served."""
        if self._view is not None and self._view.may_correct:
            self.app.push_screen(DeliveryForm(self.desk, self._view))
        else:
            self.tell("此文书尚未登记送达，或不由您登记，现在不能更正。", Tone.WARNING)

    def action_evidence(self) -> None:
        """Open the child's files."""
        if self._view is not None:
            place = (self._township_id, self._view.student_id)
            self.app.push_screen(EvidenceScreen(self.desk, *place))

    def action_print(self) -> None:
        """Make a file of the three sheets."""
        self.act(self._take)

    async def _take(self) -> None:
        key = (self._township_id, self._paper_id)
        made = await notice_print.take(self.desk, *key, self._op_id)
        self._op_id = uuid4()
        self.tell(f"已导出 {made.line.file_name}，编号{made.line.id}，在菜单的导出中取。")
