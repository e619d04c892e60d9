"""What bench journal asks of the database: the least act there is, and a long journal."""

from typing import Final

from db.bench_town import ACCOUNT, TOWNSHIP
from db.pool import Conn, Pool

TOUCH = "UPDATE student SET address = $3 WHERE (township_id, id) = ($1, $2)"
# Rows as a roll's marks leave them.
LENGTHEN = """
    INSERT INTO journal (township_id, at, account_id, op_id, act, relation, became)
    SELECT $1::integer, timestamptz '2026-11-23 08:00+08' + n * interval '1 ms', $2::bigint,
           gen_random_uuid(), 'roll.submit', 'roll_mark',
           jsonb_build_object('township_id', $1::integer, 'roll_id', n, 'student_id', n, 'mark',
                              'absent', 'at', NULL, 'leave_id', NULL, 'noted_by', $2::bigint,
                              'noted_at', '2026-11-23T08:05:00+08:00')
      FROM generate_series(1::bigint, $3) n
"""
# Whoever works may not audit: somebody else does.
AUDITOR = ACCOUNT + 1
AUDITS = """
    WITH one AS (
        INSERT INTO account (id, signin_name, name, must_change_password, created_at)
        VALUES ($2, 'audit', '吴审计', false, now()))
    INSERT INTO account_grant (account_id, role, township_id, from_on, given_by, given_at)
    SELECT $2, 'auditor', 0, min(from_on), 0, now() FROM account_grant WHERE account_id = $1
"""
# No act of anybody's: the benchmark's own database is filled from outside.
QUIET: Final = "SELECT set_config('session_replication_role', 'replica', true)"


async def touch(conn: Conn, student_id: int, address: str) -> None:
    """Change one row."""
    await conn.execute(TOUCH, TOWNSHIP, student_id, address)


async def lengthen(pool: Pool, rows: int) -> None:
    """Add so many rows to the journal."""
    async with pool.acquire() as conn:
        await conn.execute(LENGTHEN, TOWNSHIP, ACCOUNT, rows)


async def may_audit(pool: Pool) -> None:
    """Let somebody check the journal."""
    async with pool.acquire() as conn, conn.transaction():
        await conn.execute(QUIET)
        await conn.execute(AUDITS, ACCOUNT, AUDITOR)
