"""OpenSSH in front of `open`: who came in and what they asked for, as sshd tells it.

sshd has checked the key against what `keys` printed, and runs `open` as its ForceCommand:
in SSH_USER_AUTH it names the file that says which key it was, in SSH_ORIGINAL_COMMAND what
the client wanted run.  docs/deploy.md has the lines of sshd_config.
"""

import asyncio
import os
import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core.rules.errors import BadInput, Refusal
from core.services import seat
from core.services.desk import Desk
from tui.cli.reception import app_at, open_house, run_command
from tui.door.console import run_here
from tui.door.gate import Guest
from tui.door.streams import Intake
from tui.house import HouseRules

_ORIGINAL: Final = "SSH_ORIGINAL_COMMAND"
_CHUNK: Final = 64 * 1024
_STDIN, _STDOUT, _STDERR = 0, 1, 2
# What a Subsystem line of sshd_config may say; ours is `sftp`.
_SFTP: Final = frozenset({"sftp", "internal-sftp", "sftp-server"})


class KeyUnknown(Refusal):
    """The key that sshd let in opens no account, or two."""

    def __init__(self) -> None:
        super().__init__("此密钥不对应唯一的在用账号，请联系管理员。")


@dataclass(frozen=True)
class Told:
    """What sshd says of a connection; `key` is kind and base64, `command` maybe empty."""

    key: tuple[str, str]
    address: str
    command: str


def told(environment: Mapping[str, str]) -> Told | None:
    """Return what sshd says; None where no sshd is in front.

    Raises KeyUnknown where it is, and does not say by which key it let somebody in.
    """
    if "SSH_CONNECTION" not in environment or "SSH_USER_AUTH" not in environment:
        return None
    try:
        said = Path(environment["SSH_USER_AUTH"]).read_text("ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnknown from error
    for line in said.splitlines():
        match line.split():
            case ["publickey", kind, key]:
                address = environment["SSH_CONNECTION"].split(" ")[0]
                return Told((kind, key), address, environment.get(_ORIGINAL, ""))
    raise KeyUnknown


async def serve_one(front: Desk, rules: HouseRules, said: Told) -> int:
    """Serve whom sshd has let in: the application, or the command they asked for.

    Raises KeyUnknown, and what either does.
    """
    account = await seat.owner_of_key(front, *said.key)
    if account is None:
        raise KeyUnknown
    async with open_house(front, rules) as house:
        if not said.command:
            async with app_at(house, account, said.address, "key") as app:
                return await run_here(app)
        guest, here = Guest(account, said.address, "key"), _Here()
        words = _words(said.command)
        try:
            return await run_command(
                house, guest, words, here.read, _Straight(_STDOUT), _Straight(_STDERR)
            )
        finally:
            here.close()


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise BadInput("命令中的引号不成对，请改正后重试。") from error
    return ["sftp"] if words and Path(words[0]).name in _SFTP else words


class _Here:
    """The standard input of this process, of which no more is read than is asked for."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._intake = Intake(self.close, self._listen)

    async def read(self, most: int, /) -> bytes:
        """Wait for the end of input, or for `most` bytes; return at most so many."""
        return await self._intake.read(most)

    def close(self) -> None:
        """Read no more."""
        self._loop.remove_reader(_STDIN)

    def _listen(self) -> None:
        self._loop.add_reader(_STDIN, self._take)

    def _take(self) -> None:
        try:
            data = os.read(_STDIN, _CHUNK)
        except OSError:
            data = b""
        if data:
            self._intake.feed(data)
        else:
            self.close()
            self._intake.end()


@dataclass(frozen=True)
class _Straight:
    """Standard output or error without a buffer: a client waits for each answer."""

    number: int

    def write(self, data: bytes, /) -> object:
        """Write all of it; nobody else in this process waits meanwhile."""
        with suppress(OSError):
            while data:
                data = data[os.write(self.number, data) :]
        return None

    async def drain(self) -> None:
        """Have nothing to wait for."""
