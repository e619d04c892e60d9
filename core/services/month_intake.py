"""接收、退回、催报、免报: what the receiver does with a school's report.

基教科 takes in the bureau's report, 教管组 the office's.  Filing is in month, filing for a
school without network in month_behalf.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

import db.duty as duties
import db.month as rows
from core.rules.duty import DutyKind
from core.rules.errors import BadInput
from core.rules.filed import Report, ReportEvent
from core.rules.month import (
    ReportKind,
    ReportState,
    advance,
    returned_due_at,
)
from core.rules.staff import Role
from core.rules.time import day_of
from core.services.desk import Desk
from core.services.month_context import (
    MonthContext,
    context,
    school_in_sight,
    taker,
)
from core.services.month_file import CLEARED, MONTH_DUTY, report_row
from db.outbox import tell
from db.pool import Conn, Lock, lock_key


class NeedsReason(BadInput):
    """A school cannot put right what it is not told."""

    def __init__(self) -> None:
        super().__init__("退回须写明原因，请填写后再退回。")


class NothingFiled(BadInput):
    """There is no report to act on."""

    def __init__(self) -> None:
        super().__init__("该校本月尚未报送，可先催报。")


class AlreadyFiled(BadInput):
    """The report is there."""

    def __init__(self) -> None:
        super().__init__("该校本月已报送，无需再办。")


async def about_report(
    conn: Conn, desk: Desk, school_id: int, key: tuple[ReportKind, date], now: datetime
) -> MonthContext:
    """Return a school's report of (kind, month) in sight.  Raises OutOfSight, NotOwed."""
    school = await school_in_sight(conn, desk.actor, school_id)
    return await context(conn, school, *key, now)


def filed_report(about: MonthContext) -> Report:
    """Return the report if something was filed; raises NothingFiled."""
    if about.report is None or not about.report.version:
        raise NothingFiled
    return about.report


async def take_in(
    desk: Desk, school_id: int, kind: ReportKind, month: date, op_id: UUID
) -> None:
    """Take a report in: from now on it is corrected only through a return.

    Raises NothingFiled, StepRefused, NotYours or OutOfSight.
    """
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("month.take_in", op_id, locks=locks) as (conn, now):
        about = await about_report(conn, desk, school_id, (kind, month), now)
        about.must_hold(desk.actor, taker(kind))
        report = filed_report(about)
        state = advance(report.state, ReportState.TAKEN)
        step = rows.Step(event=ReportEvent.TAKEN, state=state)
        await rows.note(conn, report, step, desk.actor.account_id, now)
        await finish(conn, desk, report, (DutyKind.TAKE_MONTH,), now)


async def send_back(
    desk: Desk,
    school_id: int,
    kind: ReportKind,
    month: date,
    reason: str,
    op_id: UUID,
) -> datetime:
    """Return a report with the reason; return by when it is due again (38).

    数据截至 stays as it is, and so does timeliness.  Raises NeedsReason, NothingFiled,
    StepRefused, NotYours or OutOfSight.
    """
    if not reason.strip():
        raise NeedsReason
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("month.send_back", op_id, locks=locks) as (conn, now):
        about = await about_report(conn, desk, school_id, (kind, month), now)
        about.must_hold(desk.actor, taker(kind))
        report = filed_report(about)
        due_at = returned_due_at(day_of(now), about.is_school_day)
        step = rows.Step(
            event=ReportEvent.RETURNED,
            state=advance(report.state, ReportState.RETURNED),
            redue_at=due_at,
            note=reason.strip(),
        )
        await rows.note(conn, report, step, desk.actor.account_id, now)
        await finish(conn, desk, report, (DutyKind.TAKE_MONTH,), now)
        school = about.school
        owed = DutyKind.RETURNED_MONTH
        duty = duties.NewDuty(
            kind=owed,
            owed_by=owed.owes,
            school_id=school.id,
            subject_id=report.id,
            words=f"{about.month.month}月",
            due_at=due_at,
            climbs_at=due_at,
        )
        await duties.open_all(conn, school.township_id, (duty,), now)
        return due_at


async def remind(
    desk: Desk, school_id: int, kind: ReportKind, month: date, op_id: UUID
) -> int:
    """Remind a school that has not filed; return how often it was reminded."""
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("month.remind", op_id, locks=locks) as (conn, now):
        about = await about_report(conn, desk, school_id, (kind, month), now)
        school = about.school
        about.must_hold(desk.actor, Role.OFFICE, Role.BUREAU)
        report = await report_row(conn, about)
        if report.version and report.state is not ReportState.RETURNED:
            raise AlreadyFiled
        step = rows.Step(event=ReportEvent.REMINDED)
        await rows.note(conn, report, step, desk.actor.account_id, now)
        owed = MONTH_DUTY[kind]
        duty = duties.NewDuty(
            kind=owed,
            owed_by=owed.owes,
            school_id=school.id,
            subject_id=report.id,
            words=f"{about.month.month}月（已催报{report.reminded + 1}次）",
            due_at=now + timedelta(hours=2),
            climbs_at=now + timedelta(days=1),
        )
        await duties.open_all(conn, school.township_id, (duty,), now)
        # What is owed already says from now on that it was asked for.
        await duties.reword(conn, school.township_id, duty)
        await tell(conn, school.township_id, "month", now)
        await tell(conn, school.township_id, "duty", now)
        return report.reminded + 1


async def exempt(
    desk: Desk, school_id: int, kind: ReportKind, month: date, reason: str, op_id: UUID
) -> None:
    """Free a school of a month's report (免报), as 基教科 may for a vacation.

    Raises AlreadyFiled, NotYours, OutOfSight, or BadInput without a reason.
    """
    if not reason.strip():
        raise BadInput("免报须写明依据，请填写后再办理。")
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("month.exempt", op_id, locks=locks) as (conn, now):
        about = await about_report(conn, desk, school_id, (kind, month), now)
        about.must_hold(desk.actor, Role.BUREAU)
        report = await report_row(conn, about)
        if report.version:
            raise AlreadyFiled
        step = rows.Step(event=ReportEvent.EXEMPTED, note=reason.strip())
        await rows.note(conn, report, step, desk.actor.account_id, now)
        await finish(conn, desk, report, (MONTH_DUTY[kind], *CLEARED), now)


async def finish(
    conn: Conn, desk: Desk, report: Report, kinds: tuple[DutyKind, ...], now: datetime
) -> None:
    """Clear a report's duties and tell the screens."""
    for kind in kinds:
        by = desk.actor.account_id
        await duties.finish(conn, report.township_id, kind, report.id, now, by)
    await tell(conn, report.township_id, "month", now)
    await tell(conn, report.township_id, "duty", now)
