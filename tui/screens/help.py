"""F1: the keys of a screen, made from the very table that binds them.

It is also the way to every function key on a laptop that has taken them: a number there
does what the key does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Final

from textual.events import Key as KeyPress
from textual.events import Resize
from textual.widget import Widget

from tui.screens.frame import Answer, Framed, Result
from tui.widgets.cells import wrapped
from tui.widgets.drawn import Drawn
from tui.widgets.keys import Key, typed_character
from tui.widgets.listing import Column, Listing
from tui.widgets.style import Tone

_HELP_ACTION: Final = "help"
_KEYS_CELLS: Final = 26
# Before what a line says: cursor, number, keys, and the gaps between them.
_BEFORE: Final = 2 + 2 + 1 + _KEYS_CELLS + 1
_NARROWEST: Final = 8


@dataclass(frozen=True)
class Entry:
    """One line of the help; `action` where a number or Enter does it."""

    place: int
    keys: str
    says: str
    action: str = ""
    number: str = ""


def entries(
    keys: Sequence[Key],
    widgets: Sequence[tuple[str, str]] = (),
    text: Sequence[str] = (),
) -> tuple[Entry, ...]:
    """Return the help's lines: function keys numbered, then other keys, then words."""
    told = [key for key in keys if key.action != _HELP_ACTION]
    numbered = [key for key in told if key.action and key.keys[0].startswith("f")][:9]
    others = [key for key in told if key not in numbered]
    # The help itself comes last among the keys: one is there already.
    others += [key for key in keys if key.action == _HELP_ACTION]
    lines = [
        *((key.names, _says(key), key.action, str(n)) for n, key in enumerate(numbered, 1)),
        *((key.names, _says(key), "", "") for key in others),
        *((keys, says, "", "") for keys, says in widgets),
        *(("", line, "", "") for line in text),
    ]
    return tuple(Entry(place, *line) for place, line in enumerate(lines))


def wrapped_entries(entries: Sequence[Entry], cells: int) -> tuple[Entry, ...]:
    """Return the lines with what they say gone on below where `cells` are too few."""
    lines: list[Entry] = []
    for entry in entries:
        first, *rest = wrapped(entry.says, cells)
        lines.append(replace(entry, place=len(lines), says=first))
        lines += [Entry(len(lines) + n, "", more) for n, more in enumerate(rest)]
    return tuple(lines)


def _says(key: Key) -> str:
    return f"{key.label}  {key.hint}" if key.hint else key.label


class Help(Answer[str | None]):
    """List the keys of a screen; answer with an action to run there, or None."""

    TITLE_TEXT = "帮助"
    KEYS: ClassVar[tuple[Key, ...]] = (
        Key("1,2,3,4,5,6,7,8,9", "按编号办理", shown="1-9"),
        Key("enter", "办理"),
        Key("f4", "终端设置", "terminal", hint="编码、表格线、颜色"),
    )

    def __init__(self, title: str, lines: Sequence[Entry]) -> None:
        super().__init__()
        self._title, self._entries = title, tuple(lines)
        self._listing = Listing[Entry](
            (
                Column("", 2, lambda entry: entry.number),
                Column(
                    "按键",
                    _KEYS_CELLS,
                    lambda entry: entry.keys,
                    tone_fn=lambda _: Tone.STRONG,
                ),
                Column("作用", 0, lambda entry: entry.says),
            ),
            key=lambda entry: entry.place,
        )

    @classmethod
    def of(cls, screen: Framed[Result], text: Sequence[str] = ()) -> "Help":
        """Return the help of a screen: its keys, those of what it holds, and `text`."""
        kinds = dict.fromkeys(type(widget) for widget in screen.query(Drawn))
        held = [line for kind in kinds for line in kind.KEYS_HELP]
        title = screen.TITLE_TEXT
        return cls(title, entries(screen.every_key(), tuple(dict.fromkeys(held)), text))

    def compose(self) -> Iterator[Widget]:
        """Show the lines."""
        yield self._listing

    def on_mount(self) -> None:
        """Write whose keys these are."""
        self.set_title(f"帮助  {self._title}")

    def on_resize(self, event: Resize) -> None:
        """Wrap to the new width."""
        room = max(_NARROWEST, event.size.width - _BEFORE)
        self._listing.rows = wrapped_entries(self._entries, room)
        super().on_resize(event)

    def on_key(self, press: KeyPress) -> None:
        """Do what the number says."""
        number = typed_character(press)
        for entry in self._listing.rows:
            if number and entry.number == number:
                press.stop()
                self.dismiss(entry.action)
                return
        super().on_key(press)

    def action_terminal(self) -> None:
        """Answer with the action that opens 终端设置."""
        self.dismiss("terminal")

    def on_listing_chosen(self, chosen: Listing.Chosen[Entry]) -> None:
        """Do what the line under the cursor says."""
        if chosen.record.action:
            self.dismiss(chosen.record.action)
