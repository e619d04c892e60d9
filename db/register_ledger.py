"""疑似辍学、辍学学生台账 from the database: one open or recent case a line (domain.md 4.2)."""

from collections.abc import AsyncIterator
from datetime import date

from pydantic import Json

from core.rules.base import Record
from core.rules.case import CaseState
from core.rules.paper import PaperKind, PaperState
from core.rules.student import Sex, SpecialGroup
from core.rules.time import Moment
from core.rules.visit import Cause, Whereabouts
from db.export import Picked, streamed
from db.pool import Conn


class ServedPaper(Record):
    """A document of a case: what it is, its number, how far it came."""

    kind: PaperKind
    number: str | None
    state: PaperState


class CaseRow(Record):
    """One case with its child; the numbers are whole until the service masks them."""

    student_name: str
    sex: Sex
    ethnicity: str | None
    identity_number: str | None
    national_no: str | None
    school_name: str
    cohort: int
    number: int
    hukou_place: str | None
    address: str | None
    guardian: str | None
    relation: str | None
    phone: str | None
    groups: Json[tuple[SpecialGroup, ...]]
    case_number: str
    missed_on: date | None
    opened_at: Moment
    cause: Cause | None
    whereabouts: Whereabouts | None
    persuasions: int
    visited_at: Moment | None
    visitors: str | None
    papers: Json[tuple[ServedPaper, ...]]
    school_keeper: str | None
    village_keeper: str | None
    state: CaseState
    returned_at: Moment | None
    closed_at: Moment | None
    close_reason: str | None


# $7 to $9: cases opened before the second day and not closed before the first; the day
# on which somebody answers for the child.  $10: 认定辍学 by then, or not; NULL takes all.
LEDGER = """
    SELECT s.name AS student_name, s.sex, s.ethnicity,
           whole(s.township_id, 'identity', s.id::text, i.cipher) AS identity_number,
           whole(s.township_id, 'national_no', s.id::text, s.national_cipher) AS national_no,
           sc.name AS school_name, c.cohort, c.number, s.hukou_place,
           s.address, g.name AS guardian, g.relation,
           whole(s.township_id, 'guardian_phone', s.id || '/' || g.ordinal, p.cipher) AS phone,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', x.kind, 'detail', x.detail)
                                      ORDER BY x.kind), '[]')
              FROM student_group x
             WHERE (x.township_id, x.student_id) = (s.township_id, s.id)) AS groups,
           k.number AS case_number, b.missed_day AS missed_on, k.opened_at,
           coalesce(nullif(v.cause, ''), n.cause) AS cause,
           coalesce(nullif(v.whereabouts, ''), n.whereabouts) AS whereabouts,
           (SELECT count(*) FROM visit w
             WHERE (w.township_id, w.student_id) = (k.township_id, k.student_id)
               AND (w.case_id = k.id OR w.absence_id = k.absence_id)
               AND w.version = 1) AS persuasions,
           v.visited_at,
           (SELECT string_agg(m.name, '、' ORDER BY m.ordinal) FROM visit_member m
             WHERE (m.township_id, m.visit_id) = (v.township_id, v.id)) AS visitors,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', q.kind, 'number', q.number,
                                                         'state', q.state)
                                      ORDER BY q.made_at, q.id), '[]')
              FROM paper q
             WHERE (q.township_id, q.case_id) = (k.township_id, k.id)
               AND q.state NOT IN ('to_sign', 'void')) AS papers,
           (SELECT string_agg(DISTINCT a.name, '、')
              FROM account_grant r JOIN account a ON a.id = r.account_id
             WHERE (r.township_id, r.school_id, r.class_id)
                   = (k.township_id, k.school_id, k.class_id)
               AND r.role = 'class_teacher' AND r.from_on <= $9
               AND (r.to_on IS NULL OR r.to_on > $9)) AS school_keeper,
           (SELECT string_agg(DISTINCT a.name, '、')
              FROM village y
              JOIN account_grant r ON (r.township_id, r.village_id) = (y.township_id, y.id)
              JOIN account a ON a.id = r.account_id
             WHERE (y.township_id, y.code) = (s.township_id, s.hukou_code)
               AND r.role = 'village_cadre' AND r.from_on <= $9
               AND (r.to_on IS NULL OR r.to_on > $9)) AS village_keeper,
           k.state, k.returned_at, k.closed_at, k.close_reason
      FROM dropout_case k
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
      JOIN class c ON (c.township_id, c.id) = (k.township_id, k.class_id)
      JOIN school sc ON (sc.township_id, sc.id) = (k.township_id, k.school_id)
      LEFT JOIN absence b ON (b.township_id, b.id) = (k.township_id, k.absence_id)
      LEFT JOIN LATERAL (SELECT * FROM visit w
                          WHERE (w.township_id, w.student_id) = (k.township_id, k.student_id)
                            AND (w.case_id = k.id OR w.absence_id = k.absence_id)
                            AND NOT EXISTS (
                                SELECT FROM visit x
                                 WHERE (x.township_id, x.student_id, x.school_year, x.number)
                                     = (w.township_id, w.student_id, w.school_year, w.number)
                                   AND x.version > w.version)
                          ORDER BY w.visited_at DESC, w.number DESC
                          LIMIT 1) v ON true
      LEFT JOIN LATERAL (SELECT nullif(w.cause, '') AS cause,
                                nullif(w.whereabouts, '') AS whereabouts
                           FROM contact w
                          WHERE (w.township_id, w.student_id) = (k.township_id, k.student_id)
                            AND (w.case_id = k.id OR w.absence_id = k.absence_id)
                          ORDER BY w.contacted_at DESC
                          LIMIT 1) n ON true
      LEFT JOIN student_identity i ON (i.township_id, i.student_id) = (s.township_id, s.id)
      LEFT JOIN LATERAL (SELECT g.id, g.name, g.relation, g.ordinal
                           FROM guardian g
                          WHERE (g.township_id, g.student_id) = (s.township_id, s.id)
                          ORDER BY g.is_guardian DESC, g.ordinal
                          LIMIT 1) g ON true
      LEFT JOIN guardian_phone p ON (p.township_id, p.guardian_id) = (s.township_id, g.id)
     WHERE k.township_id = ANY ($1)
       AND (k.township_id = ANY ($2) OR k.school_id = ANY ($3) OR k.class_id = ANY ($4))
       AND ($5::bigint IS NULL OR k.school_id = $5)
       AND ($6::bigint IS NULL OR k.class_id = $6)
       AND k.opened_at < $8 AND (k.closed_at IS NULL OR k.closed_at >= $7)
       AND ($10::boolean IS NULL
            OR $10 = EXISTS (SELECT FROM case_event v
                              WHERE (v.township_id, v.case_id) = (k.township_id, k.id)
                                AND v.to_state IN ('confirmed', 'legal') AND v.at < $8))
     ORDER BY k.township_id, sc.code, k.opened_at, k.id
"""


def ledger(
    conn: Conn,
    picked: Picked,
    span: tuple[Moment, Moment],
    day: date,
    *,
    left: bool | None = None,
) -> AsyncIterator[tuple[CaseRow, ...]]:
    """Yield the cases that were open at some moment of a span, keepers as of `day`.

    `left`: only those that were found to have left by then (认定辍学), or only the others.
    """
    return streamed(conn, CaseRow, LEDGER, *picked.arguments, *span, day, left)
