"""The school year so far, class by class: what the 巩固率 is computed from (R56).

From enrolments and changes; where a school went live in mid-year, from its 期初数 as well.
"""

from collections.abc import Sequence

from core.rules.change import INCREASES
from core.rules.month_lines import ClassYear
from core.rules.month_span import Span
from db.balance import IN_SCHOOL, columns_of
from db.pool import Conn
from db.rows import many

# A child who dropped out and came back within the year is neither a loss nor an arrival.
YEARS = """
      WITH span AS MATERIALIZED (
           SELECT s.*, CASE WHEN extract(month FROM closing_on) >= 9
                            THEN extract(year FROM closing_on)
                            ELSE extract(year FROM closing_on) - 1 END AS school_year
             FROM unnest($2::bigint[], $3::date[], $4::date[], $5::timestamptz[],
                         $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
                         $9::bigint[], $10::smallint[], $11::date[], $12::boolean[])
               AS s (school_id, opening_on, closing_on, from_at, to_at, known_from,
                     known_to, prior_report_id, prior_version, year_base_on,
                     year_by_figures)),
           base AS (
           SELECT e.class_id, count(*) AS pupils
             FROM span s
             JOIN enrolment e ON e.township_id = $1 AND e.school_id = s.school_id
              AND e.from_on <= s.year_base_on
              AND (e.to_on IS NULL OR e.to_on > s.year_base_on) AND e.status = ANY ($13)
            GROUP BY e.class_id),
           known AS (
           SELECT c.*
             FROM span s
             JOIN change c ON c.township_id = $1 AND c.school_id = s.school_id
              AND c.effective_on > s.year_base_on AND c.effective_on <= s.closing_on
              AND c.counted_at <= s.known_to
            WHERE c.from_status IS NULL OR c.from_status = ANY ($13)
               OR c.kind = ANY ($14)),
           step AS (
           SELECT id, student_id, kind, in_township, effective_on, class_id,
                  CASE WHEN kind = ANY ($14) THEN 1 ELSE -1 END AS sign
             FROM known
            UNION ALL
           SELECT id, student_id, kind, in_township, effective_on, to_class_id, 1
             FROM known WHERE kind = 'class_move'),
           lost AS (
           SELECT (array_agg(class_id ORDER BY effective_on DESC, id DESC))[1] AS class_id,
                  sum(CASE kind WHEN 'dropout' THEN 1 ELSE -1 END) AS times
             FROM step WHERE kind IN ('dropout', 'return')
            GROUP BY student_id),
           loss AS (
           SELECT class_id, count(*) FILTER (WHERE times > 0) AS dropout,
                  count(*) FILTER (WHERE times < 0) AS returned
             FROM lost GROUP BY class_id),
           flow AS (
           SELECT class_id,
                  count(*) FILTER (WHERE kind = 'transfer_in') AS transfer_in,
                  count(*) FILTER (WHERE kind = 'resumption') AS resumption,
                  count(*) FILTER (WHERE kind = 'other_in') AS other_in,
                  count(*) FILTER (WHERE kind = 'new' OR kind = 'class_move' AND sign = 1)
                    AS neutral_in,
                  count(*) FILTER (WHERE kind = 'transfer_out') AS transfer_out,
                  count(*) FILTER (WHERE kind = 'transfer_out' AND NOT in_township)
                    AS transfer_out_beyond,
                  count(*) FILTER (WHERE kind = 'suspension') AS suspension,
                  count(*) FILTER (WHERE kind = 'death') AS death,
                  count(*) FILTER (WHERE kind = 'abroad') AS abroad,
                  count(*) FILTER (WHERE kind = 'other_out') AS other_out,
                  count(*) FILTER (WHERE kind = 'graduation'
                                      OR kind = 'class_move' AND sign = -1) AS neutral_out
             FROM step
            GROUP BY class_id)
    SELECT c.id AS class_id, s.year_by_figures AS by_figures,
           CASE WHEN s.year_by_figures THEN g.at_year_start ELSE coalesce(b.pupils, 0) END
             AS opening,
           coalesce(f.transfer_in, 0) + coalesce(g.transferred_in, 0) AS transfer_in,
           coalesce(f.resumption, 0) + coalesce(g.resumed, 0) AS resumption,
           coalesce(l.returned, 0) AS returned, coalesce(f.other_in, 0) AS other_in,
           coalesce(f.neutral_in, 0) AS neutral_in,
           coalesce(f.transfer_out, 0) + coalesce(g.transferred_out, 0) AS transfer_out,
           coalesce(f.transfer_out_beyond, 0) AS transfer_out_beyond,
           coalesce(f.suspension, 0) + coalesce(g.suspended, 0) AS suspension,
           coalesce(f.death, 0) AS death, coalesce(f.abroad, 0) AS abroad,
           coalesce(f.other_out, 0) AS other_out,
           coalesce(f.neutral_out, 0) AS neutral_out,
           coalesce(l.dropout, 0) + coalesce(g.dropped, 0) AS dropout
      FROM span s
      JOIN class c ON c.township_id = $1 AND c.school_id = s.school_id
      LEFT JOIN base b ON b.class_id = c.id
      LEFT JOIN flow f ON f.class_id = c.id
      LEFT JOIN loss l ON l.class_id = c.id
      LEFT JOIN opening_figure g
        ON (g.township_id, g.class_id, g.school_year) = ($1, c.id, s.school_year)
       AND s.year_by_figures AND g.confirmed_at IS NOT NULL
"""


async def years(
    conn: Conn, township_id: int, spans: Sequence[Span]
) -> tuple[ClassYear, ...]:
    """Return the school year of every class of the spans' schools, up to their ends.

    A class of a school that went live in mid-year has no `opening` until its 期初数 are
    confirmed: its rate prints —.
    """
    rows = await conn.fetch(
        YEARS, township_id, *columns_of(spans), list(IN_SCHOOL), list(INCREASES)
    )
    return many(ClassYear, rows)
