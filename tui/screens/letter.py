"""抄送函: read the letter to the hukou's township, print it, record how it was sent (27)."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import ClassVar
from uuid import uuid4

from textual.widget import Widget

from core.rules.hukou_letter import SentBy
from core.rules.paper import PaperKind
from core.services import hukou_letter
from core.services.desk import Desk
from core.services.hukou_letter import Dispatch, LetterView
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.pick import Pick
from tui.widgets.keys import Key
from tui.widgets.prose import Prose
from tui.widgets.style import Tone


class LetterScreen(DeskScreen):
    """Show the letter; F9 records that it was sent today."""

    TITLE_TEXT = PaperKind.HUKOU_LETTER.label
    NOUNS = frozenset({"case", "duty"})
    KEYS: ClassVar[tuple[Key, ...]] = (Key("f9", "登记寄送", "submit"),)
    HELP_TEXT = (
        "学生户籍在外乡镇的，书面报告签发时同时生成抄送函，寄户籍地乡镇人民政府。",
        "在书面报告中按 4 导出打印、盖章；寄出后按 F9 登记方式和收件单位或邮件号。",
    )

    def __init__(self, desk: Desk, township_id: int, paper_id: int) -> None:
        super().__init__(desk)
        self._township_id, self._paper_id = township_id, paper_id
        self._view: LetterView | None = None
        self._op_id = uuid4()
        self._prose = Prose()

    def compose(self) -> Iterator[Widget]:
        """Show the text as it is printed."""
        yield self._prose

    async def load(self) -> None:
        """Read the letter, and how it was sent."""
        key, again = (self._township_id, self._paper_id), self._view is not None
        found = await hukou_letter.view(self.desk, *key, again=again)
        self._view = found
        sent = found.sending
        told = () if sent is None else (f"已寄送：{sent.told}（{sent.recorded_by}）",)
        self._prose.lines = (*found.lines, *(("", *told) if told else ()))
        self.set_title(
            self.TITLE_TEXT, "待寄送" if sent is None else f"{sent.sent_at:%m-%d}已寄送"
        )

    def action_submit(self) -> None:
        """Ask how it was sent and to whom, and record it."""
        self.run_worker(self._submit(), group="submit", exclusive=True)

    async def _submit(self) -> None:
        found = self._view
        if found is None:
            return
        if not found.may_send:
            self.tell("此函已登记寄送，或不由您登记（教务、校领导办理）。", Tone.WARNING)
            return
        ways = tuple((way.value, way.label) for way in SentBy)
        by = await self.app.push_screen_wait(Pick("寄送方式", ways))
        if by is None:
            return
        to = await self.app.push_screen_wait(Ask("收件单位或邮件号", limit=60))
        if to is not None:
            today = found.now.date()
            self.act(partial(self._send, SentBy.of(by), to, today))

    async def _send(self, by: SentBy, to: str, today: date) -> None:
        sent = Dispatch(by=by, to=to, on=today)
        await hukou_letter.send(
            self.desk, self._township_id, self._paper_id, sent, self._op_id
        )
        self._op_id = uuid4()
        self.tell("已登记寄送。")
