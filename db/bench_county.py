"""A county for the benchmark of cases: one filled township, copied, with children missing.

Only for throw-away databases, like bench_town.  A copied child has an id of its own; places
have the same in every township.
"""

from datetime import datetime

from db.bench_town import ANALYZE, QUIET, TOWNSHIP
from db.pool import Pool

COUNTY = 990101000
BUREAU = 101
# One pupil in so many is missing; of those, one in so many has been for 48 hours.
ONE_MISSING_IN = 30
ONE_DUE_IN = 10

TOWNSHIPS = """
    INSERT INTO township (township_id, name, calendar_version)
    SELECT t, '第' || (t - $1) || '镇', 1 FROM unnest($2::integer[]) t
"""
SCHOOLS = """
    INSERT INTO school SELECT y.*
      FROM school x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object(
               'township_id', t, 'code', x.code || chr(64 + t - $1))) y
     WHERE x.township_id = $1
"""
CLASSES = """
    INSERT INTO class SELECT y.*
      FROM class x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object('township_id', t)) y
     WHERE x.township_id = $1
"""
YEARS = """
    INSERT INTO calendar_year SELECT y.*
      FROM calendar_year x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object('township_id', t)) y
     WHERE x.township_id = $1
"""
TERMS = """
    INSERT INTO term SELECT y.*
      FROM term x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object('township_id', t)) y
     WHERE x.township_id = $1
"""
CLOSURES = """
    INSERT INTO closure SELECT y.*
      FROM closure x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object('township_id', t)) y
     WHERE x.township_id = $1
"""
PLANS = """
    INSERT INTO session_plan SELECT y.*
      FROM session_plan x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object('township_id', t)) y
     WHERE x.township_id = $1
"""
STUDENTS = """
    INSERT INTO student SELECT y.*
      FROM student x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object(
               'township_id', t, 'id', x.id + (t - $1) * 1000000)) y
     WHERE x.township_id = $1
"""
ENROLMENTS = """
    INSERT INTO enrolment SELECT y.*
      FROM enrolment x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object(
               'township_id', t, 'student_id', x.student_id + (t - $1) * 1000000)) y
     WHERE x.township_id = $1
"""
ROLLS = """
    INSERT INTO roll SELECT y.*
      FROM roll x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object('township_id', t)) y
     WHERE x.township_id = $1
"""
MARKS = """
    INSERT INTO roll_mark SELECT y.*
      FROM roll_mark x, unnest($2::integer[]) t,
           LATERAL jsonb_populate_record(x, jsonb_build_object(
               'township_id', t, 'student_id', x.student_id + (t - $1) * 1000000)) y
     WHERE x.township_id = $1
"""
COPIES = (
    *(TOWNSHIPS, SCHOOLS, CLASSES, YEARS, TERMS, CLOSURES, PLANS, STUDENTS, ENROLMENTS),
    *(ROLLS, MARKS),
)
# Each township's system account, and somebody who sees the county whole.
PEOPLE = """
      WITH made AS (
           INSERT INTO account (id, signin_name, name, system_of, must_change_password,
                                created_at)
           SELECT 200 + n, 'system-' || t, '系统', t, false, $3::timestamptz
             FROM unnest($2::integer[]) WITH ORDINALITY AS o (t, n)
            UNION ALL
           SELECT $4, 'bureau', '刘敏', NULL, false, $3)
    INSERT INTO account_grant (account_id, role, township_id, from_on, given_by, given_at)
    SELECT 200 + n, 'system', t, date '2020-01-01', 0, $3::timestamptz
      FROM unnest($2::integer[]) WITH ORDINALITY AS o (t, n)
     UNION ALL
    SELECT $4, 'bureau', $1, date '2020-01-01', 0, $3::timestamptz
"""
MISSING = """
    INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day,
                         missed_session, missed_at, noted_at, due_at, raw_due_at,
                         clock_mode, provisional, calendar_version)
    SELECT e.township_id, e.student_id, e.school_id, e.class_id,
           (m.at AT TIME ZONE 'Asia/Shanghai')::date, 'am', m.at, m.at,
           m.at + interval '48 hours', m.at + interval '48 hours', 'clock_next_roll', false, 1
      FROM enrolment e
     CROSS JOIN LATERAL (SELECT $1::timestamptz - CASE e.student_id % ($2::integer * $3::integer)
                                WHEN 0 THEN interval '49 hours'
                                ELSE interval '30 hours' END AS at) m
     WHERE e.student_id % $2 = 0
"""
COUNT_MISSING = "SELECT count(*) FROM absence WHERE ended_at IS NULL"
COUNT_CASES = "SELECT count(*) FROM dropout_case WHERE closed_at IS NULL"


async def spread(pool: Pool, townships: int, now: datetime) -> tuple[int, ...]:
    """Copy the filled township until there are so many, with people; return their codes."""
    others = [TOWNSHIP + n for n in range(1, townships)]
    every = [TOWNSHIP, *others]
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(QUIET)
        for copy in COPIES:
            await conn.execute(copy, TOWNSHIP, others)
        await conn.execute(PEOPLE, COUNTY, every, now, BUREAU)
    async with pool.acquire() as conn:
        await conn.execute(ANALYZE)
    return tuple(every)


async def lose(pool: Pool, now: datetime) -> int:
    """Let one pupil in thirty be missing, some for 48 hours; return how many."""
    async with pool.acquire() as conn:
        async with conn.transaction():
            await conn.execute(QUIET)
            await conn.execute(MISSING, now, ONE_MISSING_IN, ONE_DUE_IN)
        await conn.execute(ANALYZE)
        return int(await conn.fetchval(COUNT_MISSING))


async def open_cases(pool: Pool) -> int:
    """Return how many cases are open."""
    async with pool.acquire() as conn:
        return int(await conn.fetchval(COUNT_CASES))
