"""What a school does about its report beside filing it: explain, countersign, note, look.

The report itself, and filing it, is in month.
"""

from collections.abc import Callable, Coroutine
from datetime import date
from functools import partial
from uuid import uuid4

from core.rules.change import ChangeKind
from core.rules.errors import NotYours
from core.rules.staff import Post
from core.services import change_explain, month_behalf
from core.services.desk import Desk
from core.services.month import MonthView
from tui.screens.ask import Ask
from tui.screens.confirm import Confirm
from tui.screens.month_text import stray_choices, versions_of
from tui.screens.monthly import Monthly
from tui.screens.pick import Pick
from tui.screens.text import TextPage
from tui.widgets.style import Tone


def must_file(seen: MonthView) -> None:
    """Refuse who may read the report and not file it (NotYours)."""
    if not seen.may_file:
        raise NotYours(Post.PRINCIPAL.label)


class MonthBeside(Monthly):
    """A screen on one school's report; its own keys say which of these acts it has."""

    def __init__(self, desk: Desk, first: date | None) -> None:
        super().__init__(desk, first)
        self._view: MonthView | None = None

    @property
    def has_read(self) -> bool:
        """Tell whether the report is there: it is taken away while another is read."""
        return super().has_read and self._view is not None

    def action_explain(self) -> None:
        """Explain a pupil the figures cannot account for."""
        self._ask(self._explain)

    async def _explain(self, seen: MonthView) -> None:
        if not seen.strays:
            self.tell("人数与异动相符，没有需要补登说明的学生。")
            return
        options = stray_choices(seen)
        code = await self.app.push_screen_wait(Pick("补登说明的学生", options))
        if code is None:
            return
        kinds = f"{ChangeKind.OTHER_IN.label}、{ChangeKind.OTHER_OUT.label}"
        note = await self.app.push_screen_wait(Ask(f"{kinds}的说明", limit=100))
        if note is not None:
            report = (seen.kind, seen.month)
            job = partial(change_explain.explain, self.desk, seen.school_id, report)

            async def explained() -> None:
                await job(int(code), note, uuid4())
                self.tell("已补登，人数重新计算如上。")

            self.act(explained)

    def action_versions(self) -> None:
        """Show every version that was filed."""
        if self._view is not None:
            self.app.push_screen(TextPage("各版本", versions_of(self._view)))

    def action_countersign(self) -> None:
        """Sign, as the school, what 教管组 filed for it."""
        self._ask(self._countersign)

    async def _countersign(self, seen: MonthView) -> None:
        report = seen.report
        if report is None or report.entered_for is None or report.countersigned:
            self.tell("没有教管组代录的月报需要补签。")
            return
        if await self.app.push_screen_wait(Confirm("补签教管组代录的月报？")):
            job = partial(month_behalf.countersign, self.desk, seen.school_id, seen.kind)

            async def countersigned() -> None:
                await job(seen.month, uuid4())
                self.tell("已补签。")

            self.act(countersigned)

    def action_stamped(self) -> None:
        """Note where the stamped paper of the newest version is kept."""
        self._ask(self._stamped)

    async def _stamped(self, seen: MonthView) -> None:
        if not seen.versions:
            self.tell("本月尚未报送，报送后再登记盖章件。", Tone.WARNING)
            return
        note = await self.app.push_screen_wait(Ask("盖章件存放处", limit=100))
        if note is not None:
            self.act(partial(self._keep_stamped, seen, note))

    async def _keep_stamped(self, seen: MonthView, note: str) -> None:
        report = (seen.school_id, seen.kind, seen.month)
        await month_behalf.note_stamped(self.desk, *report, note, uuid4())
        self.tell("已登记盖章件存放处。")

    def _ask(
        self,
        about: Callable[[MonthView], Coroutine[None, None, None]],
        must: Callable[[MonthView], None] = lambda _: None,
    ) -> None:
        """Ask about the report; first refuse who may not, by `must`."""
        if self._view is not None and self.allows(partial(must, self._view)):
            self.run_worker(about(self._view), group="ask", exclusive=True)
