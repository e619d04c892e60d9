"""迎检材料: the twelve months of a school or township in one workbook (days.md 40).

Its leaves, visits, changes and 考勤月表 are the rows of their own registers; the others are
printed here, in the order of their sheets.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from types import MappingProxyType
from typing import Final

import db.register_inspection as deed_rows
import db.register_versions as report_rows
from core.rules.balance import NotFiled
from core.rules.base import Record
from core.rules.export import Listing
from core.rules.filed import ReportEvent
from core.rules.hukou_letter import HUKOU
from core.rules.inspection import (
    BureauLine,
    DeedRow,
    EarlyRow,
    FiledRow,
    IssuedRow,
    OfficeLine,
    VersionLine,
)
from core.rules.month import ReportKind, ReportState, shown_state, timeliness
from core.rules.month_facts import MonthFacts
from core.rules.paper import Addressee, PaperState
from core.rules.time import SHANGHAI, moment
from core.services.export_attendance import attendance
from core.services.export_batch import each
from core.services.export_choice import Chosen
from core.services.export_lines import lines, printer_of
from core.services.export_rows import Printer
from db.pool import Conn
from db.register_inspection import Alarmed, Deed, Issued
from db.register_versions import FiledVersion, Happened, Told

_MIDNIGHT: Final = time()
_REGISTERS: Final = (Listing.LEAVE, Listing.VISITS, Listing.CHANGES)
_NOT_SIGNED: Final = PaperState.TO_SIGN.label
_TO: Final = MappingProxyType(
    {HUKOU: "户籍地乡镇"} | {one.value: one.label for one in Addressee}
)


async def inspection(conn: Conn, chosen: Chosen) -> AsyncIterator[Sequence[Record]]:
    """Yield the rows of every sheet, sheet after sheet; within a transaction."""
    printer = printer_of(chosen)
    picked, days = chosen.picked, (chosen.from_on, chosen.to_on)
    span = (moment(chosen.from_on, _MIDNIGHT), moment(chosen.to_on, _MIDNIGHT))
    for found in (
        each(report_rows.versions(conn, picked, days), partial(_filed, now=chosen.now)),
        _versions(conn, chosen, ReportKind.BUREAU),
        _versions(conn, chosen, ReportKind.OFFICE),
        each(deed_rows.issued(conn, picked, span), _issued),
        each(deed_rows.alarmed(conn, picked, span), partial(_early, printer=printer)),
        *(_register(conn, chosen, listing) for listing in _REGISTERS),
        each(deed_rows.deeds(conn, picked, span), partial(_deed, printer=printer)),
    ):
        async for batch in found:
            yield batch
    taken: set[str] = set()
    for first, after in _months(*days):
        of_month = replace(printer, lead=f"{first.year}年{first.month}月")
        month = attendance(conn, picked, (first, after), of_month, chosen.now, taken)
        async for sheets in month:
            yield sheets


async def _versions(
    conn: Conn, chosen: Chosen, kind: ReportKind
) -> AsyncIterator[Sequence[Record]]:
    days = (chosen.from_on, chosen.to_on)
    async for told in report_rows.contents(conn, chosen.picked, days, kind):
        yield [line for one in told for line in _lines_of(one, kind)]


def _register(
    conn: Conn, chosen: Chosen, listing: Listing
) -> AsyncIterator[Sequence[Record]]:
    """Return the rows of a register that is an export of its own, over the same days."""
    asked = chosen.asked.model_copy(update={"listing": listing})
    return lines(conn, chosen.model_copy(update={"asked": asked}))


def _months(from_on: date, to_on: date) -> Iterator[tuple[date, date]]:
    """Yield the whole months that a span touches, each with the first day after it."""
    first = from_on.replace(day=1)
    while first < to_on:
        year, month = divmod(first.year * 12 + first.month, 12)
        after = date(year, month + 1, 1)
        yield first, after
        first = after


def _filed(row: FiledVersion, now: datetime) -> FiledRow:
    shown = shown_state(row.state, row.first_filed_at, row.due_on, now).label
    if row.exempted:
        shown = ReportEvent.EXEMPTED.label
    elif 0 < row.version < row.newest:
        shown = ReportState.CORRECTED.label
    zero = ReportState.ZERO.label if row.zero else ""
    return FiledRow(
        school_name=row.school_name,
        month=row.month,
        kind=row.kind,
        version=row.version,
        state="，".join(dict.fromkeys(part for part in (zero, shown) if part)),
        due_on=row.due_on,
        filed_at=row.filed_at,
        timeliness=timeliness(row.first_filed_at, row.due_on),
        cutoff_on=row.cutoff_on,
        filed_as=row.filed_as or row.filed_by,
        explanation="；".join(part for part in (row.explanation, row.entered_for) if part),
        events="\n".join(_happened(event) for event in row.events),
        sha256=row.sha256,
    )


def _happened(event: Happened) -> str:
    at = event.at.astimezone(SHANGHAI)
    told = f"{at:%Y-%m-%d %H:%M} {event.kind.label} {event.by}"
    return f"{told}：{event.note}" if event.note else told


def _lines_of(told: Told, kind: ReportKind) -> Iterator[VersionLine]:
    form = BureauLine if kind is ReportKind.BUREAU else OfficeLine
    if told.version == 0:
        missing = NotFiled(school_id=0, name=told.school_name)
        yield form(school_name=told.school_name, month=told.month, version=0, line=missing)
        return
    for line in MonthFacts.model_validate_json(told.content).lines:
        yield form(
            school_name=told.school_name, month=told.month, version=told.version, line=line
        )


def _issued(row: Issued) -> IssuedRow:
    return IssuedRow(
        school_name=row.school_name,
        student_name=row.student_name,
        kind=row.kind.label,
        number=row.number or _NOT_SIGNED,
        made_at=row.made_at,
        signed_at=row.signed_at,
        signed_as=row.signed_as,
        addressee=_TO.get(row.addressee, row.addressee),
        received_by=row.received_by,
        received_at=row.received_at,
        how="" if row.how is None else row.how.label,
        recorded_by=row.recorded_by,
    )


def _early(row: Alarmed, printer: Printer) -> EarlyRow:
    case = report = ""
    if row.case_state is not None:
        case = f"个案{row.case_number}{row.case_state.label}"
        report = row.report or _NOT_SIGNED
    ended = "" if row.ended_how is None else row.ended_how.label
    return EarlyRow(
        class_name=printer.class_of(
            row.school_name, row.cohort, row.number, row.missed_day
        ),
        student_name=row.student_name,
        missed_at=row.missed_at,
        due_at=row.due_at,
        found_at=row.found_at,
        told_at=row.told_at,
        visited_at=row.visited_at,
        talked_at=row.talked_at,
        report=report,
        signed_at=row.signed_at,
        receipts=row.receipts,
        ended_at=row.ended_at,
        outcome="；".join(part for part in (ended, case) if part),
        note="去向不明，提前报告" if row.lost and row.told_at < row.due_at else "",
    )


def _deed(row: Deed, printer: Printer) -> DeedRow:
    session = "" if row.session is None else row.session.label
    return DeedRow(
        class_name=printer.class_of(row.school_name, row.cohort, row.number, row.day),
        kind=row.kind,
        of=f"{row.day:%Y-%m-%d}{session}",
        student_name=row.student_name,
        was="" if row.was is None else row.was.label,
        became="" if row.became is None else row.became.label,
        reason=row.reason,
        by=row.by,
        at=row.at,
    )
