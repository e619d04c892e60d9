"""A door with the toy behind it: no database, two people, one key."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
import pytest
from textual.app import App

from core.rules.errors import Refusal
from core.rules.sign_in import Checked, SignInOutcome
from tests.door.toy import Toy
from tests.story.terminal import Terminal
from tui.cli.command import Sink, Source
from tui.door.entry import listening_socket
from tui.door.gate import Guest
from tui.door.log import LOGGER
from tui.door.porch import Porch
from tui.door.server import Door, Reception, serve

PASSWORDS = {"li": (7, "pw-li"), "wang": (8, "pw-wang")}


@dataclass
class House:
    """What stands behind the door in these tests, and what it was asked."""

    door: Door
    porch: Porch
    key: asyncssh.SSHKey
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    apps: list[App[None]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    # What becomes of every try, instead of what the password says.
    outcome: SignInOutcome | None = None

    @property
    def port(self) -> int:
        return self.door.port

    def events(self, name: str) -> list[dict[str, object]]:
        return [e for e in map(json.loads, self.lines) if e["event"] == name]


async def _command(
    guest: Guest, words: list[str], stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    match words:
        case ["echo", *rest]:
            stdout.write(f"{guest.account_id} {rest}".encode())
            stderr.write("说明\n".encode())
            return 3
        case ["copy", most]:
            stdout.write(await stdin(int(most)))
            return 0
        case ["fault"]:
            raise ValueError("欧阳雨桐")
        case ["wait"]:
            await asyncio.Event().wait()
    raise Refusal("没有这个命令。")


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    key = asyncssh.generate_private_key("ssh-ed25519")
    line = key.export_public_key().decode().strip()
    kept: list[House] = []

    async def check_password(name: str, password: str, address: str) -> Checked:
        kept[0].asked.append((name, password, address))
        account, right = PASSWORDS.get(name, (None, None))
        outcome = SignInOutcome.RIGHT if password == right else SignInOutcome.WRONG
        return Checked(outcome=kept[0].outcome or outcome, account_id=account)

    async def keys_of(name: str) -> tuple[tuple[int, str], ...]:
        return ((7, "not a key"), (7, line)) if name == "li" else ()

    @asynccontextmanager
    async def app_for(guest: Guest) -> AsyncIterator[App[None]]:
        app = Toy(f"t{guest.account_id}")
        kept[0].apps.append(app)
        yield app

    reception = Reception(check_password, keys_of, app_for, _command)
    porch = Porch(chance=lambda: 1.0)  # turns nobody away before it is full
    door = serve(reception, listening_socket("127.0.0.1", 0), tmp_path / "host_key", porch)
    kept.append(House(door, porch, key))
    handler = _Lines(kept[0].lines.append)
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    try:
        yield kept[0]
    finally:
        LOGGER.removeHandler(handler)
        await door.close()


@pytest.fixture
async def li(house: House) -> AsyncIterator[Terminal]:
    async with Terminal.connect(house.port, "li", password="pw-li") as t:
        await t.wait_for("F10退出", "王小明")
        await t.quiet()
        yield t


class _Lines(logging.Handler):
    def __init__(self, take: Callable[[str], None]) -> None:
        super().__init__()
        self._take = take

    def emit(self, record: logging.LogRecord) -> None:
        self._take(record.getMessage())
