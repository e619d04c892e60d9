"""The demonstration's two clocks: moved by hand while it is built, shifted afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class Hands:
    """A clock that is moved by hand while the demonstration is built."""

    now: datetime

    def __call__(self, real: datetime) -> datetime:
        """Return the time it is set to, whatever the database says."""
        del real
        return self.now


@dataclass(frozen=True)
class Shift:
    """Real time, some whole days off."""

    by: timedelta

    def __call__(self, real: datetime) -> datetime:
        """Return the demonstration's time."""
        return real + self.by
