"""立案 on a child's page: why, what was told, and the report that 校长 then signs."""

from functools import partial
from uuid import uuid4

from core.rules.case_open import NotMissing, OpenCause
from core.services import case_open
from tui.screens.ask import Ask
from tui.screens.case_drafts import CaseDrafts
from tui.screens.pick import Pick

_LONGEST = 100


class CaseOpens(CaseDrafts):
    """A page about one child, on which a case may be opened before the clock rings."""

    def opens_case(self) -> None:
        """Ask why, of the causes that this child has."""
        self.act(self._causes)

    async def _causes(self) -> None:
        place = (self._township_id, self._student_id)
        causes = await case_open.causes(self.desk, *place)
        if not causes:
            raise NotMissing
        options = tuple((one.value, one.label) for one in causes)
        self.app.push_screen(Pick("立案原因", options), self._because)

    def _because(self, code: str | None) -> None:
        if code is not None:
            prompt = Ask("了解到的情况（何时、谁反映、如何说）", limit=_LONGEST)
            self.app.push_screen(prompt, partial(self._told, OpenCause.of(code)))

    def _told(self, cause: OpenCause, note: str | None) -> None:
        if note is not None:
            self.act(partial(self._open, cause, note))

    async def _open(self, cause: OpenCause, note: str) -> None:
        place = (self._township_id, self._student_id)
        why = (cause, note)
        number = await case_open.open_case(self.desk, *place, why, self._step_op_id)
        self._step_op_id = uuid4()
        self.tell(f"已立案，编号{number}；书面报告今日内由校长签发。")
