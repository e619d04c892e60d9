"""The figures of month reports, counted by the database class by class.

期初 is who stood in the report before, 期末 who is enrolled now, the flows are changes:
counted apart, so that a planted enrolment shows.  Who it is stands in balance_pupil.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, TypeAlias

from core.rules.change import INCREASES
from core.rules.month_lines import ClassFigures
from core.rules.month_span import Span
from core.rules.student import EnrolmentStatus
from db.pool import Conn
from db.rows import many

# Of 在籍, 休学 and 辍学 are not 在校; 借读 is on another school's roll and in no figure.
IN_SCHOOL: Final = (
    EnrolmentStatus.ENROLLED,
    EnrolmentStatus.LONG_LEAVE,
    EnrolmentStatus.STUDYING_OUT,
    EnrolmentStatus.HOME_TEACHING,
    EnrolmentStatus.SUSPECTED,
    EnrolmentStatus.SPECIALIZED,
)
ON_ROLL: Final = (*IN_SCHOOL, EnrolmentStatus.SUSPENDED, EnrolmentStatus.DROPPED)

FIGURES = """
      WITH span AS MATERIALIZED (
           SELECT * FROM unnest($2::bigint[], $3::date[], $4::date[], $5::timestamptz[],
                                $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
                                $9::bigint[], $10::smallint[], $11::date[], $12::boolean[])
               AS s (school_id, opening_on, closing_on, from_at, to_at, known_from,
                     known_to, prior_report_id, prior_version, year_base_on,
                     year_by_figures)),
           sat AS (
           SELECT e.school_id, e.class_id, e.student_id, e.status,
                  e.from_on <= s.opening_on AND (e.to_on IS NULL OR e.to_on > s.opening_on)
                    AS at_opening,
                  e.from_on <= s.closing_on AND (e.to_on IS NULL OR e.to_on > s.closing_on)
                    AS at_closing,
                  e.status = ANY ($13) AS in_school
             FROM span s
             JOIN enrolment e ON e.township_id = $1 AND e.school_id = s.school_id
            WHERE e.status = ANY ($14)),
           stock AS (
           SELECT class_id,
                  count(*) FILTER (WHERE at_opening AND in_school) AS by_enrolment,
                  count(*) FILTER (WHERE at_closing AND in_school) AS closing,
                  count(*) FILTER (WHERE at_closing) AS on_roll,
                  count(*) FILTER (WHERE at_closing AND status = 'suspended') AS suspended,
                  count(*) FILTER (WHERE at_closing AND status = 'dropped') AS dropped,
                  count(*) FILTER (WHERE at_closing AND status = 'home_teaching')
                    AS home_teaching,
                  count(*) FILTER (WHERE at_closing AND status = 'studying_out')
                    AS studying_elsewhere
             FROM sat
            GROUP BY class_id),
           before AS (
           SELECT m.class_id, count(*) AS pupils
             FROM span s
             JOIN month_version v
               ON (v.township_id, v.report_id, v.version)
                = ($1, s.prior_report_id, s.prior_version)
            CROSS JOIN unnest(v.member_class_ids) AS m (class_id)
            GROUP BY m.class_id),
           known AS (
           SELECT c.class_id, c.to_class_id, c.kind, c.in_township,
                  (c.effective_on > s.opening_on OR c.counted_at > s.known_from)
                    AND c.counted_at <= s.known_to AS inside,
                  c.counted_at > s.known_to AS later
             FROM span s
             JOIN change c ON c.township_id = $1 AND c.school_id = s.school_id
              AND c.effective_on <= s.closing_on
            WHERE c.from_status IS NULL OR c.from_status = ANY ($13)
               OR c.kind = ANY ($15)),
           step AS (
           SELECT k.*, k.class_id AS at_class,
                  CASE WHEN kind = ANY ($15) THEN 1 ELSE -1 END AS sign
             FROM known k
            UNION ALL
           SELECT k.*, k.to_class_id, 1 FROM known k WHERE k.kind = 'class_move'),
           flow AS (
           SELECT at_class AS class_id,
                  count(*) FILTER (WHERE kind = 'transfer_in') AS transfer_in,
                  count(*) FILTER (WHERE kind = 'transfer_in' AND in_township)
                    AS transfer_in_inside,
                  count(*) FILTER (WHERE kind = 'resumption') AS resumption,
                  count(*) FILTER (WHERE kind = 'return') AS returned,
                  count(*) FILTER (WHERE kind = 'new') AS new_pupils,
                  count(*) FILTER (WHERE kind = 'other_in') AS other_in,
                  count(*) FILTER (WHERE kind = 'class_move' AND sign = 1) AS moved_in,
                  count(*) FILTER (WHERE kind = 'transfer_out') AS transfer_out,
                  count(*) FILTER (WHERE kind = 'transfer_out' AND NOT in_township)
                    AS transfer_out_outside,
                  count(*) FILTER (WHERE kind = 'suspension') AS suspension,
                  count(*) FILTER (WHERE kind = 'dropout') AS dropout,
                  count(*) FILTER (WHERE kind = 'death') AS death,
                  count(*) FILTER (WHERE kind = 'abroad') AS abroad,
                  count(*) FILTER (WHERE kind = 'graduation') AS graduated,
                  count(*) FILTER (WHERE kind = 'other_out') AS other_out,
                  count(*) FILTER (WHERE kind = 'class_move' AND sign = -1) AS moved_out
             FROM step WHERE inside
            GROUP BY at_class),
           unsaid AS (
           SELECT at_class AS class_id, sum(sign) AS pupils,
                  count(*) FILTER (WHERE kind = 'resumption')
                    - count(*) FILTER (WHERE kind = 'suspension') AS suspended,
                  count(*) FILTER (WHERE kind = 'return')
                    - count(*) FILTER (WHERE kind = 'dropout') AS dropped
             FROM step WHERE later
            GROUP BY at_class),
           pending AS (
           SELECT c.class_id, count(DISTINCT c.student_id) AS pupils,
                  count(DISTINCT c.student_id) FILTER (WHERE NOT c.in_township) AS beyond
             FROM span s
             JOIN change c ON c.township_id = $1 AND c.school_id = s.school_id
              AND c.kind = 'transfer_out' AND c.state = 'pending'
              AND c.effective_on IS NULL AND c.happened_on <= s.closing_on
              AND c.entered_at <= s.known_to
            GROUP BY c.class_id),
           cases AS (
           SELECT coalesce((SELECT n.class_id FROM sat n
                             WHERE n.student_id = k.student_id AND n.at_closing
                               AND n.school_id = s.school_id LIMIT 1), k.class_id)
                    AS class_id,
                  k.opened_at < s.to_at AND k.opened_at <= s.known_to
                    AND (k.opened_at >= s.from_at OR k.opened_at > s.known_from) AS fresh,
                  k.opened_at < s.to_at AND k.opened_at <= s.known_to
                    AND (k.closed_at IS NULL OR k.closed_at >= s.to_at
                         OR k.closed_at > s.known_to) AS open
             FROM span s
             JOIN dropout_case k ON k.township_id = $1 AND k.school_id = s.school_id),
           suspected AS (
           SELECT class_id, count(*) FILTER (WHERE fresh) AS fresh,
                  count(*) FILTER (WHERE open) AS open
             FROM cases GROUP BY class_id),
           visits AS (
           SELECT v.class_id,
                  count(*) FILTER (WHERE v.case_id IS NULL
                                     AND v.method IN ('home', 'away')) AS visits,
                  count(*) FILTER (WHERE v.case_id IS NOT NULL) AS persuasions
             FROM span s
             JOIN visit v ON v.township_id = $1 AND v.school_id = s.school_id
              AND v.version = 1 AND v.visited_at < s.to_at AND v.entered_at <= s.known_to
              AND (v.visited_at >= s.from_at OR v.entered_at > s.known_from)
            GROUP BY v.class_id)
    SELECT c.school_id, c.id AS class_id, c.cohort, c.number,
           CASE WHEN s.prior_report_id IS NULL THEN coalesce(t.by_enrolment, 0)
                ELSE coalesce(b.pupils, 0) END AS opening,
           coalesce(f.transfer_in, 0) AS transfer_in,
           coalesce(f.transfer_in_inside, 0) AS transfer_in_inside,
           coalesce(f.resumption, 0) AS resumption, coalesce(f.returned, 0) AS returned,
           coalesce(f.new_pupils, 0) AS new_pupils, coalesce(f.other_in, 0) AS other_in,
           coalesce(f.moved_in, 0) AS moved_in,
           coalesce(f.transfer_out, 0) AS transfer_out,
           coalesce(f.transfer_out_outside, 0) AS transfer_out_outside,
           coalesce(f.suspension, 0) AS suspension, coalesce(f.dropout, 0) AS dropout,
           coalesce(f.death, 0) AS death, coalesce(f.abroad, 0) AS abroad,
           coalesce(f.graduated, 0) AS graduated, coalesce(f.other_out, 0) AS other_out,
           coalesce(f.moved_out, 0) AS moved_out,
           coalesce(t.closing, 0) - coalesce(u.pupils, 0) AS closing,
           coalesce(t.on_roll, 0) - coalesce(u.pupils - u.suspended - u.dropped, 0)
             AS on_roll,
           coalesce(t.suspended, 0) + coalesce(u.suspended, 0) AS suspended,
           coalesce(t.dropped, 0) + coalesce(u.dropped, 0) AS dropped,
           coalesce(t.home_teaching, 0) AS home_teaching,
           coalesce(t.studying_elsewhere, 0) AS studying_elsewhere,
           coalesce(p.pupils, 0) AS transfer_pending,
           coalesce(p.beyond, 0) AS pending_beyond,
           coalesce(k.fresh, 0) AS suspected_new, coalesce(k.open, 0) AS suspected_open,
           coalesce(v.visits, 0) AS visits, coalesce(v.persuasions, 0) AS persuasions,
           coalesce(m.on_behalf, false) AS confirmed_on_behalf
      FROM span s
      JOIN class c ON c.township_id = $1 AND c.school_id = s.school_id
      LEFT JOIN stock t ON t.class_id = c.id
      LEFT JOIN before b ON b.class_id = c.id
      LEFT JOIN flow f ON f.class_id = c.id
      LEFT JOIN unsaid u ON u.class_id = c.id
      LEFT JOIN pending p ON p.class_id = c.id
      LEFT JOIN suspected k ON k.class_id = c.id
      LEFT JOIN visits v ON v.class_id = c.id
      LEFT JOIN class_confirmation m
        ON (m.township_id, m.class_id, m.month) = ($1, c.id, $16)
     ORDER BY c.school_id, c.cohort DESC, c.number
"""


Columns: TypeAlias = tuple[
    list[int],
    list[date],
    list[date],
    list[datetime],
    list[datetime],
    list[datetime | None],
    list[datetime],
    list[int | None],
    list[int | None],
    list[date],
    list[bool],
]


def columns_of(spans: Sequence[Span]) -> Columns:
    """Return spans as the arrays $2 to $12 of the statements that count over them."""
    return (
        [s.school_id for s in spans],
        [s.opening_on for s in spans],
        [s.closing_on for s in spans],
        [s.from_at for s in spans],
        [s.to_at for s in spans],
        [s.known_from for s in spans],
        [s.known_to for s in spans],
        [s.prior_report_id for s in spans],
        [s.prior_version for s in spans],
        [s.year_base_on for s in spans],
        [s.year_by_figures for s in spans],
    )


async def figures(
    conn: Conn, township_id: int, spans: Sequence[Span], month: date
) -> tuple[ClassFigures, ...]:
    """Return the figures of every class of the spans' schools, lowest grade first.

    One statement for a school or for all of a township; `month` is whose class
    confirmations are looked at.
    """
    rows = await conn.fetch(
        FIGURES,
        township_id,
        *columns_of(spans),
        list(IN_SCHOOL),
        list(ON_ROLL),
        list(INCREASES),
        month,
    )
    return many(ClassFigures, rows)
