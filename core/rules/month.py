"""月报: its two kinds, when each is due, which days it covers, and what is zero.

`bureau` goes from the school to 基教科 by the 25th (R49, R50), `office` from the school
to 教管组 by the 3rd (R52).  The figures of a line and their balance are in balance.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, TypeAlias

from core.rules.base import Coded, Record
from core.rules.errors import Refusal
from core.rules.time import day_of, moment

BUREAU_DUE_DAY: Final = 25
OFFICE_DUE_DAY: Final = 3
# A due day in a holiday is shown on the last school day before.  In a vacation there is
# none near: the due day itself is shown, not a day of last month.
LOOK_BACK_DAYS: Final = 10
RETURNED_DUE: Final = time(17)

SchoolDay: TypeAlias = Callable[[date], bool]


class ReportKind(Coded):
    """Which report, and so to whom."""

    BUREAU = "bureau", "控辍保学情况月报"
    OFFICE = "office", "学生变动情况月报"


class ReportState(Coded):
    """What is shown of a report; the two 逾期 are found by date, never stored."""

    NOT_FILED = "not_filed", "未报"
    DRAFT = "draft", "草稿"
    FILED = "filed", "已报"
    ZERO = "zero", "零报告"
    TAKEN = "taken", "已接收"
    RETURNED = "returned", "已退回"
    CORRECTED = "corrected", "已更正"
    OVERDUE = "overdue", "逾期未报"
    FILED_LATE = "filed_late", "逾期已报"


FILINGS: Final = frozenset({ReportState.FILED, ReportState.ZERO})
NEXT: Final[dict[ReportState, frozenset[ReportState]]] = {
    # A zero report is filed in one step (days.md, the principal's ten seconds).
    ReportState.NOT_FILED: frozenset({ReportState.DRAFT}) | FILINGS,
    ReportState.DRAFT: FILINGS,
    # Before it is taken in the school corrects it without being asked (days.md 36).
    ReportState.FILED: frozenset(
        {ReportState.TAKEN, ReportState.RETURNED, ReportState.CORRECTED}
    ),
    ReportState.ZERO: frozenset(
        {ReportState.TAKEN, ReportState.RETURNED, ReportState.CORRECTED}
    ),
    # After it is taken in, a correction goes through a return.
    ReportState.TAKEN: frozenset({ReportState.RETURNED}),
    ReportState.RETURNED: frozenset({ReportState.CORRECTED}),
    # The wrong version stays to be seen, and changes no more.
    ReportState.CORRECTED: frozenset(),
}


class StepRefused(Refusal):
    """A report cannot go from where it is to where it was sent."""

    def __init__(self, state: ReportState, wanted: ReportState) -> None:
        if state is wanted:
            super().__init__(f"月报{state.label}，无需再办。")
            return
        hint = (
            "请先由接收单位退回，再更正。"
            if (state, wanted) == (ReportState.TAKEN, ReportState.CORRECTED)
            else "请刷新后核对月报状态。"
        )
        super().__init__(f"月报{state.label}，不能改为{wanted.label}。{hint}")


class NotZero(Refusal):
    """A zero report is a checked statement, and the check found something (days.md 37)."""

    def __init__(self, found: Sequence[str]) -> None:
        super().__init__(f"不能作零报告：{'、'.join(found)}。请先办结，或按 F9 报送。")


class Window(Record):
    """The days a report covers: `from_on` inclusive, `to_on` exclusive."""

    from_on: date
    to_on: date

    @property
    def cutoff_on(self) -> date:
        """Return 数据截至: the last day covered."""
        return self.to_on - timedelta(days=1)


class ZeroFacts(Record):
    """What stands against a zero report at 数据截至."""

    dropouts: int = 0
    suspected: int = 0
    open_cases: int = 0
    runs_past_48h: int = 0
    # Rolls not taken in the last two school days.
    untaken_rolls: int = 0

    @property
    def found(self) -> tuple[str, ...]:
        """Return what was found, as words; empty means zero (days.md 37)."""
        told = (
            (self.dropouts, "辍学{}人"),
            (self.suspected, "疑似辍学{}人"),
            (self.open_cases, "未销号{}人"),
            (self.runs_past_48h, "超过48小时未到校{}人"),
            (self.untaken_rolls, "近两个上课日未点名{}节"),
        )
        return tuple(text.format(count) for count, text in told if count)


def due_on(kind: ReportKind, year: int, month: int, day: int | None = None) -> date:
    """Return the day a report of `year`-`month` is due; it never moves later.

    The bureau's is due in its month, the office's in the next; `day` overrides (policy).
    """
    if kind is ReportKind.BUREAU:
        return date(year, month, day or BUREAU_DUE_DAY)
    following = date(year, month, 28) + timedelta(days=4)
    return following.replace(day=day or OFFICE_DUE_DAY)


def shown_due_on(due: date, is_school_day: SchoolDay) -> date:
    """Return the day the duty is shown for: the last school day at or before `due`."""
    for back in range(LOOK_BACK_DAYS + 1):
        day = due - timedelta(days=back)
        if is_school_day(day):
            return day
    return due


def returned_due_at(returned_on: date, is_school_day: SchoolDay) -> datetime:
    """Return the new due of a returned report: next working day, 17:00 (days.md 38)."""
    for ahead in range(1, LOOK_BACK_DAYS + 1):
        day = returned_on + timedelta(days=ahead)
        if is_school_day(day):
            return moment(day, RETURNED_DUE)
    return moment(returned_on + timedelta(days=1), RETURNED_DUE)


def bureau_window(last: Window | None, since: date, filed_on: date, due: date) -> Window:
    """Return the days of a bureau report: after the last 数据截至, up to the day of filing.

    The 25th 24:00 at the latest, so every day lies in exactly one report.  `since` is the
    first day the school answers for, when no report came before.
    """
    from_on = last.to_on if last else since
    return Window(
        from_on=from_on, to_on=max(from_on, min(filed_on, due) + timedelta(days=1))
    )


def office_window(year: int, month: int) -> Window:
    """Return the days of an office report: the calendar month."""
    first = date(year, month, 1)
    return Window(from_on=first, to_on=(first + timedelta(days=31)).replace(day=1))


def office_opens_on(window: Window, is_school_day: SchoolDay) -> date:
    """Return the day from which an office report may be filed: the last school day.

    Its rolls must be in first; the service asks that (days.md 32).
    """
    return shown_due_on(window.cutoff_on, is_school_day)


def shown_state(
    state: ReportState, first_filed_at: datetime | None, due: date, now: datetime
) -> ReportState:
    """Return the state as it is shown, timeliness by the first submission (days.md 38)."""
    if first_filed_at is None:
        return ReportState.OVERDUE if day_of(now) > due else state
    if state in FILINGS and filed_late(first_filed_at, due):
        return ReportState.FILED_LATE
    return state


def filed_late(first_filed_at: datetime, due: date) -> bool:
    """Tell whether the first submission came after 24:00 of the due day."""
    return day_of(first_filed_at) > due


def timeliness(first_filed_at: datetime | None, due: date) -> str:
    """Return 按时 or 逾期 by the first submission; nothing while there is none."""
    if first_filed_at is None:
        return ""
    return "逾期" if filed_late(first_filed_at, due) else "按时"


def advance(state: ReportState, wanted: ReportState) -> ReportState:
    """Return `wanted` if a report may go there from `state`, else raise StepRefused."""
    if wanted not in NEXT.get(state, frozenset()):
        raise StepRefused(state, wanted)
    return wanted


def correct(state: ReportState, *, overtaken: bool) -> ReportState:
    """Return 已更正 if what was filed may be filed anew, else raise StepRefused.

    What an alarm has overtaken is told the same day, whether it was taken in or not: it was
    no mistake that somebody would have to return first (days.md 36).
    """
    if overtaken and state is ReportState.TAKEN:
        return ReportState.CORRECTED
    return advance(state, ReportState.CORRECTED)


def must_be_zero(facts: ZeroFacts) -> None:
    """Refuse a zero report while anything stands against it (NotZero)."""
    if facts.found:
        raise NotZero(facts.found)


def zero_sentence(cutoff_on: date) -> str:
    """Return what a zero report states (days.md, papers 11)."""
    day = f"{cutoff_on.year}年{cutoff_on.month}月{cutoff_on.day}日"
    return f"经逐班排查，截至{day}，本校无疑似辍学、辍学学生，特此零报告。"
