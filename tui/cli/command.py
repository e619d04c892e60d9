"""What a command is: a name, help in Chinese, its arguments, and one coroutine.

`./baoxue` and the SSH door call the same coroutines: no print, no sys.exit, no global
stream in any of them.
"""

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from core.services.desk import Desk


class Sink(Protocol):
    """Where bytes go: a file of this process, or an SSH channel."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""


# Reads everything the caller sends, at most so many bytes.
Source: TypeAlias = Callable[[int], Awaitable[bytes]]
Run: TypeAlias = Callable[[Desk, Namespace, Source, Sink, Sink], Awaitable[int]]


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
