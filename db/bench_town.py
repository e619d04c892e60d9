"""Townships for benchmarks, filled set-based with children who do not exist.

Only for throw-away databases: nothing that is filled here is signed or journalled.  Ids
follow from each other: class n is the school's `classes` in order, and its pupil at seat
s has the id (n - 1) * pupils + s.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from core.rules.base import Record
from core.rules.time import school_year
from db.pool import Conn, Pool

TOWNSHIP = 990101100
ACCOUNT = 100
MARKS_A_ROLL = 3

# Neither journal nor foreign keys, until the transaction ends.
QUIET = "SELECT set_config('session_replication_role', 'replica', true)"
ANALYZE = "ANALYZE"

PLACES = """
      WITH town AS (
           INSERT INTO township VALUES ($1, '青石镇', 1)),
           schools AS (
           INSERT INTO school (township_id, id, code, name, kind, system, live_on)
           SELECT $1, n, '2199' || lpad(n::text, 6, '0'), '青石镇第' || n || '小学', $5,
                  '6-3', $4
             FROM generate_series(1, $2::integer) n),
           classes AS (
           INSERT INTO class (township_id, id, school_id, cohort, number)
           SELECT $1, (n - 1) * $3 + k, n, $6 - (k - 1) % 6, (k - 1) / 6 + 1
             FROM generate_series(1, $2) n, generate_series(1, $3::integer) k),
           who AS (
           INSERT INTO account (id, signin_name, name, must_change_password, created_at)
           VALUES ($7, 'bench', '王建国', false, $4))
    INSERT INTO account_grant (account_id, role, post, township_id, school_id, from_on,
                               given_by, given_at)
    SELECT $7, 'leader', 'principal', $1, n, $4, 0, $4
      FROM generate_series(1, $2) n
     UNION ALL
    SELECT $7, 'office', NULL, $1, NULL, $4, 0, $4
"""
# `teaching` days are school days whatever the calendar says of them.
CALENDAR = """
      WITH years AS (
           INSERT INTO calendar_year (township_id, year, source, entered_at)
           SELECT $1, y, '校历', $2
             FROM generate_series(extract(year FROM $2::date)::integer,
                                  extract(year FROM $3::date)::integer) y),
           terms AS (
           INSERT INTO term (township_id, school_year, number, from_on, to_on)
           VALUES ($1, $4, 1, $2, $3)),
           taught AS (
           INSERT INTO closure (township_id, from_on, to_on, kind, reason, declared_by,
                                declared_at)
           SELECT $1, d, d + 1, 'teaching', '补课', 0, $2
             FROM unnest($5::date[]) AS d)
    INSERT INTO session_plan (township_id, school_id, session, starts_at, ends_at,
                              limit_after, held, boarders_only, from_on)
    SELECT $1, s.id, p.session, p.starts_at::time, p.ends_at::time, 240, 'school_day', false,
           $2
      FROM school s,
           (VALUES ('am', '00:00', '23:58'), ('pm', '23:58:30', '23:59'))
             AS p (session, starts_at, ends_at)
     WHERE s.township_id = $1
"""
PUPILS = """
      WITH pupils AS (
           SELECT c.id AS class_id, c.school_id, s AS seat, (c.id - 1) * $2 + s AS id
             FROM class c, generate_series(1, $2::integer) s
            WHERE c.township_id = $1),
           children AS (
           INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
           SELECT $1, id, '赵' || chr((19968 + id % 20000)::integer),
                  CASE id % 2 WHEN 0 THEN 'male' ELSE 'female' END,
                  date '2017-01-01' + (id % 365)::integer, ARRAY['zx'], 'zhaoxiao'
             FROM pupils)
    INSERT INTO enrolment (township_id, student_id, school_id, class_id, seat_no, boarder,
                           status, from_on)
    SELECT $1, id, school_id, class_id, seat, false, 'enrolled', $3 FROM pupils
"""
# On each day and session other children of the class are away; two in fifty have leave.
ROLLS = """
      WITH held AS (
           SELECT row_number() OVER (ORDER BY d.day, c.id, p.session) AS id, c.id AS class_id,
                  c.school_id, d.day, d.n, p.session, d.day + p.starts_at::time AS starts_at,
                  d.day + p.ends_at::time AS ends_at
             FROM class c
            CROSS JOIN unnest($3::date[]) WITH ORDINALITY AS d (day, n)
            CROSS JOIN (VALUES ('am', '00:00', '23:58'), ('pm', '23:58:30', '23:59'))
                    AS p (session, starts_at, ends_at)
            WHERE c.township_id = $1),
           rolls AS (
           INSERT INTO roll (township_id, id, school_id, class_id, day, session, starts_at,
                             limit_at, ends_at, expected, taken_by, taken_at, on_behalf,
                             backfilled)
           SELECT $1, id, school_id, class_id, day, session, starts_at,
                  starts_at + interval '4 hours', ends_at, $2::integer, $4, starts_at,
                  false, false
             FROM held)
    INSERT INTO roll_mark (township_id, school_id, roll_id, student_id, mark, noted_by,
                           noted_at)
    SELECT $1, h.school_id, h.id, (h.class_id - 1) * $2 + (h.n * $5 + k) % $2 + 1,
           CASE k WHEN 0 THEN 'absent' ELSE 'late' END, $4, h.starts_at
      FROM held h
     CROSS JOIN generate_series(0, $5::bigint - 1) k
     WHERE k < $2
"""
LEAVES = """
    INSERT INTO leave (township_id, number, student_id, school_id, class_id, kind, from_day,
                       from_session, to_day, to_session, from_at, to_at, asked_by,
                       asked_how, reason, state, entered_by, entered_at, decided_by,
                       decided_at, alone_until, evidence)
    SELECT $1, e.class_id || '-' || e.seat_no, e.student_id, e.school_id, e.class_id, 'sick',
           d, 'am', d, 'pm', d, d + time '23:59', '母亲', 'phone', '发热', 'approved', $3,
           d, $3, d, d + time '23:59', ''
      FROM enrolment e, (SELECT $2::date AS d) first_day
     WHERE e.township_id = $1 AND e.seat_no <= 2
"""
# Filled ids did not come from the sequence that the program takes its own from.
SERIES = """
    SELECT setval(pg_get_serial_sequence('roll', 'id'),
                  (SELECT coalesce(max(id), 1) FROM roll))
"""
COUNTED = """
    SELECT (SELECT count(*) FROM student) AS pupils, (SELECT count(*) FROM roll) AS rolls,
           (SELECT count(*) FROM roll_mark) AS marks
"""


class Filling(Record):
    """How large a township to fill, and which days its rolls are of."""

    schools: int
    classes: int  # of each school
    pupils: int  # of each class
    live_on: date
    days: tuple[date, ...]
    until: date
    teaching: tuple[date, ...] = ()
    kind: str = "primary"


class Counted(Record):
    """How much a benchmark ran on."""

    pupils: int
    rolls: int
    marks: int


async def fill(pool: Pool, town: Filling) -> Counted:
    """Fill an empty database with one township; return how much that was."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(QUIET)
        cohort = school_year(town.until)
        await conn.execute(
            PLACES,
            *(TOWNSHIP, town.schools, town.classes, town.live_on, town.kind, cohort),
            ACCOUNT,
        )
        last = date(town.until.year + 1, 1, 31)
        teaching: Sequence[date] = town.teaching
        await conn.execute(CALENDAR, TOWNSHIP, town.live_on, last, cohort, teaching)
        await conn.execute(PUPILS, TOWNSHIP, town.pupils, town.live_on)
        await conn.execute(
            ROLLS, TOWNSHIP, town.pupils, town.days, ACCOUNT, min(MARKS_A_ROLL, town.pupils)
        )
        if town.days:
            await conn.execute(LEAVES, TOWNSHIP, town.days[0], ACCOUNT)
        await conn.execute(SERIES)
    async with pool.acquire() as conn:
        await conn.execute(ANALYZE)
        return await counted(conn)


BACKEND = "SELECT pg_backend_pid()"


async def backend(conn: Conn) -> int:
    """Return the number of the process that serves this connection."""
    return int(await conn.fetchval(BACKEND))


async def counted(conn: Conn) -> Counted:
    """Return how many pupils, rolls and marks a database holds."""
    return Counted.model_validate(dict(await conn.fetchrow(COUNTED) or {}))


SIT = """
    INSERT INTO seat.sitting (token, account_id, day, opened_at, everywhere, reach, whole,
                              schools)
    VALUES (gen_random_uuid(), $1, current_date, now(), false, ARRAY[$2::integer], '{}',
            ARRAY[$3::bigint])
 RETURNING token
"""


async def sit(pool: Pool, school_id: int) -> UUID:
    """Begin a sitting of somebody who sees one school and no township whole."""
    async with pool.acquire() as conn:
        found: UUID = await conn.fetchval(SIT, ACCOUNT, TOWNSHIP, school_id)
    return found


# A roll taken again from the beginning: what its act has left, away.
FORGET = """
      WITH away AS (
           SELECT id FROM roll WHERE township_id = $1 AND class_id = $2 AND day = $3),
           marks AS (
           DELETE FROM roll_mark m USING away
            WHERE (m.township_id, m.roll_id) = ($1, away.id)),
           runs AS (
           DELETE FROM absence WHERE township_id = $1 AND class_id = $2 RETURNING id),
           owed AS (
           DELETE FROM duty d USING runs
            WHERE d.township_id = $1 AND d.subject_id = runs.id)
    DELETE FROM roll r USING away WHERE (r.township_id, r.id) = ($1, away.id)
"""


async def forget(conn: Conn, class_id: int, day: date) -> None:
    """Take a class's rolls of a day away, with the runs they opened."""
    async with conn.transaction():
        await conn.execute(QUIET)
        await conn.execute(FORGET, TOWNSHIP, class_id, day)
