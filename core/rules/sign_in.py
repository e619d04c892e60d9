"""Signing in by password: how many wrong ones a name and an address may cost (ADR 10).

Whoever guesses from elsewhere shuts a name for everywhere but its own addresses; at an
address of its own a name is never shut, only slowed down.  Keys cannot be guessed, and
are not counted.  How tries are remembered is db's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from core.rules.base import Record
from core.rules.errors import Refusal
from core.rules.staff_account import WrongPassword

# From such an address this account has signed in so lately: it is one of its own.
OWN_FOR: Final = timedelta(days=90)
# Tries older than this decide nothing any more.
FORGOTTEN_AFTER: Final = timedelta(hours=1)
# A machine has a whole IPv6 network of so many bits to itself.
_NETWORK: Final = 64


class SignInLimits(Record):
    """What wrong passwords lead to (safety.md 1.2; 等保2.0: failed sign-ins)."""

    wrong_of_name: int = 5
    wrong_of_address: int = 30
    within: timedelta = timedelta(minutes=15)
    shut_for: timedelta = timedelta(minutes=15)
    # At an address of the account's own: one look in so long, and the longest queue.
    pace: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(seconds=15)


class SignInOutcome(StrEnum):
    """What became of a try; the value is what the log says."""

    RIGHT = "right"
    WRONG = "wrong password"
    SHUT = "too many wrong passwords"
    CROWDED = "too many at once"


class ShutOut(Refusal):
    """Too many wrong passwords for this name, or from this address: none is looked at."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"密码错误次数过多，请{minutes}分钟后再试，或改用密钥登录。")


class Crowded(Refusal):
    """More passwords wait to be checked than the machine can bear."""

    def __init__(self) -> None:
        super().__init__("正在登录的人太多，请稍候再试。")


class Checked(Record):
    """What became of a try, and whose name it was: for the log, never for a stranger."""

    outcome: SignInOutcome
    account_id: int | None = None
    shut_for: timedelta = SignInLimits().shut_for

    @property
    def signed_in(self) -> int | None:
        """Return the account that may come in."""
        return self.account_id if self.outcome is SignInOutcome.RIGHT else None

    @property
    def refusal(self) -> Refusal | None:
        """Return what to tell the person; it is the same for a name that nobody has."""
        match self.outcome:
            case SignInOutcome.RIGHT:
                return None
            case SignInOutcome.WRONG:
                return WrongPassword()
            case SignInOutcome.SHUT:
                return ShutOut(round(self.shut_for / timedelta(minutes=1)))
            case SignInOutcome.CROWDED:
                return Crowded()


def origin_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or an IPv6 network of /64."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return str(IPv6Network((found, _NETWORK), strict=False))
        found = found.ipv4_mapped
    return str(found)


def tally_of(*what: str) -> bytes:
    """Return the key of a tally; people type passwords where names belong, so no name."""
    return sha256("\0".join(what).encode()).digest()


def is_full(
    wrong_at: Sequence[datetime], most: int, now: datetime, limits: SignInLimits
) -> bool:
    """Tell whether the last `most` wrong tries fell so close together as to shut.

    `wrong_at` is in order.  Shut means until `shut_for` after the last of them; at that
    very moment it is open again.
    """
    last = wrong_at[-most:]
    return (
        len(last) == most
        and last[-1] - last[0] <= limits.within
        and now < last[-1] + limits.shut_for
    )


def turn_at(
    wrong_at: Sequence[datetime], now: datetime, limits: SignInLimits
) -> datetime | None:
    """Return when a name's next try at an address of its own is looked at; None: never.

    At once while fewer than `wrong_of_name` were wrong lately; then one after another.
    """
    if not is_full(wrong_at, limits.wrong_of_name, now, limits):
        return now
    turn = max(now, wrong_at[-1] + limits.pace)
    return turn if turn - now <= limits.longest_wait else None
