"""学校月报: what a school's report of a month says, and filing it.

Everything but the explanation is computed.  The zero report is an act of its own, with
its sentence; the matrix of all schools is month_board.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from typing import ClassVar, Final
from uuid import uuid4

from textual import on
from textual.widget import Widget

from core.rules.balance import LineScope, MonthLine, balance
from core.rules.duty import DutyKind
from core.rules.errors import Refusal
from core.rules.evidence import EvidenceKind
from core.rules.filed import ReportEvent
from core.rules.month import NotZero, ReportKind, ReportState, zero_sentence
from core.rules.month_refused import NoZeroHere
from core.services import draft, month, place
from core.services.desk import Desk
from core.services.month import MonthView
from tui.screens.base import AREAS
from tui.screens.confirm import Confirm
from tui.screens.month_beside import MonthBeside, must_file
from tui.screens.month_columns import columns_of
from tui.screens.month_text import (
    facts_of,
    filing_question,
    line_of,
)
from tui.screens.monthly import EARLIER, LATER
from tui.screens.pick import Pick
from tui.screens.text import TextPage
from tui.screens.unsaved import Unsaved
from tui.widgets.form import Form, NoteField
from tui.widgets.keys import Key
from tui.widgets.listing import Listing
from tui.widgets.prose import Prose
from tui.widgets.style import Tone

_NOTE_LINES: Final = 2
_FACT_LINES: Final = 8


class MonthScreen(MonthBeside):
    """Show a school's report of a month; 1 files a zero report, F9 one with cases."""

    TITLE_TEXT = DutyKind.BUREAU_MONTH.label
    NOUNS = frozenset({"month", "change", "case", "roll", "absence"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("1", ReportState.ZERO.label, "zero"),
        Key("f9", "报送", "submit"),
        Key("2", "补登说明", "explain", hint="人数不符的学生：登记其他增减并写明说明"),
        Key("3", "版本", "versions"),
        Key(
            "4",
            DutyKind.COUNTERSIGN.label,
            "countersign",
            on_line=False,
            hint="教管组代录的月报由学校补签",
        ),
        Key(
            "5",
            ReportEvent.STAMPED.label,
            "stamped",
            on_line=False,
            hint="登记本版纸质盖章件的存放处",
        ),
        EARLIER,
        LATER,
        Key("f4", "换表", "choose", hint="换一所学校或换另一种月报"),
        AREAS,
        Key("enter", "明细", on_line=False),
    )
    HELP_TEXT = (
        "数字由系统按学籍、异动、点名、家访、个案计算，只需填写情况说明。",
        "巩固率后注“未达”的，低于政策参数中本学段的目标。",
        "零报告须无辍学、疑似、未销号、超过48小时未到校，且近两个上课日点名齐全。",
        "接收前可直接更正，接收后由接收单位退回再更正；错报的版本保留备查。",
    )

    def __init__(
        self,
        desk: Desk,
        school_id: int | None = None,
        kind: ReportKind = ReportKind.BUREAU,
        first: date | None = None,
    ) -> None:
        super().__init__(desk, first)
        schools = desk.actor.scope.schools
        self._school_id = school_id or (schools[0] if schools else 0)
        self._kind = kind
        self._op_id = uuid4()
        self._unsaved = Unsaved(self, self._save)
        # Of which report the explanation in the form is.
        self._explained: tuple[int, ReportKind, date] | None = None
        self._listing = Listing(
            columns_of(kind),
            key=lambda line: (line.scope, line.name),
            empty="本校还没有在册学生。导入花名册后，各年级人数会列在这里。",
            tone_fn=self._tone,
        )
        self._facts = Prose(most=_FACT_LINES)
        self._form = Form(
            NoteField(
                "explanation", EvidenceKind.STATEMENT.label, limit=500, height=_NOTE_LINES
            )
        )

    @staticmethod
    def _tone(line: MonthLine) -> Tone:
        if balance(line):
            return Tone.ALARM
        sums = {LineScope.STAGE, LineScope.TOTAL}
        return Tone.STRONG if line.scope in sums else Tone.PLAIN

    def compose(self) -> Iterator[Widget]:
        """Put the table over what it means and the explanation."""
        self._form.styles.height = _NOTE_LINES
        yield self._listing
        yield self._facts
        yield self._form

    async def load(self) -> None:
        """Read the report; the month is this one, or for the office the one before."""
        first = await self.month_shown(self._kind)
        if self._view is None or (
            (self._view.school_id, self._view.kind, self._view.month)
            != (self._school_id, self._kind, first)
        ):
            # Another report: no key may be about the one that still stands there.
            self._view = None
            self.set_title(f"{self._kind.label}  {first.year}年{first.month}月")
        seen = await month.view(self.desk, self._school_id, self._kind, first)
        self._view = seen
        self._listing.rows = seen.lines
        self._facts.lines = facts_of(seen)
        await self._begin_explaining(seen)
        due = f"{seen.due_on:%m-%d}前 {seen.state.label}"
        self.set_title(
            f"{seen.kind.label}  {seen.month.year}年{seen.month.month}月  {seen.school_name}",
            f"截至{seen.window.cutoff_on:%m-%d} {due}",
        )

    async def _begin_explaining(self, seen: MonthView) -> None:
        """Put what was left or explained before into the form, once for each report."""
        about = (seen.school_id, seen.kind, seen.month)
        if about == self._explained:
            return
        await self._unsaved.at_last()  # of the report that was shown before
        self._explained, self._op_id = about, uuid4()
        left = await draft.load(self.desk, *self._draft)
        if self._unsaved.waits:
            return  # typed meanwhile: newer than either
        before = seen.versions[0].explanation if seen.versions else ""
        self._form.set_value("explanation", before if left is None else left.body)
        if left is not None:
            self._op_id = left.op_id
            self.tell(f"已恢复 {left.saved_at:%m-%d %H:%M} 的草稿。")

    @property
    def _draft(self) -> tuple[str, str]:
        """Return the form and subject of the explanation's draft."""
        return "month", "/".join(map(str, self._explained or ()))

    @property
    def is_unsaved(self) -> bool:
        """Tell whether something was typed that is not in the draft yet."""
        return self._unsaved.waits

    @on(Form.Changed)
    def _typed(self) -> None:
        self._unsaved.changed()

    async def _save(self) -> None:
        if self._explained is not None:
            body = self._form.values()["explanation"]
            at = await draft.save(self.desk, *self._draft, self._op_id, body)
            self.tell_kept(at)

    async def on_unmount(self) -> None:
        """Keep the last keys as well."""
        await self._unsaved.at_last()

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[MonthLine]) -> None:
        line = chosen.record
        self.app.push_screen(TextPage(line.name, line_of(line)))

    def action_zero(self) -> None:
        """File a zero report, which the system has checked."""
        self._ask(self._zero, must_file)

    async def _zero(self, seen: MonthView) -> None:
        if seen.kind is not ReportKind.BUREAU:
            self.tell(str(NoZeroHere()), Tone.WARNING)
            return
        # The sentence is told only when it is true; filing checks it once more.
        if seen.zero.found:
            self.tell(str(NotZero(seen.zero.found)), Tone.WARNING)
            return
        asked = f"{zero_sentence(seen.window.cutoff_on)}\n\n报送零报告？"
        if await self.app.push_screen_wait(Confirm(asked)):
            self.act(partial(self._file, seen, zero=True))

    def action_submit(self) -> None:
        """File the report as it stands."""
        self._ask(self._submit, must_file)

    async def _submit(self, seen: MonthView) -> None:
        if await self.app.push_screen_wait(Confirm(filing_question(seen))):
            self.act(partial(self._file, seen, zero=False))

    async def _file(self, seen: MonthView, *, zero: bool) -> None:
        explanation = self._form.values()["explanation"]
        self._unsaved.drop()
        desk, about = replace(self.desk, forgets=self._draft), (seen.kind, seen.month)
        try:
            facts = await month.file(
                desk, seen.school_id, *about, explanation, self._op_id, zero=zero
            )
        except Refusal:
            self._unsaved.changed()
            raise
        self._op_id = uuid4()
        state = ReportState.ZERO if facts.is_zero else ReportState.FILED
        self.tell(f"{state.label}，第{facts.version}版。")

    def action_choose(self) -> None:
        """Show another school's report, or the other kind."""
        self.run_worker(self._choose(), group="ask", exclusive=True)

    async def _choose(self) -> None:
        seen = await place.listing(self.desk)
        options = tuple(
            (f"{kind.value} {school.id}", f"{school.name} {kind.label}")
            for school in seen.schools
            for kind in ReportKind
        )
        code = await self.app.push_screen_wait(Pick("学校和报表", options))
        if code is not None:
            kind, school = code.split()
            chosen = MonthScreen(self.desk, int(school), ReportKind.of(kind))
            self.app.switch_screen(chosen)
