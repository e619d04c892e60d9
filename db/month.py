"""Month reports on disk: who owes which, how each stands, and what happened to it.

What was filed is in month_version; the figures are counted in balance.
"""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.filed import MonthSchool, Report, ReportEvent
from core.rules.month import ReportKind, ReportState
from db.pool import Conn
from db.rows import many

SCHOOLS = """
    SELECT s.township_id, t.name AS township_name, s.id, s.code, s.name, s.system,
           s.parent_id, s.phone,
           greatest(s.live_on,
                    (SELECT min(e.from_on) FROM enrolment e
                      WHERE (e.township_id, e.school_id) = (s.township_id, s.id)))
             AS since
      FROM school s
      JOIN township t ON t.township_id = s.township_id
     WHERE s.township_id = ANY ($1) AND ($2::bigint[] IS NULL OR s.id = ANY ($2))
     ORDER BY s.township_id, s.code
"""


async def schools(
    conn: Conn, township_ids: Sequence[int], school_ids: Sequence[int] | None = None
) -> tuple[MonthSchool, ...]:
    """Return the schools of some townships that report, by code; or those named."""
    only = None if school_ids is None else list(school_ids)
    return many(MonthSchool, await conn.fetch(SCHOOLS, list(township_ids), only))


EXEMPTED = """
    SELECT month FROM month_report
     WHERE township_id = $1 AND school_id = $2 AND kind = $3 AND exempted
"""


async def exempted_months(
    conn: Conn, township_id: int, school_id: int, kind: ReportKind
) -> tuple[date, ...]:
    """Return the months a school owes no report for (免报)."""
    rows = await conn.fetch(EXEMPTED, township_id, school_id, kind)
    return tuple(row["month"] for row in rows)


REPORTS = """
    SELECT r.township_id, r.id, r.school_id, r.kind, r.month, r.due_on, r.state,
           r.exempted, r.reminded, r.redue_at,
           (SELECT count(*) FROM month_event e
             WHERE (e.township_id, e.report_id) = (r.township_id, r.id)
               AND e.kind = 'returned') AS times_returned,
           EXISTS (SELECT FROM month_event e
                    WHERE (e.township_id, e.report_id) = (r.township_id, r.id)
                      AND e.kind = 'stamped' AND e.version = v.version) AS stamped,
           EXISTS (SELECT FROM month_event e
                    WHERE (e.township_id, e.report_id) = (r.township_id, r.id)
                      AND e.kind = 'countersigned' AND e.version = v.version)
             AS countersigned,
           coalesce(v.version, 0) AS version, coalesce(v.zero, false) AS zero,
           (SELECT f.filed_at FROM month_version f
             WHERE (f.township_id, f.report_id, f.version) = (r.township_id, r.id, 1))
             AS first_filed_at,
           v.filed_at, (v.window_to AT TIME ZONE 'Asia/Shanghai')::date - 1 AS cutoff_on,
           v.entered_for
      FROM month_report r
      LEFT JOIN LATERAL (SELECT * FROM month_version v
                          WHERE (v.township_id, v.report_id) = (r.township_id, r.id)
                          ORDER BY v.version DESC LIMIT 1) v ON true
     WHERE r.township_id = ANY ($1) AND r.kind = $2 AND r.month = $3
       AND ($4::bigint IS NULL OR coalesce(r.school_id, 0) = $4)
"""


async def reports(
    conn: Conn,
    township_ids: Sequence[int],
    kind: ReportKind,
    month: date,
    school_id: int | None = None,
) -> tuple[Report, ...]:
    """Return the reports of a month; `school_id` 0 is the township's own 汇总."""
    rows = await conn.fetch(REPORTS, list(township_ids), kind, month, school_id)
    return many(Report, rows)


OPEN = """
    INSERT INTO month_report (township_id, school_id, kind, month, due_on, state, exempted,
                              reminded, opened_at)
    SELECT $1, s.school_id, $3, $4, $5, 'not_filed', false, 0, $6
      FROM unnest($2::bigint[]) AS s (school_id)
        ON CONFLICT (township_id, kind, month, (coalesce(school_id, 0))) DO NOTHING
"""


async def open_all(
    conn: Conn,
    township_id: int,
    school_ids: Sequence[int | None],
    report: tuple[ReportKind, date, date],
    now: datetime,
) -> None:
    """Open the report (kind, month, due day) of these schools, where it is not open."""
    await conn.execute(OPEN, township_id, list(school_ids), *report, now)


NOTE = """
      WITH moved AS (
           UPDATE month_report
              SET state = coalesce($4, state), redue_at = coalesce($5, redue_at),
                  reminded = reminded + CASE WHEN $3 = 'reminded' THEN 1 ELSE 0 END,
                  exempted = exempted OR $3 = 'exempted'
            WHERE township_id = $1 AND id = $2
        RETURNING id)
    INSERT INTO month_event (township_id, report_id, version, kind, note, account_id, at)
    SELECT $1, m.id,
           (SELECT max(v.version) FROM month_version v
             WHERE (v.township_id, v.report_id) = ($1, m.id)), $3, $6, $7, $8
      FROM moved m
"""


class Step(Record):
    """What happens to a report: the event, the state it goes to, and by when it is due."""

    event: ReportEvent
    state: ReportState | None = None
    redue_at: datetime | None = None
    note: str = ""


async def note(
    conn: Conn, report: Report, step: Step, account_id: int, now: datetime
) -> None:
    """Write down what happened to a report's newest version."""
    await conn.execute(
        NOTE,
        report.township_id,
        report.id,
        step.event,
        step.state,
        step.redue_at,
        step.note,
        account_id,
        now,
    )
