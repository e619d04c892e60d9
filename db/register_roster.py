"""学生花名册 from the database: who is in which class on a day, numbers whole."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Final

from pydantic import Json

from core.rules.base import Record
from core.rules.case import CaseState
from core.rules.student import EnrolmentStatus, Sex, SpecialGroup
from db.export import Picked, streamed
from db.pool import Conn

# An enrolment in one of these tells where a child went, not that it is here.
GONE: Final = (
    EnrolmentStatus.TRANSFERRED_OUT,
    EnrolmentStatus.ABROAD,
    EnrolmentStatus.DECEASED,
    EnrolmentStatus.GRADUATED,
    EnrolmentStatus.NEVER_ENROLLED,
)


class RosterRow(Record):
    """One pupil; the numbers are whole until the service masks them."""

    school_name: str
    cohort: int
    number: int
    seat_no: int | None
    student_name: str
    sex: Sex
    born_on: date
    ethnicity: str | None
    identity_number: str | None
    national_no: str | None
    boarder: bool
    hukou_place: str | None
    address: str | None
    guardian: str | None
    relation: str | None
    phone: str | None
    groups: Json[tuple[SpecialGroup, ...]]
    status: EnrolmentStatus
    case_state: CaseState | None


# $9: a school year in which who went away from here, or left its primary school, is of age
# still; the register of children out of school says more of them, where they stand in it.
ROSTER = """
    SELECT sc.name AS school_name, c.cohort, c.number, e.seat_no, s.name AS student_name,
           s.sex, s.born_on, s.ethnicity,
           whole(s.township_id, 'identity', s.id::text, i.cipher) AS identity_number,
           whole(s.township_id, 'national_no', s.id::text, s.national_cipher) AS national_no,
           e.boarder, s.hukou_place, s.address, g.name AS guardian, g.relation,
           whole(s.township_id, 'guardian_phone', s.id || '/' || g.ordinal, p.cipher) AS phone,
           (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', x.kind, 'detail', x.detail)
                                      ORDER BY x.kind), '[]')
              FROM student_group x
             WHERE (x.township_id, x.student_id) = (s.township_id, s.id)) AS groups,
           e.status, k.state AS case_state
      FROM enrolment e
      JOIN student s ON (s.township_id, s.id) = (e.township_id, e.student_id)
      JOIN class c ON (c.township_id, c.id) = (e.township_id, e.class_id)
      JOIN school sc ON (sc.township_id, sc.id) = (e.township_id, e.school_id)
      LEFT JOIN dropout_case k ON (k.township_id, k.student_id) = (s.township_id, s.id)
                              AND k.closed_at IS NULL
      LEFT JOIN student_identity i ON (i.township_id, i.student_id) = (s.township_id, s.id)
      LEFT JOIN LATERAL (SELECT g.id, g.name, g.relation, g.ordinal
                           FROM guardian g
                          WHERE (g.township_id, g.student_id) = (s.township_id, s.id)
                          ORDER BY g.is_guardian DESC, g.ordinal
                          LIMIT 1) g ON true
      LEFT JOIN guardian_phone p ON (p.township_id, p.guardian_id) = (s.township_id, g.id)
     WHERE e.township_id = ANY ($1)
       AND (e.township_id = ANY ($2) OR e.school_id = ANY ($3) OR e.class_id = ANY ($4))
       AND ($5::bigint IS NULL OR e.school_id = $5)
       AND ($6::bigint IS NULL OR e.class_id = $6)
       AND e.from_on <= $7 AND (e.to_on IS NULL OR e.to_on > $7)
       AND (e.status <> ALL ($8)
            OR (e.status IN ('transferred_out', 'graduated') AND c.cohort + 9 > $9
                AND hukou_is_here(s.hukou_code, s.township_id)
                AND NOT EXISTS (SELECT FROM area_child a
                                 WHERE (a.township_id, a.mark) = (s.township_id, i.mark)
                                   AND a.struck_at IS NULL)))
     ORDER BY e.township_id, sc.code, c.cohort DESC, c.number, e.seat_no, s.id
"""


def roster(
    conn: Conn, picked: Picked, day: date, of_age_in: int | None = None
) -> AsyncIterator[tuple[RosterRow, ...]]:
    """Yield who is enrolled on `day`, by school, class and seat.

    With `of_age_in`, a school year, also who is registered here and went elsewhere.
    """
    gone = list(GONE)
    return streamed(conn, RosterRow, ROSTER, *picked.arguments, day, gone, of_age_in)
