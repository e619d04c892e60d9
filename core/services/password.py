"""Passwords, checked off the event loop, two at a time: 30 ms and 19 MiB each."""

from asyncio import get_running_loop
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar, TypeVarTuple

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from core.rules.sign_in import Crowded

T = TypeVar("T")
Given = TypeVarTuple("Given")

# At once on one machine (safety.md 1.2), shared out among its worker processes; and how
# many wait in each.
AT_ONCE: Final = 2
WAITING: Final = 20

# Measured: the package's default costs three times the time and memory.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# An unknown name must cost what a wrong password costs.
_NOBODY: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA"
    "$Ck9kTm9ib2R5c1Bhc3N3b3JkSGFzaEV2ZXJNYXRjaGVz"
)


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password (about 30 ms: not on the event loop)."""
    return _HASHER.hash(password)


def matches(secret: str | None, password: str) -> bool:
    """Tell whether a password belongs to a hash; `None` takes as long and never does."""
    try:
        return _HASHER.verify(secret or _NOBODY, password) and secret is not None
    except (Argon2Error, InvalidHashError):
        return False


class PasswordChecker:
    """A process's threads for password work; made where the process is wired.

    What waits beyond `waiting` is refused: a queue without an end would answer nobody.
    """

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING) -> None:
        self._threads = ThreadPoolExecutor(at_once)
        self._most = at_once + waiting
        self._under_way = 0

    async def matches(self, secret: str | None, password: str) -> bool:
        """Check a password without stopping anybody else's screen; raises Crowded."""
        return await self._work(matches, secret, password)

    async def hash(self, password: str) -> str:
        """Hash a new password without stopping anybody else's screen; raises Crowded."""
        return await self._work(hash_password, password)

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _work(self, job: Callable[[*Given], T], *given: *Given) -> T:
        if self._under_way >= self._most:
            raise Crowded
        self._under_way += 1
        try:
            return await get_running_loop().run_in_executor(self._threads, job, *given)
        finally:
            self._under_way -= 1
