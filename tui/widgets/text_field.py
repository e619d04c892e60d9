"""Fields to type in: one line, a number, a note of several lines."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

from tui.widgets.cells import cell_len, fit, kept, shown, spans
from tui.widgets.editing import Typed
from tui.widgets.field import Box, Field

_WIDEST: Final = 50  # cells of a box; beyond them it scrolls
_SMALLEST: Final = 4


class TextField(Field):
    """One line of text of at most `limit` characters.

    `secret` shows stars, and keeps the blanks around it.
    """

    def __init__(
        self,
        name: str,
        label: str,
        *,
        value: str = "",
        required: bool = False,
        limit: int = 100,
        secret: bool = False,
        hint: str = "",
        check: Callable[[str], str | None] | None = None,
    ) -> None:
        self.limit, self.secret = limit, secret
        self._typed = Typed()
        super().__init__(
            name, label, value=value, required=required, hint=hint, check=check
        )

    def type(self, text: str) -> bool:
        """Insert text at the caret; control characters and what exceeds the limit drop."""
        cleaned = self._clean(text)
        self.overflowed = len(self._typed.text) + len(cleaned) > self.limit
        self._typed = self._typed.insert(cleaned, self.limit)
        self.bad = False
        return True

    def backspace(self) -> None:
        """Take away the character before the caret."""
        self._typed = self._typed.backspace()

    def delete(self) -> None:
        """Take away the character after the caret."""
        self._typed = self._typed.delete()

    def side(self, step: int) -> None:
        """Move the caret one character left or right."""
        self._typed = self._typed.go(self._typed.at + step)

    def edge(self, *, end: bool) -> None:
        """Move the caret to the beginning or the end."""
        self._typed = self._typed.go(len(self._typed.text) if end else 0)

    @property
    def widest(self) -> int:
        """Return the cells its longest text takes, with the caret after it."""
        return self.limit * 2 + 1

    def draw(self, cells: int) -> Sequence[Box]:
        """Draw the part of the text around the caret, with room for the caret itself."""
        room = max(_SMALLEST, min(cells - 2, self.widest, _WIDEST))
        at = self._typed.at
        text = "*" * len(self._typed.text) if self.secret else shown(self._typed.text)
        # The caret takes a cell even at the end, or on a mark that has no width of its own.
        caret, start = max(1, cell_len(text[at : at + 1])), 0
        while start < at and cell_len(text[start:at]) + caret > room:
            start += 1
        return (Box(fit(text[start:], room), at - start, self.tail(cells, room)),)

    def _read(self) -> str:
        """Return the text without blanks around it; a secret keeps them."""
        return self._typed.text if self.secret else self._typed.text.strip()

    def _write(self, value: str) -> None:
        self._typed = Typed.ending(value)

    def _clean(self, text: str) -> str:
        return kept(text)


class CodeField(TextField):
    """A phone, an identity number, a code: full-width digits and letters become plain.

    Never for names: folding rewrites rare characters.
    """

    @property
    def widest(self) -> int:
        """Return the cells of a text that holds no wide character."""
        return self.limit + 1

    def _clean(self, text: str) -> str:
        return kept(unicodedata.normalize("NFKC", text))


class WholeField(CodeField):
    """A short value that is typed as one: what is typed on coming to it replaces it."""

    # A date stands filled in with today: nobody should have to rub out ten characters.
    _untouched: bool = True

    def type(self, text: str) -> bool:
        """Type anew on coming to the field, else at the caret."""
        if self._untouched and self._clean(text):
            self._typed = Typed()
        self._untouched = False
        return super().type(text)

    def leave(self) -> None:
        """Settle what was typed; the next time it is replaced."""
        super().leave()
        self._untouched = True

    def backspace(self) -> None:
        """Take away the character before the caret."""
        self._untouched = False
        super().backspace()

    def delete(self) -> None:
        """Take away the character after the caret."""
        self._untouched = False
        super().delete()

    def side(self, step: int) -> None:
        """Move the caret one character left or right."""
        self._untouched = False
        super().side(step)

    def edge(self, *, end: bool) -> None:
        """Move the caret to the beginning or the end."""
        self._untouched = False
        super().edge(end=end)

    def _write(self, value: str) -> None:
        super()._write(value)
        self._untouched = True


class NumberField(WholeField):
    """A whole number from `least` to `most`; full-width digits are understood."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        value: str = "",
        required: bool = False,
        least: int = 0,
        most: int = 99_999,
        hint: str = "",
    ) -> None:
        self._least, self._most = least, most
        digits = len(str(most))
        super().__init__(
            name, label, value=value, required=required, limit=digits, hint=hint
        )

    def _clean(self, text: str) -> str:
        return "".join(c for c in super()._clean(text) if c.isascii() and c.isdigit())

    def _misread(self) -> str | None:
        if not self.value or self._least <= int(self.value) <= self._most:
            return None
        return f"{self.label}应在{self._least}至{self._most}之间。"


class NoteField(TextField):
    """A note in `height` lines; Enter and a pasted line break begin a new line."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        value: str = "",
        required: bool = False,
        limit: int = 500,
        height: int = 3,
        hint: str = "",
        check: Callable[[str], str | None] | None = None,
    ) -> None:
        super().__init__(
            name,
            label,
            value=value,
            required=required,
            limit=limit,
            hint=hint,
            check=check,
        )
        self.height = height

    def newline(self) -> bool:
        """Begin a new line."""
        return self.type("\n")

    def vertical(self, step: int, cells: int) -> bool:
        """Move the caret a line up or down, keeping its cell; leave at the ends."""
        lines, line, _ = self._caret(cells)
        if not 0 <= line + step < len(lines):
            return False
        text = self._typed.text
        here = cell_len(text[lines[line][0] : self._typed.at])
        start, end = lines[line + step]
        at = start
        while at < end and cell_len(text[start : at + 1]) <= here:
            at += 1
        self._typed = self._typed.go(at)
        return True

    def draw(self, cells: int) -> Sequence[Box]:
        """Draw the lines around the caret."""
        lines, line, caret = self._caret(cells)
        room, text = self._room(cells), self._typed.text
        top = max(0, min(line - self.height + 1, len(lines) - self.height))
        boxes = []
        for number in range(top, top + self.height):
            start, end = lines[number] if number < len(lines) else (0, 0)
            boxes.append(Box(fit(text[start:end], room), caret if number == line else None))
        return boxes

    def _room(self, cells: int) -> int:
        return max(_SMALLEST, cells - 2)

    def _caret(self, cells: int) -> tuple[tuple[tuple[int, int], ...], int, int]:
        """Return the wrapped lines, the caret's line, and its index in that line."""
        # One cell stays free at the end of a line, for the caret.
        lines = spans(self._typed.text, self._room(cells) - 1)
        line = max(n for n, (start, _) in enumerate(lines) if start <= self._typed.at)
        return lines, line, self._typed.at - lines[line][0]

    def _clean(self, text: str) -> str:
        return kept(text, lines=True)
