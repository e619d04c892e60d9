"""Opening the database, and what a transaction shows it.

The transactions themselves are in transaction.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from contextvars import Context
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import partial
from typing import Final, ParamSpec, TypeAlias, TypeVar
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from core.rules.errors import Refusal
from db.cipher import speak
from db.keys import BadKeyFile, KeyFile

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Conn: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Migrator: TypeAlias = "asyncpg.Connection[asyncpg.Record] | Conn"

Given = ParamSpec("Given")
Opened = TypeVar("Opened")

# The oldest server whose row-level security is sound (safety.md 1.3).
OLDEST: Final = 150014

_SETTINGS: Final = {
    "application_name": "baoxue",
    "timezone": "Asia/Shanghai",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "15s",
}

# How much longer than a statement its answer may take, in seconds.
_ANSWER: Final = 5.0

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


class Unreachable(Refusal):
    """There is no database where the settings say, or it does not let us in."""

    def __init__(self) -> None:
        super().__init__("连接不上数据库，请检查 BAOXUE_DSN 或执行 ./baoxue doctor。")


def lock_key(noun: Lock, number: int) -> int:
    """Return the advisory lock of one class, school or township."""
    return (noun << 48) | number


@asynccontextmanager
async def open_pool(
    dsn: str,
    keys: KeyFile,
    *,
    least: int = 1,
    most: int = 8,
    patience: float = 5,
    hurried: bool = True,
) -> AsyncIterator[Pool]:
    """Open a pool; `patience` is the longest a statement may take, in seconds.

    `keys` open and close the numbers its connections read and write.
    A line on which nothing comes back for longer than `patience` is taken for cut, if `hurried`:
    a migration takes its time.  Raises Unreachable when not even the first connection can be had.
    """

    async def look(conn: Conn) -> None:
        del conn
        # Who is at work goes on with the keys it has.
        with suppress(BadKeyFile):
            keys.look()

    # A database that is away is told to whoever waits for it, without a traceback.
    logging.getLogger("asyncpg.pool").setLevel(logging.CRITICAL)
    pool = asyncpg.create_pool(
        dsn,
        min_size=least,
        max_size=most,
        command_timeout=patience + _ANSWER if hurried else None,
        connect=_apart(asyncpg.connect),
        init=partial(speak, keys=keys),
        setup=look,
        # A timer keeps the context it was set in: of whoever gave a connection back, or used
        # a statement, the whole application, for five minutes.
        max_inactive_connection_lifetime=0,
        max_cached_statement_lifetime=0,
        server_settings=_SETTINGS | {"statement_timeout": f"{int(patience * 1000)}"},
    )
    try:
        await pool
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise Unreachable from error
    async with pool:
        yield pool


def _apart(
    opens: Callable[Given, Coroutine[None, None, Opened]],
) -> Callable[Given, Coroutine[None, None, Opened]]:
    """Have connections opened in no person's context.

    A transport keeps the context it was opened in for as long as it lasts: one session's
    application would live on with it.
    """

    async def opened(*given: Given.args, **named: Given.kwargs) -> Opened:
        loop = asyncio.get_running_loop()
        return await loop.create_task(opens(*given, **named), context=Context())

    return opened


async def server_version(pool: Pool) -> int:
    """Return the server's version as PostgreSQL numbers it (150014 = 15.14)."""
    async with pool.acquire() as conn:
        return int(await conn.fetchval(VERSION))
