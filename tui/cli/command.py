"""What a command is: a name, help in Chinese, its arguments, and one coroutine.

`./baoxue` and the SSH door call the same coroutines: no print, no sys.exit, no global
stream in any of them.
"""

import errno
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

from core.services.desk import Desk


class Sink(Protocol):
    """Where bytes go: a file of this process, or an SSH channel."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""


# Reads everything the caller sends, at most so many bytes.
Source: TypeAlias = Callable[[int], Awaitable[bytes]]
Run: TypeAlias = Callable[[Desk, Namespace, Source, Sink, Sink], Awaitable[int]]


_WHY: Final = MappingProxyType(
    {
        errno.ENOENT: "没有这个目录",
        errno.ENOTDIR: "路径中有一段不是目录",
        errno.EISDIR: "这是一个目录",
        errno.EACCES: "没有权限",
        errno.EPERM: "没有权限",
        errno.EROFS: "所在磁盘只读",
        errno.ENOSPC: "磁盘已满",
        errno.ENAMETOOLONG: "文件名过长",
        errno.EADDRINUSE: "端口已被占用",
        errno.EADDRNOTAVAIL: "本机没有这个地址",
    }
)


def why(error: OSError) -> str:
    """Say in Chinese why the system refused; what is rare, in its own words."""
    return _WHY.get(error.errno or 0, error.strerror or type(error).__name__)


def silent(parser: ArgumentParser) -> None:
    """Take no arguments."""
    del parser


@dataclass(frozen=True)
class Command:
    """One command: `words` is its path ("place", "add", "school")."""

    words: tuple[str, ...]
    help: str
    run: Run
    configure: Callable[[ArgumentParser], None] = silent
    # May be asked for over SSH; the others belong to the server's operator.
    remote: bool = False


def say(sink: Sink, line: str) -> None:
    """Write one line of text."""
    sink.write(f"{line}\n".encode())
