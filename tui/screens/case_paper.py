"""家访劝返记录表, 一生一案, 商请函: read before it is issued; issued, printed, receipted."""

from collections.abc import Iterator
from typing import ClassVar
from uuid import uuid4

from textual.widget import Widget

from core.rules.file import EventKind
from core.rules.paper import PaperKind
from core.services import case_paper, case_paper_view
from core.services.case_paper_view import CasePaperView
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm
from tui.screens.receipt import LetterReceiptForm
from tui.widgets.keys import Key
from tui.widgets.prose import Prose
from tui.widgets.style import Tone


class CasePreview(DeskScreen):
    """Show a paper as it would be issued; F9 issues it, F10 leaves nothing behind."""

    TITLE_TEXT = "文书预览"
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "生成", "submit"),)
    HELP_TEXT = (
        "内容由系统按登记的情况填好，还没有生成；有误的先更正登记，再回到这里。",
        "按 F9 生成：给文号，内容不再变动，以后每次打印完全相同。",
    )

    def __init__(
        self, desk: Desk, place: tuple[int, int], kind: PaperKind, asked: str = ""
    ) -> None:
        super().__init__(desk)
        self._place, self._kind, self._asked = place, kind, asked
        self._op_id = uuid4()
        self._read = False
        self._prose = Prose()

    def compose(self) -> Iterator[Widget]:
        """Show the text as it would be printed."""
        yield self._prose

    async def load(self) -> None:
        """Put the paper together; what is on the screen is not exchanged under its reader."""
        if self._read:
            return
        told = (self._kind, self._asked)
        found = await case_paper.preview(self.desk, *self._place, *told)
        self._read = True
        self._prose.lines = found.lines
        self.set_title(f"{self.TITLE_TEXT} {self._kind.label}", "未生成")

    def action_submit(self) -> None:
        """Issue it, once it has been asked."""
        if not self._read:
            return

        def answered(yes: bool | None) -> None:  # noqa: FBT001 - an answer, not a switch
            if yes:
                self.act(self._issue)

        question = f"现在生成{self._kind.label}？\n\n生成后给文号，内容不再变动。"
        self.app.push_screen(Confirm(question), answered)

    async def _issue(self) -> None:
        told = (self._kind, self._asked, self._op_id)
        paper_id = await case_paper.issue(self.desk, self._place, *told)
        screen = CasePaperScreen(self.desk, self._place[0], paper_id, self._kind)
        self.app.switch_screen(screen)


class CasePaperScreen(DeskScreen):
    """Show an issued paper; 4 takes it out, F9 receipts a letter for the government."""

    TITLE_TEXT = EventKind.PAPER.label
    NOUNS = frozenset({"duty"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("1", "登记签收", "receipt", hint="商请函的纸质签收：谁、何时签收，由学校登记"),
        Key("4", "导出打印", "print", hint="24小时内在“导出”取；每次打印完全相同"),
        Key("f9", EventKind.RECEIPT.label, "submit", hint="商请函由乡镇政府签收"),
    )
    HELP_TEXT = (
        "文书生成后内容不再变动；有新情况的，在个案页按 0 再生成一份。",
        "商请函当日未签收的，另报教管组；送纸质函的，按 1 登记签收人和时间。",
        "记录表和案卷为内部版，号码只显示部分；签字、盖章在打印件上办理。",
    )

    def __init__(
        self, desk: Desk, township_id: int, paper_id: int, kind: PaperKind
    ) -> None:
        super().__init__(desk)
        self._key, self._kind = (township_id, paper_id), kind
        self._view: CasePaperView | None = None
        self._op_id = uuid4()
        self._prose = Prose()

    def compose(self) -> Iterator[Widget]:
        """Show the text as it was issued."""
        yield self._prose

    async def load(self) -> None:
        """Read the paper, and whether it was receipted."""
        again = self._view is not None
        found = await case_paper_view.view(self.desk, *self._key, self._kind, again=again)
        self._view = found
        self._prose.lines = found.lines
        self.set_title(self._kind.label, found.number)

    def action_print(self) -> None:
        """Make a file of it."""
        self.act(self._take)

    async def _take(self) -> None:
        told = (self._kind, self._op_id)
        made = await case_paper_view.take(self.desk, *self._key, *told)
        self._op_id = uuid4()
        self.tell(f"已导出 {made.line.file_name}，编号{made.line.id}，在菜单的导出中取。")

    def action_receipt(self) -> None:
        """Write down the paper receipt of a letter."""
        found = self._view
        if found is not None and found.may_record and found.now is not None:
            self.app.push_screen(LetterReceiptForm(self.desk, self._key, found.now))
        else:
            self.tell("此文书现在无须登记签收。", Tone.WARNING)

    def action_submit(self) -> None:
        """Receipt a letter."""
        if self._view is not None and self._view.may_receive:
            self.act(self._receive)
        else:
            self.tell("此文书现在无须您签收。", Tone.WARNING)

    async def _receive(self) -> None:
        await case_paper_view.receive(self.desk, *self._key, None, self._op_id)
        self._op_id = uuid4()
        self.tell("已签收。")
