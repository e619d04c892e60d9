"""Filing and looking at months of 河湾小学, each in one line, for the tests of months."""

from datetime import date
from io import BytesIO
from uuid import uuid4

from openpyxl import load_workbook

from core.rules.balance import MonthLine
from core.rules.month import ReportKind
from core.rules.month_facts import MonthFacts
from core.services import month
from tests.services.month_town import HE, Town

BUREAU, OFFICE = ReportKind.BUREAU, ReportKind.OFFICE
OCT, NOV, DEC = date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1)
FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)
# An enrolment without its change.
PLANT = """
INSERT INTO enrolment (township_id, student_id, school_id, class_id, boarder, status, from_on)
VALUES ($1, $2, $3, $4, false, 'enrolled', $5)
"""


async def filed(
    town: Town,
    kind: ReportKind = BUREAU,
    when: date = NOV,
    by: str = "he",
    school: int = HE,
    *,
    zero: bool = False,
) -> MonthFacts:
    """File a report."""
    return await month.file(await town.desk(by), school, kind, when, "", uuid4(), zero=zero)


async def zero(town: Town, by: str = "he", when: date = NOV) -> MonthFacts:
    """File a zero report."""
    return await filed(town, when=when, by=by, zero=True)


async def seen(town: Town, kind: ReportKind = BUREAU, when: date = NOV) -> month.MonthView:
    """Look at the school's report of a month."""
    return await month.view(await town.desk("he"), HE, kind, when)


def figures(line: MonthLine) -> tuple[int, ...]:
    """期初, 转入, 转出, 其他增, 其他减 (调班在内), 期末, 在籍."""
    return (
        line.opening,
        line.transfer_in,
        line.transfer_out,
        line.all_other_in,
        line.all_other_out,
        line.closing,
        line.on_roll,
    )


def named(lines: tuple[MonthLine, ...], name: str) -> MonthLine:
    """Return the line of that name."""
    return next(line for line in lines if line.name == name)


def texts(rendered: bytes) -> list[str]:
    """Return every text of a workbook's first sheet."""
    page = load_workbook(BytesIO(rendered)).worksheets[0]
    return [str(cell.value) for row in page.iter_rows() for cell in row if cell.value]
