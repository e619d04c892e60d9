"""What was filed: versions of month reports, with their text, workbook and pupils.

A version is never changed; a wrong one stays to be seen beside its correction.
"""

from datetime import datetime

from core.rules.base import Record
from core.rules.filed import Version
from core.rules.month import ReportKind, ReportState
from core.rules.month_span import Filing
from db.balance_pupil import Members
from db.pool import Conn
from db.rows import many

FILINGS = """
    SELECT r.id AS report_id, v.version, r.month, v.window_from, v.window_to,
           v.known_from, v.filed_at, r.state = 'returned' AS returned
      FROM month_report r
      JOIN LATERAL (SELECT * FROM month_version v
                     WHERE (v.township_id, v.report_id) = (r.township_id, r.id)
                     ORDER BY v.version DESC LIMIT 1) v ON true
     WHERE r.township_id = $1 AND r.school_id = $2 AND r.kind = $3
"""


async def filings(
    conn: Conn, township_id: int, school_id: int, kind: ReportKind
) -> tuple[Filing, ...]:
    """Return the newest version of every filed report of a school and kind."""
    return many(Filing, await conn.fetch(FILINGS, township_id, school_id, kind))


FILE = """
      WITH moved AS (
           UPDATE month_report SET state = $4, redue_at = NULL
            WHERE township_id = $1 AND id = $2
        RETURNING id)
    INSERT INTO month_version (township_id, report_id, version, zero, window_from,
                               window_to, known_from, content, sha256, bytes, explanation,
                               filed_by, filed_as, filed_at, late, entered_for,
                               member_class_ids, member_ids)
    SELECT $1, id, $3, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19
      FROM moved
"""


class NewVersion(Record):
    """A version about to be filed, with its workbook as rendered now."""

    version: int
    state: ReportState
    zero: bool
    window_from: datetime
    window_to: datetime
    known_from: datetime | None
    content: str
    sha256: str
    rendered: bytes
    explanation: str
    filed_by: int
    filed_as: str
    filed_at: datetime
    late: bool
    entered_for: str | None
    members: Members


async def file(conn: Conn, township_id: int, report_id: int, version: NewVersion) -> None:
    """Write a version; the ones before it stay as they are."""
    await conn.execute(
        FILE,
        township_id,
        report_id,
        version.version,
        version.state,
        version.zero,
        version.window_from,
        version.window_to,
        version.known_from,
        version.content,
        version.sha256,
        version.rendered,
        version.explanation,
        version.filed_by,
        version.filed_as,
        version.filed_at,
        version.late,
        version.entered_for,
        list(version.members.class_ids),
        list(version.members.student_ids),
    )


VERSIONS = """
    SELECT v.version, v.zero, v.window_from, v.window_to, v.sha256, v.explanation,
           a.name AS filed_by, v.filed_as, v.filed_at, v.late, v.entered_for, v.content,
           (SELECT e.note FROM month_event e
             WHERE (e.township_id, e.report_id, e.version, e.kind)
                 = ($1, v.report_id, v.version, 'returned')
             ORDER BY e.id DESC LIMIT 1) AS returned_reason
      FROM month_version v
      JOIN account a ON a.id = v.filed_by
     WHERE v.township_id = $1 AND v.report_id = $2
     ORDER BY v.version DESC
"""
RENDERED = """
    SELECT bytes FROM month_version
     WHERE township_id = $1 AND report_id = $2 AND version = $3
"""


async def versions(conn: Conn, township_id: int, report_id: int) -> tuple[Version, ...]:
    """Return every version of a report, the newest first."""
    return many(Version, await conn.fetch(VERSIONS, township_id, report_id))


async def rendered(
    conn: Conn, township_id: int, report_id: int, version: int
) -> bytes | None:
    """Return the workbook of a version, byte for byte as it was filed."""
    found: bytes | None = await conn.fetchval(RENDERED, township_id, report_id, version)
    return found
