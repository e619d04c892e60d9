"""汇总: the township's own document of what its schools filed.

A school that has not filed prints —, and is never a zero (days.md 39).
"""

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

import db.month as rows
import db.month_version as versions
from core.papers import month_bureau, month_office, owing
from core.papers.month_line import Row
from core.papers.words import anchored
from core.rules.balance import NotFiled
from core.rules.errors import BadInput
from core.rules.filed import Report
from core.rules.month import ReportKind, ReportState, Window, ZeroFacts, filed_late
from core.rules.month_facts import MonthFacts
from core.rules.paper import Edition, PaperHead
from core.rules.staff import Role
from core.rules.time import day_of
from core.services.desk import Desk
from core.services.month_board import MonthBoard, board_of, owing_rows, school_line
from core.services.month_file import workbook
from db.balance_pupil import Members
from db.journal import printed_head
from db.outbox import tell
from db.pool import Lock, lock_key


class NothingToRollUp(BadInput):
    """No school has filed."""

    def __init__(self) -> None:
        super().__init__("还没有学校报送，暂不能汇总，可先催报。")


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
        seen = await board_of(conn, [township_id], first, kind, now)
        if seen.total is None or not seen.filed_count:
            raise NothingToRollUp
        await rows.open_all(conn, township_id, (None,), (kind, first, seen.due_on), now)
        (report,) = await rows.reports(conn, (township_id,), kind, first, 0)
        name = seen.rows[0].school.township_name
        unit = f"{name}{Role.OFFICE.label}"
        summary = owing.summary(owing_rows(seen))
        facts = _facts(seen, report, unit, desk.actor.name, summary)
        anchor = await printed_head(conn, township_id)
        facts = facts.model_copy(update={"anchor": anchor})
        version = await asyncio.to_thread(_version, seen, facts, desk, unit)
        await versions.file(conn, township_id, report.id, version)
        await tell(conn, township_id, "month", now)
        return facts


def _facts(
    seen: MonthBoard, report: Report, unit: str, by: str, summary: str
) -> MonthFacts:
    lines = [line for row in seen.rows if (line := school_line(row)) is not None]
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
        window=Window(from_on=seen.month, to_on=last + timedelta(days=1)),
        lines=(*lines, total) if total else tuple(lines),
        zero=ZeroFacts(),
        is_zero=False,
        filed_at=seen.now,
        filed_by=by,
        filed_as=by,
        notes=(summary,),
    )


def _version(
    seen: MonthBoard, facts: MonthFacts, desk: Desk, unit: str
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
        notes=(f"{anchored(facts.anchor)}。",) if facts.anchor else (),
    )
    printed: list[Row] = [
        school_line(row) or NotFiled(school_id=row.school.id, name=row.school.name)
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
