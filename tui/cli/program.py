"""One call of the command line: its words, the desk it works at, its streams.

What becomes of a refusal, and the exit status, is __main__'s.
"""

import asyncio
import sys
from argparse import Namespace

import uvloop

from core.rules.errors import Refusal
from tui.cli import local, upkeep
from tui.cli.chore import Call
from tui.cli.command import Command
from tui.cli.parser import read
from tui.cli.table import GROUPS, TITLE, commands
from tui.cli.wiring import database, desk_for, office
from tui.settings import Settings


async def _stdin(most: int) -> bytes:
    return await asyncio.to_thread(sys.stdin.buffer.read, most)


class _Unbuffered:
    """Standard error without a buffer: how far a long work has come is told at once."""

    def write(self, data: bytes) -> None:
        """Take bytes."""
        sys.stderr.buffer.write(data)
        sys.stderr.buffer.flush()


def _signs_as(words: list[str]) -> str | None:
    """Take `--as ACCOUNT` out of the words, wherever it stands."""
    if "--as" not in words:
        return None
    at = words.index("--as")
    if at + 1 >= len(words):
        raise Refusal("--as 后面要写登录名。")
    name = words[at + 1]
    del words[at : at + 2]
    return name


async def _run(command: Command, args: Namespace, dsn: str, call: Call) -> int:
    async with office(dsn, call.settings.keys, own=call.settings.dsn is None) as here:
        if call.settings.dsn is None and command.words == ("status",):
            await upkeep.look(here.front, call.settings)
        first = command.words == ("staff", "add")
        desk = await desk_for(here.front, call.signs_as, first=first)
        return await command.run(desk, args, _stdin, sys.stdout.buffer, _Unbuffered())


def start(words: list[str], settings: Settings) -> int:
    """Run the command that words name; return its exit status (HelpAsked, Refusal)."""
    signs_as = _signs_as(words)
    chores = local.CHORES
    word = words[0] if words else None
    ours = tuple(chore.command for chore in chores)
    others = () if any(word == one.words[0] for one in ours) else commands(word)
    command, args = read((*others, *ours), GROUPS, TITLE, words)
    call = Call(settings, signs_as, args)
    for chore in chores:
        if chore.command is command:
            return chore.run(call)
    with database(settings) as dsn:
        return uvloop.run(_run(command, args, dsn, call))
