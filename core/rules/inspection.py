"""The lines of 迎检材料 that no other register has: a year of a school for an inspection.

Leaves, visits, changes and 考勤月表 go in as their own registers print them (register);
here are reports in every version, papers with their receipts, alarms, and corrections.
"""

from datetime import date, timedelta
from typing import Final

from core.rules.balance import MonthLine, NotFiled
from core.rules.base import Coded, Record, Words
from core.rules.errors import BadInput
from core.rules.month import ReportKind
from core.rules.time import Moment

# The longest span one workbook covers.
LONGEST: Final = timedelta(days=366)


class FiledRow(Record):
    """One version of a month report, or a report that was never filed (`version` 0)."""

    school_name: Words
    month: date
    kind: ReportKind
    version: int
    state: str
    due_on: date
    filed_at: Moment | None
    timeliness: str
    cutoff_on: date | None
    filed_as: str
    explanation: str
    # 接收、退回、催报 …, each with who and when.
    events: str
    sha256: str


class VersionLine(Record):
    """One printed line of one version; a report never filed is a line of —."""

    school_name: Words
    month: date
    version: int
    line: MonthLine | NotFiled


class BureauLine(VersionLine):
    """A line of 表一."""


class OfficeLine(VersionLine):
    """A line of 表二."""


class IssuedRow(Record):
    """One original of one issued document, with its receipt; without one it says so."""

    school_name: Words
    student_name: Words
    kind: str
    number: str
    made_at: Moment
    signed_at: Moment | None
    signed_as: str
    addressee: str
    received_by: str
    received_at: Moment | None
    how: str
    recorded_by: str


class EarlyRow(Record):
    """One alarm with its 四早: found, told upward, visited, talked to (R9)."""

    class_name: Words
    student_name: Words
    missed_at: Moment
    due_at: Moment
    found_at: Moment
    told_at: Moment
    visited_at: Moment | None
    talked_at: Moment | None
    report: str
    signed_at: Moment | None
    receipts: int
    ended_at: Moment | None
    outcome: str
    note: str


class DeedKind(Coded):
    """What was done after the fact, or by another hand."""

    CORRECTED = "corrected", "点名更正"
    BACKFILLED = "backfilled", "补点名"
    ON_BEHALF = "on_behalf", "代点名"
    VOIDED = "voided", "停课作废"
    VISIT = "visit", "家访记录更正"


class DeedRow(Record):
    """One correction, one roll taken late or for another, one roll voided."""

    class_name: Words
    kind: DeedKind
    of: Words
    student_name: str
    was: str
    became: str
    reason: str
    by: str
    at: Moment


def year_to(last_on: date) -> date:
    """Return the first day of the twelve months that end with the month of `last_on`."""
    year, month = divmod(last_on.year * 12 + last_on.month - 12, 12)
    return date(year, month + 1, 1)


def must_be_a_year_at_most(from_on: date, to_on: date) -> None:
    """Refuse a span that one workbook does not cover; `to_on` exclusive (BadInput)."""
    if to_on - from_on > LONGEST:
        raise BadInput("一次最多导出一年，请缩短时间后重填。")
