"""月报: looking at a school's report of a month, and filing it.

Nothing is typed that the system knows; figures that do not balance are not filed.  Taking
in and returning are in month_intake, the figures in month_figures.
"""

import hashlib
from datetime import date
from uuid import UUID

import db.month_class as classes
import db.month_version as versions
from core.rules.balance import MonthLine
from core.rules.base import Note, Record
from core.rules.errors import BadInput
from core.rules.filed import Report, Version
from core.rules.month import (
    ReportKind,
    ReportState,
    Window,
    ZeroFacts,
    advance,
    correct,
    must_be_zero,
    office_opens_on,
)
from core.rules.month_facts import MonthFacts
from core.rules.month_refused import NoZeroHere, OfficeNotYet, RollsFirst
from core.rules.roll_board import RollLine
from core.rules.stray import Stray, strays
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from core.services.month_context import (
    FileEarlierFirst,
    MonthContext,
    context,
    is_overtaken,
    school_in_sight,
    signature_of,
    signing_grant,
)
from core.services.month_figures import (
    Counted,
    count,
    lately_untaken,
    untaken_rolls,
    zero_facts,
)
from core.services.month_file import Signed, write_down
from db.pool import Conn, Lock, lock_key


class MonthView(Record):
    """A report as its school sees it: what it would say now, and what was filed."""

    now: Moment
    school_id: int
    school_name: str
    kind: ReportKind
    month: date
    due_on: date
    shown_due_on: date
    state: ReportState
    window: Window
    lines: tuple[MonthLine, ...]
    strays: tuple[Stray, ...]
    zero: ZeroFacts
    # Which rolls `zero` counts as not taken, the earliest first.
    untaken: tuple[RollLine, ...]
    unconfirmed: tuple[str, ...]
    report: Report | None
    versions: tuple[Version, ...]
    filed: MonthFacts | None
    # 来源已变: what was filed is no longer what the facts say.
    source_changed: bool
    # 补报: an alarm has overtaken what was filed (36).
    overtaken: bool
    # Whether it is the reader's to file.
    may_file: bool


async def view(desk: Desk, school_id: int, kind: ReportKind, month: date) -> MonthView:
    """Return a school's report of a month.  Raises OutOfSight or NotOwed."""
    async with desk.reading() as (conn, now):
        school = await school_in_sight(conn, desk.actor, school_id)
        about = await context(conn, school, kind, month, now)
        may_file = signing_grant(desk.actor, school) is not None
        return await _view(conn, about, may_file=may_file)


async def _view(conn: Conn, about: MonthContext, *, may_file: bool) -> MonthView:
    township_id, school, report = about.school.township_id, about.school, about.report
    counted = await counted_now(conn, about)
    filed, changed = None, False
    told: tuple[Version, ...] = ()
    if report is not None and report.version:
        told = await versions.versions(conn, township_id, report.id)
        filed = told[0].content
        changed = await _source_changed(conn, about, filed)
    scope = about.scope
    untaken = await lately_untaken(conn, counted, about.timetable, about.now)
    confirmed = await classes.listed(conn, scope, about.month, school.id)
    held = {line.place_id: line.name for line in counted.classes}
    state = ReportState.NOT_FILED if report is None else report.shown_at(about.now)
    return MonthView(
        now=about.now,
        school_id=school.id,
        school_name=school.name,
        kind=about.kind,
        month=about.month,
        due_on=about.due_on,
        shown_due_on=about.shown_due_on,
        state=_overdue(state, about),
        window=about.window,
        lines=counted.lines(about.kind),
        strays=strays(counted.flows),
        zero=await zero_facts(conn, counted, len(untaken), about.now),
        untaken=untaken,
        unconfirmed=tuple(
            held[one.class_id]
            for one in confirmed
            if one.class_id in held and one.confirmed_at is None
        ),
        report=report,
        versions=told,
        filed=filed,
        source_changed=changed,
        overtaken=await is_overtaken(conn, about),
        may_file=may_file,
    )


def _overdue(state: ReportState, about: MonthContext) -> ReportState:
    late = day_of(about.now) > about.due_on
    return ReportState.OVERDUE if state is ReportState.NOT_FILED and late else state


async def counted_now(
    conn: Conn, about: MonthContext, window: Window | None = None
) -> Counted:
    """Return the figures a report over `window`, or filed now, would have."""
    wanted = ((about.school, about.span(window)),)
    return (await count(conn, wanted, about.timetable, about.month))[0]


async def _source_changed(conn: Conn, about: MonthContext, filed: MonthFacts) -> bool:
    """Tell whether the facts behind a filed report have changed since."""
    again = await counted_now(conn, about, filed.window)
    return _bare(again.lines(about.kind)) != _bare(filed.lines)


def _bare(lines: tuple[MonthLine, ...]) -> tuple[MonthLine, ...]:
    """Return the lines as their sources say: a new target is no new source."""
    told = {"remark": "", "standings": ()}
    return tuple(line.model_copy(update=told) for line in lines)


async def file(
    desk: Desk,
    school_id: int,
    kind: ReportKind,
    month: date,
    explanation: Note,
    op_id: UUID,
    *,
    zero: bool = False,
) -> MonthFacts:
    """File a school's report of a month, or its correction; return what was filed.

    `zero` makes it a zero report, which is checked first.  Classes that have not confirmed
    are confirmed by the principal, printed as such (34).  Raises Unbalanced naming the
    pupils, NotZero naming what was found, StepRefused, FileEarlierFirst, OfficeNotYet,
    RollsFirst, NotYours, OutOfSight.
    """
    lock = lock_key(Lock.SCHOOL, school_id)
    async with desk.writing("month.file", op_id, locks=(lock,)) as (conn, now):
        school = await school_in_sight(conn, desk.actor, school_id)
        signed_as = signature_of(desk.actor, school)
        about = await context(conn, school, kind, month, now)
        signed = Signed(
            account_id=desk.actor.account_id, name=desk.actor.name, signed_as=signed_as
        )
        return await file_as(conn, about, signed, explanation, zero=zero)


async def file_as(
    conn: Conn, about: MonthContext, signed: Signed, explanation: str, *, zero: bool
) -> MonthFacts:
    """File the report inside an act that has settled who signs it."""
    if zero and about.kind is not ReportKind.BUREAU:
        raise NoZeroHere
    await _must_be_time(conn, about)
    wanted = ReportState.ZERO if zero else ReportState.FILED
    if about.report is not None and about.report.version:
        correct(about.report.state, overtaken=await is_overtaken(conn, about))
    advance(ReportState.NOT_FILED, wanted)
    counted = await counted_now(conn, about)
    counted.must_balance()
    untaken = await lately_untaken(conn, counted, about.timetable, about.now)
    facts = await zero_facts(conn, counted, len(untaken), about.now)
    if zero:
        must_be_zero(facts)
    return await write_down(conn, about, counted, facts, signed, explanation, zero=zero)


async def _must_be_time(conn: Conn, about: MonthContext) -> None:
    if about.missing is not None:
        raise FileEarlierFirst(about.missing)
    today = day_of(about.now)
    if about.kind is ReportKind.BUREAU or today >= about.window.to_on:
        return
    opens_on = office_opens_on(about.window, about.is_school_day)
    if today < opens_on:
        raise OfficeNotYet(opens_on)
    untaken = await untaken_rolls(
        conn, about.school, about.timetable, opens_on, about.now, all_day=True
    )
    if untaken:
        raise RollsFirst(untaken)


class FiledBook(Record):
    """A filed version's workbook."""

    file_name: str
    rendered: bytes
    sha256: str


async def workbook(
    desk: Desk, school_id: int, kind: ReportKind, month: date, version: int = 0
) -> FiledBook:
    """Return a filed version's workbook as it was filed; 0 is the newest.

    Raises OutOfSight, NotOwed, or BadInput when nothing was filed.
    """
    async with desk.reading() as (conn, now):
        school = await school_in_sight(conn, desk.actor, school_id)
        about = await context(conn, school, kind, month, now)
        report = about.report
        wanted = version or (report.version if report else 0)
        found = None
        if report is not None and wanted:
            found = await versions.rendered(conn, school.township_id, report.id, wanted)
        if found is None:
            raise BadInput("该月尚未报送，没有可导出的月报。")
    name = f"{school.name}{about.month:%Y-%m}{kind.label}_第{wanted}版.xlsx"
    digest = hashlib.sha256(found).hexdigest()
    return FiledBook(file_name=name, rendered=found, sha256=digest)
