"""A line to the database that is cut, at every message: nothing is doubled or lost (P3)."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

import db.pool
import db.transaction
from core.rules.errors import AlreadyDone
from core.rules.trouble import Away, Lost, Patience, Trouble, Unsure
from db.bench_line import Cut, line_to
from db.pool import open_pool
from db.transaction import reading_transaction, signed_transaction, unsigned_transaction
from tests.db.children import SIGNATURE, TOWN, TOWNSHIP
from tests.hand import UNWALLED

CHILD = f"""
INSERT INTO student (township_id, id, name, sex, born_on, pinyin, pinyin_key)
VALUES ({TOWNSHIP}, $1, '赵小雨', 'female', '2018-03-04', ARRAY['z'], 'zhao')
"""
HOW_MANY = "SELECT count(*) FROM student WHERE id = $1"
WAITING = "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock')"
# An act sends 9 messages: BEGIN; three for the signature, and three for the child; COMMIT;
# and what leaves the line as it was.
LAST = 20


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(db.transaction, "_AGAIN", 0.02)


@pytest.fixture
async def town(pool):
    signature = SIGNATURE.model_copy(update={"op_id": uuid4()})
    async with signed_transaction(pool, signature) as (conn, _):
        await conn.execute(TOWN)
    return pool


@asynccontextmanager
async def through(dsn, keys, tmp_path):
    """A pool of one connection, through a line that can be cut."""
    async with (
        line_to(dsn, tmp_path) as (address, line),
        open_pool(address, keys, most=1) as cut,
    ):
        await cut.fetchval("SELECT 1")
        yield cut, line


class Act:
    """One act, done again and again, and what was told meanwhile."""

    def __init__(self, pool, child: int, **more: float) -> None:
        self.pool, self.child = pool, child
        self.told: list[Trouble | None] = []
        self.patience = Patience(told=self.told.append, **more)
        self.signature = SIGNATURE.model_copy(update={"op_id": uuid4()})

    async def __call__(self) -> None:
        async with signed_transaction(self.pool, self.signature, self.patience) as (
            conn,
            _,
        ):
            await conn.execute(CHILD, self.child)


async def commit_at(line, pool, child: int) -> int:
    """The number of the message that is COMMIT."""
    for again in range(2):  # the second time as every time after that
        signature = SIGNATURE.model_copy(update={"op_id": uuid4()})
        line.arm(0, Cut.BEFORE)
        async with signed_transaction(pool, signature) as (conn, _):
            await conn.execute(CHILD, child + again)
            before = line.sent
    return before + 1


@pytest.mark.parametrize("how", [Cut.BEFORE, Cut.AFTER])
async def test_cut_at_any_message_an_act_stands_once_or_is_known_not_to(
    town, dsn, keys, tmp_path, how
):
    stood, cut_at = [], 0
    async with through(dsn, keys, tmp_path) as (cut, line):
        while cut_at < LAST:
            cut_at += 1
            await Act(cut, 1000 + cut_at)()  # on a line that is new, so as on any other
            act = Act(cut, cut_at)
            line.arm(cut_at, how, refuses=1)
            cuts = line.cuts
            try:
                await act()
                stands = True
            except Lost:
                stands = False
            assert await town.fetchval(HOW_MANY, cut_at) == stands
            if line.cuts == cuts:  # it sends no so many messages
                break
            stood.append(stands)
            line.arm(0, how)
            if stands:
                with pytest.raises(AlreadyDone):
                    await act()
            else:
                await act()
            assert await town.fetchval(HOW_MANY, cut_at) == 1
    # Cut before it is signed it is begun again; then nothing stands until COMMIT is sent,
    # and after that everything does.
    committed = [how is Cut.AFTER, True]
    assert stood == [True] * 4 + [False] * 3 + committed


async def test_an_answer_to_commit_that_is_lost_is_asked_for(town, dsn, keys, tmp_path):
    async with through(dsn, keys, tmp_path) as (cut, line):
        act = Act(cut, 7)
        line.arm(await commit_at(line, cut, 1), Cut.AFTER, refuses=2)
        await act()
    assert act.told == [Trouble.CHECKING, None]
    assert await town.fetchval(HOW_MANY, 7) == 1


async def test_a_commit_that_never_came_was_not_saved(town, dsn, keys, tmp_path):
    async with through(dsn, keys, tmp_path) as (cut, line):
        act = Act(cut, 7)
        line.arm(await commit_at(line, cut, 1), Cut.BEFORE)
        with pytest.raises(Lost, match="没有保存"):
            await act()
    assert act.told == [Trouble.CHECKING, None]
    assert await town.fetchval(HOW_MANY, 7) == 0


async def test_a_commit_that_comes_late_is_waited_for(town, dsn, keys, tmp_path):
    """The line is gone, and the server is still about to commit."""
    async with through(dsn, keys, tmp_path) as (cut, line):
        act = Act(cut, 7)
        line.arm(await commit_at(line, cut, 1), Cut.LATE)
        doing = asyncio.create_task(act())
        while not await town.fetchval(WAITING):
            await asyncio.sleep(0.01)
        assert not doing.done()
        assert await town.fetchval(HOW_MANY, 7) == 0
        line.late.set()
        await doing
    assert await town.fetchval(HOW_MANY, 7) == 1


async def test_a_question_that_is_not_answered_either_is_asked_anew(
    town, dsn, keys, tmp_path, monkeypatch
):
    monkeypatch.setattr(db.pool, "_ANSWER", -4.8)
    async with through(dsn, keys, tmp_path) as (cut, line):

        def hear(trouble: Trouble | None) -> None:
            if trouble is Trouble.CHECKING:
                line.arm(3, Cut.SILENT)

        act = Act(cut, 7)
        act.patience = Patience(settling=5, told=hear)
        line.arm(await commit_at(line, cut, 1), Cut.AFTER)
        await act()
        assert line.cuts == 2
    assert await town.fetchval(HOW_MANY, 7) == 1


async def test_who_cannot_be_asked_is_said_to_be_unsure(town, dsn, keys, tmp_path):
    async with through(dsn, keys, tmp_path) as (cut, line):
        act = Act(cut, 7, settling=0.2)
        line.arm(await commit_at(line, cut, 1), Cut.AFTER, refuses=10**6)
        with pytest.raises(Unsure, match="按 F5 核对"):
            await act()
        line.arm(0, Cut.AFTER)
        with pytest.raises(AlreadyDone):
            await act()
    assert await town.fetchval(HOW_MANY, 7) == 1


async def test_a_line_on_which_nothing_comes_back_is_taken_for_cut(
    town, dsn, keys, tmp_path, monkeypatch
):
    monkeypatch.setattr(db.pool, "_ANSWER", -4.8)
    async with through(dsn, keys, tmp_path) as (cut, line):
        act = Act(cut, 7)
        line.arm(3, Cut.SILENT)
        await act()
        assert act.told == [Trouble.AWAY, None]
        again = Act(cut, 8, settling=5)
        commit = await commit_at(line, cut, 1)
        line.arm(commit, Cut.SILENT)
        # Its transaction is open at the server until that gives it up.
        doing = asyncio.create_task(again())
        while not await town.fetchval(WAITING):
            await asyncio.sleep(0.01)
        await town.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE state = 'idle in transaction'"
        )
        with pytest.raises(Lost):
            await doing
    assert await town.fetchval(HOW_MANY, 7) == 1
    assert await town.fetchval(HOW_MANY, 8) == 0


async def look(begin, pool, line, cut_at: int = 0, **more: float) -> object:
    """What is no act, with its line cut after it began."""
    async with begin(pool, UNWALLED, Patience(**more)) as (conn, _):
        if cut_at:
            line.arm(cut_at, Cut.BEFORE)
        return await conn.fetchval("SELECT 2")


@pytest.mark.parametrize("begin", [reading_transaction, unsigned_transaction])
async def test_what_is_no_act_is_begun_again_and_says_when_it_is_cut(
    dsn, keys, tmp_path, begin
):
    async with through(dsn, keys, tmp_path) as (cut, line):
        for cut_at in range(1, 4):
            line.arm(cut_at, Cut.BEFORE, refuses=1)
            assert await look(begin, cut, line) == 2
        line.arm(0, Cut.BEFORE)
        # While it asks, and at its end.
        for cut_at in (1, 4):
            with pytest.raises(Lost):
                await look(begin, cut, line, cut_at)
        line.arm(1, Cut.BEFORE, refuses=10**6)
        with pytest.raises(Away, match="暂时连接不上"):
            await look(begin, cut, line, opening=0.2)


async def test_a_refusal_in_an_act_whose_line_is_cut_is_the_cut(dsn, keys, tmp_path):
    async def refused() -> None:
        async with signed_transaction(cut, SIGNATURE):
            line.arm(1, Cut.BEFORE)
            raise AlreadyDone

    async with through(dsn, keys, tmp_path) as (cut, line):
        with pytest.raises(Lost):
            await refused()
