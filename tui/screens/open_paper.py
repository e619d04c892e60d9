"""From a paper to the screen that shows it."""

from core.rules.case_paper import KINDS
from core.rules.paper import PaperKind
from tui.screens.base import DeskScreen
from tui.screens.case_paper import CasePaperScreen
from tui.screens.letter import LetterScreen
from tui.screens.notice import NoticeScreen
from tui.screens.report import ReportScreen


def open_paper(
    screen: DeskScreen, kind: PaperKind, township_id: int, paper_id: int
) -> None:
    """Open an issued document, or one that waits for 签发."""
    if kind in KINDS:
        screen.app.push_screen(CasePaperScreen(screen.desk, township_id, paper_id, kind))
        return
    shown = {PaperKind.REPORT: ReportScreen, PaperKind.HUKOU_LETTER: LetterScreen}
    paper = shown.get(kind, NoticeScreen)
    screen.app.push_screen(paper(screen.desk, township_id, paper_id))
