"""From a line to the screen that does it: one table, by the kind of duty."""

from typing import Final

from core.rules.duty import DutyKind
from core.rules.owed import OwedDuty
from core.services.duty import DueRoll
from tui.screens.base import DeskScreen
from tui.screens.report import ReportScreen
from tui.screens.roll import RollScreen

_REPORT: Final = frozenset(
    {DutyKind.SIGN_REPORT, DutyKind.RECEIPT_GOVERNMENT, DutyKind.RECEIPT_BUREAU}
)


def open_roll(screen: DeskScreen, due: DueRoll) -> None:
    """Open a roll that is owed."""
    first = due.lines[0]
    screen.app.push_screen(
        RollScreen(
            screen.desk,
            first.township_id,
            tuple(line.class_id for line in due.lines),
            first.session.day,
            first.session.session,
        )
    )


def open_child(screen: DeskScreen, township_id: int, student_id: int) -> None:
    """Open a child's page."""
    from tui.screens.case import CaseScreen  # noqa: PLC0415 - it opens other screens too

    screen.app.push_screen(CaseScreen(screen.desk, township_id, student_id))


def open_duty(screen: DeskScreen, owed: OwedDuty) -> None:
    """Open what a duty is about."""
    if owed.kind in _REPORT:
        screen.app.push_screen(ReportScreen(screen.desk, owed.township_id, owed.subject_id))
    elif owed.student_id is not None:
        open_child(screen, owed.township_id, owed.student_id)
    else:
        screen.tell("请从 F4 菜单办理此项。")
