"""迹象: a teacher's word that a child may leave, before any absence (R5-R7).

The school acknowledges it within a school day (学校备案), and a home visit follows; what a
visit is stands in visit.
"""

from datetime import date, timedelta
from typing import Final

from core.rules.base import Coded
from core.rules.calendar import Calendar, school_days_between
from core.rules.errors import BadInput, Refusal
from core.rules.staff import Role

RAISED_BY: Final = (Role.CLASS_TEACHER, Role.TEACHER, Role.LEADER, Role.REGISTRAR)
# 学校备案: whom it reaches; who is one of them has told the school by raising it.
ACKNOWLEDGED_BY: Final = (Role.LEADER, Role.REGISTRAR)
# The longest break of school.
_FAR: Final = timedelta(days=60)


class SignKind(Coded):
    """What was noticed."""

    DROPOUT = "dropout", "有辍学迹象"
    TRANSFER = "transfer", "有转学迹象"
    MOOD = "mood", "思想波动"


class SignSaysNothing(BadInput):
    """A sign says what was noticed."""

    def __init__(self) -> None:
        super().__init__("请写明发现的情况（何时、谁反映、有何表现），再提交。")


class SignWaits(Refusal):
    """The school has not acknowledged the sign before it."""

    def __init__(self) -> None:
        super().__init__("该生已有预警待学校备案，请先备案。")


class NoSign(Refusal):
    """Nothing waits to be acknowledged."""

    def __init__(self) -> None:
        super().__init__("没有需要您确认知悉或备案的事项。")


def answered_by(raised_on: date, calendar: Calendar) -> date:
    """Return the next school day: by then the school has acknowledged, and visited."""
    first = raised_on + timedelta(days=1)
    return next(iter(school_days_between(calendar, first, first + _FAR)), first)
