"""A field whose value is any number of a few: each digit adds or takes away one."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from tui.widgets.cells import cell_len, fit
from tui.widgets.field import Box, Field

_DIGITS: Final = "123456789"


class SeveralField(Field):
    """Holds the codes chosen of at most nine `options`, each a (code, label)."""

    def __init__(
        self,
        name: str,
        label: str,
        options: Sequence[tuple[str, str]],
        *,
        value: str = "",
        required: bool = False,
        empty: str = "",
    ) -> None:
        self.options = tuple(options[: len(_DIGITS)])
        self._empty = empty
        super().__init__(name, label, value=value, required=required)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes chosen, in the order of the options."""
        held = frozenset(self.value.split(","))
        return tuple(code for code, _ in self.options if code in held)

    def problem(self) -> str | None:
        """Ask to choose rather than to fill in."""
        if self.required and not self.codes:
            self.bad = True
            return f"请选择{self.label}（可按几个数字多选）。"
        return super().problem()

    def type(self, text: str) -> bool:
        """Add or take away by digit; any other character is nobody's."""
        plain = unicodedata.normalize("NFKC", text)
        if len(plain) != 1 or plain not in _DIGITS:
            return False
        at = int(plain) - 1
        if at < len(self.options):
            one = self.options[at][0]
            held = set(self.codes) ^ {one}
            self.value = ",".join(code for code, _ in self.options if code in held)
            self.bad = False
        return True

    def backspace(self) -> None:
        """Take the last one away."""
        self.value = ",".join(self.codes[:-1])

    def delete(self) -> None:
        """Choose nobody."""
        self.value = ""

    def draw(self, cells: int) -> Sequence[Box]:
        """Draw every option behind its digit, a star at those chosen."""
        if not self.options:
            return (Box(fit(self._empty, max(0, cells - 2)), open=False),)
        held = self.codes
        said = [
            f"{digit}{'*' if code in held else ''}{label}"
            for digit, (code, label) in zip(_DIGITS, self.options, strict=False)
        ]
        room = max(0, cells - 2)
        spaced = " ".join(said)
        text = spaced if cell_len(spaced) <= room else "".join(said)
        return (Box(fit(text, min(room, cell_len(text) + 2)), None),)
