"""One field of a form, and the plainest of them: one that only shows.

A field keeps what is typed into it and draws it; the form gives it keys and a place.
`value` is what the screen reads: for a date 2026-11-23, for a choice its code.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tui.widgets.cells import clipped

_NARROWEST: Final = 4


@dataclass(frozen=True)
class Box:
    """One drawn line of a field: text in brackets, the caret's index in it, what follows."""

    text: str
    caret: int | None = None
    after: str = ""
    open: bool = True


class Field:
    """A named value under a Chinese label; `check` returns a sentence where it is wrong."""

    height: int = 1
    editable: bool = True

    def __init__(
        self,
        name: str,
        label: str,
        *,
        value: str = "",
        required: bool = False,
        hint: str = "",
        check: Callable[[str], str | None] | None = None,
    ) -> None:
        self.name, self.label, self.required, self.hint = name, label, required, hint
        self.bad = False
        self.overflowed = False  # whether the last text typed did not all go in
        self._check = check
        self.value = value

    @property
    def value(self) -> str:
        """Return what the screen reads: "" where nothing, or nothing valid, is typed."""
        return self._read()

    @value.setter
    def value(self, value: str) -> None:
        self._write(value)

    def problem(self) -> str | None:
        """Return one sentence on what is wrong with the value, and remember that it is."""
        sentence = self._misread()
        if sentence is None and self.required and not self.value.strip():
            sentence = f"请填写{self.label}。"
        if sentence is None and self._check is not None and self.value:
            sentence = self._check(self.value)
        self.bad = sentence is not None
        return sentence

    def leave(self) -> None:
        """Settle what was typed when the cursor goes; a value that cannot be is marked."""
        self.bad = self._misread() is not None

    def type(self, text: str) -> bool:
        """Take typed or pasted text; tell whether this field answers to it at all."""
        del text
        return False

    def backspace(self) -> None:
        """Take away what is before the caret."""

    def delete(self) -> None:
        """Take away what is after the caret."""

    def side(self, step: int) -> None:
        """Move the caret one character left (-1) or right (1)."""

    def edge(self, *, end: bool) -> None:
        """Move the caret to the beginning or the end."""

    def vertical(self, step: int, cells: int) -> bool:
        """Answer Up (-1) or Down (1); tell whether the cursor stays in this field."""
        del step, cells
        return False

    def newline(self) -> bool:
        """Answer Enter; tell whether the cursor stays in this field."""
        return False

    def draw(self, cells: int) -> Sequence[Box]:
        """Return the field's `height` lines, each at most `cells` wide."""
        raise NotImplementedError

    def tail(self, cells: int, box: int) -> str:
        """Return the hint cut to what is left beside a box of so many cells."""
        return clipped(self.hint, max(0, cells - box - 3)).rstrip()

    def _read(self) -> str:
        return self._value

    def _write(self, value: str) -> None:
        self._value = value

    def _misread(self) -> str | None:
        """Return a sentence where what stands in the field means nothing."""
        return None


class ShowField(Field):
    """Shows a value that cannot be changed here; the cursor passes over it."""

    editable = False

    def draw(self, cells: int) -> Sequence[Box]:
        """Draw the value without a box."""
        return (Box(clipped(self.value, max(_NARROWEST, cells)), open=False),)
