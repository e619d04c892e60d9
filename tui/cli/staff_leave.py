"""staff leave: somebody's posts, duties and drafts to a successor, and the account shut."""

from argparse import ArgumentParser, Namespace
from typing import Final
from uuid import uuid4

from core.services import leaver
from core.services.desk import Desk
from tui.cli.command import Command, Sink, Source, say


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("signin_name", metavar="登录名", help="离任者")
    parser.add_argument(
        "--to", dest="successor", metavar="登录名", required=True, help="接任者"
    )


async def leave(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """Hand everything over, and say what passed."""
    del stdin, stderr
    done = await leaver.leave(desk, args.signin_name, args.successor, uuid4())
    say(stdout, done.told)
    return 0


COMMANDS: Final = (
    Command(("staff", "leave"), "离任移交：岗位、待办、草稿交接任者", leave, _options),
)
