"""What every session of a process shares: the front desk, the password threads, the news."""

from dataclasses import dataclass

from core.services.desk import Desk
from core.services.news import NewsStand
from core.services.password import PasswordChecker


@dataclass(frozen=True)
class House:
    """One process's shared parts; none of them holds anybody's data."""

    front: Desk
    checker: PasswordChecker
    news: NewsStand
