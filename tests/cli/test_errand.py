"""A worker's errand: when it asks for relief, and when it leaves."""

import asyncio
import socket

import pytest

from tui.cli import errand as errands
from tui.cli.errand import Errand, first, resident
from tui.door import limits
from tui.door.hatch import Hatch, Said, Word

MB = 2**20


@pytest.fixture
async def pair(monkeypatch):
    """A worker's errand, its parent's end of the hatch, and what the parent has heard."""
    monkeypatch.setattr(limits, "ALIVE_EVERY", 0)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    heard = []
    parent = Hatch(ours, lambda word, _: heard.append(word.said), lambda: None)
    errand = Errand(theirs)
    yield errand, parent, heard
    parent.close()


async def until(done):
    async with asyncio.timeout(30):
        while not done():
            await asyncio.sleep(0)


@pytest.mark.parametrize(("holds", "asks"), [(699, False), (700, False), (701, True)])
async def test_relief_is_asked_for_above_the_bound(pair, monkeypatch, holds, asks):
    errand, _, heard = pair
    monkeypatch.setattr(errands, "resident", lambda: holds * MB)
    alive = asyncio.create_task(errand.be_alive(700 * MB))
    await until(lambda: len(heard) > 5)
    alive.cancel()
    assert set(heard) == {Said.FULL if asks else Said.ALIVE}


def test_what_a_process_holds_is_some_memory_and_not_the_whole_machine():
    assert 10 * MB < resident() < 2_000 * MB


async def test_a_worker_whose_parent_is_gone_leaves(pair):
    errand, parent, _ = pair
    parent.close()
    await asyncio.wait_for(errand.leaving.wait(), 30)


async def test_a_worker_that_is_to_finish_waits_and_one_that_is_to_leave_leaves(pair):
    errand, parent, _ = pair
    parent.send(Word(said=Said.DRAIN))
    await asyncio.wait_for(errand.draining.wait(), 30)
    assert not errand.leaving.is_set()
    parent.send(Word(said=Said.LEAVE))
    await asyncio.wait_for(errand.leaving.wait(), 30)


async def test_a_connection_that_comes_before_the_door_is_open_is_closed(pair):
    _, parent, _ = pair
    ours, theirs = socket.socketpair()
    with theirs:
        parent.send(Word(said=Said.HAND, ticket=1), theirs)
    ours.setblocking(False)
    assert await asyncio.get_running_loop().sock_recv(ours, 1) == b""
    ours.close()


async def test_the_first_of_several_ends_the_others():
    forever, log = asyncio.Event(), []

    async def other():
        try:
            await forever.wait()
        finally:
            log.append("given up")

    await first(asyncio.sleep(0), other())
    await until(lambda: log == ["given up"])
