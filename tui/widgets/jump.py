"""Finding a row by typing: pinyin initials, or Chinese from an input method.

Keeps what was typed so far; knows nothing of rows but their number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass
class Seeker:
    """Gathers typed characters; the same ones again go on to the next row that fits."""

    typed: str = field(default="")
    start: int = field(default=0)

    def forget(self) -> None:
        """Begin anew: the cursor was moved by other means."""
        self.typed = ""

    def seek(
        self, character: str, at: int, rows: int, fits: Callable[[int, str], bool]
    ) -> int | None:
        """Return the row that fits what is typed with `character` added, if there is one.

        A character that fits nothing more begins a new search below the row at `at`.
        """
        typed = self.typed + character
        if self.typed and (found := self._from(self.start, typed, rows, fits)) is not None:
            self.typed = typed
            return found
        self.start = at + 1 if self.typed else at
        found = self._from(self.start, character, rows, fits)
        self.typed = character if found is not None else ""
        return found

    @staticmethod
    def _from(
        start: int, typed: str, rows: int, fits: Callable[[int, str], bool]
    ) -> int | None:
        order = ((start + step) % rows for step in range(rows))
        return next((row for row in order if fits(row, typed)), None)


def suits(typed: str, initials: Sequence[str], text: str) -> bool:
    """Tell whether a row goes by what was typed: its initials begin so, or it holds it."""
    if typed.isascii():
        return any(each.lower().startswith(typed) for each in initials)
    return typed in text or any(typed in each for each in initials)
