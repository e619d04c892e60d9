"""The porch: how many strangers may stand before the door, in all and from one address.

As OpenSSH's MaxStartups 10:30:60: from the tenth on some are turned away by chance, the
more the more stand there, and from the sixtieth on everybody.  A flood thus never keeps
all the others out, and costs a bounded heap of memory.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import SystemRandom

from core.rules.sign_in import origin_of


@dataclass(frozen=True)
class PorchLimits:
    """`begin`:`percent`:`full`, and the most of one address (a whole school is often one)."""

    begin: int = 10
    percent: int = 30
    full: int = 60
    of_address: int = 20


@dataclass
class Porch:
    """Who has not signed in yet, by address."""

    limits: PorchLimits = field(default_factory=PorchLimits)
    # A number from 0 up to 1.
    chance: Callable[[], float] = field(default_factory=lambda: SystemRandom().random)
    waiting: Counter[str] = field(default_factory=Counter)

    def admit(self, address: str) -> bool:
        """Count a newcomer in, unless the porch is full for all or for this address."""
        origin = origin_of(address)
        if self.waiting[origin] >= self.limits.of_address:
            return False
        if self.chance() * 100 < self._turned_away(self.waiting.total()):
            return False
        self.waiting[origin] += 1
        return True

    def leave(self, address: str) -> None:
        """Count one out: signed in, or gone."""
        origin = origin_of(address)
        self.waiting[origin] -= 1
        if self.waiting[origin] <= 0:
            del self.waiting[origin]

    def _turned_away(self, standing: int) -> float:
        """Return how many of a hundred are turned away when so many stand there."""
        begin, full = self.limits.begin, self.limits.full
        if standing < begin:
            return 0
        if standing >= full:
            return 100
        share = (standing - begin) / (full - begin)
        return self.limits.percent + (100 - self.limits.percent) * share
