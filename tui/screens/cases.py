"""在办个案: every open case, oldest first, with its next step; F6 shows it school by school."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.widget import Widget

from core.rules.case import CaseState, CaseStep
from core.rules.case_board import BoardCase, Early, SchoolCases, hours
from core.rules.duty import DutyState
from core.rules.file import EventKind
from core.rules.place import class_name
from core.services import case_board
from core.services.case_board import CaseBoard
from core.services.desk import Desk
from tui.screens.base import DeskScreen
from tui.screens.case_review import CaseReviewScreen
from tui.screens.open import open_child
from tui.widgets.keys import Key
from tui.widgets.line import Line
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_RETURNED, _LEFT = CaseStep.RETURN.label, CaseState.CONFIRMED.label
_OVERDUE = DutyState.OVERDUE.label


class CasesScreen(DeskScreen):
    """List the open cases; Enter opens the child's page."""

    TITLE_TEXT = "在办个案"
    NOUNS = frozenset({"case", "duty", "contact", "visit"})
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("enter", EventKind.CASE.label),
        Key("f6", "各校", "schools", hint="各校缺勤、立案、返校和四早的中位数"),
        Key("f7", "复核", "review", hint="上季度和本季度销号的个案，逐案复核"),
    )
    HELP_TEXT = (
        "立案最早的在前；下一步是最近到期的待办，逾期的标红。",
        "四早从首次未到校起算，单位小时：清查、汇报、家访、劝学；—为尚未办。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._board: CaseBoard | None = None
        self._stages = Line()
        self._listing = Listing(
            (
                Column[BoardCase]("状态", 15, lambda case: case.shown.label),
                Column[BoardCase]("天数", 4, self._days, "right"),
                Column[BoardCase]("下一步", 16, _next),
                Column[BoardCase]("四早(时)", 14, _leads),
                Column[BoardCase]("班级", 14, self._class_of),
                Column[BoardCase]("姓名", 0, self._name_of),
            ),
            key=_key,
            jump_fn=lambda case: case.pinyin,
            empty="没有在办的个案。满48小时未到校的，系统自动立案并列在这里。",
            tone_fn=self._tone,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list, and under it how many stand where."""
        yield self._listing
        yield self._stages

    async def load(self) -> None:
        """Read the cases."""
        found = await case_board.board(self.desk)
        self._board = found
        self._listing.rows = found.cases
        self._stages.put(f" {_by_stage(found.cases)}")
        over = sum(school.overdue for school in found.schools)
        told = f"在办{len(found.cases)} 有逾期{over}"
        self.set_title(self.TITLE_TEXT, f"{found.now:%m-%d %H:%M}  {told}")

    @on(Listing.Chosen)
    def _open(self, chosen: Listing.Chosen[BoardCase]) -> None:
        open_child(self, chosen.record.township_id, chosen.record.student_id)

    def action_schools(self) -> None:
        """Show how each school stands."""
        if self._board is not None:
            self.app.push_screen(SchoolCasesScreen(self.desk))

    def action_review(self) -> None:
        """Show what was closed, to be looked at again."""
        self.app.push_screen(CaseReviewScreen(self.desk))

    def _days(self, case: BoardCase) -> str:
        return "" if self._board is None else f"{case.open_for(self._board.now)}"

    def _class_of(self, case: BoardCase) -> str:
        if self._board is None:
            return ""
        return class_name(case.cohort, case.class_number, self._board.now.date())

    def _name_of(self, case: BoardCase) -> str:
        several = self._board is not None and len(self._board.schools) > 1
        return case.student_name + (f"  {case.school_name}" if several else "")

    def _tone(self, case: BoardCase) -> Tone:
        now = None if self._board is None else self._board.now
        return Tone.ALARM if _overdue(case, now) else Tone.PLAIN


class SchoolCasesScreen(DeskScreen):
    """List the schools with cases: the funnel of this school year, and the medians of 四早."""

    TITLE_TEXT = "各校个案"
    NOUNS = CasesScreen.NOUNS
    HELP_TEXT = (
        "缺勤（无故未到校）、立案、返校为本学年；在办、辍学、逾期为现在。四早为各案的中位数，从首次未到校起算，单位小时。",
        "佐证率：本学年安置核实、排除疑似和转出、休学等异动中，有经核验佐证的占比。",
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        early = (
            # 早 goes without saying beside the three others.
            Column[SchoolCases](one.label[1:], 4, _median_of(place), "right")
            for place, one in enumerate(Early)
        )
        self._listing = Listing(
            (
                Column[SchoolCases]("缺勤", 4, lambda x: f"{x.absent}", "right"),
                Column[SchoolCases]("立案", 4, lambda x: f"{x.opened}", "right"),
                Column[SchoolCases](_RETURNED, 4, lambda x: f"{x.returned}", "right"),
                Column[SchoolCases]("在办", 4, lambda x: f"{x.standing}", "right"),
                Column[SchoolCases](_LEFT, 4, lambda x: f"{x.left}", "right"),
                Column[SchoolCases](_OVERDUE, 4, lambda x: f"{x.overdue}", "right"),
                *early,
                Column[SchoolCases]("佐证率", 6, lambda x: x.proof, "right"),
                Column[SchoolCases]("学校", 0, lambda x: x.school_name),
            ),
            key=lambda x: (x.township_id, x.school_id),
            empty="本学年没有立案。",
            tone_fn=lambda x: Tone.ALARM if x.overdue else Tone.PLAIN,
        )

    def compose(self) -> Iterator[Widget]:
        """Show the list."""
        yield self._listing

    async def load(self) -> None:
        """Read the cases anew."""
        found = await case_board.board(self.desk)
        self._listing.rows = found.schools
        self.set_title(self.TITLE_TEXT, f"{found.now:%m-%d %H:%M}")


def _key(case: BoardCase) -> Hashable:
    return case.township_id, case.case_id


def _by_stage(cases: tuple[BoardCase, ...]) -> str:
    """Return how many cases stand in each state, in the order of the states."""
    counts = Counter(case.shown for case in cases)
    return "  ".join(
        f"{state.label}{counts[state]}" for state in CaseState if counts[state]
    )


def _next(case: BoardCase) -> str:
    if case.duty is None or case.due_at is None:
        return ""
    return f"{case.due_at:%m-%d} {case.duty.label}"


def _leads(case: BoardCase) -> str:
    return "/".join(hours(case.lead(early)) for early in Early)


def _median_of(place: int) -> Callable[[SchoolCases], str]:
    return lambda school: hours(school.leads[place])


def _overdue(case: BoardCase, now: datetime | None) -> bool:
    return now is not None and case.due_at is not None and case.due_at <= now
