"""Who stands in a month report: its pupils at the end, and whom it cannot account for.

The figures themselves are in balance; both count the same events by the same limits.
"""

from collections.abc import Sequence
from datetime import date

from core.rules.base import Record
from core.rules.change import INCREASES
from core.rules.month_span import Span
from core.rules.time import Moment
from db.balance import IN_SCHOOL, columns_of
from db.pool import Conn
from db.rows import many, one


class PupilGap(Record):
    """A pupil whose enrolment and changes contradict each other in one class."""

    school_id: int
    class_id: int
    cohort: int
    number: int
    student_id: int
    student_name: str
    opened: int
    closed: int
    flow: int


GAPS = """
      WITH span AS MATERIALIZED (
           SELECT * FROM unnest($2::bigint[], $3::date[], $4::date[], $5::timestamptz[],
                                $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
                                $9::bigint[], $10::smallint[], $11::date[], $12::boolean[])
               AS s (school_id, opening_on, closing_on, from_at, to_at, known_from,
                     known_to, prior_report_id, prior_version, year_base_on,
                     year_by_figures)),
           known AS (
           SELECT c.student_id, c.class_id, c.to_class_id, c.kind,
                  (c.effective_on > s.opening_on OR c.counted_at > s.known_from)
                    AND c.counted_at <= s.known_to AS inside,
                  c.counted_at > s.known_to AS later,
                  CASE WHEN c.kind = ANY ($14) THEN 1 ELSE -1 END AS sign
             FROM span s
             JOIN change c ON c.township_id = $1 AND c.school_id = s.school_id
              AND c.effective_on <= s.closing_on
            WHERE c.from_status IS NULL OR c.from_status = ANY ($13)
               OR c.kind = ANY ($14)),
           step AS (
           SELECT class_id, student_id, inside, later, sign FROM known
            UNION ALL
           SELECT to_class_id, student_id, inside, later, 1 FROM known
            WHERE kind = 'class_move'),
           told AS (
           SELECT e.class_id, e.student_id, 1 AS opened, 0 AS closed, 0 AS flow
             FROM span s
             JOIN enrolment e ON e.township_id = $1 AND e.school_id = s.school_id
              AND e.from_on <= s.opening_on
              AND (e.to_on IS NULL OR e.to_on > s.opening_on) AND e.status = ANY ($13)
            WHERE s.prior_report_id IS NULL
            UNION ALL
           SELECT m.class_id, m.student_id, 1, 0, 0
             FROM span s
             JOIN month_version v
               ON (v.township_id, v.report_id, v.version)
                = ($1, s.prior_report_id, s.prior_version)
            CROSS JOIN unnest(v.member_class_ids, v.member_ids) AS m (class_id, student_id)
            UNION ALL
           SELECT e.class_id, e.student_id, 0, 1, 0
             FROM span s
             JOIN enrolment e ON e.township_id = $1 AND e.school_id = s.school_id
              AND e.from_on <= s.closing_on
              AND (e.to_on IS NULL OR e.to_on > s.closing_on) AND e.status = ANY ($13)
            UNION ALL
           SELECT class_id, student_id, 0, CASE WHEN later THEN -sign ELSE 0 END,
                  CASE WHEN inside THEN sign ELSE 0 END
             FROM step WHERE inside OR later),
           astray AS (
           SELECT class_id, student_id, sum(opened) AS opened, sum(closed) AS closed,
                  sum(flow) AS flow
             FROM told
            GROUP BY class_id, student_id
           HAVING sum(closed) - sum(opened) <> sum(flow))
    SELECT c.school_id, c.id AS class_id, c.cohort, c.number, st.id AS student_id,
           called(st, '{}', ARRAY[c.school_id], '{}') AS student_name, a.opened, a.closed, a.flow
      FROM astray a
      JOIN class c ON (c.township_id, c.id) = ($1, a.class_id)
      JOIN student st ON (st.township_id, st.id) = ($1, a.student_id)
     ORDER BY c.school_id, c.cohort DESC, c.number, st.pinyin_key, st.id
"""


async def gaps(conn: Conn, township_id: int, spans: Sequence[Span]) -> tuple[PupilGap, ...]:
    """Return the pupils a report over these spans could not account for; usually none."""
    rows = await conn.fetch(
        GAPS, township_id, *columns_of(spans), list(IN_SCHOOL), list(INCREASES)
    )
    return many(PupilGap, rows)


class Members(Record):
    """Who is in which class of a school on a day: two lists of equal length."""

    class_ids: tuple[int, ...]
    student_ids: tuple[int, ...]


# As it was known at $4: a report corrected after its successor was filed must not take
# in what stands in that one.
MEMBERS = """
      WITH told AS (
           SELECT class_id, student_id, 1 AS here FROM enrolment
            WHERE township_id = $1 AND school_id = $2 AND from_on <= $3
              AND (to_on IS NULL OR to_on > $3) AND status = ANY ($5)
            UNION ALL
           SELECT class_id, student_id, CASE WHEN kind = ANY ($6) THEN -1 ELSE 1 END
             FROM change
            WHERE township_id = $1 AND school_id = $2 AND effective_on <= $3
              AND counted_at > $4
              AND (from_status IS NULL OR from_status = ANY ($5) OR kind = ANY ($6))
            UNION ALL
           SELECT to_class_id, student_id, -1 FROM change
            WHERE township_id = $1 AND school_id = $2 AND effective_on <= $3
              AND counted_at > $4 AND kind = 'class_move'),
           held AS (
           SELECT class_id, student_id FROM told
            GROUP BY class_id, student_id HAVING sum(here) > 0)
    SELECT coalesce(array_agg(class_id ORDER BY class_id, student_id), '{}') AS class_ids,
           coalesce(array_agg(student_id ORDER BY class_id, student_id), '{}')
             AS student_ids
      FROM held
"""


async def members(
    conn: Conn, township_id: int, school_id: int, day: date, known_to: Moment
) -> Members:
    """Return who is 在校 in which class at the end of `day`, as known at `known_to`."""
    row = await conn.fetchrow(
        MEMBERS,
        township_id,
        school_id,
        day,
        known_to,
        list(IN_SCHOOL),
        list(INCREASES),
    )
    return one(Members, row) or Members(class_ids=(), student_ids=())
