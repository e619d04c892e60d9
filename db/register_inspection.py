"""Papers, alarms and corrections of a span from the database, for an inspection (40)."""

from collections.abc import AsyncIterator
from datetime import date

from core.rules.absence import Ending
from core.rules.base import Record
from core.rules.calendar import SessionCode
from core.rules.case import CaseState
from core.rules.contact import ENDS_DUTY
from core.rules.file_event import How
from core.rules.inspection import DeedKind
from core.rules.paper import PaperKind
from core.rules.roll import Mark
from core.rules.time import Moment
from core.rules.visit import FAMILY
from db.export import Picked, streamed
from db.pool import Conn


class Issued(Record):
    """One original of an issued document; before 签发 there is the document alone."""

    school_name: str
    student_name: str
    kind: PaperKind
    number: str
    made_at: Moment
    signed_at: Moment | None
    signed_as: str
    addressee: str
    received_by: str
    received_at: Moment | None
    how: How | None
    recorded_by: str


ISSUED = """
    SELECT sc.name AS school_name, called(s, $2, $3, $4) AS student_name, p.kind,
           coalesce(p.number, '') AS number, p.made_at, p.signed_at,
           coalesce(p.signed_as, '') AS signed_as, coalesce(o.addressee, '') AS addressee,
           coalesce(r.received_by, '') AS received_by, r.received_at, r.how,
           coalesce(a.name, '') AS recorded_by
      FROM paper p
      JOIN school sc ON (sc.township_id, sc.id) = (p.township_id, p.school_id)
      JOIN student s ON (s.township_id, s.id) = (p.township_id, p.student_id)
      LEFT JOIN paper_original o ON (o.township_id, o.paper_id) = (p.township_id, p.id)
      LEFT JOIN receipt r ON (r.township_id, r.paper_id, r.addressee)
                             = (o.township_id, o.paper_id, o.addressee)
      LEFT JOIN account a ON a.id = r.recorded_by
     WHERE p.township_id = ANY ($1)
       AND (p.township_id = ANY ($2) OR p.school_id = ANY ($3))
       AND ($5::bigint IS NULL OR p.school_id = $5)
       AND ($6::bigint IS NULL OR EXISTS (SELECT FROM dropout_case k
                                           WHERE (k.township_id, k.id, k.class_id)
                                                 = (p.township_id, p.case_id, $6)))
       AND p.made_at >= $7 AND p.made_at < $8
     ORDER BY p.township_id, sc.code, p.made_at, p.id, o.addressee DESC
"""


class Alarmed(Record):
    """One run that was told upward, with what was done for the child and when."""

    school_name: str
    cohort: int
    number: int
    student_name: str
    missed_day: date
    missed_at: Moment
    due_at: Moment
    found_at: Moment
    told_at: Moment
    lost: bool
    visited_at: Moment | None
    talked_at: Moment | None
    report: str
    signed_at: Moment | None
    receipts: int
    ended_at: Moment | None
    ended_how: Ending | None
    case_number: str
    case_state: CaseState | None


# $9: which contacts were a talk with the family; $10: whom a visit met that is one.
ALARMED = """
    SELECT sc.name AS school_name, c.cohort, c.number, called(s, $2, $3, $4) AS student_name,
           a.missed_day, a.missed_at, a.due_at, a.noted_at AS found_at,
           k.told_at, k.lost, v.visited_at,
           (SELECT min(t.at) FROM (
                   SELECT x.contacted_at AS at FROM contact x
                    WHERE (x.township_id, x.student_id) = (a.township_id, a.student_id)
                      AND x.contacted_at >= a.missed_at AND x.outcome = ANY ($9)
                    UNION ALL SELECT v.talked_at) t) AS talked_at,
           coalesce(p.number, '') AS report, p.signed_at,
           (SELECT count(*) FROM receipt r
             WHERE (r.township_id, r.paper_id) = (a.township_id, p.id)) AS receipts,
           a.ended_at, a.ended_how, coalesce(d.number, '') AS case_number,
           d.state AS case_state
      FROM absence a
      JOIN LATERAL (SELECT min(rang_at) AS told_at, bool_or(stage = 'lost') AS lost,
                           min(rang_at) FILTER (WHERE stage = 'due') AS rang_at
                      FROM alarm k
                     WHERE (k.township_id, k.absence_id) = (a.township_id, a.id)) k ON true
      JOIN student s ON (s.township_id, s.id) = (a.township_id, a.student_id)
      JOIN class c ON (c.township_id, c.id) = (a.township_id, a.class_id)
      JOIN school sc ON (sc.township_id, sc.id) = (a.township_id, a.school_id)
      LEFT JOIN LATERAL (
           SELECT min(w.visited_at) FILTER (WHERE w.method IN ('home', 'away')) AS visited_at,
                  min(w.visited_at) FILTER (
                      WHERE string_to_array(split_part(w.met, ':', 1), ',') && $10::text[])
                  AS talked_at
             FROM visit w
            WHERE (w.township_id, w.student_id) = (a.township_id, a.student_id)
              AND w.visited_at >= a.missed_at
              AND NOT EXISTS (SELECT FROM visit z
                               WHERE (z.township_id, z.student_id, z.school_year, z.number)
                                     = (w.township_id, w.student_id, w.school_year, w.number)
                                 AND z.version > w.version)) v ON true
      LEFT JOIN LATERAL (SELECT q.id, q.number, q.signed_at, q.case_id FROM paper q
                          WHERE (q.township_id, q.student_id, q.kind)
                                = (a.township_id, a.student_id, 'report')
                            AND q.made_at >= k.rang_at
                          ORDER BY q.made_at LIMIT 1) p ON true
      LEFT JOIN dropout_case d ON (d.township_id, d.id) = (a.township_id, p.case_id)
     WHERE a.township_id = ANY ($1)
       AND (a.township_id = ANY ($2) OR a.school_id = ANY ($3))
       AND ($5::bigint IS NULL OR a.school_id = $5)
       AND ($6::bigint IS NULL OR a.class_id = $6)
       AND k.told_at >= $7 AND k.told_at < $8
     ORDER BY a.township_id, sc.code, k.told_at, a.id
"""


class Deed(Record):
    """One correction, or one roll taken late, for another, or voided."""

    school_name: str
    cohort: int
    number: int
    kind: DeedKind
    day: date
    session: SessionCode | None
    student_name: str
    was: Mark | None
    became: Mark | None
    reason: str
    by: str
    at: Moment


DEEDS = """
      WITH told AS (
    SELECT r.township_id, r.school_id, r.class_id, 'corrected' AS kind, r.day, r.session,
           k.student_id, k.was, k.became, k.reason, k.corrected_by AS by_id,
           k.corrected_at AS at
      FROM roll_correction k
      JOIN roll r ON (r.township_id, r.id) = (k.township_id, k.roll_id)
     UNION ALL
    SELECT r.township_id, r.school_id, r.class_id, x.kind, r.day, r.session, NULL, NULL, NULL,
           x.reason, r.taken_by, r.taken_at
      FROM roll r
     CROSS JOIN LATERAL (VALUES
           ('backfilled', coalesce(r.told_by, ''), r.backfilled),
           ('on_behalf', '', r.on_behalf)) AS x (kind, reason, is_so)
     WHERE x.is_so
     UNION ALL
    SELECT r.township_id, r.school_id, r.class_id, 'voided', r.day, r.session, NULL, NULL,
           NULL, coalesce(k.reason, ''), k.declared_by, r.voided_at
      FROM roll r
      LEFT JOIN LATERAL (SELECT x.reason, x.declared_by FROM closure x
                          WHERE x.township_id = r.township_id AND x.kind = 'suspension'
                            AND x.declared_at = r.voided_at
                          ORDER BY x.id LIMIT 1) k ON true
     WHERE r.voided_at IS NOT NULL
     UNION ALL
    SELECT v.township_id, v.school_id, v.class_id, 'visit',
           (v.visited_at AT TIME ZONE 'Asia/Shanghai')::date, NULL, v.student_id, NULL, NULL,
           '第' || v.number || '次第' || v.version || '版：' || v.correction_reason,
           v.entered_by, v.entered_at
      FROM visit v
     WHERE v.version > 1)
    SELECT sc.name AS school_name, c.cohort, c.number, t.kind, t.day, t.session,
           CASE WHEN t.student_id IS NULL THEN '' ELSE called(s, $2, $3, $4) END
             AS student_name,
           t.was, t.became, t.reason, coalesce(a.name, '') AS by, t.at
      FROM told t
      JOIN class c ON (c.township_id, c.id) = (t.township_id, t.class_id)
      JOIN school sc ON (sc.township_id, sc.id) = (t.township_id, t.school_id)
      LEFT JOIN account a ON a.id = t.by_id
      LEFT JOIN student s ON (s.township_id, s.id) = (t.township_id, t.student_id)
     WHERE t.township_id = ANY ($1)
       AND (t.township_id = ANY ($2) OR t.school_id = ANY ($3))
       AND ($5::bigint IS NULL OR t.school_id = $5)
       AND ($6::bigint IS NULL OR t.class_id = $6)
       AND t.at >= $7 AND t.at < $8
     ORDER BY t.township_id, sc.code, t.at, c.cohort DESC, c.number
"""


def issued(
    conn: Conn, picked: Picked, span: tuple[Moment, Moment]
) -> AsyncIterator[tuple[Issued, ...]]:
    """Yield the documents made in a span, each original with its receipt."""
    return streamed(conn, Issued, ISSUED, *picked.arguments, *span)


def alarmed(
    conn: Conn, picked: Picked, span: tuple[Moment, Moment]
) -> AsyncIterator[tuple[Alarmed, ...]]:
    """Yield the runs whose first alarm rang in a span."""
    told = (sorted(ENDS_DUTY), list(FAMILY))
    return streamed(conn, Alarmed, ALARMED, *picked.arguments, *span, *told)


def deeds(
    conn: Conn, picked: Picked, span: tuple[Moment, Moment]
) -> AsyncIterator[tuple[Deed, ...]]:
    """Yield what was corrected, taken late or for another, or voided in a span."""
    return streamed(conn, Deed, DEEDS, *picked.arguments, *span)
