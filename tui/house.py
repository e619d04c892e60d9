"""What every session of a process shares: the front desk, the gate's books, the news."""

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from core.rules.password import PasswordAge
from core.rules.sign_in import SignInLimits
from core.services.desk import Desk
from core.services.news import NewsStand
from core.services.password import WAITING
from core.services.presence import PLACES_PER_PERSON, Presence
from core.services.sign_in import Checkpoint
from tui.door.porch import PorchLimits


@dataclass(frozen=True)
class IdleLimits:
    """After how many seconds without a key a screen is locked, and its session ended."""

    lock_after: float = 10 * 60
    end_after: float = 30 * 60


@dataclass(frozen=True)
class HouseRules:
    """What the machine's owner has set, and the clock that idle time is counted on."""

    porch: PorchLimits = field(default_factory=PorchLimits)
    sign_in: SignInLimits = field(default_factory=SignInLimits)
    passwords_waiting: int = WAITING
    password_age: PasswordAge = field(default_factory=PasswordAge)
    places: int = PLACES_PER_PERSON
    idle: IdleLimits = field(default_factory=IdleLimits)
    # How many processes share this machine's password work.
    processes: int = 1
    # Seconds on a clock that only goes forward.
    seconds: Callable[[], float] = monotonic

    def age_of(self, by: str) -> PasswordAge | None:
        """Return when the password grows old that opened the door; a key does not."""
        return None if by == "key" else self.password_age


@dataclass(frozen=True)
class House:
    """One process's shared parts; none of them holds anybody's data."""

    front: Desk
    checkpoint: Checkpoint
    news: NewsStand
    presence: Presence
    rules: HouseRules = field(default_factory=HouseRules)
