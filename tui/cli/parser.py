"""argparse, in Chinese, and without leaving the process."""

import re
from argparse import Action, ArgumentParser, HelpFormatter, Namespace
from collections.abc import Sequence
from typing import Final, NoReturn

from core.rules.errors import BadInput
from tui.cli.command import Command
from tui.widgets.cells import cell_len, fit, wrapped

_WIDTH: Final = 80
_GAP: Final = 2
_WIDEST: Final = 26  # of what is typed; what is longer has its words below it

_SAID: Final = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (
        r"argument (.*?): invalid choice: '(.*?)' \(choose from (.*)\)",
        r"\1 不能是“\2”，可选：\3",
    ),
    (r"argument (.*?): expected one argument", r"\1 后面要写一个值"),
    (r"argument (.*?): expected at least one argument", r"\1 后面至少写一个值"),
    (r"argument (.*?): invalid .* value: '(.*)'", r"\1“\2”不正确"),
    (r"argument (.*?): not allowed with argument (.*)", r"\1 不能与 \2 同用"),
    (r"one of the arguments (.*) is required", r"须写明其中之一：\1"),
    (r"argument (.*?): ignored explicit argument (.*)", r"\1 后面不能带值 \2"),
    (r"ambiguous option: (.*) could match (.*)", r"\1 有歧义，可能是 \2"),
)


class HelpAsked(Exception):
    """The caller asked for help; `str()` of this is the help text."""


def in_chinese(message: str) -> str:
    """Say what argparse complained about in Chinese."""
    for pattern, words in _SAID:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found:
            return found.expand(words).replace(", ", "、").replace("'", "")
    return f"参数不正确：{message}"


class Aligned(HelpFormatter):
    """Help in columns: a Chinese character is two cells, and a line at most 80."""

    def __init__(self, prog: str) -> None:
        # It breaks the usage by characters; half of them may be two cells wide.
        super().__init__(prog, width=_WIDTH * 3 // 4)
        self._column = 0

    def add_argument(self, action: Action) -> None:
        """Make room for what is typed."""
        super().add_argument(action)
        cells = cell_len(self._format_action_invocation(action))
        if cells <= _WIDEST:
            self._column = max(self._column, cells)

    def _format_action(self, action: Action) -> str:
        typed = self._format_action_invocation(action)
        before, column = " " * self._current_indent, self._column
        told = wrapped(action.help or "", _WIDTH - len(before) - column - _GAP)
        lines = [fit(typed, column), *(" " * column for _ in told[1:])]
        if cell_len(typed) > column:
            lines = [" " * column for _ in told]
        rows = [
            f"{before}{line}{' ' * _GAP}{said}".rstrip()
            for line, said in zip(lines, told, strict=True)
        ]
        if cell_len(typed) > column:
            rows.insert(0, before + typed)
        return "".join(f"{row}\n" for row in rows)


class Parser(ArgumentParser):
    """A parser that raises instead of printing and exiting."""

    def __init__(self, prog: str, description: str | None = None) -> None:
        super().__init__(
            prog=prog,
            description=description,
            add_help=False,
            allow_abbrev=False,
            formatter_class=Aligned,
        )
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="store_true", help="显示这份说明")

    def error(self, message: str) -> NoReturn:
        """Refuse with a sentence that says what to type."""
        raise BadInput(f"{in_chinese(message)}。请用 {self.prog} --help 查看用法。")


class _Node:
    """One word of the command tree."""

    def __init__(self, help_: str = "") -> None:
        self.help = help_
        self.children: dict[str, _Node] = {}
        self.command: Command | None = None


def _tree(commands: Sequence[Command], groups: dict[str, str]) -> _Node:
    root = _Node()
    for command in commands:
        node = root
        for word in command.words:
            node = node.children.setdefault(word, _Node(groups.get(word, "")))
        node.command, node.help = command, command.help
    return root


def _menu(prog: str, title: str, node: _Node) -> str:
    widest = max(len(word) for word in node.children)
    lines = [f"用法：{prog} 命令 …", "", title, "", "命令："]
    lines += [f"  {word:<{widest}}  {child.help}" for word, child in node.children.items()]
    return "\n".join([*lines, "", f"用 {prog} 命令 --help 查看每个命令的用法。"])


def read(
    commands: Sequence[Command],
    groups: dict[str, str],
    title: str,
    words: Sequence[str],
    prog: str = "./baoxue",
) -> tuple[Command, Namespace]:
    """Return the command that `words` name and its arguments.

    Raises HelpAsked with the help text, or BadInput with what to type instead.
    """
    node, at = _tree(commands, groups), 0
    while node.command is None:
        word = words[at] if at < len(words) else None
        path = " ".join((prog, *words[:at]))
        if word in {None, "-h", "--help", "help"}:
            raise HelpAsked(_menu(path, node.help or title, node))
        if word not in node.children:
            raise BadInput(f"没有“{word}”这个命令。请用 {path} --help 查看有哪些命令。")
        node, at = node.children[word], at + 1
    command = node.command
    parser = Parser(" ".join((prog, *command.words)), command.help)
    command.configure(parser)
    rest = list(words[at:])
    if {"-h", "--help"} & set(rest):
        told = parser.format_help().replace("usage: ", "用法：", 1)
        raise HelpAsked(
            re.sub("^(参数|选项):$", r"\1：", told, flags=re.MULTILINE).rstrip()
        )
    return command, parser.parse_args(rest)
