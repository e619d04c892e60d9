"""The table of commands, and how words become one: `./baoxue` and the SSH door alike."""

from collections.abc import Sequence
from typing import Final

from core.rules.errors import Refusal
from core.services.desk import Desk
from tui.cli import (
    case_open,
    case_paper,
    evidence,
    export,
    journal,
    place,
    roster,
    staff,
    staff_leave,
    staff_places,
    status,
)
from tui.cli.command import Command, Sink, Source, say
from tui.cli.parser import HelpAsked, read

TITLE: Final = "保学：控辍保学业务系统。"
GROUPS: Final = {
    **place.GROUPS,
    "staff": "账号、密码、授权",
    "roster": "学生名册",
    "export": "导出",
    "key": "号码的密钥",
    **evidence.GROUPS,
    **journal.GROUPS,
}
COMMANDS: Final[tuple[Command, ...]] = (
    *place.COMMANDS,
    *staff.COMMANDS,
    *staff_leave.COMMANDS,
    *staff_places.COMMANDS,
    *roster.COMMANDS,
    *export.COMMANDS,
    *case_open.COMMANDS,
    *case_paper.COMMANDS,
    *evidence.COMMANDS,
    *status.COMMANDS,
    *journal.COMMANDS,
)


async def run_words(
    desk: Desk,
    words: Sequence[str],
    stdin: Source,
    stdout: Sink,
    stderr: Sink,
    *,
    remote: bool,
) -> int:
    """Run the command that `words` name; return its exit status.

    A refusal is one sentence on `stderr` and status 1; help is status 0.  Over SSH only
    the commands marked `remote` are there.
    """
    commands = [c for c in COMMANDS if c.remote or not remote]
    prog = "ssh 登录名@服务器地址" if remote else "./baoxue"
    try:
        command, args = read(commands, GROUPS, TITLE, words, prog)
        args.remote = remote
        return await command.run(desk, args, stdin, stdout, stderr)
    except HelpAsked as help_text:
        say(stdout, str(help_text))
        return 0
    except Refusal as refusal:
        say(stderr, str(refusal))
        return 1
