"""What is remembered of a terminal is one person's and one client's."""

from datetime import timedelta

import pytest

from core.rules.terminal import Encoding, Frames, Measured, Remembered, Wanted, Width
from core.services import terminal
from tests.services.file_town import Town, build

GBK = Remembered(measured=Measured(encoding=Encoding.GBK, width=Width.TWO))
CHOSEN = Remembered(wanted=Wanted(encoding=Encoding.UTF8, frames=Frames.PLAIN))


@pytest.fixture
async def town(pool) -> Town:
    return await build(pool)


async def test_a_terminal_is_remembered_by_person_and_client(town: Town) -> None:
    li, zhou = await town.desk("li"), await town.desk("zhou")
    assert await terminal.recall(li, "PuTTY xterm") is None
    await terminal.keep(li, "PuTTY xterm", GBK)
    await terminal.keep(li, "OpenSSH xterm", CHOSEN)
    assert await terminal.recall(li, "PuTTY xterm") == GBK
    assert await terminal.recall(li, "OpenSSH xterm") == CHOSEN
    assert await terminal.recall(zhou, "PuTTY xterm") is None


async def test_what_is_known_last_is_remembered(town: Town) -> None:
    li = await town.desk("li")
    await terminal.keep(li, "PuTTY xterm", GBK)
    await terminal.keep(li, "PuTTY xterm", CHOSEN)
    assert await terminal.recall(li, "PuTTY xterm") == CHOSEN
    await terminal.keep(li, "PuTTY xterm", Remembered())
    assert await terminal.recall(li, "PuTTY xterm") == Remembered()


async def test_only_the_latest_twenty_terminals_of_a_person_are_kept(town: Town) -> None:
    li, zhou = await town.desk("li"), await town.desk("zhou")
    await terminal.keep(zhou, "1", GBK)
    for number in range(21):
        town.now += timedelta(minutes=1)
        await terminal.keep(li, str(number), GBK)
    assert await town.pool.fetchval("SELECT count(*) FROM terminal") == 21
    assert await terminal.recall(li, "0") is None
    assert await terminal.recall(li, "1") == GBK
    assert await terminal.recall(li, "20") == GBK
    assert await terminal.recall(zhou, "1") == GBK
