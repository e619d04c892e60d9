"""月报情况: filed, zero, not filed, school by school.  The township's 汇总 is month_rollup."""

from datetime import date, datetime

import db.month as rows
import db.month_board as contents_of
from core.rules.balance import LineScope, MonthLine, balance, township_total
from core.rules.base import Record
from core.rules.errors import OutOfSight
from core.rules.filed import BoardRow, MonthSchool, Report
from core.rules.month import ReportKind, ReportState, due_on
from core.rules.month_facts import MonthFacts
from core.rules.month_span import owes
from core.rules.register import OwingRow
from core.rules.staff import Role
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from core.services.month_context import due_day
from db.board import timetables
from db.pool import Conn


class MonthBoard(Record):
    """Every school's report of a month in this person's sight."""

    now: Moment
    kind: ReportKind
    month: date
    due_on: date
    rows: tuple[BoardRow, ...]
    total: MonthLine | None

    @property
    def filed_count(self) -> int:
        """Return how many schools have filed."""
        return sum(row.filed for row in self.rows)

    @property
    def balanced(self) -> bool:
        """Tell whether the sum of what was filed balances."""
        return self.total is None or balance(self.total) == 0


async def board(
    desk: Desk, month: date, kind: ReportKind, township_id: int | None = None
) -> MonthBoard:
    """Return the matrix of a month; of one township, or of all in sight.

    Raises OutOfSight for a person who answers for no township.
    """
    wanted = [t for t in desk.actor.scope.townships if township_id in {None, t}]
    if not wanted:
        raise OutOfSight
    async with desk.reading() as (conn, now):
        return await board_of(conn, wanted, month.replace(day=1), kind, now)


async def board_of(
    conn: Conn, township_ids: list[int], month: date, kind: ReportKind, now: datetime
) -> MonthBoard:
    """Return the matrix of some townships inside a transaction; due on the earliest day.

    Raises OutOfSight.
    """
    today = day_of(now)
    dues = {
        one.township_id: due_on(
            kind, month.year, month.month, due_day(kind, one.policy(today))
        )
        for one in await timetables(conn, township_ids, today)
    }
    if not dues:
        raise OutOfSight
    schools = await rows.schools(conn, township_ids)
    reports = {
        report.school_id: report
        for report in await rows.reports(conn, township_ids, kind, month)
    }
    told = await contents_of.contents(conn, township_ids, kind, month)
    totals = {
        one.school_id: MonthFacts.model_validate_json(one.content).lines[-1] for one in told
    }
    found = tuple(
        _row(
            school,
            reports.get(school.id),
            dues[school.township_id],
            totals.get(school.id),
            now,
        )
        for school in schools
        if owes(kind, month, school.since, dues[school.township_id])
        and not ((report := reports.get(school.id)) and report.exempted)
    )
    lines = [school_line(row) for row in found if row.total is not None]
    return MonthBoard(
        now=now,
        kind=kind,
        month=month,
        due_on=min(dues.values()),
        rows=found,
        total=township_total("合计", [line for line in lines if line]) if lines else None,
    )


def _row(
    school: MonthSchool,
    report: Report | None,
    due: date,
    total: MonthLine | None,
    now: datetime,
) -> BoardRow:
    if report is not None:
        due, state = report.due_on, report.shown_at(now)
    else:
        state = ReportState.NOT_FILED
    if state is ReportState.NOT_FILED and day_of(now) > due:
        state = ReportState.OVERDUE
    return BoardRow(school=school, report=report, due_on=due, state=state, total=total)


def school_line(row: BoardRow) -> MonthLine | None:
    """Return a school's total as a line of the township's table."""
    if row.total is None:
        return None
    told = {"scope": LineScope.SCHOOL, "name": row.school.name, "place_id": row.school.id}
    return row.total.model_copy(update=told)


def owing_rows(seen: MonthBoard) -> tuple[OwingRow, ...]:
    """Return the matrix as 应报未报情况表 prints it."""
    return tuple(_owing(row) for row in seen.rows)


def _owing(row: BoardRow) -> OwingRow:
    report = row.report
    told = f"已催报{report.reminded}次" if report and report.reminded else ""
    return OwingRow(
        school_id=row.school.id,
        school_name=row.school.name,
        state=row.state,
        due_on=row.due_on,
        first_filed_at=report.first_filed_at if report else None,
        is_zero=report.zero if report else False,
        version=report.version if report else 0,
        cutoff_on=report.cutoff_on if report else None,
        times_returned=report.times_returned if report else 0,
        stamped=report.stamped if report else False,
        entered_for=f"{Role.OFFICE.label}代录" if report and report.entered_for else "",
        note=told,
    )
