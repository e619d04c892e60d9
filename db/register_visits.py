"""家访劝返记录 from the database: each visit as its newest version stands (R39-R41)."""

from collections.abc import AsyncIterator
from datetime import date

from pydantic import Json

from core.rules.base import Record
from core.rules.time import Moment
from core.rules.visit import Cause, Member, VisitMethod, VisitResult, Whereabouts
from db.export import Picked, streamed
from db.pool import Conn


class VisitNewest(Record):
    """One visit; `met` is as visit_record.met_text wrote it."""

    school_name: str
    cohort: int
    class_number: int
    student_name: str
    number: int
    version: int
    visited_at: Moment
    method: VisitMethod
    members: Json[tuple[Member, ...]]
    met: str
    cause: Cause | None
    note: str
    whereabouts: Whereabouts | None
    police: str
    mood: str
    guardian_opinion: str
    result: VisitResult
    promised_on: date | None
    absent_reason: str
    entered_by: str


VISITS = """
    SELECT sc.name AS school_name, c.cohort, c.number AS class_number,
           called(s, $2, $3, $4) AS student_name, v.number, v.version, v.visited_at, v.method,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('name', m.name, 'role', m.role)
                                      ORDER BY m.ordinal), '[]')
              FROM visit_member m
             WHERE (m.township_id, m.visit_id) = (v.township_id, v.id)) AS members,
           v.met, nullif(v.cause, '') AS cause, v.cause_note AS note,
           nullif(v.whereabouts, '') AS whereabouts, v.whereabouts_note AS police,
           v.state_of_mind AS mood, v.guardian_opinion, v.result, v.promised_on,
           v.missing_members AS absent_reason, a.name AS entered_by
      FROM visit v
      JOIN student s ON (s.township_id, s.id) = (v.township_id, v.student_id)
      JOIN class c ON (c.township_id, c.id) = (v.township_id, v.class_id)
      JOIN school sc ON (sc.township_id, sc.id) = (v.township_id, v.school_id)
      JOIN account a ON a.id = v.entered_by
     WHERE v.township_id = ANY ($1)
       AND (v.township_id = ANY ($2) OR v.school_id = ANY ($3) OR v.class_id = ANY ($4))
       AND ($5::bigint IS NULL OR v.school_id = $5)
       AND ($6::bigint IS NULL OR v.class_id = $6)
       AND v.visited_at >= $7 AND v.visited_at < $8
       AND NOT EXISTS (SELECT FROM visit w
                        WHERE (w.township_id, w.student_id, w.school_year, w.number)
                              = (v.township_id, v.student_id, v.school_year, v.number)
                          AND w.version > v.version)
     ORDER BY v.township_id, sc.code, c.cohort DESC, c.number, v.student_id, v.visited_at,
              v.number
"""


def visits(
    conn: Conn, picked: Picked, from_at: Moment, to_at: Moment
) -> AsyncIterator[tuple[VisitNewest, ...]]:
    """Yield the visits made from `from_at` up to and without `to_at`, child by child."""
    return streamed(conn, VisitNewest, VISITS, *picked.arguments, from_at, to_at)
