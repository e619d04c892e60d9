"""季度复核: the closed cases that a county looks at again every quarter (四个一, domain.md 0)."""

from datetime import date
from typing import Final

from core.rules.base import Record, Words
from core.rules.case import CaseState
from core.rules.time import Moment

_MONTHS: Final = 3  # of a quarter


class ClosedLine(Record):
    """A case that was closed: when, why, and of whom."""

    township_id: int
    case_id: int
    number: Words
    student_id: int
    student_name: Words
    pinyin: tuple[str, ...]
    school_name: Words
    state: CaseState
    opened_at: Moment
    closed_at: Moment
    close_reason: Words


def review_since(day: date) -> date:
    """Return the first day of the quarter before: what is closed today is reviewed in the next."""
    month = day.month - (day.month - 1) % _MONTHS - _MONTHS
    return date(day.year, month, 1) if month > 0 else date(day.year - 1, month + 12, 1)
