"""From a line to the screen that does it: one table, by the kind of duty.

Screens that lead on to others are imported when they are opened: they name this module.
"""

from collections.abc import Callable
from typing import Final

from core.rules.duty import DutyKind
from core.rules.month import ReportKind
from core.rules.owed import OwedDuty
from core.rules.paper import PaperKind
from core.services.desk import Desk
from core.services.duty import DueRoll
from tui.screens.base import DeskScreen
from tui.screens.calendar import CalendarScreen
from tui.screens.case_paper import CasePaperScreen
from tui.screens.change import ChangesScreen
from tui.screens.evidence import EvidenceScreen
from tui.screens.leave import LeaveScreen
from tui.screens.leaves import LeavesScreen
from tui.screens.letter import LetterScreen
from tui.screens.month import MonthScreen
from tui.screens.month_board import MonthBoardScreen
from tui.screens.month_class import ClassMonthScreen
from tui.screens.notice import NoticeScreen
from tui.screens.open_asked import (
    check_elsewhere,
    graduate,
    mark,
    settle_doubt,
    settle_twice,
)
from tui.screens.opening import OpeningScreen
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


def open_rolls(screen: DeskScreen) -> None:
    """Open the rolls of the day."""
    from tui.screens.rolls import RollsScreen  # noqa: PLC0415 - it opens rolls from here

    screen.app.push_screen(RollsScreen(screen.desk))


def open_child(screen: DeskScreen, township_id: int, student_id: int) -> None:
    """Open a child's page."""
    from tui.screens.case import CaseScreen  # noqa: PLC0415 - it opens other screens too

    screen.app.push_screen(CaseScreen(screen.desk, township_id, student_id))


def open_key(screen: DeskScreen, township_id: int, student_id: int) -> None:
    """Open a child's file as 重点生."""
    from tui.screens.key_student import KeyScreen  # noqa: PLC0415 - it opens other screens

    screen.app.push_screen(KeyScreen(screen.desk, township_id, student_id))


def _rolls(desk: Desk, owed: OwedDuty) -> DeskScreen:
    from tui.screens.rolls import RollsScreen  # noqa: PLC0415 - it opens rolls from here

    del owed
    return RollsScreen(desk)


def _report(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return ReportScreen(desk, owed.township_id, owed.subject_id)


def _letter(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return LetterScreen(desk, owed.township_id, owed.subject_id)


def _request(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return CasePaperScreen(desk, owed.township_id, owed.subject_id, PaperKind.REQUEST)


def _notice(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return NoticeScreen(desk, owed.township_id, owed.subject_id)


def _evidence(desk: Desk, owed: OwedDuty) -> DeskScreen:
    place = (owed.township_id, owed.student_id or 0)
    return EvidenceScreen(desk, *place, owed.subject_id)


def _unreturned(desk: Desk, owed: OwedDuty) -> DeskScreen:
    from tui.screens.unreturned import UnreturnedScreen  # noqa: PLC0415 - it opens children

    del owed
    return UnreturnedScreen(desk)


def _key(desk: Desk, owed: OwedDuty) -> DeskScreen:
    from tui.screens.key_student import KeyScreen  # noqa: PLC0415 - it opens other screens

    return KeyScreen(desk, owed.township_id, owed.student_id or 0)


def _key_classes(desk: Desk, owed: OwedDuty) -> DeskScreen:
    from tui.screens.key_students import KeyClassesScreen  # noqa: PLC0415 - opens children

    return KeyClassesScreen(desk, owed.township_id, begin_at=owed.class_id)


def _leaves(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return LeavesScreen(desk, owed.student_id)


def _extend(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return LeaveScreen(desk, owed.township_id, owed.student_id or 0, owed.subject_id)


def _calendar(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return CalendarScreen(desk, owed.township_id, owed.subject_id)


def _class_month(desk: Desk, owed: OwedDuty) -> DeskScreen:
    del owed
    return ClassMonthScreen(desk)


def _bureau_month(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return MonthScreen(desk, owed.school_id)


def _office_month(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return MonthScreen(desk, owed.school_id, kind=ReportKind.OFFICE)


def _board(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return MonthBoardScreen(desk, begin_at=owed.school_id)


def _opening(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return OpeningScreen(desk, owed.school_id)


def _area(desk: Desk, owed: OwedDuty) -> DeskScreen:
    from tui.screens.area_child import AreaChildScreen  # noqa: PLC0415 - it opens children

    return AreaChildScreen(desk, owed.subject_id)


def _changes(desk: Desk, owed: OwedDuty) -> DeskScreen:
    return ChangesScreen(desk, owed.subject_id)


_SCREENS: Final[dict[DutyKind, Callable[[Desk, OwedDuty], DeskScreen]]] = {
    DutyKind.SIGN_REPORT: _report,
    DutyKind.RECEIPT_GOVERNMENT: _report,
    DutyKind.RECEIPT_BUREAU: _report,
    DutyKind.SEND_LETTER: _letter,
    DutyKind.RECEIPT_REQUEST: _request,
    DutyKind.SIGN_NOTICE: _notice,
    DutyKind.SERVE_NOTICE: _notice,
    DutyKind.SIGN_ORDER: _notice,
    DutyKind.SERVE_ORDER: _notice,
    DutyKind.CHECK_EVIDENCE: _evidence,
    DutyKind.REDO_EVIDENCE: _evidence,
    DutyKind.RENEW_EVIDENCE: _evidence,
    DutyKind.KEY_VISIT: _key,
    DutyKind.KEY_CHECK: _key_classes,
    DutyKind.TERM_END: _unreturned,
    DutyKind.NOT_REGISTERED: _unreturned,
    DutyKind.LEAVE_DECISION: _leaves,
    DutyKind.LEAVE_LONG: _leaves,
    DutyKind.LEAVE_PROOF: _leaves,
    DutyKind.LEAVE_ENDING: _extend,
    DutyKind.LEAVE_OVERRUN: _extend,
    DutyKind.ACKNOWLEDGE: _calendar,
    DutyKind.CALENDAR_ENDS: _calendar,
    DutyKind.UNTAKEN: _rolls,
    DutyKind.CLASS_MONTH: _class_month,
    DutyKind.BUREAU_MONTH: _bureau_month,
    DutyKind.RETURNED_MONTH: _bureau_month,
    DutyKind.SUPPLEMENT: _bureau_month,
    DutyKind.OFFICE_MONTH: _office_month,
    DutyKind.TAKE_MONTH: _board,
    DutyKind.COUNTERSIGN: _bureau_month,
    DutyKind.OPENING_FIGURES: _opening,
    DutyKind.ENROL: _area,
    DutyKind.VERIFY_AREA: _area,
    DutyKind.RENEW_AREA: _area,
    DutyKind.VERIFY_CHANGE: _changes,
    DutyKind.ACCEPT_TRANSFER: _changes,
    DutyKind.CONFIRM_TRANSFER: _changes,
}


_ASKED: Final[dict[DutyKind, Callable[[DeskScreen, OwedDuty], None]]] = {
    DutyKind.CHECK_BIRTH: settle_doubt,
    DutyKind.GRADUATES: graduate,
    DutyKind.MARK_REGISTER: mark,
    DutyKind.CHECK_ELSEWHERE: check_elsewhere,
    DutyKind.SETTLE_TWICE: settle_twice,
}


def open_duty(screen: DeskScreen, owed: OwedDuty) -> None:
    """Open what a duty is about; without a screen of its own, the child it is about."""
    if owed.kind in _SCREENS:
        screen.app.push_screen(_SCREENS[owed.kind](screen.desk, owed))
    elif owed.kind in _ASKED:
        _ASKED[owed.kind](screen, owed)
    elif owed.student_id is not None:
        open_child(screen, owed.township_id, owed.student_id)
    else:
        screen.tell("请从 F4 菜单办理此项。")
