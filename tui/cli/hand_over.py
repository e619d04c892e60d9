"""Where an export goes: to standard output, or into a file that only its owner can read.

Over SSH the bytes go through the connection; a file is written only where this process
runs for the person who typed the command.
"""

import asyncio
import errno
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, runtime_checkable

from core.rules.errors import BadInput
from core.rules.export import KEPT_FOR, Exported
from tui.cli.command import Sink, say, why


@runtime_checkable
class _File(Protocol):
    """A standard output of this machine; an SSH channel is none."""

    def isatty(self) -> bool:
        """Tell whether a person looks at it."""


def output_option(parser: ArgumentParser) -> None:
    """Let a command write into a file."""
    parser.add_argument(
        "-o", "--output", metavar="文件", help="写入文件（不写则写到标准输出）"
    )


async def hand_over(
    make: Callable[[], Awaitable[Exported]], args: Namespace, stdout: Sink, stderr: Sink
) -> int:
    """Make an export once it is known where it goes; write it there."""
    here = isinstance(stdout, _File)
    if args.output is not None and not here:
        raise BadInput(
            "通过 SSH 导出时不能用 -o，请在自己的电脑上接收：ssh … export … > 文件.xlsx"
        )
    if args.output is None and isinstance(stdout, _File) and stdout.isatty():
        raise BadInput(
            "导出的是表格文件，不能显示在终端上，请加 -o 文件.xlsx，或用 > 文件.xlsx 保存。"
        )
    if args.output is not None:
        # Nothing is made, and nothing logged as taken, for a place that takes no file.
        await asyncio.to_thread(_save, Path(args.output), None)
    made = await make()
    if args.output is None:
        stdout.write(made.data)
    else:
        await asyncio.to_thread(_save, Path(args.output), made.data)
    line = made.line
    hours = int(KEPT_FOR.total_seconds()) // 3600
    say(
        stderr,
        f"已导出 {line.file_name}  {line.row_count}行  编号{line.id}，"
        f"{hours}小时内可用 export get {line.id} 再取。",
    )
    return 0


def _save(path: Path, data: bytes | None) -> None:
    """Write a file that only its owner can read, whole or not at all; None: only try."""
    part = path.with_name(f".{path.name}.part")
    try:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "")
        with suppress(FileNotFoundError):
            part.unlink()
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data or b"")
        if data is None:
            part.unlink()
        else:
            part.replace(path)
    except OSError as error:
        raise BadInput(f"不能写入 {path}（{why(error)}），请换一个位置后重试。") from error
