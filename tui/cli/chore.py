"""What a chore is: a command that the operator runs from outside of any event loop."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass

from tui.cli.command import Command, silent
from tui.cli.keys import never
from tui.settings import Settings


@dataclass(frozen=True)
class Call:
    """One call of the command line: the settings, `--as`, and the command's arguments."""

    settings: Settings
    signs_as: str | None
    args: Namespace


@dataclass(frozen=True)
class Chore:
    """A command that is run from the outside of any event loop."""

    command: Command
    run: Callable[[Call], int]


def chore(
    word: str,
    told: str,
    run: Callable[[Call], int],
    configure: Callable[[ArgumentParser], None] = silent,
) -> Chore:
    """Return a chore by its words, its help and what it does."""
    return Chore(Command(tuple(word.split()), told, never, configure), run)
