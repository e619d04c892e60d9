"""Opening the database, and the one kind of transaction that writes to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from core.rules.base import Record
from core.rules.errors import Refusal
from core.rules.presence import Disabled

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Conn: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"

# The oldest server whose row-level security is sound (safety.md 1.3).
OLDEST: Final = 150014

# The database is away or was restarted: try again, nothing was decided.
CONNECTION_FAULTS: Final = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)

_SETTINGS: Final = {
    "application_name": "baoxue",
    "timezone": "Asia/Shanghai",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "15s",
}

SIGN: Final = """
      WITH mine AS (
           INSERT INTO act (op_id, account_id, name, at)
           VALUES ($1, $2, $3, coalesce($4, clock_timestamp()))
               ON CONFLICT (op_id) DO NOTHING
        RETURNING at)
    SELECT (SELECT at FROM mine) AS at,
           EXISTS (SELECT FROM account WHERE id = $2 AND disabled_at IS NOT NULL) AS shut,
           set_config('ledger.account', $2::text, true) AS account,
           set_config('ledger.op', $1::text, true) AS op,
           set_config('ledger.act', $3, true) AS act,
           set_config('ledger.now', (SELECT at::text FROM mine), true) AS now,
           set_config('role', $6, true) AS role,
           set_config('ledger.token', $7, true) AS token,
           seat.holds(nullif($7, '')::uuid) AS holds,
           (SELECT count(pg_advisory_xact_lock(k)::text)
              FROM (SELECT k FROM unnest($5::bigint[]) k ORDER BY k) ordered) AS locked
"""

NOW: Final = """
    SELECT clock_timestamp() AS now, set_config('role', $1, true) AS role,
           set_config('ledger.token', $2, true) AS token,
           seat.holds(nullif($2, '')::uuid) AS holds
"""
VERSION: Final = "SELECT current_setting('server_version_num')"


class Lock(IntEnum):
    """What acts may need to themselves."""

    CLASS = 1
    SCHOOL = 2
    TOWNSHIP = 3


class DbRole(StrEnum):
    """What the database lets a transaction do; none of them owns anything (P11)."""

    FRONT = "baoxue_front"
    PEOPLE = "baoxue_people"
    SWEEP = "baoxue_sweep"
    AUDITOR = "baoxue_auditor"
    # The login's own rights: for benchmarks and tests, whose login is the server's owner.
    NONE = "none"


@dataclass(frozen=True)
class Badge:
    """What a transaction shows the database: its role, and the token of a person's sitting.

    People without a token see nothing.
    """

    role: DbRole
    token: UUID | None = None

    @property
    def arguments(self) -> tuple[str, str]:
        """Return what the opening statement sets."""
        return self.role, "" if self.token is None else str(self.token)


class Busy(Refusal):
    """Somebody else is saving the same class or school right now."""

    def __init__(self) -> None:
        super().__init__("他人正在保存同一内容，请稍候再按一次；已填内容没有丢失。")


class Unreachable(Refusal):
    """There is no database where the settings say, or it does not let us in."""

    def __init__(self) -> None:
        super().__init__("连接不上数据库，请检查 BAOXUE_DSN 或执行 ./baoxue doctor。")


class AlreadyDone(Refusal):
    """The act with this op_id was committed before: a retry changes nothing (P3)."""

    def __init__(self) -> None:
        super().__init__("此项已经保存，无需重复提交。")


class SittingOver(Refusal):
    """The person's token opens nothing any more; without this, lists would look empty."""

    def __init__(self) -> None:
        super().__init__("登录已失效（时间过长或账号已停用），请按 F10 退出后重新登录。")


class Signature(Record):
    """Who acts, what the act is called, and the client-made id that makes it idempotent."""

    account_id: int
    op_id: UUID
    act: str
    badge: Badge
    at: datetime | None = None
    # Held until the transaction ends, and taken before its first look at the data: acts
    # that decide from what they read about one class or school go one after another.
    locks: tuple[int, ...] = ()


def lock_key(noun: Lock, number: int) -> int:
    """Return the advisory lock of one class, school or township."""
    return (noun << 48) | number


@asynccontextmanager
async def open_pool(
    dsn: str, *, least: int = 1, most: int = 8, patience: float = 5
) -> AsyncIterator[Pool]:
    """Open a pool; `patience` is the longest a statement may take, in seconds.

    Raises Unreachable when not even the first connection can be had.
    """
    pool = asyncpg.create_pool(
        dsn,
        min_size=least,
        max_size=most,
        server_settings=_SETTINGS | {"statement_timeout": f"{int(patience * 1000)}"},
    )
    try:
        await pool
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unreachable from error
    async with pool:
        yield pool


@asynccontextmanager
async def signed_transaction(
    pool: Pool, signature: Signature
) -> AsyncIterator[tuple[Conn, datetime]]:
    """Begin a transaction in which every written row is signed; yield it with its `now`.

    The signature is local to the transaction; triggers copy it into `journal`.
    Raises AlreadyDone when an act with this op_id has been committed, Disabled when the
    account was shut a moment ago, SittingOver when its sitting is, and Busy when the lock
    asked for is held by somebody else for more than two seconds.
    """
    async with pool.acquire() as conn, conn.transaction():
        try:
            row = await conn.fetchrow(
                SIGN,
                signature.op_id,
                signature.account_id,
                signature.act,
                signature.at,
                signature.locks,
                *signature.badge.arguments,
            )
        except asyncpg.LockNotAvailableError as error:
            raise Busy from error
        if row is not None and row["shut"]:
            raise Disabled
        if row is not None and not row["holds"]:
            raise SittingOver
        if row is None or row["at"] is None:
            raise AlreadyDone
        yield conn, row["at"]


@asynccontextmanager
async def reading_transaction(
    pool: Pool, badge: Badge
) -> AsyncIterator[tuple[Conn, datetime]]:
    """Begin a read-only transaction; yield it with the database's time.

    Raises SittingOver.
    """
    async with pool.acquire() as conn, conn.transaction(readonly=True):
        yield conn, await _opened(conn, badge)


@asynccontextmanager
async def unsigned_transaction(
    pool: Pool, badge: Badge
) -> AsyncIterator[tuple[Conn, datetime]]:
    """Begin a transaction for what is no act: drafts and the read log.

    A write to any journalled table fails in it.  Raises SittingOver.
    """
    async with pool.acquire() as conn, conn.transaction():
        yield conn, await _opened(conn, badge)


async def _opened(conn: Conn, badge: Badge) -> datetime:
    """Take a role and show a token; return the time.  Raises SittingOver."""
    row = await conn.fetchrow(NOW, *badge.arguments)
    if row is None or not row["holds"]:
        raise SittingOver
    now: datetime = row["now"]
    return now


async def server_version(pool: Pool) -> int:
    """Return the server's version as PostgreSQL numbers it (150014 = 15.14)."""
    async with pool.acquire() as conn:
        return int(await conn.fetchval(VERSION))
