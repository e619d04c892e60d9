"""What a transaction begins with: who acts, as whom the database looks at it, and when.

Begun and ended they are in transaction.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from core.rules.base import Record
from core.rules.errors import AlreadyDone, Refusal
from core.rules.presence import Disabled
from db.fault import Busy
from db.pool import Badge, Conn

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


async def sign(conn: Conn, signature: Signature) -> datetime:
    """Sign a transaction; return its `now`.

    Raises AlreadyDone when an act with this op_id has been committed, Disabled when the
    account was shut a moment ago, SittingOver when its sitting is, and Busy when the lock
    asked for is held by somebody else for more than two seconds.
    """
    row = await _row(conn, signature)
    if row["shut"]:
        raise Disabled
    if not row["holds"]:
        raise SittingOver
    now: datetime | None = row["at"]
    if now is None:
        raise AlreadyDone
    return now


async def is_signed(conn: Conn, signature: Signature) -> bool:
    """Tell whether an act was committed; the transaction it is asked in must be undone.

    Waits for a transaction that still has the same op_id.  Where the answer is no, none
    such has ended well, and none that was begun before ever will.  Raises Busy.
    """
    row = await _row(conn, signature.model_copy(update={"locks": ()}))
    return row["at"] is None


async def show(conn: Conn, badge: Badge) -> datetime:
    """Take a role and show a token; return the time.  Raises SittingOver."""
    row = await conn.fetchrow(NOW, *badge.arguments)
    if row is None or not row["holds"]:
        raise SittingOver
    now: datetime = row["now"]
    return now


async def _row(conn: Conn, signature: Signature) -> asyncpg.Record:
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
    if row is None:
        raise AssertionError
    return row
