"""Everything that happened to a child, merged and in order of time, in one statement."""

from typing import Final

from core.rules.file import Child
from core.rules.file_event import FileRow
from db.pool import Conn
from db.rows import many

MOST_EVENTS: Final = 400

# The newest of them; what each column holds is file_event's to say.
EVENTS = """
      WITH told AS (
    SELECT r.starts_at AS at, 'roll' AS kind, r.id AS subject_id, m.mark AS code,
           r.session AS other,
           CASE WHEN r.voided_at IS NOT NULL THEN 'voided'
                WHEN r.backfilled THEN 'backfilled' ELSE '' END AS words,
           '' AS note, m.noted_by AS by_id, 0 AS number, 1 AS version, true AS newest,
           NULL::timestamptz AS from_at, NULL::timestamptz AS to_at, r.day AS on_day
      FROM roll_mark m
      JOIN roll r ON (r.township_id, r.id) = (m.township_id, m.roll_id)
     WHERE m.township_id = $1 AND m.student_id = $2
     UNION ALL
    SELECT k.corrected_at, 'correction', k.roll_id, k.was, k.became, '', k.reason,
           k.corrected_by, 0, 1, true, NULL, NULL, NULL
      FROM roll_correction k
     WHERE k.township_id = $1 AND k.student_id = $2
     UNION ALL
    SELECT a.ended_at, 'ended', a.id, a.ended_how, '', '', '', NULL, 0, 1, true, NULL, NULL,
           a.missed_day
      FROM absence a
     WHERE a.township_id = $1 AND a.student_id = $2 AND a.ended_at IS NOT NULL
     UNION ALL
    SELECT k.rang_at, 'alarm', k.absence_id, k.stage, '', '', '', NULL, 0, 1, true, NULL,
           NULL, NULL
      FROM absence a
      JOIN alarm k ON (k.township_id, k.absence_id) = (a.township_id, a.id)
     WHERE a.township_id = $1 AND a.student_id = $2
     UNION ALL
    SELECT contacted_at, 'contact', id, method, outcome, spoken_to, note, entered_by, number,
           1, true, police_told_at, NULL, NULL
      FROM contact
     WHERE township_id = $1 AND student_id = $2
     UNION ALL
    SELECT v.visited_at, 'visit', v.id, v.method, v.result,
           coalesce((SELECT string_agg(m.name, '、' ORDER BY m.ordinal) FROM visit_member m
                      WHERE (m.township_id, m.visit_id) = (v.township_id, v.id)), ''),
           concat_ws('|', v.cause, v.whereabouts, v.whereabouts_note, v.correction_reason),
           v.entered_by, v.number, v.version,
           v.version = max(v.version) OVER (PARTITION BY v.school_year, v.number),
           NULL, NULL, v.promised_on
      FROM visit v
     WHERE v.township_id = $1 AND v.student_id = $2
     UNION ALL
    SELECT entered_at, 'leave', id, kind, state, number, reason, entered_by, 0, 1, true,
           from_at, to_at, NULL
      FROM leave
     WHERE township_id = $1 AND student_id = $2
     UNION ALL
    SELECT e.at, 'case', e.id, e.kind, coalesce(e.to_state, ''), '', e.note, e.account_id, 0,
           1, true, NULL, NULL, NULL
      FROM dropout_case k
      JOIN case_event e ON (e.township_id, e.case_id) = (k.township_id, k.id)
     WHERE k.township_id = $1 AND k.student_id = $2 AND e.kind <> 'alarm'
     UNION ALL
    SELECT made_at, 'paper', id, 'made', kind, title, '', NULL, 0, 1, true, NULL, NULL, NULL
      FROM paper
     WHERE township_id = $1 AND student_id = $2 AND signed_at IS DISTINCT FROM made_at
     UNION ALL
    SELECT signed_at, 'paper', id, 'signed', kind, title, number, signed_by, 0, 1, true, NULL,
           NULL, NULL
      FROM paper
     WHERE township_id = $1 AND student_id = $2 AND signed_at IS NOT NULL
     UNION ALL
    SELECT r.received_at, 'receipt', p.id, r.addressee, r.how, p.title, r.received_by,
           r.recorded_by, 0, 1, true, NULL, NULL, NULL
      FROM paper p
      JOIN receipt r ON (r.township_id, r.paper_id) = (p.township_id, p.id)
     WHERE p.township_id = $1 AND p.student_id = $2
     UNION ALL
    SELECT raised_at, 'sign', id, kind, 'raised', '', note, raised_by, 0, 1, true, NULL, NULL,
           NULL
      FROM leaving_sign
     WHERE township_id = $1 AND student_id = $2
     UNION ALL
    SELECT acknowledged_at, 'sign', id, kind, 'acknowledged', '', '', acknowledged_by, 0, 1,
           true, NULL, NULL, NULL
      FROM leaving_sign
     WHERE township_id = $1 AND student_id = $2 AND acknowledged_at IS NOT NULL
     UNION ALL
    SELECT attached_at, 'evidence', id, kind, 'pending', '', '', attached_by, 0, 1, true, NULL,
           NULL, NULL
      FROM evidence
     WHERE township_id = $1 AND student_id = $2
     UNION ALL
    SELECT checked_at, 'evidence', id, kind, state, '', reason, checked_by, 0, 1, true, NULL,
           NULL, NULL
      FROM evidence
     WHERE township_id = $1 AND student_id = $2 AND checked_at IS NOT NULL
     UNION ALL
    SELECT entered_at, 'key', id, source, 'entered', '', reasons, entered_by, 0, 1, true, NULL,
           NULL, NULL
      FROM key_student
     WHERE township_id = $1 AND student_id = $2
     UNION ALL
    SELECT exited_at, 'key', id, exited_as, 'left', '', exit_note, exited_by, 0, 1, true, NULL,
           NULL, NULL
      FROM key_student
     WHERE township_id = $1 AND student_id = $2 AND exited_at IS NOT NULL
     UNION ALL
    SELECT entered_at, 'change', id, kind, state, coalesce(other_school, ''), reason,
           entered_by, 0, 1, true, NULL, NULL, happened_on
      FROM change
     WHERE township_id = $1 AND student_id = $2),
           newest AS (SELECT * FROM told ORDER BY at DESC, kind, subject_id LIMIT $3)
    SELECT n.at, n.kind, n.subject_id, n.code, n.other, n.words, n.note,
           coalesce(a.name, '') AS by, n.number, n.version, n.newest, n.from_at, n.to_at,
           n.on_day
      FROM newest n
      LEFT JOIN account a ON a.id = n.by_id
     ORDER BY n.at, n.kind, n.subject_id, n.version
"""


async def events(conn: Conn, child: Child) -> tuple[FileRow, ...]:
    """Return the child's newest 400 events, oldest first."""
    rows = await conn.fetch(EVENTS, child.township_id, child.student_id, MOST_EVENTS)
    return many(FileRow, rows)
