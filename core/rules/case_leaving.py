"""How a child stands in its class once its case has ended elsewhere than in it (days.md 21, 25).

What is proved by two people takes effect at once: a child that no roll may expect any longer
is called at none, and its clock ends.  Who was 排除疑似 or stays after an observation is a
pupil as before, and the clock of a child that is missing runs on.
"""

from typing import Final

from core.rules.base import Record
from core.rules.case import CaseStep, Settlement
from core.rules.change import ChangeKind
from core.rules.student import EnrolmentStatus


class Leaving(Record):
    """The 异动 that is written, and how the child stands after it where it stays on record."""

    change: ChangeKind | None = None
    status: EnrolmentStatus | None = None


# 外地就读, 送教上门 and 特校 keep the 学籍 and stand in 在校: no 异动 (model.md, the balance).
_SETTLED: Final = {
    Settlement.TRANSFER: Leaving(change=ChangeKind.TRANSFER_OUT),
    Settlement.ELSEWHERE: Leaving(status=EnrolmentStatus.STUDYING_OUT),
    Settlement.SUSPENSION: Leaving(
        change=ChangeKind.SUSPENSION, status=EnrolmentStatus.SUSPENDED
    ),
    Settlement.HOME_TEACHING: Leaving(status=EnrolmentStatus.HOME_TEACHING),
    Settlement.SPECIAL: Leaving(status=EnrolmentStatus.SPECIALIZED),
    Settlement.EXEMPT: Leaving(change=ChangeKind.OTHER_OUT, status=EnrolmentStatus.EXEMPT),
    Settlement.ABROAD: Leaving(change=ChangeKind.ABROAD),
    Settlement.DEATH: Leaving(change=ChangeKind.DEATH),
}
# Whose class is beyond the last grade is called at no roll; 毕业 is the school's to enter.
_CLOSED: Final = {
    CaseStep.COMPLETE: Leaving(change=ChangeKind.OTHER_OUT),
    CaseStep.GRADUATE: Leaving(),
}


def leaving_of(step: CaseStep, settled_as: Settlement | None) -> Leaving | None:
    """Return how a child leaves its class by a step; None where it stays in it."""
    return _CLOSED.get(step) if settled_as is None else _SETTLED[settled_as]


def taken_back(how: Leaving) -> ChangeKind | None:
    """Return the 异动 by which a child is a pupil again where a review finds a closing wrong."""
    if how.change is None:
        return None
    suspended = how.change is ChangeKind.SUSPENSION
    return ChangeKind.RESUMPTION if suspended else ChangeKind.OTHER_IN
