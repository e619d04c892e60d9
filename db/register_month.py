"""A school's month report as it was filed last, byte by byte.

The schools of a township together are month_board's to read.
"""

from datetime import date

from core.rules.base import Record
from core.rules.month import ReportKind
from db.pool import Conn
from db.rows import one


class FiledMonth(Record):
    """The newest version of a report, with its workbook as rendered when it was filed."""

    version: int
    zero: bool
    rendered: bytes


NEWEST = """
    SELECT v.version, v.zero, v.bytes AS rendered
      FROM month_report r
      JOIN month_version v ON (v.township_id, v.report_id) = (r.township_id, r.id)
     WHERE (r.township_id, r.school_id, r.kind, r.month) = ($1, $2, $3, $4)
     ORDER BY v.version DESC
     LIMIT 1
"""


async def newest(
    conn: Conn, township_id: int, school_id: int, kind: ReportKind, month: date
) -> FiledMonth | None:
    """Return what a school filed last for a month; None while it has filed nothing."""
    row = await conn.fetchrow(NEWEST, township_id, school_id, kind, month)
    return one(FiledMonth, row)
