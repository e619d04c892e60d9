"""What every act on a month report starts from: the school, the month, its neighbours.

Also who may see a report and who signs it.
"""

from datetime import date, datetime, timedelta
from typing import Final

import db.duty as duties
import db.month as rows
import db.month_version as versions
from core.rules.base import Record
from core.rules.duty import DutyKind
from core.rules.errors import BadInput, NotYours, OutOfSight
from core.rules.filed import MonthSchool, Report
from core.rules.month import ReportKind, Window, due_on, shown_due_on
from core.rules.month_span import (
    Filing,
    Neighbours,
    Span,
    neighbours,
    owes,
    span_of,
    unfiled_before,
    window_of,
)
from core.rules.policy import Policy
from core.rules.roll_board import Timetable
from core.rules.staff import Acting, Actor, Grant, Post, Role, Scope
from core.rules.time import day_of
from db.board import timetables
from db.pool import Conn

# A school year and the summer before it: every term, holiday and closure a month needs.
LOOK_BACK: Final = timedelta(days=400)


class NotOwed(BadInput):
    """The month is none the school answers for."""

    def __init__(self, month: date) -> None:
        super().__init__(f"{month.year}年{month.month}月无需报送，请选择其他月份。")


class NotBegun(NotOwed):
    """The month lies in the future: nothing can be said of it yet."""

    def __init__(self, month: date) -> None:
        BadInput.__init__(
            self, f"{month.year}年{month.month}月尚未开始，请自当月1日起办理。"
        )


class FileEarlierFirst(BadInput):
    """An earlier month is missing: its days would be swallowed by a later report."""

    def __init__(self, month: date) -> None:
        super().__init__(f"{month.year}年{month.month}月尚未报送，请先补报该月。")


class MonthContext(Record):
    """One school's report of a month, and what it is computed over if filed now."""

    now: datetime
    school: MonthSchool
    timetable: Timetable
    kind: ReportKind
    month: date
    due_on: date
    report: Report | None
    around: Neighbours
    missing: date | None

    @property
    def policy(self) -> Policy:
        """Return the policy of today."""
        return self.timetable.policy(day_of(self.now))

    @property
    def scope(self) -> Scope:
        """Return the school as a scope for a query."""
        return Scope(reach=(self.school.township_id,), schools=(self.school.id,))

    def must_hold(self, actor: Actor, *roles: Role) -> None:
        """Refuse unless one of `roles` covers the school.  Raises NotYours, OutOfSight."""
        school = self.school
        actor.must_hold(*roles, township_id=school.township_id, school_id=school.id)

    @property
    def shown_due_on(self) -> date:
        """Return the day the duty is shown for: never later than the due day (32)."""
        return shown_due_on(self.due_on, self.is_school_day)

    @property
    def window(self) -> Window:
        """Return the days a report filed now would cover."""
        return window_of(
            self.kind, self.month, self.due_on, self.school.since, self.around, self.now
        )

    def span(self, window: Window | None = None) -> Span:
        """Return what a report over `window`, or filed now, is computed over."""
        days = window or self.window
        return span_of(self.school.id, days, self.school.since, self.around, self.now)

    def is_school_day(self, day: date) -> bool:
        """Tell whether the township's schools teach on `day`; an unknown day does not."""
        return bool(self.timetable.calendar.is_school_day(day))


async def timetable_of(conn: Conn, township_id: int, day: date) -> Timetable:
    """Return a township's calendar, plans and policy around `day`."""
    found = await timetables(conn, (township_id,), day - LOOK_BACK)
    if not found:
        raise OutOfSight
    return found[0]


def due_day(kind: ReportKind, policy: Policy) -> int:
    """Return the day of the month on which a kind of report is due."""
    return policy.bureau_due_day if kind is ReportKind.BUREAU else policy.office_due_day


async def school_in_sight(conn: Conn, actor: Actor, school_id: int) -> MonthSchool:
    """Return a school whose reports this person may see; raises OutOfSight."""
    scope = actor.scope
    for school in await rows.schools(conn, scope.reach, (school_id,)):
        parent = school.parent_id
        if (
            school.township_id in scope.townships
            or school.id in scope.schools
            or (parent is not None and parent in scope.schools)
        ):
            return school
    raise OutOfSight


async def context(
    conn: Conn, school: MonthSchool, kind: ReportKind, month: date, now: datetime
) -> MonthContext:
    """Return a school's report of a month with its neighbours; raises NotBegun, NotOwed."""
    first = month.replace(day=1)
    if first > day_of(now):
        raise NotBegun(first)
    timetable = await timetable_of(conn, school.township_id, day_of(now))
    day = due_day(kind, timetable.policy(day_of(now)))
    due = due_on(kind, first.year, first.month, day)
    if not owes(kind, first, school.since, due):
        raise NotOwed(first)
    found = await rows.reports(conn, (school.township_id,), kind, first, school.id)
    filed: tuple[Filing, ...] = await versions.filings(
        conn, school.township_id, school.id, kind
    )
    missing = None
    if kind is ReportKind.BUREAU:
        free = await rows.exempted_months(conn, school.township_id, school.id, kind)
        done = {filing.month for filing in filed} | set(free)
        missing = unfiled_before(kind, first, school.since, done, day)
    return MonthContext(
        now=now,
        school=school,
        timetable=timetable,
        kind=kind,
        month=first,
        due_on=found[0].due_on if found else due,
        report=found[0] if found else None,
        around=neighbours(kind, first, filed),
        missing=missing,
    )


async def is_overtaken(conn: Conn, about: MonthContext) -> bool:
    """Tell whether the school owes a 补报 of this report (36)."""
    if about.report is None:
        return False
    township_id = about.school.township_id
    owed = await duties.open_subjects(conn, township_id, DutyKind.SUPPLEMENT)
    return about.report.id in owed


def signing_grant(actor: Actor, school: MonthSchool) -> Grant | None:
    """Return by which grant this person signs a school's reports, None by none (19, 31)."""
    own = actor.signs_for(school.id)
    if own is not None or school.parent_id is None:
        return own
    return actor.signs_for(school.parent_id)


def signature_of(actor: Actor, school: MonthSchool) -> str:
    """Return whom the report prints as its signer (31).

    校长 by the post, or by a dated 代签 grant, printed as 校长授权; a 教学点's is signed by its
    隶属学校 (19).  Raises NotYours, or OutOfSight.
    """
    grant = signing_grant(actor, school)
    if grant is None:
        if not actor.holds(*Role, township_id=school.township_id, school_id=school.id):
            raise OutOfSight
        raise NotYours(Post.PRINCIPAL.label)
    if grant.acting is Acting.SIGNATURE:
        return f"{actor.name}（校长授权）"
    return f"{Post.PRINCIPAL.label} {actor.name}"


def taker(kind: ReportKind) -> Role:
    """Return who takes a kind of report in: 基教科 or 教管组."""
    return Role.BUREAU if kind is ReportKind.BUREAU else Role.OFFICE
