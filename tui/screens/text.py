"""A page of text to read: a paper before it is signed, a record, a timeline."""

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.widget import Widget

from tui.screens.frame import Answer
from tui.widgets.keys import Key
from tui.widgets.prose import Prose


class TextPage(Answer[None]):
    """Show lines under a title; long ones are wrapped."""

    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("pageup", "上一页", shown="PgUp"),
        Key("pagedown", "下一页", shown="PgDn"),
    )

    def __init__(self, title: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._title = title
        self._prose = Prose(lines)

    def compose(self) -> Iterator[Widget]:
        """Show the text."""
        yield self._prose

    def on_mount(self) -> None:
        """Write the title."""
        self.set_title(self._title)
