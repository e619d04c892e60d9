"""Two commands at once, and kill -9 of anybody: the embedded server's keeper.

Every command here is a real process.  Nothing is timed: a wait ends when the thing has
happened, and the suite's own limit ends it when it never does.
"""

import asyncio
import fcntl
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.keeper import embedded
from db.local import HomeClosed, OtherMajor, ServerFailed, prepare
from db.programs import Account, runs_as
from tests.db.keeping import (
    Command,
    alive,
    count,
    gone,
    keep_row,
    keepers,
    python_of,
    servers,
    settle,
)


@pytest.fixture
def fresh(open_folder: Path) -> Iterator[Path]:
    """A home nobody has used."""
    yield (folder := open_folder / "fresh")
    settle(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def used(open_folder: Path) -> Path:
    """A home with a cluster in it."""
    prepare(folder := open_folder / "used", durable=False)
    return folder


@pytest.fixture
def home(used: Path) -> Iterator[Path]:
    """The same home, with nobody in it before and after."""
    yield used
    settle(used)


@pytest.fixture
def command() -> Iterator[Callable[[Path], Command]]:
    begun: list[Command] = []

    def begin(home: Path) -> Command:
        begun.append(Command(home))
        return begun[-1]

    yield begin
    for one in begun:
        one.kill()


async def test_two_first_commands_at_once_share_one_server(fresh, command):
    first, second = command(fresh), command(fresh)
    dsn = first.dsn()
    assert dsn
    assert second.dsn() == dsn
    assert (len(keepers(fresh)), len(servers(fresh))) == (1, 1)
    await keep_row(dsn)
    first.end()
    assert await count(dsn) == 1
    server, keeper = servers(fresh), keepers(fresh)
    second.end()
    await gone(keeper)
    assert not any(map(alive, server))
    assert not (fresh / "pg18" / "postmaster.pid").exists()


def test_a_running_command_is_seen_by_the_keeper(home, command):
    one = command(home)
    one.dsn()
    with (home / "clients.lock").open("r+b") as lock:
        with pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        one.kill()
        fcntl.flock(lock, fcntl.LOCK_EX)


async def test_five_commands_at_once_with_one_killed_while_it_starts_everything(
    fresh, command
):
    begun = [command(fresh) for _ in range(5)]
    while not (fresh / "pg18").exists():
        await asyncio.sleep(0.01)
    begun[0].kill()
    assert len({one.dsn() for one in begun[1:]} - {""}) == 1
    assert (len(keepers(fresh)), len(servers(fresh))) == (1, 1)


async def test_a_killed_command_leaves_the_other_served_and_the_last_one_out_stops_it(
    home, command
):
    first, second = command(home), command(home)
    first.dsn()
    dsn = second.dsn()
    await keep_row(dsn)
    first.kill()
    assert await count(dsn) == 1
    keeper, server = keepers(home), servers(home)
    second.kill()
    await gone(keeper)
    assert not any(map(alive, server))
    # And the next command finds everything.
    assert await count(command(home).dsn()) == 1


async def test_a_killed_keeper_is_replaced_under_a_command_that_runs(home, command):
    dsn = command(home).dsn()
    await keep_row(dsn)
    old, server = keepers(home), servers(home)
    os.kill(old[0], signal.SIGKILL)
    await gone(old + server)
    assert await count(dsn) == 1
    assert len(keepers(home)) == 1


async def test_a_killed_keeper_is_replaced_by_the_next_command(home, command):
    first = command(home)
    await keep_row(first.dsn())
    keeper = keepers(home)
    first.kill()
    os.kill(keeper[0], signal.SIGKILL)
    assert await count(command(home).dsn()) == 1
    assert len(keepers(home)) == 1


async def test_a_killed_server_is_started_again_with_every_row(home, command):
    dsn = command(home).dsn()
    await keep_row(dsn)
    keeper, server = keepers(home), servers(home)
    os.kill(server[0], signal.SIGKILL)
    await gone(server)
    assert await count(dsn) == 1
    assert keepers(home) == keeper


async def test_keeper_and_server_killed_together_come_back(home, command):
    dsn = command(home).dsn()
    await keep_row(dsn)
    for pid in keepers(home) + servers(home):
        os.kill(pid, signal.SIGKILL)
    assert await count(dsn) == 1
    assert await count(command(home).dsn()) == 1


async def test_a_command_that_comes_while_the_keeper_stops_waits_and_is_served(
    home, command
):
    first = command(home)
    await keep_row(first.dsn())
    keeper = keepers(home)
    first.end()
    # The keeper takes this lock for good when it stops: meet it exactly there.
    with (home / "clients.lock").open("r+b") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                break
            fcntl.flock(lock, fcntl.LOCK_UN)
            if not alive(keeper[0]):
                break
            await asyncio.sleep(0.001)
    assert await count(command(home).dsn()) == 1


def test_data_of_another_major_are_refused_without_a_keeper(fresh):
    (fresh / "pg17").mkdir(parents=True)
    (fresh / "pg17" / "PG_VERSION").write_text("17\n")
    with pytest.raises(OtherMajor), embedded(fresh):
        pass
    assert keepers(fresh) == []


def test_a_server_that_never_starts_is_given_up(home):
    control = home / "pg18" / "global" / "pg_control"
    control.rename(home / "pg_control")
    try:
        with pytest.raises(ServerFailed, match=r"postgresql\.log"), embedded(home):
            pass
    finally:
        (home / "pg_control").rename(control)


if Path("/usr/lib/postgresql/15/bin").exists():

    async def test_a_running_server_of_another_major_is_refused(home, command):
        command(home).dsn()
        with (
            pytest.raises(OtherMajor),
            embedded(home, bindir=Path("/usr/lib/postgresql/15/bin")),
        ):
            pass


if os.geteuid() == 0:

    async def test_a_normal_user_has_a_server_of_their_own(fresh):
        account = Account("nobody", 65534, 65534)
        python = python_of(account)
        if python is None:
            pytest.skip("the checkout, or its Python, is closed to other users")
        fresh.mkdir(mode=0o700)
        os.chown(fresh, account.uid, account.gid)
        one = Command(fresh, account, python)
        await keep_row(one.dsn())
        assert (fresh / "pg18").stat().st_uid == account.uid
        assert {Path(f"/proc/{p}").stat().st_uid for p in servers(fresh)} == {account.uid}
        # Nothing is copied: their own programs serve them.
        assert not (fresh / "programs").exists()
        keeper = keepers(fresh)
        one.end()
        await gone(keeper)

    def test_roots_fresh_is_refused_to_a_normal_user(fresh):
        account = runs_as(Path("/nonexistent"))
        assert account is not None
        fresh.mkdir(mode=0o711)
        python = python_of(account)
        if python is None:
            pytest.skip("the checkout, or its Python, is closed to other users")
        one = Command(fresh, account, python)
        assert one.dsn() == ""
        one.process.communicate()
        assert one.process.returncode == 1

else:

    def test_a_home_that_is_not_ours_is_refused():
        with pytest.raises(HomeClosed), embedded(Path("/usr/baoxue")):
            pass
