"""Messages come to the methods that stock Textual would call, however they are found."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.message_pump import MessagePump

import tui.screens
import tui.widgets
from tui.app import BaoxueApp
from tui.widgets.drawn import Drawn
from tui.widgets.handlers import Handles
from tui.widgets.windowed import Windowed

for package in (tui.screens, tui.widgets):
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def below(kind: type) -> Iterator[type]:
    yield kind
    for one in kind.__subclasses__():
        yield from below(one)


MESSAGES = sorted(
    set(below(Message)) - {Message}, key=lambda kind: (kind.__module__, kind.__qualname__)
)


@pytest.mark.parametrize("family", [Drawn, Windowed, BaoxueApp])
def test_every_class_handles_every_message_as_stock_textual_has_it(family):
    seen = chosen = 0
    for kind in set(below(family)):
        pump = kind.__new__(kind)
        for message_kind in MESSAGES:
            message = message_kind.__new__(message_kind)
            Message.__init__(message)
            name = message_kind.handler_name
            # Twice: found, and remembered.
            for _ in range(2):
                ours = list(pump._get_dispatch_methods(name, message))
                stock = list(MessagePump._get_dispatch_methods(pump, name, message))
                assert ours == stock, (kind, message_kind)
            seen += len(stock)
            chosen += any(getattr(method, "_textual_on", None) for _, method in stock)
    assert seen > 20
    # Those of @on are left to stock, which asks who sent the message.
    assert (chosen > 20) == (family is Windowed)


def test_a_handler_that_prevents_the_default_is_the_last():
    class Young(Handles):
        def on_resize(self, event: Resize) -> None:
            event.prevent_default()

    class Younger(Young):
        def _on_resize(self, event: Resize) -> None:
            del event

    event = Resize(Size(1, 1), Size(1, 1))
    called = []
    for kind, method in Younger()._get_dispatch_methods("on_resize", event):
        called.append(kind)
        method(event)
    assert called == [Younger, Young]
    assert list(Younger()._get_dispatch_methods("on_resize", event)) == []
