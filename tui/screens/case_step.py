"""The steps of a case on a child's page: asked for here, confirmed here by somebody else.

What a step is, and who may take it, is the rules' and the service's.
"""

from functools import partial
from uuid import uuid4

from core.rules.case import CaseState, CaseStep, NoCase, NoStep
from core.rules.file import ChildFile
from core.services import case
from core.services.desk import Desk
from tui.screens.ask import Ask
from tui.screens.base import DeskScreen
from tui.screens.pick import Pick

_LONGEST = 100
_YES, _NO = "yes", "no"


class CaseSteps(DeskScreen):
    """A page about one child, with what its case allows."""

    def __init__(self, desk: Desk, township_id: int, student_id: int) -> None:
        super().__init__(desk)
        self._township_id, self._student_id = township_id, student_id
        self._file: ChildFile | None = None
        self._step_op_id = uuid4()

    def action_returned(self) -> None:
        """Register that the child is back."""
        self._ask(CaseStep.RETURN, "到校经过（何时、谁送回）")

    def action_close(self) -> None:
        """Ask for the case to be closed: as no suspicion, or after the observation."""
        found = None if self._file is None else self._file.case
        watched = found is not None and found.state is CaseState.RETURNED
        step = CaseStep.CLOSE if watched else CaseStep.EXCLUDE
        self._ask(step, f"{step.label}依据和证明材料")

    def _ask(self, step: CaseStep, prompt: str) -> None:
        if self._file is None:
            return  # out of sight, and said so
        if self._file.case is None:
            self.tell(str(NoCase()))
            return

        def told(note: str | None) -> None:
            if note is not None:
                self.act(partial(self._asked, step, note))

        self.app.push_screen(Ask(prompt, limit=_LONGEST), told)

    async def _asked(self, step: CaseStep, note: str) -> None:
        place = (self._township_id, self._student_id)
        await case.ask(self.desk, *place, step, note, self._step_op_id)
        self._step_op_id = uuid4()
        self.tell(f"已登记{step.label}，待另一人确认。")

    def action_decide(self) -> None:
        """Confirm what somebody else has registered, or send it back."""
        if self._file is None:
            return
        found = self._file.case
        if found is None or found.step is None:
            self.tell(str(NoStep()))
            return
        title = f"{found.step_by}登记{found.step.label}：{found.step_note}"
        self.app.push_screen(Pick(title, ((_YES, "属实"), (_NO, "不属实"))), self._chosen)

    def _chosen(self, choice: str | None) -> None:
        if choice == _YES:
            self.act(partial(self._decided, "", accept=True))
        elif choice == _NO:
            self.app.push_screen(Ask("不属实的原因", limit=_LONGEST), self._sent_back)

    def _sent_back(self, reason: str | None) -> None:
        if reason is not None:
            self.act(partial(self._decided, reason, accept=False))

    async def _decided(self, reason: str, *, accept: bool) -> None:
        place = (self._township_id, self._student_id)
        await case.decide(self.desk, *place, reason, self._step_op_id, accept=accept)
        self._step_op_id = uuid4()
        self.tell("已确认。" if accept else "已退回。")
