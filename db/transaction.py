"""The kinds of transaction, and what becomes of one whose line to the database is cut.

Until a transaction has begun nothing is lost by asking again, and for a while it is.  When
the line is cut before COMMIT nothing stands.  When the answer to COMMIT does not come, the
database is asked whether the act is there: nobody is told of a save that is none, and
nothing is saved twice (P3).
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from typing import Final, TypeAlias

import asyncpg

from core.rules.trouble import Away, Lost, Patience, Trouble, Unsure
from db.fault import OPENING_FAULTS, Busy, is_cut, trouble_of
from db.pool import Badge, Conn, Pool
from db.signature import Signature, is_signed, show, sign

# Seconds between two tries, at most: five hundred screens do not come back in one beat.
_AGAIN: Final = 0.8

# What a transaction begins with; returns its `now`.
Opening: TypeAlias = Callable[[Conn], Awaitable[datetime]]


@asynccontextmanager
async def signed_transaction(
    pool: Pool, signature: Signature, patience: Patience | None = None
) -> AsyncIterator[tuple[Conn, datetime]]:
    """Begin a transaction in which every written row is signed; yield it with its `now`.

    The signature is local to the transaction; triggers copy it into `journal`.
    Raises what `sign` does; Away, Lost, Collided, Busy, Overloaded or NoRoom when nothing
    was saved; Unsure when nobody can tell.
    """
    patience = patience or Patience()
    begun = _Begun(pool, patience, partial(sign, signature=signature))
    try:
        async with begun.transaction() as opened:
            yield opened
    except Exception as error:
        if not (begun.finished and is_cut(error, closed=True)):
            raise
        if not await _stands(pool, signature, patience):
            raise Lost from error


@asynccontextmanager
async def reading_transaction(
    pool: Pool, badge: Badge, patience: Patience | None = None
) -> AsyncIterator[tuple[Conn, datetime]]:
    """Begin a read-only transaction; yield it with the database's time.

    Raises SittingOver, Away, Lost, Overloaded.
    """
    async with _for_badge(pool, badge, patience, readonly=True) as opened:
        yield opened


@asynccontextmanager
async def unsigned_transaction(
    pool: Pool, badge: Badge, patience: Patience | None = None
) -> AsyncIterator[tuple[Conn, datetime]]:
    """Begin a transaction for what is no act: drafts and the read log.

    A write to any journalled table fails in it.  Raises what `reading_transaction` does,
    Collided, Busy and NoRoom.
    """
    async with _for_badge(pool, badge, patience, readonly=False) as opened:
        yield opened


@asynccontextmanager
async def _for_badge(
    pool: Pool, badge: Badge, patience: Patience | None, *, readonly: bool
) -> AsyncIterator[tuple[Conn, datetime]]:
    opening = partial(show, badge=badge)
    begun = _Begun(pool, patience or Patience(), opening, readonly=readonly)
    try:
        async with begun.transaction() as opened:
            yield opened
    except Exception as error:
        if begun.finished and is_cut(error, closed=True):
            raise Lost from error
        raise


class _Begun:
    """One transaction; `finished` once nothing is left of it but its COMMIT."""

    def __init__(
        self, pool: Pool, patience: Patience, opening: Opening, *, readonly: bool = False
    ) -> None:
        self._pool, self._patience = pool, patience
        self._opening, self._readonly = opening, readonly
        self.finished = False

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[tuple[Conn, datetime]]:
        """Begin it, however long the database is away; name a trouble by its sentence."""
        inside: Exception | None = None
        closed = False
        try:
            async with AsyncExitStack() as stack:
                conn, now = await self._entered(stack)
                try:
                    yield conn, now
                except Exception as error:
                    _give_up(conn, error)
                    inside, closed = error, _is_closed(conn)
                    raise
                self.finished = True
        except Exception as error:
            if self.finished and is_cut(error, closed=True):
                raise
            # The ROLLBACK of a line that is cut fails, and hides what went before.
            failed = error is not inside and inside is not None
            trouble = trouble_of(inside or error, closed=closed)
            if trouble is None and failed and is_cut(error, closed=True):
                trouble = Lost()
            if trouble is None:
                raise
            raise trouble from error

    async def _entered(self, stack: AsyncExitStack) -> tuple[Conn, datetime]:
        waited = False
        try:
            async with asyncio.timeout(self._patience.opening):
                while True:
                    try:
                        return await stack.enter_async_context(self._once())
                    except OPENING_FAULTS as error:
                        if isinstance(error, ValueError):  # of ours, not of the line
                            raise
                    if not waited:
                        waited = True
                        self._patience.told(Trouble.AWAY)
                    await _a_moment()
        except TimeoutError as error:
            raise Away from error
        finally:
            if waited:
                self._patience.told(None)

    @asynccontextmanager
    async def _once(self) -> AsyncIterator[tuple[Conn, datetime]]:
        async with self._pool.acquire() as conn:
            try:
                async with conn.transaction(readonly=self._readonly):
                    try:
                        now = await self._opening(conn)
                    except TimeoutError as error:
                        _give_up(conn, error)
                        raise
                    yield conn, now
            except TimeoutError as error:
                _give_up(conn, error)
                raise


async def _stands(pool: Pool, signature: Signature, patience: Patience) -> bool:
    """Ask whether an act stands whose COMMIT was not answered; raises Unsure."""
    patience.told(Trouble.CHECKING)
    try:
        async with asyncio.timeout(patience.settling):
            while True:
                try:
                    return await _ask(pool, signature)
                except (*OPENING_FAULTS, Busy):
                    await _a_moment()
    except TimeoutError as error:
        raise Unsure from error
    finally:
        patience.told(None)


async def _ask(pool: Pool, signature: Signature) -> bool:
    async with pool.acquire() as conn:
        asking = conn.transaction()
        await asking.start()
        try:
            return await is_signed(conn, signature)
        finally:
            await asking.rollback()


def _give_up(conn: Conn, error: Exception) -> None:
    """End a connection that does not answer: its ROLLBACK would not be answered either."""
    if isinstance(error, TimeoutError) and not _is_closed(conn):
        conn.terminate()


def _is_closed(conn: Conn) -> bool:
    try:
        return conn.is_closed()
    except asyncpg.InterfaceError:  # the pool has taken it back: it was closed
        return True


async def _a_moment() -> None:
    await asyncio.sleep(random.uniform(_AGAIN / 4, _AGAIN))  # noqa: S311 -- no secret
