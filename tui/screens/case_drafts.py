"""The papers of a case on a child's page: the township's drafted, the case's own read first."""

from functools import partial
from typing import Final
from uuid import uuid4

from core.rules.case_paper import KINDS, LONGEST_ASKED
from core.rules.file import ChildFile
from core.rules.notice import LONGEST_GROUNDS
from core.rules.notice import RULES as PAPERS
from core.rules.paper import PaperKind
from core.services import notice
from core.services.desk import Desk
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.case_paper import CasePreview
from tui.screens.notice import NoticeScreen

RECORDS: Final = tuple((kind.value, kind.label) for kind in KINDS)


class CaseDrafts(DeskScreen):
    """A page about one child, from which papers are made."""

    def __init__(self, desk: Desk, township_id: int, student_id: int) -> None:
        super().__init__(desk)
        self._township_id, self._student_id = township_id, student_id
        self._file: ChildFile | None = None
        self._step_op_id = uuid4()

    def drafts(self, code: str) -> bool:
        """Draft or read the paper of a code; False where it names none."""
        kind = next((k for k, _ in PAPERS if k.value == code), None)
        told = next((k for k in KINDS if k.value == code), None)
        if kind is PaperKind.ORDER:
            prompt = Ask("批评教育情况、司法所审核意见", limit=LONGEST_GROUNDS)
            self.app.push_screen(prompt, partial(self._draft_with, kind))
        elif kind is not None:
            self._draft_with(kind, "")
        elif told is PaperKind.REQUEST:
            prompt = Ask("商请协助的事项", limit=LONGEST_ASKED)
            self.app.push_screen(prompt, partial(self._preview, told))
        elif told is not None:
            self._preview(told, "")
        return kind is not None or told is not None

    def _draft_with(self, kind: PaperKind, grounds: str | None) -> None:
        if grounds is not None:
            self.act(partial(self._draft, kind, grounds))

    async def _draft(self, kind: PaperKind, grounds: str) -> None:
        place = (self._township_id, self._student_id)
        paper = await notice.draft(self.desk, *place, (kind, grounds), self._step_op_id)
        self._step_op_id = uuid4()
        self.app.push_screen(NoticeScreen(self.desk, self._township_id, paper))

    def _preview(self, kind: PaperKind, asked: str | None) -> None:
        if asked is not None:
            place = (self._township_id, self._student_id)
            self.app.push_screen(CasePreview(self.desk, place, kind, asked))
