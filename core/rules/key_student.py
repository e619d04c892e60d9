"""重点生: who is on a class's list, why, and by when visited and looked over (R31-R37).

A child is entered by those who write its file and leaves the list by its school's leaders
alone, with a reason.  Until then a home visit is owed each week by Sunday, and a look at
the class's records each month.  The signs that suggest a child are in risk.
"""

from datetime import date, timedelta
from typing import Final

from core.rules.base import Coded, Record, Words
from core.rules.calendar import Calendar, school_days_between
from core.rules.errors import BadInput, Refusal
from core.rules.file import WRITERS
from core.rules.policy import Policy
from core.rules.staff import Role
from core.rules.time import Moment, day_of

ENTERED_BY: Final = WRITERS
# 领导每月检查, and who lets a child leave the list.
LED_BY: Final = (Role.LEADER,)
_A_WEEK: Final = timedelta(days=7)
# Beyond the longest vacation.
_FAR: Final = 18
_SATURDAY: Final = 5


class KeySource(Coded):
    """What led to the entry."""

    CASE = "case", "个案"
    SIGN = "sign", "迹象"
    RISK = "risk", "预警"
    JUDGED = "judged", "学校认定"


class KeyExit(Coded):
    """Why a child is no 重点生 any more."""

    STEADY = "steady", "转化稳定"
    SETTLED = "settled", "转学、毕业等，去向已核实"
    MISTAKEN = "mistaken", "列入有误"


class AlreadyKey(Refusal):
    """The child is on the list."""

    def __init__(self) -> None:
        super().__init__("该生已是重点生，无须再列入。")


class NotKey(Refusal):
    """The child is not on the list."""

    def __init__(self) -> None:
        super().__init__("该生不是重点生，请先列入。")


class KeySaysNothing(BadInput):
    """An entry without a computed reason, an exit and a check say why."""

    def __init__(self, what: str) -> None:
        super().__init__(f"请写明{what}，再提交。")


class KeyStays(Refusal):
    """What is open about a child keeps it on the list."""

    def __init__(self, why: str) -> None:
        super().__init__(f"该生{why}，不能退出重点生，请先办结。")


class NoKeyInClass(Refusal):
    """There is nothing to look over."""

    def __init__(self) -> None:
        super().__init__("该班目前没有重点生，无须检查。")


class KeyFacts(Record):
    """A 重点生 as it stands: the class of today, the last home visit, the last check."""

    township_id: int
    key_id: int
    student_id: int
    student_name: Words
    school_id: int
    class_id: int
    cohort: int
    number: int
    entered_at: Moment
    visited_at: Moment | None
    checked_at: Moment | None


class KeyLine(Record):
    """A child on the list of a class, or one that may belong there, with the reasons."""

    township_id: int
    student_id: int
    student_name: Words
    pinyin: tuple[str, ...]
    school_id: int
    school_name: Words
    class_id: int
    cohort: int
    number: int
    # On the list: since what, and by when to be visited; None of who is not on it.
    source: KeySource | None
    visit_due_at: Moment | None
    # What is found today, else what was found at the entry.
    why: str


class KeyClass(Record):
    """A class with 重点生: how many, how many were not visited in time, when looked over."""

    township_id: int
    school_id: int
    school_name: Words
    class_id: int
    cohort: int
    number: int
    count: int
    overdue: int
    checked_at: Moment | None


class KeyEntry(Record):
    """One time on the list: why, by whom, until when."""

    source: KeySource
    reasons: str
    measures: str
    entered_by: str
    entered_at: Moment
    exited_as: KeyExit | None
    exit_note: str | None
    exited_by: str | None
    exited_at: Moment | None


class KeyCheck(Record):
    """One look of a leader at a class's records."""

    count: int
    note: str
    checked_by: str
    checked_at: Moment


class KeyRow(Record):
    """One time on the list as 重点生名册 prints it."""

    class_name: str
    student_name: str
    sex: str
    born_on: date
    entered_on: date
    reasons: str
    measures: str
    heads: str
    guardian: str
    phone: str
    visits: int
    visited_on: date | None
    checked_on: date | None
    left: str


def visit_by(facts: KeyFacts, calendar: Calendar, policy: Policy) -> date:
    """Return the Sunday by which the child is to be visited next (R32).

    Who is entered on a weekend is visited in the week after it.
    """
    entered = day_of(facts.entered_at)
    due = _sunday(entered) + (_A_WEEK if entered.weekday() >= _SATURDAY else timedelta())
    if facts.visited_at is not None:
        due = max(due, _sunday(day_of(facts.visited_at)) + _A_WEEK)
    if not policy.key_visits_pause:
        return due
    weeks = (due + n * _A_WEEK for n in range(_FAR))
    return next((sunday for sunday in weeks if _teaches(calendar, sunday)), due)


def check_by(since: date, checked_on: date | None) -> date:
    """Return the last day of the month in which a class's records are looked over next (R37).

    `since`: when the first of its 重点生 was entered.  Who has less than a week left of the
    month is looked at in the next one.
    """
    due = _month_end(since)
    if due - since < _A_WEEK:
        due = _month_end(due + timedelta(days=1))
    if checked_on is None:
        return due
    return max(due, _month_end(_month_end(checked_on) + timedelta(days=1)))


def weeks_missed(due: date, day: date) -> int:
    """Return how many Sundays have gone by since a visit was due, that one included."""
    return 0 if day <= due else (day - due - timedelta(days=1)) // _A_WEEK + 1


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _month_end(day: date) -> date:
    first_of_next = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first_of_next - timedelta(days=1)


def _teaches(calendar: Calendar, sunday: date) -> bool:
    monday = sunday - timedelta(days=6)
    return bool(school_days_between(calendar, monday, sunday + timedelta(days=1)))
