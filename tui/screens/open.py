"""From a line to the screen that does it: one table, by the kind of duty.

Screens that lead on to others are imported when they are opened: they name this module.
"""

from core.rules.duty import DutyKind
from core.rules.owed import OwedDuty
from core.services import roster_doubt
from core.services.duty import DueRoll
from tui.screens.base import DeskScreen
from tui.screens.calendar import CalendarScreen
from tui.screens.confirm import Confirm
from tui.screens.leaves import LeavesScreen
from tui.screens.report import ReportScreen
from tui.screens.roll import RollScreen


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
    desk = screen.desk
    match owed.kind:
        case DutyKind.SIGN_REPORT | DutyKind.RECEIPT_GOVERNMENT | DutyKind.RECEIPT_BUREAU:
            screen.app.push_screen(ReportScreen(desk, owed.township_id, owed.subject_id))
        case DutyKind.LEAVE_DECISION | DutyKind.LEAVE_LONG | DutyKind.LEAVE_PROOF:
            screen.app.push_screen(LeavesScreen(desk))
        case DutyKind.ACKNOWLEDGE | DutyKind.CALENDAR_ENDS:
            screen.app.push_screen(CalendarScreen(desk, owed.township_id))
        case DutyKind.UNTAKEN:
            from tui.screens.rolls import RollsScreen  # noqa: PLC0415 - it opens rolls

            screen.app.push_screen(RollsScreen(desk))
        case DutyKind.CHECK_BIRTH:
            _settle_doubt(screen, owed)
        case _ if owed.student_id is not None:
            open_child(screen, owed.township_id, owed.student_id)
        case _:
            screen.tell("请从 F4 菜单办理此项。")


def _settle_doubt(screen: DeskScreen, owed: OwedDuty) -> None:
    """Ask whether a doubt of the roster has been looked at, and settle it."""
    student_id = owed.student_id
    if student_id is None:
        return
    question = f"{owed.words}：出生日期与身份证号不符。\n\n已与户口簿核对、以现登记为准？"

    def answered(yes: bool | None) -> None:  # noqa: FBT001 - an answer, not a switch
        async def settle() -> None:
            await roster_doubt.settle_doubt(screen.desk, owed.township_id, student_id)

        if yes:
            screen.act(settle)

    screen.app.push_screen(Confirm(question), answered)
