"""A door with the toy behind it: no database, two people, one key."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh
import pytest
from textual.app import App

from core.rules.errors import Refusal
from tests.door.toy import Toy
from tests.story.terminal import Terminal
from tui.cli.command import Sink, Source
from tui.door.log import LOGGER
from tui.door.server import Door, Reception, serve

PASSWORDS = {"li": (7, "pw-li"), "wang": (8, "pw-wang")}


@dataclass
class House:
    """What stands behind the door in these tests, and what it was asked."""

    door: Door
    key: asyncssh.SSHKey
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    apps: list[App[None]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    @property
    def port(self) -> int:
        return self.door.port

    def events(self, name: str) -> list[dict[str, object]]:
        return [e for e in map(json.loads, self.lines) if e["event"] == name]


async def _command(
    account: int, words: list[str], stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    match words:
        case ["echo", *rest]:
            stdout.write(f"{account} {rest}".encode())
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

    async def check_password(name: str, password: str, address: str) -> int | None:
        kept[0].asked.append((name, password, address))
        account, right = PASSWORDS.get(name, (0, None))
        return account if password == right else None

    async def keys_of(name: str) -> tuple[str, ...]:
        return ("not a key", line) if name == "li" else ()

    async def account_of(name: str) -> int | None:
        return PASSWORDS[name][0] if name in PASSWORDS else None

    async def app_for(account: int, address: str) -> App[None]:
        app = Toy(f"t{account}")
        kept[0].apps.append(app)
        return app

    reception = Reception(check_password, keys_of, account_of, app_for, _command)
    door = await serve(reception, "127.0.0.1", 0, tmp_path / "host_key")
    kept.append(House(door, key))
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
