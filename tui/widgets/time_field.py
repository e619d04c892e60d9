"""A field for a time of day: typed 930, 0930 or 9:30, full-width digits too."""

import re
import unicodedata
from datetime import time
from typing import Final

from tui.widgets.text_field import WholeField

_LIMIT: Final = 5
_TYPED: Final = re.compile(r"(?P<hour>\d{1,2}):?(?P<minute>\d\d)", re.ASCII)


def read_time(text: str) -> time | None:
    """Return the time of day a text means, or None."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(".", ":")
    found = _TYPED.fullmatch(plain)
    if found is None:
        return None
    try:
        return time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        return None


class TimeField(WholeField):
    """A time of day; `value` is 09:30, or "" while what is typed is none."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        value: str = "",
        required: bool = False,
        hint: str = "",
    ) -> None:
        super().__init__(
            name, label, value=value, required=required, limit=_LIMIT, hint=hint
        )

    def leave(self) -> None:
        """Write a time out in full."""
        super().leave()
        found = self.value
        if found:
            self.value = found

    def _read(self) -> str:
        found = read_time(self._typed.text)
        return "" if found is None else f"{found:%H:%M}"

    def _misread(self) -> str | None:
        if not self._typed.text.strip() or self.value:
            return None
        return f"{self.label}填写有误，请按0930或9:30的样式填写。"
