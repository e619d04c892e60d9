"""The table of commands, and how words become one: `./baoxue` and the SSH door alike.

What a command works with takes longer to read than most commands take: only those that begin
with the word asked for are read, and all of them only where help is.
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from core.rules.errors import Refusal
from core.services.desk import Desk
from tui.cli.command import Command, Sink, Source, say
from tui.cli.parser import HelpAsked, read

TITLE: Final = "保学：控辍保学业务系统。"
GROUPS: Final = {
    "place": "乡镇、村、学校",
    "add": "添加",
    "end": "撤销",
    "staff": "账号、密码、授权",
    "roster": "学生名册",
    "export": "导出表册",
    "key": "号码的密钥",
    "case": "个案：立案、文书、佐证",
    "evidence": "佐证：提供、列出、取出、核验",
    "journal": "留痕：校验、锚点、查阅",
}
_Read: TypeAlias = Callable[[], tuple[Command, ...]]


def _place() -> tuple[Command, ...]:
    from tui.cli import place

    return place.COMMANDS


def _staff() -> tuple[Command, ...]:
    from tui.cli import staff, staff_leave, staff_places

    return (*staff.COMMANDS, *staff_leave.COMMANDS, *staff_places.COMMANDS)


def _roster() -> tuple[Command, ...]:
    from tui.cli import roster

    return roster.COMMANDS


def _export() -> tuple[Command, ...]:
    from tui.cli import export

    return export.COMMANDS


def _opening() -> tuple[Command, ...]:
    from tui.cli import case_open

    return case_open.COMMANDS


def _case_paper() -> tuple[Command, ...]:
    from tui.cli import case_paper

    return case_paper.COMMANDS


def _evidence() -> tuple[Command, ...]:
    from tui.cli import evidence

    return evidence.COMMANDS


def _status() -> tuple[Command, ...]:
    from tui.cli import status

    return status.COMMANDS


def _journal() -> tuple[Command, ...]:
    from tui.cli import journal

    return journal.COMMANDS


# In the order of the help, each with the first words of its commands.
_PARTS: Final[tuple[tuple[tuple[str, ...], _Read], ...]] = (
    (("place",), _place),
    (("staff",), _staff),
    (("roster",), _roster),
    (("export",), _export),
    (("case",), _opening),
    (("case", "export"), _case_paper),
    (("case",), _evidence),
    (("status",), _status),
    (("journal",), _journal),
)


def commands(word: str | None = None) -> tuple[Command, ...]:
    """Return the commands that begin with this word; all of them where none does."""
    chosen = [part for words, part in _PARTS if word in words]
    parts = chosen or [part for _, part in _PARTS]
    return tuple(command for part in parts for command in part())


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
    prog = "ssh 登录名@服务器地址" if remote else "./baoxue"
    try:
        word = words[0] if words else None
        there = [one for one in commands(word) if one.remote or not remote]
        command, args = read(there, GROUPS, TITLE, words, prog)
        args.remote = remote
        return await command.run(desk, args, stdin, stdout, stderr)
    except HelpAsked as help_text:
        say(stdout, str(help_text))
        return 0
    except Refusal as refusal:
        say(stderr, str(refusal))
        return 1
