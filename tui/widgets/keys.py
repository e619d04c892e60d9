"""Keys as people press them: the one table a screen makes its bindings and help from.

Stops at the table: what an action does stands in its screen.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from textual.binding import Binding, BindingType
from textual.events import Key as KeyPress

from tui.widgets.cells import cell_len

# What arrives unchanged from PuTTY, Xshell and a numeric keypad (terminals.md 3), by the
# name Textual gives it, with the name people read.
NAMES: Final = MappingProxyType(
    {
        **{f"f{number}": f"F{number}" for number in range(1, 11)},
        **{str(digit): str(digit) for digit in range(10)},
        "enter": "Enter",
        "escape": "Esc",
        "space": "空格",
        "tab": "Tab",
        "shift+tab": "Shift+Tab",
        "up": "上",
        "down": "下",
        "left": "左",
        "right": "右",
        "home": "Home",
        "end": "End",
        "pageup": "PgUp",
        "pagedown": "PgDn",
        "insert": "Ins",
        "delete": "Del",
        "backspace": "退格",
    }
)
_LINE_END: Final = "f10"


@dataclass(frozen=True)
class Key:
    """One line of a screen's key table.

    `key` may list several ("f10,escape").  An empty `action` means that the list or form
    under the cursor answers the key itself.  `hint` explains more in F1 help.
    """

    key: str
    label: str
    action: str = ""
    shown: str = ""
    hint: str = ""
    on_line: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """Return each key by the name Textual gives it."""
        return tuple(self.key.split(","))

    @property
    def name(self) -> str:
        """Return what stands on the key line: the first key, unless `shown` says."""
        return self.shown or NAMES.get(self.keys[0], self.keys[0])

    @property
    def names(self) -> str:
        """Return every key that does this, for the help."""
        return self.shown or "/".join(NAMES.get(key, key) for key in self.keys)

    def without(self, taken: frozenset[str]) -> "Key | None":
        """Return this line less the keys that another line has taken."""
        left = tuple(key for key in self.keys if key not in taken)
        if left == self.keys:
            return self
        return (
            Key(",".join(left), self.label, self.action, "", self.hint, self.on_line)
            if left
            else None
        )


def folded(press: KeyPress) -> str:
    """Return the key's name; a full-width digit, letter or space counts as its plain one.

    Only keys are folded so, never a name that is typed or shown.
    """
    if press.character is None:
        return press.key
    plain = unicodedata.normalize("NFKC", press.character)
    if plain == " ":
        return "space"
    return plain if len(plain) == 1 and plain.isascii() and plain.isalnum() else press.key


def typed_character(press: KeyPress) -> str:
    """Return the one character a key typed, folded and lower; "" for any other key.

    A character from a Chinese input method is left as it is.
    """
    plain = folded(press)
    if len(plain) == 1:
        return plain.lower()
    character = press.character or ""
    return character if character.isprintable() and not character.isascii() else ""


def bindings(keys: Sequence[Key]) -> list[BindingType]:
    """Return the bindings of a key table."""
    return [Binding(key.key, key.action, key.label) for key in keys if key.action]


def key_line(own: Sequence[Key], standing: Sequence[Key], cells: int) -> str:
    """Return the key line: F1, a screen's own keys in their order, then F5 and F10.

    What does not fit is left to the help: first F5 and F1, then the screen's last keys;
    the way back always stays.
    """
    back = [key for key in (*own, *standing) if _LINE_END in key.keys][:1]
    mine = [key for key in own if key.on_line and key not in back]
    extra = [key for key in standing if key.on_line and key not in back]
    line = [*extra[:1], *mine, *extra[1:]]
    droppable = [*reversed(extra), *reversed(mine)]
    while cell_len(words := _words([*line, *back])) > cells and droppable:
        line.remove(droppable.pop(0))
    return words


def _words(keys: Sequence[Key]) -> str:
    return " " + " ".join(f"{key.name}{key.label}" for key in keys)
