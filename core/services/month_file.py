"""Writing a filed report down: its text, its workbook, its pupils, and the duties it clears.

Whether it may be filed is decided in month before this is called.
"""

from asyncio import to_thread
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO

import db.duty as duties
import db.month as rows
import db.month_class as classes
import db.month_version as versions
from core.papers import month_bureau, month_office
from core.papers.month_line import Row
from core.papers.words import anchored
from core.rules.balance import MonthLine
from core.rules.base import Record, Words
from core.rules.duty import DutyKind
from core.rules.errors import Changed
from core.rules.filed import Report
from core.rules.month import ReportKind, ReportState, ZeroFacts, filed_late, zero_sentence
from core.rules.month_facts import MonthFacts
from core.rules.paper import Edition, PaperHead
from core.rules.time import day_of
from core.services.month_context import MonthContext
from core.services.month_figures import Counted
from db.balance_pupil import members
from db.journal import printed_head
from db.outbox import tell
from db.pool import Conn

MONTH_DUTY = {
    ReportKind.BUREAU: DutyKind.BUREAU_MONTH,
    ReportKind.OFFICE: DutyKind.OFFICE_MONTH,
}
CLEARED = (DutyKind.RETURNED_MONTH, DutyKind.SUPPLEMENT)


class Signed(Record):
    """Whose act a filing is, and how the paper names its signer."""

    account_id: int
    name: Words
    signed_as: Words
    # 代录: where it came from, from whom, when, and what is attached (33).
    entered_for: str | None = None


async def report_row(conn: Conn, about: MonthContext) -> Report:
    """Return the report of a school and month, opening it where nobody has."""
    if about.report is not None:
        return about.report
    school = about.school
    opened = (about.kind, about.month, about.due_on)
    township_id = school.township_id
    await rows.open_all(conn, township_id, (school.id,), opened, about.now)
    (found,) = await rows.reports(conn, (township_id,), about.kind, about.month, school.id)
    return found


async def write_down(
    conn: Conn,
    about: MonthContext,
    counted: Counted,
    zero_facts: ZeroFacts,
    signed: Signed,
    explanation: str,
    *,
    zero: bool,
) -> MonthFacts:
    """Write a version with its canonical text and its workbook; return what was filed.

    Raises Changed when a pupil came or went while it was counted.
    """
    report = await report_row(conn, about)
    span, now, school = counted.span, about.now, about.school
    who = await members(conn, school.township_id, school.id, span.closing_on, span.known_to)
    if len(who.student_ids) != counted.total.closing:
        raise Changed
    if about.kind is ReportKind.BUREAU:
        counted = await _confirm_rest(conn, about, counted, signed)
    facts = MonthFacts(
        kind=about.kind,
        school_id=school.id,
        school_name=school.name,
        year=about.month.year,
        month=about.month.month,
        version=report.version + 1,
        window=about.window,
        lines=counted.lines(about.kind),
        zero=zero_facts,
        is_zero=zero,
        filed_at=now,
        filed_by=signed.name,
        filed_as=signed.signed_as,
        notes=tuple(line for line in explanation.splitlines() if line.strip()),
        entered_for=signed.entered_for,
        school_code=school.code,
        phone=school.phone or "",
        anchor=await printed_head(conn, school.township_id),
    )
    first = report.first_filed_at or now
    version = versions.NewVersion(
        version=facts.version,
        state=ReportState.ZERO if zero else ReportState.FILED,
        zero=zero,
        window_from=span.from_at,
        window_to=span.to_at,
        known_from=span.known_from,
        content=facts.canonical,
        sha256=facts.sha256,
        rendered=await to_thread(render, facts),
        explanation=explanation,
        filed_by=signed.account_id,
        filed_as=signed.signed_as,
        filed_at=now,
        late=filed_late(first, report.due_on),
        entered_for=signed.entered_for,
        members=who,
    )
    await versions.file(conn, school.township_id, report.id, version)
    await _clear_duties(conn, about, report, signed, now)
    await tell(conn, school.township_id, "month", now)
    return facts


async def _confirm_rest(
    conn: Conn, about: MonthContext, counted: Counted, signed: Signed
) -> Counted:
    """Confirm for the classes that have not, by the principal's own filing (34)."""
    listed = await classes.listed(conn, about.scope, about.month, about.school.id)
    waiting = {one.class_id for one in listed if one.confirmed_at is None}
    lines: list[MonthLine] = []
    confirmed: list[tuple[int, str]] = []
    for line in counted.classes:
        if line.place_id not in waiting or not line.on_roll:
            lines.append(line)
            continue
        told = "；".join(part for part in ("校长代确认", line.remark) if part)
        mine = line.model_copy(update={"remark": told})
        lines.append(mine)
        confirmed.append((line.place_id or 0, mine.model_dump_json()))
    school = about.school
    place = (school.township_id, school.id, about.month)
    by = (signed.account_id, about.now)
    await classes.confirm(conn, place, confirmed, by, on_behalf=True)
    return counted.model_copy(update={"classes": tuple(lines)})


async def _clear_duties(
    conn: Conn, about: MonthContext, report: Report, signed: Signed, now: datetime
) -> None:
    township_id, by = about.school.township_id, signed.account_id
    for kind in (MONTH_DUTY[about.kind], *CLEARED):
        await duties.finish(conn, township_id, kind, report.id, now, by)
    bureau = about.kind is ReportKind.BUREAU
    due_at = now + timedelta(days=3)
    who = f"{about.school.name}{about.month.month}月"
    owed = [
        duties.NewDuty(
            kind=DutyKind.TAKE_MONTH,
            owed_by="bureau" if bureau else "office",
            school_id=about.school.id,
            subject_id=report.id,
            words=who,
            due_at=due_at,
        )
    ]
    if signed.entered_for is not None:
        within = timedelta(days=about.policy.countersign_within)
        owed.append(
            duties.NewDuty(
                kind=DutyKind.COUNTERSIGN,
                owed_by=DutyKind.COUNTERSIGN.owes,
                school_id=about.school.id,
                subject_id=report.id,
                words=f"{about.month.month}月",
                due_at=now + within,
                climbs_at=now + within,
            )
        )
    await duties.open_all(conn, township_id, owed, now)


def render(facts: MonthFacts) -> bytes:
    """Return the workbook of a report: of the same facts the same bytes, at any time."""
    number = (
        f"{facts.kind}-{facts.year}{facts.month:02}-{facts.school_code}-v{facts.version}"
    )
    unit = facts.school_name
    bureau = facts.kind is ReportKind.BUREAU
    title = (
        month_bureau.title(unit, facts.year, facts.month, zero=facts.is_zero)
        if bureau
        else month_office.title(unit, facts.year, facts.month)
    )
    head = PaperHead(
        title=title,
        unit=unit,
        filled_on=day_of(facts.filed_at),
        edition=Edition.SUBMITTED,
        made_by=facts.filed_by,
        made_at=facts.filed_at,
        export_id=number,
        filled_by=facts.filed_by,
        phone=facts.phone,
        sentence=zero_sentence(facts.window.cutoff_on) if facts.is_zero else "",
        notes=_notes(facts),
    )
    return workbook(facts.kind, head, facts.lines)


def workbook(kind: ReportKind, head: PaperHead, lines: Sequence[Row]) -> bytes:
    """Return the table of a kind of report as a workbook."""
    out = BytesIO()
    write = month_bureau.write if kind is ReportKind.BUREAU else month_office.write
    write(out, head, lines)
    return out.getvalue()


def _notes(facts: MonthFacts) -> tuple[str, ...]:
    day = facts.window.cutoff_on
    told = [
        f"数据截至{day.year}年{day.month}月{day.day}日。",
        f"签发：{facts.filed_as}。",
    ]
    if facts.version > 1:
        told.append(f"本表为更正报送（第{facts.version}版）。")
    if facts.entered_for is not None:
        told.append(f"教管组代录：{facts.entered_for}")
    if facts.anchor:
        told.append(f"{anchored(facts.anchor)}。")
    return (*told, *facts.notes)
