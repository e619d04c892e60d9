"""重点生名册 from the database: who is on the list, and who left it since a day."""

from collections.abc import AsyncIterator
from datetime import date, datetime

from core.rules.base import Record
from core.rules.key_student import KeyExit
from core.rules.student import Sex
from core.rules.time import Moment
from core.rules.visit import COUNTS_AS_VISIT
from db.export import Picked, streamed
from db.pool import Conn


class KeyListed(Record):
    """One time on the list, with what was done since."""

    school_name: str
    cohort: int
    number: int
    student_name: str
    sex: Sex
    born_on: date
    reasons: str
    measures: str
    entered_at: Moment
    exited_as: KeyExit | None
    exited_at: Moment | None
    heads: str | None
    guardian: str | None
    phone: str | None
    visits: int
    visited_at: Moment | None
    checked_at: Moment | None

    @property
    def turned_out(self) -> str:
        """Return 转化情况: why the child left the list; nothing while it is on it."""
        return "" if self.exited_as is None else self.exited_as.label


# $7 today, $8 since when, $9 which ways of visiting count.
KEY_STUDENTS = """
    SELECT sc.name AS school_name, c.cohort, c.number, called(s, $2, $3, $4) AS student_name,
           s.sex, s.born_on, k.reasons, k.measures, k.entered_at, k.exited_as, k.exited_at,
           (SELECT string_agg(a.name, '、' ORDER BY a.name)
              FROM account_grant t
              JOIN account a ON a.id = t.account_id AND a.disabled_at IS NULL
             WHERE (t.township_id, t.class_id) = (e.township_id, e.class_id)
               AND t.role = 'class_teacher' AND t.from_on <= $7
               AND (t.to_on IS NULL OR t.to_on > $7)) AS heads,
           g.name AS guardian,
           whole(s.township_id, 'guardian_phone', s.id || '/' || g.ordinal, p.cipher) AS phone,
           v.visits, v.visited_at,
           (SELECT max(x.checked_at) FROM key_check x
             WHERE (x.township_id, x.class_id) = (e.township_id, e.class_id)
               AND x.checked_at >= k.entered_at
               AND (k.exited_at IS NULL OR x.checked_at <= k.exited_at)) AS checked_at
      FROM key_student k
      JOIN student s ON (s.township_id, s.id) = (k.township_id, k.student_id)
      JOIN LATERAL (SELECT * FROM enrolment e
                     WHERE e.township_id = k.township_id AND e.student_id = k.student_id
                     ORDER BY e.from_on <= $7 DESC, abs(e.from_on - $7)
                     LIMIT 1) e ON true
      JOIN school sc ON (sc.township_id, sc.id) = (e.township_id, e.school_id)
      JOIN class c ON (c.township_id, c.id) = (e.township_id, e.class_id)
      JOIN LATERAL (SELECT count(*) AS visits, max(w.visited_at) AS visited_at
                      FROM visit w
                     WHERE (w.township_id, w.student_id) = (k.township_id, k.student_id)
                       AND w.version = 1 AND w.method = ANY ($9)
                       AND w.visited_at >= k.entered_at
                       AND (k.exited_at IS NULL OR w.visited_at <= k.exited_at)) v ON true
      LEFT JOIN LATERAL (SELECT g.id, g.name, g.ordinal
                           FROM guardian g
                          WHERE (g.township_id, g.student_id) = (s.township_id, s.id)
                          ORDER BY g.is_guardian DESC, g.ordinal
                          LIMIT 1) g ON true
      LEFT JOIN guardian_phone p ON (p.township_id, p.guardian_id) = (s.township_id, g.id)
     WHERE k.township_id = ANY ($1)
       AND (k.township_id = ANY ($2) OR e.school_id = ANY ($3) OR e.class_id = ANY ($4))
       AND ($5::bigint IS NULL OR e.school_id = $5)
       AND ($6::bigint IS NULL OR e.class_id = $6)
       AND (k.exited_at IS NULL OR k.exited_at >= $8)
     ORDER BY k.township_id, sc.code, c.cohort DESC, c.number, k.entered_at, k.id
"""


def key_students(
    conn: Conn, picked: Picked, day: date, since: datetime
) -> AsyncIterator[tuple[KeyListed, ...]]:
    """Yield who is on the list on `day`, or left it since a moment, school by school."""
    told = (*picked.arguments, day, since, sorted(COUNTS_AS_VISIT))
    return streamed(conn, KeyListed, KEY_STUDENTS, *told)
