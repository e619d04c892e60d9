"""The first screen is live, and a session nobody touches costs nothing."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from core.rules.roll import Mark
from db import outbox, presence
from db.signature import NOW
from tests.story.conftest import Town, at
from tests.story.elsewhere import take_roll

MISSING = "缪俊杰"
LINE = f"{MISSING}未到校，请联系监护人"
# A whole screen of 80x24 is some 6,000 bytes; two lines and a head are far below this.
LITTLE = 1500
ASKED = {NOW, outbox.HORIZON, outbox.SINCE, presence.LOOK}
# What the driver says around every transaction, when a connection is given back, and
# when it meets a type for the first time.
AROUND = (
    *("BEGIN", "COMMIT", "ROLLBACK", "SELECT pg_advisory_unlock_all()"),
    *("WITH RECURSIVE typeinfo_tree", "SELECT current_setting('jit')"),
)


def told(query: str) -> str:
    """A statement on one line."""
    return " ".join(query.split())


@pytest.fixture(autouse=True)
def no_second_sweep(monkeypatch):
    """The sweep asks the database too, every 20 seconds: not while we listen."""
    monkeypatch.setattr("tui.cli.sweeping.SWEEP_EVERY", 3600.0)


async def test_a_change_made_elsewhere_appears_without_a_key_and_repaints_little(
    town: Town,
) -> None:
    async with town.sign_in("lixiuying") as li, town.sign_in("wangjianguo") as wang:
        await li.wait_for("今日待办", "三年级（1）班 上午", "已点0")
        await wang.wait_for("今日待办", "已点0")
        town.clock.now = at("11-23", "08:05")
        await li.quiet(0.5)
        await wang.quiet(0.5)
        before = li.bytes_received, wang.bytes_received
        await take_roll(town, "zhouming", **{MISSING: Mark.ABSENT})
        # The roll that was owed is gone, the child who is missing has come.
        await li.wait_for(LINE, "已点1")
        await li.wait_gone("三年级（1）班 上午")
        await wang.wait_for("已点1")
        await li.quiet(0.5)
        assert 0 < li.bytes_received - before[0] < LITTLE
        assert 0 < wang.bytes_received - before[1] < LITTLE


async def test_the_other_teachers_screen_is_not_touched(town: Town) -> None:
    async with town.sign_in("lixiuying") as li, town.sign_in("zhangwei") as zhang:
        await li.wait_for("今日待办", "三年级（1）班 上午")
        # The month's duty comes with the door's first sweep, whenever that is.
        await zhang.wait_for("今日待办", "三年级（2）班 上午", "班级月报待确认")
        await zhang.quiet(0.5)
        before = zhang.bytes_received
        town.clock.now = at("11-23", "07:50")
        await take_roll(town, "zhouming", **{MISSING: Mark.ABSENT})
        await li.wait_for(LINE)
        await zhang.quiet(1)
        assert zhang.bytes_received == before
        assert MISSING not in zhang.received.decode()


class Listener:
    """Hears every statement that goes to PostgreSQL over any connection of a pool."""

    def __init__(self, town: Town) -> None:
        self.heard: Counter[str] = Counter()
        for holder in town.front.pool._holders:
            if holder._con is not None:
                holder._con.add_query_logger(self._hear)

    def _hear(self, record) -> None:
        self.heard[record.query] += 1

    async def polls(self, count: int) -> Counter[str]:
        """Return what is asked during so many looks for news."""
        self.heard.clear()
        while self.heard[outbox.HORIZON] < count:
            await asyncio.sleep(0.02)
        return self.heard.copy()


async def test_an_idle_session_sends_nothing_and_asks_nothing(town: Town) -> None:
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(town.sign_in("lixiuying"))
        await one.wait_for("今日待办", "三年级（1）班 上午")
        await one.quiet(1)
        alone = await Listener(town).polls(5)
        more = [
            await stack.enter_async_context(town.sign_in(name))
            for name in ("wangjianguo", "zhouming", "jiaoguan", "zhengfu")
        ]
        for t in more:
            await t.wait_for("今日待办")
        for t in (one, *more):
            await t.quiet(0.4)
        sent = [t.bytes_received for t in (one, *more)]
        connections = town.front.pool.get_size()
        # Five looks are four seconds.
        five = await Listener(town).polls(5)
        assert [t.bytes_received for t in (one, *more)] == sent
        assert town.front.pool.get_size() == connections
        # One session or five: the same five looks for news, and who is here every two
        # seconds; nothing else.
        for heard in (alone, five):
            asked = {q: n for q, n in heard.items() if not told(q).startswith(AROUND)}
            assert asked[outbox.HORIZON] == 5
            assert asked.keys() <= ASKED
            assert asked[presence.LOOK] <= 3
            assert sum(asked.values()) <= 3 * 5 + 2 * 3
