"""What bench faults asks of the database: clocks that have run out, and what was left.

Only for throw-away databases.
"""

from collections.abc import Mapping
from datetime import datetime

from core.rules.base import Record
from db.bench_town import QUIET, TOWNSHIP
from db.pool import Conn, Pool

# Every child is missing since four days ago, and its 48 hours are over.
DUE = """
    INSERT INTO absence (township_id, student_id, school_id, class_id, missed_day,
                         missed_session, missed_at, noted_at, due_at, raw_due_at,
                         clock_mode, provisional, calendar_version)
    SELECT e.township_id, e.student_id, e.school_id, e.class_id,
           (now() - interval '4 days')::date, 'am', now() - interval '4 days',
           now() - interval '4 days', now() - interval '1 day', now() - interval '2 days',
           'clock_next_roll', false, t.calendar_version
      FROM enrolment e
      JOIN township t ON t.township_id = e.township_id
     WHERE e.township_id = $1
"""
# Their due moments, a minute apart from now on.
SPREAD = """
    UPDATE absence a SET due_at = now() + n.number * interval '1 minute'
      FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM absence) n
     WHERE a.id = n.id
"""
DUE_MOMENTS = "SELECT due_at FROM absence ORDER BY id"
SYSTEM = """
      WITH who AS (
           INSERT INTO account (signin_name, name, system_of, must_change_password, created_at)
           VALUES ('bench-system', '系统', $1, false, now())
        RETURNING id)
    INSERT INTO account_grant (account_id, role, township_id, from_on, given_by, given_at)
    SELECT id, 'system', $1, current_date - 1, 0, now() FROM who
"""
TIMES = "SELECT note, count(*) AS times FROM contact GROUP BY note"
RUNG = """
    SELECT (SELECT count(*) FROM absence) AS due,
           (SELECT count(*) FROM absence a
             WHERE NOT EXISTS (SELECT FROM alarm k
                                WHERE (k.township_id, k.absence_id, k.stage)
                                    = (a.township_id, a.id, 'due'))) AS missed,
           (SELECT coalesce(sum(times - 1), 0)::bigint
              FROM (SELECT count(*) AS times FROM dropout_case GROUP BY student_id
                     UNION ALL
                    SELECT count(*) FROM paper WHERE kind = 'report' GROUP BY case_id
                     UNION ALL
                    SELECT count(*) FROM duty WHERE kind LIKE 'alarm%'
                     GROUP BY kind, subject_id
                     UNION ALL
                    SELECT count(*) FROM case_event WHERE kind = 'alarm'
                     GROUP BY case_id) t) AS doubled,
           (SELECT count(*) FROM absence a
             WHERE (SELECT count(*) FROM duty d
                     WHERE d.kind LIKE 'alarm%'
                       AND (d.township_id, d.subject_id) = (a.township_id, a.id)) <> 3)
             AS untold,
           (SELECT count(*) FROM absence a
              JOIN alarm k ON (k.township_id, k.absence_id, k.stage)
                            = (a.township_id, a.id, 'due')
             WHERE k.rang_at < a.due_at) AS early
"""
DRAFT_OF = """
    SELECT whole(0, 'draft', d.account_id || '/' || d.form || '/' || d.subject, d.cipher)
             AS body
      FROM draft d
      JOIN account a ON a.id = d.account_id
     WHERE a.signin_name = $1
"""


class Rung(Record):
    """What sweeps have left: clocks, those that did not ring, and what there is twice."""

    due: int
    missed: int
    doubled: int
    # Clocks of which not each of the three who are told was told.
    untold: int
    # Those that rang before they were due.
    early: int


async def run_out(pool: Pool) -> None:
    """Let every child's clock have run out, and give the township its system account."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(QUIET)
        await conn.execute(DUE, TOWNSHIP)
        await conn.execute(SYSTEM, TOWNSHIP)


async def spread(pool: Pool) -> None:
    """Let the clocks that have run out run out one after another instead, from now on."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(QUIET)
        await conn.execute(SPREAD)


async def due_moments(pool: Pool) -> tuple[datetime, ...]:
    """Return when each clock is due."""
    async with pool.acquire() as conn:
        return tuple(row["due_at"] for row in await conn.fetch(DUE_MOMENTS))


async def rung(conn: Conn) -> Rung:
    """Return what the sweeps have left."""
    return Rung.model_validate(dict(await conn.fetchrow(RUNG) or {}))


async def times(conn: Conn) -> Mapping[str, int]:
    """Return how often each contact stands, by its note."""
    return {row["note"]: row["times"] for row in await conn.fetch(TIMES)}


async def draft_of(conn: Conn, signin_name: str) -> str:
    """Return the text of the only draft of a person; "" where there is none."""
    found: str | None = await conn.fetchval(DRAFT_OF, signin_name)
    return found or ""
