"""月报情况: filed, zero, not filed, school by school, and the township's 汇总.

A school that has not filed prints —, and is never a zero (days.md 39).
"""

from datetime import date, datetime
from uuid import UUID

import db.month as rows
import db.month_board as contents_of
import db.month_version as versions
from core.papers import month_bureau, month_office, owing
from core.papers.month_line import Row
from core.rules.balance import LineScope, MonthLine, NotFiled, balance, township_total
from core.rules.base import Record
from core.rules.errors import BadInput, OutOfSight
from core.rules.filed import BoardRow, MonthSchool, Report
from core.rules.month import (
    MonthFacts,
    ReportKind,
    ReportState,
    Window,
    ZeroFacts,
    due_on,
    filed_late,
)
from core.rules.month_span import owes
from core.rules.paper import Edition, PaperHead
from core.rules.place import Township
from core.rules.register import OwingRow
from core.rules.staff import Role
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from core.services.month_context import due_day, timetable_of
from core.services.month_file import workbook
from db.balance_pupil import Members
from db.outbox import tell
from db.pool import Conn, Lock, lock_key

READERS = (Role.OFFICE, Role.BUREAU, Role.SUPERVISION, Role.GOVERNMENT)


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


class NothingToRollUp(BadInput):
    """No school has filed."""

    def __init__(self) -> None:
        super().__init__("还没有学校报送，暂不能汇总，可先催报。")


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
        return await _board(conn, wanted, month.replace(day=1), kind, now)


async def _board(
    conn: Conn, township_ids: list[int], month: date, kind: ReportKind, now: datetime
) -> MonthBoard:
    timetable = await timetable_of(conn, township_ids[0], day_of(now))
    policy = timetable.policy(day_of(now))
    due = due_on(kind, month.year, month.month, due_day(kind, policy))
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
        _row(school, reports.get(school.id), due, totals.get(school.id), now)
        for school in schools
        if owes(kind, month, school.since, due)
        and not ((report := reports.get(school.id)) and report.exempted)
    )
    lines = [_named(row) for row in found if row.total is not None]
    return MonthBoard(
        now=now,
        kind=kind,
        month=month,
        due_on=due,
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


def _named(row: BoardRow) -> MonthLine | None:
    """Return a school's total as a line of the township's table."""
    if row.total is None:
        return None
    told = {"scope": LineScope.SCHOOL, "name": row.school.name, "place_id": row.school.id}
    return row.total.model_copy(update=told)


def owing_rows(seen: MonthBoard) -> tuple[OwingRow, ...]:
    """Return the matrix as 应报未报情况表 prints it."""
    return tuple(_owing(row, seen.now) for row in seen.rows)


def _owing(row: BoardRow, now: datetime) -> OwingRow:
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


async def roll_up(
    desk: Desk, township_id: int, month: date, kind: ReportKind, op_id: UUID
) -> MonthFacts:
    """Make the township's 汇总 of what was filed, naming the schools that are missing (39).

    Made again when another school has filed, it is a new version.  Raises NothingToRollUp,
    NotYours or OutOfSight.
    """
    desk.actor.must_hold(Role.OFFICE, township_id=township_id)
    first = month.replace(day=1)
    locks = (lock_key(Lock.TOWNSHIP, township_id),)
    async with desk.writing("month.roll_up", op_id, locks=locks) as (conn, now):
        seen = await _board(conn, [township_id], first, kind, now)
        if seen.total is None or not seen.filed_count:
            raise NothingToRollUp
        await rows.open_all(conn, township_id, (None,), (kind, first, seen.due_on), now)
        (report,) = await rows.reports(conn, (township_id,), kind, first, 0)
        name = seen.rows[0].school.township_name
        unit = f"{name}{Role.OFFICE.label}"
        summary = owing.summary(owing_rows(seen))
        facts = _facts(seen, report, unit, desk.actor.name, summary)
        await versions.file(
            conn, township_id, report.id, _version(seen, facts, desk, report, unit)
        )
        await tell(conn, township_id, "month", now)
        return facts


def _facts(
    seen: MonthBoard, report: Report, unit: str, by: str, summary: str
) -> MonthFacts:
    lines = [line for row in seen.rows if (line := _named(row)) is not None]
    cutoffs = [row.report.cutoff_on for row in seen.rows if row.report]
    last = max((day for day in cutoffs if day), default=seen.due_on)
    total = seen.total
    return MonthFacts(
        kind=seen.kind,
        school_id=0,
        school_name=unit,
        year=seen.month.year,
        month=seen.month.month,
        version=report.version + 1,
        window=Window(from_on=seen.month, to_on=max(last, seen.month)),
        lines=(*lines, total) if total else tuple(lines),
        zero=ZeroFacts(),
        is_zero=False,
        filed_at=seen.now,
        filed_by=by,
        filed_as=by,
        notes=(summary,),
    )


def _version(
    seen: MonthBoard, facts: MonthFacts, desk: Desk, report: Report, unit: str
) -> versions.NewVersion:
    title = (
        month_bureau.title(unit, facts.year, facts.month, zero=False)
        if seen.kind is ReportKind.BUREAU
        else month_office.title(unit, facts.year, facts.month)
    )
    head = PaperHead(
        title=title.replace("月报表", "月报汇总表"),
        unit=unit,
        filled_on=day_of(seen.now),
        edition=Edition.SUBMITTED,
        made_by=desk.actor.name,
        made_at=seen.now,
        export_id=f"{seen.kind}-{facts.year}{facts.month:02}-v{facts.version}",
        filled_by=desk.actor.name,
        sentence=facts.notes[0],
    )
    printed: list[Row] = [
        _named(row) or NotFiled(school_id=row.school.id, name=row.school.name)
        for row in seen.rows
    ]
    if seen.total is not None:
        printed.append(seen.total)
    return versions.NewVersion(
        version=facts.version,
        state=ReportState.FILED,
        zero=False,
        window_from=datetime.combine(seen.month, seen.now.min.time(), seen.now.tzinfo),
        window_to=seen.now,
        known_from=None,
        content=facts.canonical,
        sha256=facts.sha256,
        rendered=workbook(seen.kind, head, printed),
        explanation="",
        filed_by=desk.actor.account_id,
        filed_as=desk.actor.name,
        filed_at=seen.now,
        late=filed_late(seen.now, seen.due_on),
        entered_for=None,
        members=Members(class_ids=(), student_ids=()),
    )


__all__ = ["MonthBoard", "NothingToRollUp", "Township", "board", "owing_rows", "roll_up"]
