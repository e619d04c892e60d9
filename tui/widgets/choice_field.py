"""A field whose value is one of a few: digits pick, F4 lists them all."""

from collections.abc import Callable, Sequence
from typing import Final

from tui.widgets.cells import cell_len, fit
from tui.widgets.field import Box, Field

_WIDEST: Final = 40
_SMALLEST: Final = 4
_DIGITS: Final = "123456789"


class ChoiceField(Field):
    """Holds the code of one of `options`, each a (code, label)."""

    def __init__(
        self,
        name: str,
        label: str,
        options: Sequence[tuple[str, str]],
        *,
        value: str = "",
        required: bool = False,
        hint: str = "",
        check: Callable[[str], str | None] | None = None,
    ) -> None:
        self.options = tuple(options)
        super().__init__(
            name, label, value=value, required=required, hint=hint, check=check
        )

    @property
    def chosen(self) -> str:
        """Return the label of what is chosen."""
        return dict(self.options).get(self.value, "")

    def problem(self) -> str | None:
        """Ask to choose rather than to fill in."""
        if self.required and self.value not in dict(self.options):
            self.bad = True
            return f"请选择{self.label}。"
        return super().problem()

    def type(self, text: str) -> bool:
        """Choose by digit."""
        if len(text) != 1 or text not in _DIGITS:
            return False
        if int(text) <= len(self.options):
            self.value, self.bad = self.options[int(text) - 1][0], False
        return True

    def backspace(self) -> None:
        """Choose nothing."""
        self.value = ""

    def delete(self) -> None:
        """Choose nothing."""
        self.value = ""

    def side(self, step: int) -> None:
        """Choose the next or the previous one."""
        codes = [code for code, _ in self.options]
        if codes:
            at = codes.index(self.value) + step if self.value in codes else min(step, 0)
            self.value, self.bad = codes[at % len(codes)], False

    def draw(self, cells: int) -> Sequence[Box]:
        """Draw the label chosen, then the digits as far as they fit."""
        widest = max((cell_len(label) for _, label in self.options), default=0)
        room = max(_SMALLEST, min(widest, _WIDEST, cells - 2))
        return (Box(fit(self.chosen, room), None, self._offer(cells - room - 3)),)

    def _offer(self, room: int) -> str:
        offer = self.hint or " ".join(
            f"{digit}{label}"
            for digit, (_, label) in zip(_DIGITS, self.options, strict=False)
        )
        fits = cell_len(offer) <= room and (self.hint or len(self.options) <= len(_DIGITS))
        return offer if fits else fit("F4选择", max(0, room)).rstrip()
