"""staff sessions, staff signout: who is signed in where, and ending it."""

from argparse import ArgumentParser, Namespace
from typing import Final

from core.rules.errors import BadInput
from core.rules.time import SHANGHAI
from core.services import presence_list
from core.services.desk import Desk
from tui.cli.command import Command, Sink, Source, say


async def listing(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """List who is signed in, from where and since when."""
    del args, stdin, stderr
    found = await presence_list.seated(desk)
    for one in found:
        began, last = (at.astimezone(SHANGHAI) for at in (one.started_at, one.touched_at))
        say(
            stdout,
            f"{one.signin_name}\t{one.name}\t{began:%Y-%m-%d %H:%M}\t"
            f"最近操作 {last:%H:%M}\t{one.how}\t{one.address}",
        )
    if not found:
        say(stdout, "现在没有人登录。")
    return 0


def _options(parser: ArgumentParser) -> None:
    parser.add_argument("signin_name", metavar="登录名")


async def sign_out(
    desk: Desk, args: Namespace, stdin: Source, stdout: Sink, stderr: Sink
) -> int:
    """End everything that an account has open."""
    del stdin, stderr
    ended = await presence_list.sign_out_all(desk, args.signin_name)
    if not ended:
        raise BadInput(
            f"{args.signin_name} 现在没有登录，或不由您管理，请用 staff sessions 查看。"
        )
    say(stdout, f"已结束 {args.signin_name} 的{ended}处登录，5秒内退出；账号未停用。")
    return 0


COMMANDS: Final = (
    Command(("staff", "sessions"), "列出谁在何处登录", listing),
    Command(("staff", "signout"), "结束某人的全部登录", sign_out, _options),
)
