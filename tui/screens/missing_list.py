"""The missing children as lines, each with its clock: the board's list, and the first screen's.

What opens from a line is its screen's.
"""

from collections.abc import Hashable
from datetime import datetime
from typing import Final

from core.rules.absence import remaining
from core.rules.file import EventKind
from core.rules.missing import Missing
from core.rules.paper import PaperKind
from core.rules.place import class_name
from core.services.missing import MissingList
from tui.widgets.listing import USUAL, WIDE, Column, Listing
from tui.widgets.style import Tone

_BAR: Final = 12


def told(found: MissingList) -> str:
    """Return 未到校3 超时1."""
    return f"未到校{found.missing} 超时{found.over}"


def _key(child: Missing) -> Hashable:
    return child.township_id, child.absence_id


class MissingLines(Listing[Missing]):
    """Shows each missing child with clock, progress, class and name.

    `framed` puts a frame round them that counts them.
    """

    def __init__(self, *, framed: bool = False) -> None:
        self._now: datetime | None = None
        self._several = False
        super().__init__(
            (
                Column[Missing]("48小时", _BAR + 7, self._clock),
                Column[Missing]("进展", 10, self._progress),
                Column[Missing](
                    "首次未到校", 10, lambda m: m.first_missed, min_screen_width=USUAL
                ),
                Column[Missing](
                    EventKind.VISIT.label, 4, _visits, "right", min_screen_width=WIDE
                ),
                Column[Missing](EventKind.CASE.label, 8, _case, min_screen_width=WIDE),
                Column[Missing]("包保教师", 8, _keeper, min_screen_width=WIDE),
                Column[Missing]("班级", 14, _class_of),
                Column[Missing]("姓名", 0, self._name_of),
            ),
            key=_key,
            jump_fn=lambda m: m.pinyin,
            empty="现在没有未到校的学生。点名记缺后，学生和48小时时钟会列在这里。",
            title="" if framed else None,
            tone_fn=self._tone,
        )

    def show(self, found: MissingList) -> None:
        """Show who is missing."""
        self._now = found.now
        self._several = len({child.school_id for child in found.children}) > 1
        if self._title is not None:
            self._title = told(found)
        self.rows = found.children

    def _clock(self, child: Missing) -> str:
        if self._now is None:
            return ""
        share = (self._now - child.missed_at) / (child.due_at - child.missed_at)
        return self.look.bar(share, _BAR) + remaining(child.due_at, self._now)

    def _progress(self, child: Missing) -> str:
        if child.paper_state is not None:
            return PaperKind.REPORT.label + child.paper_state.label
        return "" if self._now is None else child.progress(self._now).label

    def _name_of(self, child: Missing) -> str:
        return child.student_name + (f"  {child.school_name}" if self._several else "")

    def _tone(self, child: Missing) -> Tone:
        over = self._now is not None and self._now >= child.due_at
        return Tone.ALARM if over else Tone.WARNING


def _visits(child: Missing) -> str:
    return f"{child.visits}次"


def _case(child: Missing) -> str:
    return child.case_number or ""


def _keeper(child: Missing) -> str:
    return child.keeper or ""


def _class_of(child: Missing) -> str:
    return class_name(child.cohort, child.number, child.missed_day)
