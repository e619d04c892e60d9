"""The command line's own door: words in, exit status out."""

import asyncio
import gc
import sys
from argparse import Namespace
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import uvloop

from core.rules.errors import Refusal
from tui.cli import local
from tui.cli.command import Command
from tui.cli.local import Call
from tui.cli.parser import HelpAsked, read
from tui.cli.table import COMMANDS, GROUPS, TITLE
from tui.cli.wiring import database, desk_for, office
from tui.settings import Settings, read_settings

SELDOM: Final = (20_000, 20, 100)
_EVERY_COMMAND: Final = (
    "通用选项：--as 登录名  以该账号执行；不写的为操作系统用户所绑定的账号"
)


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
        first = command.words == ("staff", "add")
        desk = await desk_for(here.front, call.signs_as, first=first)
        return await command.run(desk, args, _stdin, sys.stdout.buffer, _Unbuffered())


def _start(words: list[str], settings: Settings) -> int:
    signs_as = _signs_as(words)
    chores = local.CHORES
    command, args = read((*COMMANDS, *(c.command for c in chores)), GROUPS, TITLE, words)
    call = Call(settings, signs_as, args)
    for chore in chores:
        if chore.command is command:
            return chore.run(call)
    with database(settings) as dsn:
        return uvloop.run(_run(command, args, dsn, call))


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; return its exit status."""
    try:
        return _start(list(sys.argv[1:] if words is None else words), read_settings())
    except HelpAsked as help_text:
        sys.stdout.write(f"{help_text}\n\n{_EVERY_COMMAND}\n")
        return 0
    except Refusal as refusal:
        sys.stderr.write(f"{refusal}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        with suppress(OSError):
            sys.stdout.close()
        return 1


if __name__ == "__main__":
    # A command makes records by the thousand and ends: there is little to collect before.
    gc.set_threshold(*SELDOM)
    sys.exit(main())
