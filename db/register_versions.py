"""Month reports of a span from the database, every version of them, for an inspection (40)."""

from collections.abc import AsyncIterator
from datetime import date

from pydantic import Json

from core.rules.base import Record
from core.rules.filed import ReportEvent
from core.rules.month import ReportKind, ReportState
from core.rules.time import Moment
from db.export import Picked, streamed
from db.pool import Conn


class Happened(Record):
    """Something that happened to a report, or to one of its versions."""

    kind: ReportEvent
    note: str
    by: str
    at: Moment


class FiledVersion(Record):
    """One version of a report; the report alone while nothing was filed.

    `school_name` is the township's for its own 汇总.
    """

    school_name: str
    kind: ReportKind
    month: date
    due_on: date
    state: ReportState
    exempted: bool
    first_filed_at: Moment | None
    newest: int
    version: int
    zero: bool
    cutoff_on: date | None
    sha256: str
    explanation: str
    filed_as: str
    filed_by: str
    filed_at: Moment | None
    entered_for: str
    events: Json[tuple[Happened, ...]]


class Told(Record):
    """What a version says, as canonical JSON; "" where nothing was filed."""

    school_name: str
    month: date
    version: int
    content: str


VERSIONS = """
    SELECT coalesce(sc.name, t.name) AS school_name, r.kind, r.month, r.due_on, r.state,
           r.exempted, n.first_filed_at, coalesce(n.newest, 0) AS newest,
           coalesce(v.version, 0) AS version, coalesce(v.zero, false) AS zero,
           (v.window_to AT TIME ZONE 'Asia/Shanghai')::date - 1 AS cutoff_on,
           coalesce(v.sha256, '') AS sha256, coalesce(v.explanation, '') AS explanation,
           coalesce(v.filed_as, '') AS filed_as, coalesce(b.name, '') AS filed_by,
           v.filed_at, coalesce(v.entered_for, '') AS entered_for,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', e.kind, 'note', e.note,
                                                         'by', a.name, 'at', e.at)
                                      ORDER BY e.id), '[]')
              FROM month_event e
              JOIN account a ON a.id = e.account_id
             WHERE (e.township_id, e.report_id) = (r.township_id, r.id)
               AND coalesce(e.version, v.version, 0) = coalesce(v.version, 0)) AS events
      FROM month_report r
      JOIN township t ON t.township_id = r.township_id
      LEFT JOIN school sc ON (sc.township_id, sc.id) = (r.township_id, r.school_id)
      LEFT JOIN month_version v ON (v.township_id, v.report_id) = (r.township_id, r.id)
      LEFT JOIN account b ON b.id = v.filed_by
      LEFT JOIN LATERAL (SELECT min(w.filed_at) AS first_filed_at, max(w.version) AS newest
                           FROM month_version w
                          WHERE (w.township_id, w.report_id) = (r.township_id, r.id)) n
             ON true
     WHERE r.township_id = ANY ($1)
       AND (r.township_id = ANY ($2) OR r.school_id = ANY ($3))
       AND ($4::bigint IS NULL OR r.school_id = $4)
       AND r.month >= date_trunc('month', $5::date) AND r.month < $6
     ORDER BY r.township_id, sc.code NULLS FIRST, r.kind, r.month, v.version
"""
CONTENTS = """
    SELECT coalesce(sc.name, t.name) AS school_name, r.month,
           coalesce(v.version, 0) AS version, coalesce(v.content, '') AS content
      FROM month_report r
      JOIN township t ON t.township_id = r.township_id
      LEFT JOIN school sc ON (sc.township_id, sc.id) = (r.township_id, r.school_id)
      LEFT JOIN month_version v ON (v.township_id, v.report_id) = (r.township_id, r.id)
     WHERE r.township_id = ANY ($1)
       AND (r.township_id = ANY ($2) OR r.school_id = ANY ($3))
       AND ($4::bigint IS NULL OR r.school_id = $4)
       AND r.month >= date_trunc('month', $5::date) AND r.month < $6
       AND r.kind = $7 AND NOT r.exempted
     ORDER BY r.township_id, sc.code NULLS FIRST, r.month, v.version
"""


def _asked(picked: Picked, days: tuple[date, date]) -> tuple[object, ...]:
    scope = picked.scope
    return scope.reach, scope.townships, scope.schools, picked.school_id, *days


def versions(
    conn: Conn, picked: Picked, days: tuple[date, date]
) -> AsyncIterator[tuple[FiledVersion, ...]]:
    """Yield the reports of the months that a span touches, version by version.

    A report that was never filed comes once, without a version.
    """
    return streamed(conn, FiledVersion, VERSIONS, *_asked(picked, days))


def contents(
    conn: Conn, picked: Picked, days: tuple[date, date], kind: ReportKind
) -> AsyncIterator[tuple[Told, ...]]:
    """Yield what each version of a kind says, in the order of `versions`."""
    return streamed(conn, Told, CONTENTS, *_asked(picked, days), kind)
