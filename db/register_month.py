"""Month reports as they were filed: each school's newest version, or none."""

from datetime import date

from pydantic import Json

from core.rules.balance import MonthLine
from core.rules.base import Record
from core.rules.month import ReportKind, ReportState
from core.rules.time import Moment
from db.export import Picked
from db.pool import Conn
from db.rows import many


class FiledMonth(Record):
    """A school that owes a report of a month, with what it filed last."""

    school_id: int
    school_name: str
    due_on: date | None
    state: ReportState
    exempted: bool
    version: int
    zero: bool
    first_filed_at: Moment | None
    times_returned: int
    # The school's own line as it was filed; a missing report has none, never zeros.
    total: Json[MonthLine] | None


# A 教学点 reports through its parent, and a school owes nothing before it went live.
FILED = """
    SELECT s.id AS school_id, s.name AS school_name, r.due_on,
           coalesce(r.state, 'not_filed') AS state, coalesce(r.exempted, false) AS exempted,
           coalesce(v.version, 0) AS version, coalesce(v.zero, false) AS zero,
           (SELECT min(w.filed_at) FROM month_version w
             WHERE (w.township_id, w.report_id) = (r.township_id, r.id)) AS first_filed_at,
           (SELECT count(*) FROM month_event e
             WHERE (e.township_id, e.report_id) = (r.township_id, r.id)
               AND e.kind = 'returned') AS times_returned,
           v.content::jsonb -> 'lines' -> -1 AS total
      FROM school s
      LEFT JOIN month_report r
        ON (r.township_id, r.school_id, r.kind, r.month) = (s.township_id, s.id, $7, $8)
      LEFT JOIN LATERAL (SELECT w.version, w.zero, w.content FROM month_version w
                          WHERE (w.township_id, w.report_id) = (r.township_id, r.id)
                          ORDER BY w.version DESC
                          LIMIT 1) v ON true
     WHERE s.township_id = ANY ($1)
       AND (s.township_id = ANY ($2) OR s.id = ANY ($3)
            OR s.id IN (SELECT school_id FROM class
                         WHERE township_id = ANY ($1) AND id = ANY ($4)))
       AND ($5::bigint IS NULL OR s.id = $5) AND $6::bigint IS NULL
       AND s.parent_id IS NULL AND s.live_on < ($8::date + interval '1 month')
     ORDER BY s.township_id, s.code
"""
VERSION = """
    SELECT v.bytes
      FROM month_report r
      JOIN month_version v ON (v.township_id, v.report_id) = (r.township_id, r.id)
     WHERE (r.township_id, r.school_id, r.kind, r.month) = ($1, $2, $3, $4)
       AND v.version = $5
"""


async def filed(
    conn: Conn, picked: Picked, kind: ReportKind, month: date
) -> tuple[FiledMonth, ...]:
    """Return every school in sight that owes a report, with its newest version."""
    return many(FiledMonth, await conn.fetch(FILED, *picked.arguments, kind, month))


async def filed_bytes(
    conn: Conn, township_id: int, one: FiledMonth, kind: ReportKind, month: date
) -> bytes:
    """Return the workbook of a version, byte by byte as it was filed."""
    found: bytes = await conn.fetchval(
        VERSION, township_id, one.school_id, kind, month, one.version
    )
    return found
