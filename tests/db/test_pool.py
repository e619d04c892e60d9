"""A pool of connections keeps nobody who has used it."""

import asyncio
import gc
import weakref
from contextvars import ContextVar

from db.keys import KeyFile
from db.pool import open_pool

HERE: ContextVar[object] = ContextVar("HERE")


class Person:
    """Whose context it is: in a server, an application with all that it shows."""


async def test_who_has_opened_and_used_a_connection_is_let_go(
    server: str, keys: KeyFile
) -> None:
    async with open_pool(server, keys, most=2) as pool:

        async def use() -> "weakref.ref[Person]":
            HERE.set(person := Person())
            # The second of them is opened here, in this person's context.
            async with pool.acquire() as one, pool.acquire() as other:
                for conn in (one, other):
                    assert await conn.fetchval("SELECT 1") == 1
            return weakref.ref(person)

        known = await asyncio.create_task(use())
        # Soon: what another test has left may stand in the loop for a turn or two.
        for _ in range(50):
            gc.collect()
            if known() is None:
                break
            await asyncio.sleep(0.01)
        assert known() is None
