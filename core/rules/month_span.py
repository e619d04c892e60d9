"""Over what a month report is computed: its days, and what was known when it was filed.

Days alone would lose what is told late: a change entered on the 28th that happened on the
20th would stand in no report.  So a report is also what was known at its filing, and the
next one takes the rest.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final

from core.rules.base import Record
from core.rules.month import ReportKind, Window, bureau_window, due_on, office_window
from core.rules.time import Moment, day_of, moment, school_year

MIDNIGHT: Final = time(0)


class Span(Record):
    """What one school's report is computed over; every limit is one of its own.

    An event belongs to it when it counts by `closing_on` and was known by `known_to`, and
    did not belong to the report before: that one ended with `opening_on` and knew what was
    known by `known_from`.  So each event is in exactly one report, however late it is told.
    """

    school_id: int
    opening_on: date
    closing_on: date
    # The same limits for what has a moment: `from_at` inclusive, `to_at` exclusive.
    from_at: Moment
    to_at: Moment
    known_from: Moment | None = None
    known_to: Moment
    # The report before: this one begins with exactly the pupils that one ended with.
    prior_report_id: int | None = None
    prior_version: int | None = None
    # From when the school year's figures are counted; by 期初数 where it went live later.
    year_base_on: date
    year_by_figures: bool


class Filing(Record):
    """The newest version of a filed report, by its limits."""

    report_id: int
    version: int
    month: date
    window_from: Moment
    window_to: Moment
    known_from: Moment | None
    filed_at: Moment
    returned: bool

    @property
    def window(self) -> Window:
        """Return the days it covers."""
        return Window(from_on=day_of(self.window_from), to_on=day_of(self.window_to))


class Neighbours(Record):
    """The filed reports around one: before it, its own newest version, and after it."""

    before: Filing | None = None
    own: Filing | None = None
    after: Filing | None = None


def neighbours(kind: ReportKind, month: date, filings: Iterable[Filing]) -> Neighbours:
    """Find the neighbours of a month's report among a school's filed ones of its kind.

    The bureau's days follow the last report, whenever that was; the office's months stand
    by themselves, so only the month just before or after is a neighbour.
    """
    ordered = sorted(filings, key=lambda filing: filing.month)
    before = [f for f in ordered if f.month < month]
    after = [f for f in ordered if f.month > month]
    if kind is ReportKind.OFFICE:
        window = office_window(month.year, month.month)
        before = [f for f in before if f.window.to_on == window.from_on]
        after = [f for f in after if f.window.from_on == window.to_on]
    own = [f for f in ordered if f.month == month]
    return Neighbours(
        before=before[-1] if before else None,
        own=own[0] if own else None,
        after=after[0] if after else None,
    )


def window_of(
    kind: ReportKind, month: date, due: date, since: date, around: Neighbours, now: datetime
) -> Window:
    """Return the days a report filed now would cover.

    A returned one keeps its 数据截至 (days.md 38), and so does one whose successor is filed:
    the days after it are that one's.
    """
    if kind is ReportKind.OFFICE:
        return office_window(month.year, month.month)
    own = around.own
    if own is not None and (own.returned or around.after is not None):
        return own.window
    last = around.before.window if around.before else None
    return bureau_window(last, since, day_of(now), due)


def span_of(
    school_id: int, window: Window, since: date, around: Neighbours, now: datetime
) -> Span:
    """Return what a report over `window` is computed over; `since` is the school's 启用日.

    Who was in school on the 启用日 itself is where the first report begins.
    """
    prior, own = around.before, around.own
    # What this report left to the one before was decided when it was first filed: a later
    # 更正 of that one takes nothing from it.
    known_from = own.known_from if own else prior.filed_at if prior else None
    first = prior is None and window.from_on <= since
    closing_on = window.cutoff_on
    year_from = date(school_year(closing_on), 9, 1)
    after = around.after
    return Span(
        school_id=school_id,
        opening_on=since if first else window.from_on - timedelta(days=1),
        closing_on=closing_on,
        from_at=moment(since if first else window.from_on, MIDNIGHT),
        to_at=moment(window.to_on, MIDNIGHT),
        known_from=known_from,
        known_to=after.known_from if after and after.known_from else now,
        prior_report_id=prior.report_id if prior else None,
        prior_version=prior.version if prior else None,
        year_base_on=max(since, year_from),
        year_by_figures=since > year_from,
    )


def owes(kind: ReportKind, month: date, since: date, due: date) -> bool:
    """Tell whether a school that answers from `since` on owes the report of a month."""
    if kind is ReportKind.OFFICE:
        return office_window(month.year, month.month).to_on > since
    return due >= since


def month_before(month: date) -> date:
    """Return the first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def unfiled_before(
    kind: ReportKind, month: date, since: date, done: Iterable[date], due_day: int
) -> date | None:
    """Return the first month before `month` that is owed and neither filed nor 免报.

    The bureau's reports follow one another: a later one would swallow its days.
    """
    settled = frozenset(done)
    found = None
    earlier = month_before(month)
    while owes(kind, earlier, since, due_on(kind, earlier.year, earlier.month, due_day)):
        if earlier not in settled:
            found = earlier
        earlier = month_before(earlier)
    return found
