"""The sealer leaves no committed row out, whatever runs, dies or is restored (P7)."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from core.services import journal
from db.pool import Pool
from tests.hand import hand
from tests.services.export_township import (
    ADMIN,
    NOW,
    QINGSHI,
    build,
    desk,
)
from tests.services.journal_chain import (
    SEALED,
    TOUCH,
    faults,
    sealed,
    tamper,
    touch,
    watching,
)


@pytest.fixture
async def town(pool: Pool) -> Pool:
    await build(pool)
    return pool


async def test_an_act_under_way_is_never_left_out(town):
    await sealed(town)
    before = await town.fetchval(SEALED, QINGSHI)
    async with hand(town, NOW).writing("test.slow") as (conn, _):
        await conn.execute(TOUCH, "先写后交", 2)
        early = await conn.fetchval("SELECT last_value FROM journal_id_seq")
        late = await touch(town, "后写先交")
        assert late > early
        for _ in range(3):
            await journal.seal(watching(town))
        # The later one is committed, and waits for the earlier one.
        assert await town.fetchval(SEALED, QINGSHI) == before
    await sealed(town)
    ids = "SELECT unnest(ids) FROM journal_block WHERE township_id = 990101100"
    assert {early, late} <= {row[0] for row in await town.fetch(ids)}
    assert await faults(town) == []


async def test_acts_that_overlap_for_ever_do_not_put_the_seal_off_for_ever(town):
    await sealed(town)
    done = await touch(town, "已交")
    async with AsyncExitStack() as second:
        async with hand(town, NOW).writing("test.first"):
            await journal.seal(watching(town))
            await second.enter_async_context(hand(town, NOW).writing("test.second"))
            await journal.seal(watching(town))
        # The first has ended, the second has not: what was before both is sealed.
        await journal.seal(watching(town))
        ids = "SELECT unnest(ids) FROM journal_block WHERE township_id = 990101100"
        assert done in {row[0] for row in await town.fetch(ids)}


async def test_an_act_that_fails_leaves_a_gap_and_no_fault(town):
    await sealed(town)
    async with town.acquire() as conn:
        failing = conn.transaction()
        await failing.start()
        await conn.execute("SELECT nextval('journal_id_seq')")
        await failing.rollback()
    await touch(town, "成")
    await sealed(town)
    assert await faults(town) == []


async def test_many_sealers_at_once_make_one_chain(town):
    await asyncio.gather(*(touch(town, f"第{n}户") for n in range(5)))
    await journal.seal(watching(town))
    await asyncio.gather(*(journal.seal(watching(town)) for _ in range(6)))
    await sealed(town)
    assert await faults(town) == []
    checks = await journal.verify(desk(town, ADMIN))
    assert not any(check.unsealed for check in checks)


async def test_a_sealer_that_dies_has_sealed_nothing_and_the_next_goes_on(town):
    await journal.seal(watching(town))
    await touch(town, "一户")

    async def dying() -> None:
        async with watching(town).jotting() as (conn, now):
            await journal.store.horizon(conn, QINGSHI)
            assert await journal.store.seal(conn, QINGSHI, 10**6, now, 10)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await dying()
    await sealed(town)
    assert await faults(town) == []


async def test_a_restored_database_is_sealed_on(town):
    """Its transactions begin anew, behind those that its horizon remembers."""
    await sealed(town)
    await tamper(town, "UPDATE journal_horizon SET until = '9000000000'::xid8")
    await touch(town, "恢复后")
    await sealed(town)
    checks = await journal.verify(desk(town, ADMIN))
    assert not any(check.unsealed or check.faults for check in checks)
