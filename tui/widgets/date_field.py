"""A field for a day: typed 1123, 11-23 or 2026-11-23, moved by a day with Left and Right."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from core.rules.time import weekday_label
from tui.widgets.field import Box
from tui.widgets.text_field import WholeField

_LIMIT: Final = 12
_SHAPES: Final = (
    re.compile(r"(?P<month>\d\d)(?P<day>\d\d)"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
    re.compile(r"(?:(?P<year>\d{4})[-./年])?(?P<month>\d{1,2})[-./月](?P<day>\d{1,2})日?"),
)


def read_day(text: str, reference: date) -> date | None:
    """Return the day a text means, or None.

    A day typed without a year is in the year of `reference`.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("。", ".")
    for shape in _SHAPES:
        if found := shape.fullmatch(plain):
            parts = found.groupdict()
            year = int(parts.get("year") or reference.year)
            try:
                return date(year, int(parts["month"]), int(parts["day"]))
            except ValueError:
                return None
    return None


class DateField(WholeField):
    """A day; `value` is 2026-11-23, or "" while what is typed is no day."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        reference: date,
        value: str = "",
        required: bool = False,
        hint: str = "",
    ) -> None:
        self._reference = reference
        super().__init__(
            name, label, value=value, required=required, limit=_LIMIT, hint=hint
        )

    @property
    def day(self) -> date | None:
        """Return the day typed, if it is one."""
        return read_day(self._typed.text, self._reference)

    def leave(self) -> None:
        """Write a day out in full, so that its reader sees the year it was given."""
        super().leave()
        if self.day is not None:
            self.value = self.day.isoformat()

    def side(self, step: int) -> None:
        """Go a day on or back where a whole day stands; in one half typed, move the caret.

        Not with Up and Down: they go through the form, and must change nothing on the way.
        """
        if not self._untouched or self.day is None:
            super().side(step)
        elif date.min < self.day < date.max:
            self.value, self.bad = (self.day + timedelta(days=step)).isoformat(), False

    def draw(self, cells: int) -> Sequence[Box]:
        """Draw what is typed, then the day it means."""
        (box,) = super().draw(cells)
        if self.day is None:
            return (box,)
        means = f"{self.day.isoformat()} {weekday_label(self.day)}"
        return (Box(box.text, box.caret, f"{means}  {self.hint}".rstrip()),)

    def _read(self) -> str:
        return "" if self.day is None else self.day.isoformat()

    def _misread(self) -> str | None:
        if not self._typed.text.strip() or self.day is not None:
            return None
        return f"{self.label}填写有误，请按1123、11-23或2026-11-23的样式填写。"
