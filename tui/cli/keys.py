"""keys: the authorized_keys line of a key, for the AuthorizedKeysCommand of an sshd in front.

Loads no screen: sshd asks twice at every sign-in.  What sshd runs then is in fronted.
"""

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Final, NoReturn

from core.services import seat
from core.services.desk import Desk
from tui.cli.command import Command, Sink, Source
from tui.cli.parser import read
from tui.cli.wiring import database, office
from tui.settings import Settings


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("kind", metavar="类型", help="sshd 的 %%t，如 ssh-ed25519")
    parser.add_argument("key", metavar="公钥", help="sshd 的 %%k")


async def never(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> NoReturn:
    """Stand where a command's coroutine would: a chore is run by its own function."""
    del desk, args, stdin, stdout, stderr
    raise AssertionError


COMMAND: Final = Command(
    ("keys",), "供 sshd 的 AuthorizedKeysCommand 核对公钥", never, _options
)


async def line_for(front: Desk, kind: str, key: str) -> str:
    """Return the authorized_keys line for a key that opens an account; else nothing."""
    account = await seat.owner_of_key(front, kind, key)
    return "" if account is None else f"restrict,pty {kind} {key}\n"


def run(settings: Settings, args: Namespace) -> int:
    """Print the line; a key that opens no account has none, and is no fault."""

    async def found(dsn: str) -> str:
        async with office(dsn, settings.keys, own=settings.dsn is None, most=1) as here:
            return await line_for(here.front, args.kind, args.key)

    with database(settings) as dsn:
        sys.stdout.write(asyncio.run(found(dsn)))
    return 0


def start(words: Sequence[str], settings: Settings) -> int:
    """Run it by its words (HelpAsked, Refusal)."""
    _, args = read((COMMAND,), {}, COMMAND.help, words)
    return run(settings, args)
