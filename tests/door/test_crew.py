"""The crew, with children that are no processes: who is given what, and who is replaced."""

import asyncio
import socket

import pytest

from tui.door import limits
from tui.door.crew import Crew, CrewFailed
from tui.door.hatch import Hatch, Said, Word
from tui.door.worker import Role, State


class Child:
    """A child that does as it is told, unless it is told to be stubborn."""

    def __init__(self, pid, role, theirs, *, ready=True):
        self.pid, self.role = pid, role
        self.heard = []
        self.kept = {}
        self.stubborn = False
        self.killed = False
        self._status = asyncio.get_running_loop().create_future()
        self.hatch = Hatch(theirs, self._hear, lambda: self.end(0))
        if ready:
            self.hatch.send(Word(said=Said.READY, text=f"print-{pid}"))

    def _hear(self, word, passed):
        self.heard.append(word.said)
        if passed is not None:
            self.kept[word.ticket] = passed
        if word.said is Said.LEAVE and not self.stubborn:
            self.end(0)
        if word.said is Said.DRAIN:
            self.go_if_empty()

    def go_if_empty(self):
        if Said.DRAIN in self.heard and not self.kept:
            self.end(0)

    def let_in(self, ticket):
        self.hatch.send(Word(said=Said.OFF, ticket=ticket))

    def let_go(self, ticket):
        self.kept.pop(ticket).close()
        self.hatch.send(Word(said=Said.GONE, ticket=ticket))
        self.go_if_empty()

    def end(self, status):
        self.hatch.close()
        for passed in self.kept.values():
            passed.close()
        self.kept.clear()
        if not self._status.done():
            self._status.set_result(status)

    def kill(self):
        self.killed = True
        self.end(-9)

    async def wait(self):
        return await self._status


class Yard:
    """Where children are started; `unready` of them never become ready."""

    def __init__(self):
        self.children = []
        self.crew = Crew(self.start, 2)
        self.unready = 0

    async def start(self, role, theirs):
        sock = socket.socket(fileno=socket.dup(theirs.fileno()))
        ready = self.unready == 0
        self.unready -= not ready
        child = Child(100 + len(self.children), role, sock, ready=ready)
        self.children.append(child)
        return child

    @property
    def doors(self):
        """The children that may be given connections."""
        return [c for c in self.children if c.role is Role.DOOR]

    def comes(self, log, name="x"):
        ours, theirs = socket.socketpair()
        ours.close()
        self.crew.hand_in(theirs, name, lambda: log.append(name))


async def until(done):
    async with asyncio.timeout(30):
        while not done():
            await asyncio.sleep(0)


@pytest.fixture
async def yard():
    found = Yard()
    await found.crew.begin()
    yield found
    await found.crew.close()


async def test_a_worker_a_core_and_one_that_sweeps_come_up(yard):
    assert [c.role for c in yard.children] == [Role.DOOR, Role.DOOR, Role.SWEEP]
    assert [w.state for w in yard.crew.workers] == [State.READY] * 3
    assert yard.crew.fingerprint.startswith("print-")


async def test_each_connection_goes_to_the_worker_with_fewest(yard):
    one, two, sweep = yard.children
    for _ in range(9):
        yard.comes([])
    await until(lambda: len(one.kept) + len(two.kept) == 9)
    assert sorted((len(one.kept), len(two.kept))) == [4, 5]
    for ticket in tuple(one.kept):
        one.let_go(ticket)
    await until(lambda: not yard.crew.workers[0].tickets)
    for _ in range(4):
        yard.comes([])
    await until(lambda: len(one.kept) == 4)
    assert sweep.kept == {}


async def test_whoever_signs_in_or_goes_is_off_the_porch_once(yard):
    log = []
    for name in ("a", "b"):
        yard.comes(log, name)
    await until(lambda: sum(len(c.kept) for c in yard.doors) == 2)
    one, two = yard.doors
    (first,), (second,) = one.kept, two.kept
    one.let_in(first)
    await until(lambda: log == ["a"])
    one.let_go(first)
    two.let_go(second)
    await until(lambda: len(log) > 1)
    assert sorted(set(log)) == ["a", "b"]


async def test_a_worker_that_dies_is_replaced_and_its_strangers_leave_the_porch(yard):
    log = []
    yard.comes(log, "a")
    await until(lambda: any(c.kept for c in yard.doors))
    dead = next(c for c in yard.doors if c.kept)
    dead.end(1)
    await until(lambda: len(yard.children) == 4)
    await until(lambda: [w.state for w in yard.crew.workers] == [State.READY] * 3)
    assert log == ["a"]
    assert yard.children[3].role is Role.DOOR


async def test_the_one_that_sweeps_is_replaced_as_well(yard):
    yard.children[2].end(1)
    await until(lambda: len(yard.children) == 4)
    assert yard.children[3].role is Role.SWEEP


async def test_a_connection_waits_while_no_worker_is_ready(yard):
    yard.unready = 2
    one, two, _ = yard.children
    one.end(1)
    two.end(1)
    await until(lambda: len(yard.children) == 5)
    log = []
    yard.comes(log)
    late = yard.children[3]
    assert late.kept == {}
    late.hatch.send(Word(said=Said.READY))
    await until(lambda: len(late.kept) == 1)
    yard.children[4].hatch.send(Word(said=Said.READY))


async def test_a_reload_brings_the_new_crew_up_before_the_old_one_is_asked_to_finish(yard):
    old = tuple(yard.children)
    yard.comes([])
    await until(lambda: any(c.kept for c in old))
    yard.unready = 1
    reloading = asyncio.create_task(yard.crew.reload())
    await until(lambda: len(yard.children) == 6)
    assert all(Said.DRAIN not in c.heard for c in old)
    yard.children[3].hatch.send(Word(said=Said.READY))
    assert await reloading
    busy = next(c for c in old if c.kept)
    await until(lambda: all(Said.DRAIN in c.heard for c in old))
    await until(lambda: len(yard.crew.workers) == 4)  # whoever had nobody has left
    yard.comes([])
    await until(lambda: any(c.kept for c in yard.children[3:]))
    assert len(busy.kept) == 1
    busy.let_go(*busy.kept)
    await until(lambda: len(yard.crew.workers) == 3)
    assert len(yard.children) == 6  # and nobody takes its place


async def test_a_reload_that_does_not_come_up_leaves_everything_as_it_was(yard):
    old = tuple(yard.children)
    yard.unready = 1
    reloading = asyncio.create_task(yard.crew.reload())
    await until(lambda: len(yard.children) == 6)
    yard.children[3].end(1)
    assert not await reloading
    await until(lambda: len(yard.crew.workers) == 3)
    assert all(c.heard == [] for c in old)
    assert all(c.killed for c in yard.children[4:])
    yard.comes([])
    await until(lambda: any(c.kept for c in old))


async def test_one_reload_at_a_time(yard):
    assert await asyncio.gather(yard.crew.reload(), yard.crew.reload()) == [True, False]


async def test_a_worker_short_of_memory_is_relieved(yard):
    full, other, _ = yard.children
    yard.comes([])
    yard.comes([])
    await until(lambda: bool(full.kept and other.kept))
    for _ in range(3):
        full.hatch.send(Word(said=Said.FULL, text="769"))
    await until(lambda: len(yard.children) == 4)
    await until(lambda: Said.DRAIN in full.heard)
    assert other.heard == [Said.HAND]
    yard.comes([])
    await until(lambda: len(yard.children[3].kept) == 1)
    full.let_go(*full.kept)
    await until(lambda: len(yard.crew.workers) == 3)


async def test_a_relief_that_does_not_come_up_is_asked_for_again(yard):
    full = yard.children[0]
    yard.unready = 1
    full.hatch.send(Word(said=Said.FULL))
    await until(lambda: len(yard.children) == 4)
    yard.children[3].end(1)
    await until(lambda: not yard.crew.workers[0].relieved)
    assert Said.DRAIN not in full.heard
    full.hatch.send(Word(said=Said.FULL))
    await until(lambda: Said.DRAIN in full.heard)


async def test_there_is_nothing_to_reload_before_the_crew_is_up():
    assert not await Yard().crew.reload()


async def test_a_worker_that_says_nothing_is_killed_and_replaced(monkeypatch):
    monkeypatch.setattr(limits, "ALIVE_EVERY", 0)
    yard = Yard()
    await yard.crew.begin()
    silent, one, two = yard.children
    for worker in yard.crew.workers:
        worker.heard_at += 1_000_000
    yard.crew.workers[0].heard_at -= 1_000_000 + limits.SILENT + 1
    await until(lambda: len(yard.children) == 4)
    assert (silent.killed, one.killed, two.killed) == (True, False, False)
    await yard.crew.close()


async def test_a_worker_that_spoke_a_minute_ago_lives(monkeypatch):
    monkeypatch.setattr(limits, "ALIVE_EVERY", 0)
    yard = Yard()
    await yard.crew.begin()
    for worker in yard.crew.workers:
        worker.heard_at -= limits.SILENT - 5
    for _ in range(50):
        await asyncio.sleep(0)
    assert not any(c.killed for c in yard.children)
    await yard.crew.close()


async def test_closing_tells_everybody_and_kills_who_does_not_go(monkeypatch):
    monkeypatch.setattr(limits, "CREW_LEAVES", 0.05)
    yard = Yard()
    await yard.crew.begin()
    yard.children[0].stubborn = True
    await yard.crew.close()
    assert [c.killed for c in yard.children] == [True, False, False]
    assert all(Said.LEAVE in c.heard for c in yard.children)
    assert len(yard.children) == 3


async def test_a_crew_that_does_not_come_up_leaves_nobody_behind(monkeypatch):
    monkeypatch.setattr(limits, "CREW_STARTS", 0.05)
    yard = Yard()
    yard.unready = 1
    with pytest.raises(CrewFailed):
        await yard.crew.begin()
    assert all(c.killed for c in yard.children)
    assert yard.crew.workers == ()
