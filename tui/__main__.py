"""The command line's own door: words in, exit status out."""

import gc
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from core.rules.errors import Refusal
from tui.cli import keys
from tui.cli.parser import HelpAsked
from tui.settings import Settings, read_settings

SELDOM: Final = (20_000, 20, 100)
_EVERY_COMMAND: Final = (
    "通用选项：--as 登录名  以该账号执行；不写的为操作系统用户所绑定的账号"
)


def _start(words: list[str], settings: Settings) -> int:
    if words[:1] == ["keys"]:
        return keys.start(words, settings)
    # What all other commands act with takes long to load, and sshd asks for keys twice at
    # every sign-in.
    from tui.cli.program import start  # noqa: PLC0415

    return start(words, settings)


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
