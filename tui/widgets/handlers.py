"""Which methods of a widget, a screen or an application handle a message.

Textual looks through every class that one of them descends from, at every message: some
fourteen a key, each to three or four of them.  Which methods a class has for a kind of
message never changes, and says nothing of anybody.
"""

from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache
from typing import Final, TypeAlias

from textual.message import Message
from textual.message_pump import MessagePump

Handler: TypeAlias = Callable[..., Awaitable[None]]

# More than all classes of the program times the kinds of message that come to each.
_KINDS: Final = 8192


@lru_cache(_KINDS)
def _named(
    kinds: tuple[type[object], type[object]], name: str
) -> tuple[tuple[type, Handler], ...] | None:
    """Return a pump's methods called `name`, the youngest class first, for a kind of message.

    None where one is chosen by `@on`: that may depend on who sent the message.
    """
    pump, message = kinds
    found = []
    for kind in pump.__mro__:
        chosen = kind.__dict__.get("_decorated_handlers") or {}
        if any(one in chosen for one in message.__mro__):
            return None
        method = kind.__dict__.get(f"_{name}") or kind.__dict__.get(name)
        if method is not None and not getattr(method, "_textual_on", None):
            found.append((kind, method))
    return tuple(found)


class Handles(MessagePump):
    """A message pump that remembers which of its methods handle what."""

    def _get_dispatch_methods(
        self, method_name: str, message: Message
    ) -> Iterable[tuple[type, Handler]]:
        named = _named((type(self), type(message)), method_name)
        if named is None:
            yield from super()._get_dispatch_methods(method_name, message)
            return
        for kind, method in named:
            if message._no_default_action:  # noqa: SLF001 -- as Textual asks
                break
            yield kind, method.__get__(self, kind)
