"""What the door writes down: one JSON object a line, never a password or a name of a child.

A fault is logged as its type and its places in the code.  Its message and its locals
stay out: they are where children's data would be.
"""

import asyncio
import json
import logging
import sys
import traceback
from contextvars import ContextVar
from datetime import datetime
from typing import Final, TextIO

from core.rules.time import SHANGHAI

LOGGER: Final = logging.getLogger("baoxue.door")

# The account that this task works for; 0 where nobody has signed in.
ACCOUNT: Final[ContextVar[int]] = ContextVar("ACCOUNT", default=0)

_LONGEST = 64


class JsonLines(logging.Formatter):
    """Add time and process to a record that is already a JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        at = datetime.fromtimestamp(record.created, SHANGHAI).isoformat("T", "milliseconds")
        return f'{{"at": "{at}", "pid": {record.process}, {record.getMessage()[1:]}'


def log_to(stream: TextIO) -> logging.Handler:
    """Send the door's lines to `stream`; return the handler, for who wants it off again."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    LOGGER.addHandler(handler)
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    return handler


def note(event: str, **fields: str | int) -> None:
    """Log one event; text is cut to 64 characters, and escaped to ASCII."""
    cut = {
        name: field[:_LONGEST] if isinstance(field, str) else field
        for name, field in fields.items()
    }
    LOGGER.info("%s", json.dumps({"event": event, **cut}))


def note_fault(error: BaseException, **about: int) -> None:
    """Log a fault of ours: types and code places of the whole chain, and the account."""
    chain: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < _LONGEST:
        chain.append(type(cause).__qualname__)
        chain += [
            f"{frame.filename}:{frame.lineno}:{frame.name}"
            for frame in traceback.extract_tb(cause.__traceback__)[-8:]
        ]
        cause = cause.__cause__ or cause.__context__
    line = json.dumps({"event": "fault", "account": ACCOUNT.get(), **about, "at": chain})
    LOGGER.error("%s", line)


def hear_the_loop() -> None:
    """Have what asyncio itself complains of logged as all else is; needs a running loop.

    By itself it would print messages with the objects in them: no JSON, and children's data.
    """
    asyncio.get_running_loop().set_exception_handler(_of_the_loop)


def _of_the_loop(_: asyncio.AbstractEventLoop, told: dict[str, object]) -> None:
    fault = told.get("exception")
    if isinstance(fault, BaseException):
        note_fault(fault)
    else:
        # Up to where an object is shown.
        note("loop", said=str(told.get("message", "")).partition("<")[0].rstrip())


def standard_error() -> TextIO:
    """Return the process's own standard error, whatever has been put in its place."""
    return sys.__stderr__ or sys.stderr
