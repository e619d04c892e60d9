"""The matrix of reports on disk: what was filed, school by school, and what is still owed."""

from collections.abc import Sequence
from datetime import date, datetime

from core.rules.base import Record
from core.rules.month import ReportKind
from core.rules.time import Moment
from db.pool import Conn
from db.rows import many

CONTENTS = """
    SELECT r.school_id, v.content
      FROM month_report r
      JOIN LATERAL (SELECT v.content FROM month_version v
                     WHERE (v.township_id, v.report_id) = (r.township_id, r.id)
                     ORDER BY v.version DESC LIMIT 1) v ON true
     WHERE r.township_id = ANY ($1) AND r.kind = $2 AND r.month = $3
       AND r.school_id IS NOT NULL
"""


class Content(Record):
    """The newest version of one school's report."""

    school_id: int
    content: str


async def contents(
    conn: Conn, township_ids: Sequence[int], kind: ReportKind, month: date
) -> tuple[Content, ...]:
    """Return what each school's newest version says, as canonical JSON."""
    return many(Content, await conn.fetch(CONTENTS, list(township_ids), kind, month))


# The wanted reports of a township, and the duty each leaves while it is not filed.
OWED = """
      WITH owed AS (
           SELECT r.id, r.school_id
             FROM month_report r
            WHERE r.township_id = $1 AND r.kind = $2 AND r.month = $3
              AND r.state = 'not_filed' AND NOT r.exempted)
    INSERT INTO duty (township_id, kind, owed_by, school_id, subject_id, words, opened_at,
                      due_at, climbs_at)
    SELECT $1, $4, 'principal', o.school_id, o.id, $5, $6, $7, $7
      FROM owed o
     WHERE NOT EXISTS (SELECT FROM duty d
                        WHERE (d.township_id, d.kind, d.subject_id) = ($1, $4, o.id))
"""


async def owe(
    conn: Conn,
    township_id: int,
    report: tuple[ReportKind, date],
    duty: tuple[str, str],
    moments: tuple[datetime, datetime],
) -> None:
    """Owe the open reports of a month, once each.

    `duty` is its kind and what it is about, `moments` now and when due.
    """
    await conn.execute(OWED, township_id, *report, *duty, *moments)


NEEDED = """
    SELECT EXISTS (SELECT FROM unnest($4::bigint[]) AS s (school_id)
                    WHERE NOT EXISTS (SELECT FROM month_report r
                                       WHERE (r.township_id, r.kind, r.month, r.school_id)
                                           = ($1, $2, $3, s.school_id)))
        OR EXISTS (SELECT FROM month_report r
                    WHERE r.township_id = $1 AND r.kind = $2 AND r.month = $3
                      AND r.school_id = ANY ($4) AND r.state = 'not_filed'
                      AND NOT r.exempted
                      AND NOT EXISTS (SELECT FROM duty d
                                       WHERE (d.township_id, d.kind, d.subject_id)
                                           = ($1, $5, r.id)))
"""


async def is_needed(
    conn: Conn,
    township_id: int,
    report: tuple[ReportKind, date],
    school_ids: Sequence[int],
    duty_kind: str,
) -> bool:
    """Tell whether one of these schools' reports of a month is still to be opened."""
    found: bool = await conn.fetchval(
        NEEDED, township_id, *report, list(school_ids), duty_kind
    )
    return found


# days.md 36: an alarm, or a case, after the filing and by the due day: 补报 the same day.
SUPPLEMENTS = """
    SELECT r.id AS report_id, r.school_id, r.month, max(k.rang_at) AS rang_at
      FROM month_report r
      JOIN LATERAL (SELECT filed_at FROM month_version v
                     WHERE (v.township_id, v.report_id) = (r.township_id, r.id)
                     ORDER BY v.version DESC LIMIT 1) v ON true
      JOIN absence a ON (a.township_id, a.school_id) = (r.township_id, r.school_id)
      JOIN alarm k ON (k.township_id, k.absence_id) = (a.township_id, a.id)
     WHERE r.township_id = $1 AND r.kind = 'bureau' AND r.month = $2
       AND k.stage IN ('due', 'lost') AND k.rang_at > v.filed_at
       AND (k.rang_at AT TIME ZONE 'Asia/Shanghai')::date <= r.due_on
       AND NOT EXISTS (SELECT FROM duty d
                        WHERE (d.township_id, d.kind, d.subject_id)
                            = (r.township_id, 'supplement', r.id)
                          AND (d.opened_at >= k.rang_at OR d.done_at IS NULL))
     GROUP BY r.id, r.school_id, r.month
"""


class Supplement(Record):
    """A report that was filed before an alarm of its month rang."""

    report_id: int
    school_id: int
    month: date
    rang_at: Moment


async def supplements(conn: Conn, township_id: int, month: date) -> tuple[Supplement, ...]:
    """Return the bureau reports of a month that an alarm has overtaken."""
    return many(Supplement, await conn.fetch(SUPPLEMENTS, township_id, month))
