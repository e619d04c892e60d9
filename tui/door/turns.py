"""Type-ahead: a key is answered only when the one before it has had its consequences.

A fast hand on a slow line presses Enter, Space, F9 before the first screen has gone.
Without this a key meant for the roll would be taken by the list that is just leaving.
"""

import asyncio
from collections.abc import Iterator
from typing import Final, Protocol, TypeAlias, runtime_checkable

from textual.app import App
from textual.message_pump import MessagePump

from tui.widgets.pumps import is_waiting

AnyApp: TypeAlias = App[object] | App[None]

# The longest that a key waits for the one before it, in seconds: a screen that never
# finds rest must not take the keyboard away.
LONGEST: Final = 3.0
_LOOK: Final = 0.005
# Passes over the screen's pumps: a message that makes a message is seen by the next one.
_PASSES: Final = 3


@runtime_checkable
class Restless(Protocol):
    """A screen that says when it is still reading what it shows."""

    @property
    def at_rest(self) -> bool:
        """Tell whether a key would meet what the person thinks they see."""


def _pumps(app: AnyApp) -> Iterator[MessagePump]:
    yield app
    yield from app.screen.walk_children(with_self=True)


async def _pass(app: AnyApp) -> None:
    """Return when every message that is queued now has been handled.

    A pump that waits for a message has none: to ask it would only wake it up.
    """
    left = 0
    done = asyncio.Event()

    def one_less() -> None:
        nonlocal left
        left -= 1
        if not left:
            done.set()

    for pump in _pumps(app):
        if not is_waiting(pump):
            left += pump.call_later(one_less)
    if left:
        await done.wait()
    else:
        await asyncio.sleep(0)


async def _settle(app: AnyApp) -> None:
    passes = 0
    while app.is_running and passes < _PASSES:
        before = app.screen
        await _pass(app)
        screen = app.screen
        if isinstance(screen, Restless) and not screen.at_rest:
            await asyncio.sleep(_LOOK)
            passes = 0
        else:
            passes = passes + 1 if screen is before else 0


async def settled(app: AnyApp) -> None:
    """Return when the last key's consequences are there, or after three seconds."""
    try:
        async with asyncio.timeout(LONGEST):
            await _settle(app)
    except TimeoutError:
        return
