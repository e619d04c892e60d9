"""The server itself: a parent and its workers as real processes, and real connections."""

import asyncio
import json
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path

import asyncssh
import psutil
import pytest

from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import place, seat, staff
from core.services.password import hash_password
from db.keys import KeyFile
from db.pool import open_pool
from tests.cli.program import environment
from tests.conftest import copy_of
from tests.story.terminal import Terminal, dial

PASSWORD = "Qingshi-2026"
PEOPLE = ("guanli", "li", "wang", "zhou", "chen")


class Server:
    """`serve` as an operator starts it, and what it writes down."""

    def __init__(
        self, process: asyncio.subprocess.Process, home: Path, accounts: dict[str, int]
    ) -> None:
        self.process = process
        self.home = home
        self.accounts = accounts
        self.said = ""
        self.lines: list[dict[str, object]] = []
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while line := await self.process.stderr.readline():
            try:
                self.lines.append(json.loads(line))
            except ValueError:
                self.lines.append({"event": "not JSON", "line": line.decode()})

    async def begun(self) -> None:
        self.said = (await self.process.stdout.readline()).decode()
        assert self.said.startswith("SSH 服务已启动：127.0.0.1:"), self.lines

    @property
    def port(self) -> int:
        return int(self.said.split()[1].rpartition(":")[2])

    def events(self, name: str) -> list[dict[str, object]]:
        return [line for line in self.lines if line["event"] == name]

    def pids(self, role: str = "door") -> list[int]:
        """The workers there are, in the order they came up."""
        ended = {e["worker"] for e in self.events("worker ended")}
        came = [e["worker"] for e in self.events("worker") if e["role"] == role]
        return [pid for pid in came if pid not in ended]

    def served_by(self, name: str) -> int:
        """The worker that somebody signed in to last."""
        signed_in = self.events("signed in")
        return [e["pid"] for e in signed_in if e["account"] == self.accounts[name]][-1]

    def connections(self) -> int:
        """How many connections its workers hold open."""
        doors = [psutil.Process(pid) for pid in self.pids()]
        held = [one for door in doors for one in door.net_connections("tcp")]
        return sum(one.status == psutil.CONN_ESTABLISHED for one in held)

    async def until(self, done) -> None:
        try:
            async with asyncio.timeout(60):
                while not done():
                    await asyncio.sleep(0.02)
        except TimeoutError as error:
            raise AssertionError(self.lines[-30:]) from error

    def sign_in(self, name: str):
        return Terminal.connect(self.port, name, password=PASSWORD)


@pytest.fixture(scope="module")
async def serving(
    server: str, template: str, keys: KeyFile, tmp_path_factory
) -> AsyncIterator[Server]:
    async with copy_of(server, template) as dsn:
        secret = hash_password(PASSWORD)
        async with open_pool(dsn, keys) as pool:
            desk = front = seat.front_desk(pool)
            where = GrantPlace(role=Role.ADMIN, township_id=0)
            for name in PEOPLE:
                new = NewAccount(signin_name=name, name="某人", password_hash=secret)
                await staff.add(desk, new, where)
                if desk is front:
                    desk = await seat.seat_by_name(front, name)
                    await place.add_township(desk, 990101100, "青石镇")
                    where = GrantPlace(role=Role.OFFICE, township_id=990101100)
                await staff.pass_first_sign_in(desk, name)
            accounts = dict(await pool.fetch("SELECT signin_name, id FROM account"))
        home = tmp_path_factory.mktemp("home")
        more = {"BAOXUE_DSN": dsn, "BAOXUE_WORKERS": "2", "BAOXUE_WORKER_MEMORY_MB": "700"}
        more["BAOXUE_KEY_FILE"] = str(keys.path)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "tui", "serve", "--listen", "127.0.0.1:0"),
            env=environment(home, **more),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        found = Server(process, home, accounts)
        await found.begun()
        yield found
        if process.returncode is None:
            process.terminate()
        await process.wait()
        assert found.events("not JSON") == []


async def test_the_workers_are_processes_of_their_own_with_a_bound_on_their_memory(serving):
    assert len(serving.pids()) == 2
    assert len(serving.pids("sweep")) == 1
    for pid in serving.pids():
        limits = Path(f"/proc/{pid}/limits").read_text()
        (bound,) = [line for line in limits.splitlines() if "data size" in line]
        assert bound.split()[3] == str(1400 * 2**20)
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        assert words[1:5] == [b"-P", b"-m", b"tui.cli.worker", b"door"]  # spawned


async def test_the_host_key_is_made_once_and_its_fingerprint_printed(serving):
    key = serving.home / "ssh_host_ed25519_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    printed = asyncssh.read_private_key(key).get_fingerprint()
    assert serving.said.split()[-1] == printed
    async with dial(serving.port, "li", password=PASSWORD) as conn:
        shown = conn.get_server_host_key()
        assert shown is not None
        assert shown.get_fingerprint() == printed


async def test_people_are_spread_over_the_workers(serving):
    async with serving.sign_in("li") as li, serving.sign_in("wang") as wang:
        await li.wait_for("今日待办")
        await wang.wait_for("今日待办")
        assert {serving.served_by("li"), serving.served_by("wang")} == set(serving.pids())


async def test_strangers_of_an_address_are_counted_over_all_workers(serving):
    async with AsyncExitStack() as stack:
        pairs = []
        for _ in range(40):
            reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
            stack.callback(writer.close)
            pairs.append(reader)
        greetings = await asyncio.gather(*(_greeting(reader) for reader in pairs))
        # From the tenth on chance decides as well; the twentieth is the last in any case.
        assert 10 <= sum(g.startswith(b"SSH-2.0-baoxue") for g in greetings) <= 20
        assert set(greetings) <= {b"SSH-2.0-baoxue\r\n", b""}
    await serving.until(lambda: len(serving.events("refused")) >= 20)
    # And whoever goes makes room, as soon as the parent has heard of it.
    async with asyncio.timeout(30), AsyncExitStack() as stack:
        while True:
            with suppress(asyncssh.Error, OSError):
                await stack.enter_async_context(serving.sign_in("li"))
                break
            await asyncio.sleep(0.05)


async def _greeting(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readline()
    except ConnectionResetError:
        return b""


class Hesitant(asyncssh.SSHClient):
    """Somebody who stands before the password until told to type it."""

    def __init__(self) -> None:
        self.asked, self.told = asyncio.Event(), asyncio.Event()

    async def password_auth_requested(self) -> str | None:
        if self.asked.is_set():
            return None
        self.asked.set()
        await self.told.wait()
        return "Falsch-2026"


async def test_wrong_passwords_are_counted_over_all_workers(serving):
    # Five stand there at once, so that neither worker has them all: the parent hands each to
    # whoever has fewest, and nobody of an earlier test is left.
    await serving.until(lambda: not serving.connections())
    five = [Hesitant() for _ in range(5)]
    async with AsyncExitStack() as stack:
        tries = []
        for one in five:
            knocking = dial(serving.port, "nobody", client=one)
            tries.append(asyncio.create_task(stack.enter_async_context(knocking)))
        for one in five:
            await asyncio.wait_for(one.asked.wait(), 60)
        for one, attempt in zip(five, tries, strict=True):
            one.told.set()
            with pytest.raises(asyncssh.PermissionDenied):
                await attempt
    with pytest.raises(asyncssh.PermissionDenied, match="Too many wrong passwords"):
        async with dial(serving.port, "nobody", password="Falsch-2026"):
            pass

    def wrong() -> list[dict[str, object]]:
        return [e for e in serving.events("refused") if e["reason"] == "wrong password"]

    await serving.until(lambda: len(wrong()) >= 5)
    assert len(wrong()) == 5
    assert {e["pid"] for e in wrong()} == set(serving.pids())


async def test_a_killed_worker_takes_only_its_own_people_and_is_replaced(serving):
    async with serving.sign_in("li") as li, serving.sign_in("wang") as wang:
        await li.wait_for("今日待办")
        await wang.wait_for("今日待办")
        before = serving.pids()
        os.kill(serving.served_by("li"), signal.SIGKILL)
        await asyncio.wait_for(li.conn.wait_closed(), 20)
        await wang.press("f4")
        await wang.wait_for("菜单")
        # Right after the kill the dead worker is still among the two.
        await serving.until(lambda: len(set(serving.pids()) - set(before)) == 1)
        (fresh,) = set(serving.pids()) - set(before)
        async with serving.sign_in("zhou") as zhou:
            await zhou.wait_for("今日待办")
            assert serving.served_by("zhou") == fresh


async def test_a_reload_cuts_nobody_and_new_people_meet_new_workers(serving):
    async with serving.sign_in("li") as li:
        await li.wait_for("今日待办")
        await li.press("f3")
        await li.wait_for("查找学生")
        await li.type("欧阳")
        old = serving.pids()
        reloads = len(serving.events("reloaded"))
        serving.process.send_signal(signal.SIGHUP)
        await serving.until(lambda: len(serving.events("reloaded")) > reloads)
        await li.type("雨桐")
        await li.wait_for("欧阳雨桐")
        async with serving.sign_in("chen") as chen:
            await chen.wait_for("今日待办")
            assert serving.served_by("chen") not in old
        # Whoever serves nobody has left; the other one leaves with its last person.
        await serving.until(lambda: len(set(serving.pids()) & set(old)) == 1)
        await serving.until(lambda: len(serving.pids("sweep")) == 1)
    await serving.until(lambda: not set(serving.pids()) & set(old))
    assert len(serving.pids()) == 2


async def test_sigterm_says_goodbye_and_leaves_nobody_behind(serving):
    async with serving.sign_in("li") as li:
        await li.wait_for("今日待办")
        serving.process.terminate()
        assert await li.ended(30) == 1
        assert "服务器正在维护" in li.said
        assert li.received.endswith(b"\x1b[?1049l\x1b[?25h")
    assert await asyncio.wait_for(serving.process.wait(), 30) == 0
    came = [e["worker"] for e in serving.events("worker")]
    assert not [pid for pid in came if Path(f"/proc/{pid}").exists()]
    with pytest.raises(OSError):
        await asyncio.open_connection("127.0.0.1", serving.port)
