"""书面报告: read it, sign it to both addressees, or receipt it.  One key each."""

from collections.abc import Iterator
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual.widget import Widget

from core.rules.hukou_letter import HUKOU
from core.rules.paper import Addressee, PaperKind, PaperState
from core.services import export_paper, report
from core.services.desk import Desk
from core.services.report_view import ReportView, view
from tui.screens.base import DeskScreen
from tui.screens.confirm import Confirm
from tui.screens.pick import Pick
from tui.screens.receipt import ReceiptForm
from tui.widgets.keys import Key
from tui.widgets.prose import Prose
from tui.widgets.style import Tone

_QUESTION: Final = """签发书面报告？

一份主送乡镇人民政府、抄送市教育局，
一份主送市教育局、抄送乡镇人民政府。"""


_NOT_SIGNED: Final = "此报告待校长或其授权的代签人签发，签发后收文单位才能签收。"
_NOT_YOURS: Final = "此报告现在无须您签发或签收。"


class ReportScreen(DeskScreen):
    """Show the report; F9 signs or receipts it, as this person's post allows."""

    TITLE_TEXT = "书面报告"
    NOUNS = frozenset({"case", "duty"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("f9", "签发/签收", "submit"),
        Key("1", "登记纸质签收", "paper"),
        Key(
            "4",
            "导出打印",
            "print",
            hint="报告（未签发的不带文号）或抄送函，24小时内在“导出”取",
        ),
    )
    HELP_TEXT = (
        "校长（或经授权代签的人）按 F9 签发：一份主送乡镇人民政府，一份主送市教育局，互为抄送。",
        "学生户籍在外乡镇的，签发时同时生成抄送函，由教务登记寄送。",
        "收文单位按 F9 签收；不用本系统的，由学校按 1 登记纸质签收。",
    )

    def __init__(self, desk: Desk, township_id: int, paper_id: int) -> None:
        super().__init__(desk)
        self._township_id, self._paper_id = township_id, paper_id
        self._view: ReportView | None = None
        self._op_id = uuid4()
        self._prose = Prose()

    def compose(self) -> Iterator[Widget]:
        """Show the text as it is printed."""
        yield self._prose

    async def load(self) -> None:
        """Read the report."""
        again = self._view is not None
        found = await view(self.desk, self._township_id, self._paper_id, again=again)
        self._view = found
        self._prose.lines = found.lines
        self.set_title("书面报告", found.state.label)

    def action_submit(self) -> None:
        """Sign, or receipt."""
        self.run_worker(self._submit(), group="submit", exclusive=True)

    async def _submit(self) -> None:
        found = self._view
        if found is None:
            return
        if found.may_sign:
            if await self.app.push_screen_wait(Confirm(_QUESTION)):
                self.act(self._sign)
        elif found.may_receive is not None:
            if await self.app.push_screen_wait(Confirm("签收此报告？")):
                self.act(partial(self._receive, found.may_receive))
        else:
            waits = found.state is PaperState.TO_SIGN
            self.tell(_NOT_SIGNED if waits else _NOT_YOURS, Tone.WARNING)

    async def _sign(self) -> None:
        await report.sign(self.desk, self._township_id, self._paper_id, self._op_id)
        self._op_id = uuid4()
        self.tell("已签发，已送乡镇人民政府和市教育局待签收。")

    async def _receive(self, addressee: Addressee) -> None:
        key = (self._township_id, self._paper_id, addressee)
        await report.receive(self.desk, *key, None, self._op_id)
        self._op_id = uuid4()
        self.tell("已签收。")

    def action_paper(self) -> None:
        """Write a paper receipt down for an addressee who does not use the system."""
        found = self._view
        if found is None:
            return
        if found.unreceipted:
            self.app.push_screen(ReceiptForm(self.desk, found))
        else:
            signed = found.state is not PaperState.TO_SIGN
            said = "两个单位均已签收，不必再登记。" if signed else "签发后才能登记签收。"
            self.tell(said, Tone.WARNING)

    def action_print(self) -> None:
        """Make a file of one original, to be printed and stamped."""
        self.run_worker(self._print(), group="submit", exclusive=True)

    async def _print(self) -> None:
        papers = tuple((a.value, f"书面报告（主送{a.label}）") for a in Addressee)
        letter = (HUKOU, PaperKind.HUKOU_LETTER.label)
        to = await self.app.push_screen_wait(Pick("导出打印", (*papers, letter)))
        if to is not None:
            self.act(partial(self._take, to))

    async def _take(self, to: str) -> None:
        made = await export_paper.take(
            self.desk, self._township_id, self._paper_id, to, self._op_id
        )
        self._op_id = uuid4()
        self.tell(f"已导出 {made.line.file_name}，编号{made.line.id}，在菜单的导出中取。")
