"""Passwords: what one must be, how guessable it is, and when it has grown old.

Those that guess know the list of `password_list`, the person's name and birthday, the
school's code and the telephone.  So a password is counted in the pieces that a guesser puts
together, and not in letters: `Qingshi@2026` is four.  How one is kept and compared is
`services.password`.
"""

import re
from datetime import date, timedelta
from typing import Final

from core.rules.base import Record
from core.rules.errors import Refusal
from core.rules.password_list import KEYBOARD, SYLLABLES, WORDS
from core.rules.staff import SCHOOL_ROLES, Grant
from core.rules.time import Moment, day_of

LEAST_LENGTH: Final = 10
# Longer ones are worth no more, and cost work to look at.
MOST_LENGTH: Final = 128
LEAST_CLASSES: Final = 3
LEAST_PIECES: Final = 7
# What stands for which letter where people think themselves clever.
_DISGUISED: Final = str.maketrans("@013457$!", "aoieastsi")
# A year, a birthday, a telephone, an identity number, a school's code: one piece.
_DIGITS: Final = re.compile(r"\d{4,}")
_LEAST_RUN: Final = 3
_LONGEST: Final = max(map(len, WORDS))


class WeakPassword(Refusal):
    """The password offered is short or plain (等保2.0: complexity)."""

    def __init__(self) -> None:
        super().__init__(
            f"密码须为{LEAST_LENGTH}至{MOST_LENGTH}位，"
            "含大写、小写、数字、符号中的三种，且不含登录名。"
        )


class GuessedPassword(WeakPassword):
    """The password is put together from what everybody tries first."""

    def __init__(self) -> None:
        Refusal.__init__(
            self,
            "密码由拼音、常用词、数字串拼成，容易被猜到，请加几个不相干的字母。",
        )


# How long before its end a person is told that a password grows old.
TOLD_BEFORE: Final = timedelta(days=7)


class PasswordAge(Record):
    """After how many days a password is to be changed; 0 is never.

    等保2.0 (GB/T 22239) asks for a regular change and names no period: 90 days for whoever
    sees more than one school or keeps the system.  For a school's own people it is the
    bureau's to decide (days.md 47), and off while the lockout of ADR 10 stands.
    """

    days: int = 90
    days_at_school: int = 0

    def is_over(
        self, grants: tuple[Grant, ...], set_at: Moment | None, now: Moment
    ) -> bool:
        """Tell whether a password of these posts has stood for its days."""
        ends_at = self._ends_at(grants, set_at)
        return ends_at is not None and now >= ends_at

    def told_of(
        self, grants: tuple[Grant, ...], set_at: Moment | None, now: Moment
    ) -> date | None:
        """Return the day a password grows old, where that is near enough to be told of."""
        ends_at = self._ends_at(grants, set_at)
        near = ends_at is not None and ends_at - TOLD_BEFORE <= now < ends_at
        return day_of(ends_at) if ends_at is not None and near else None

    def _ends_at(self, grants: tuple[Grant, ...], set_at: Moment | None) -> Moment | None:
        at_school = all(grant.role in SCHOOL_ROLES for grant in grants)
        days = self.days_at_school if at_school else self.days
        return None if days == 0 or set_at is None else set_at + timedelta(days=days)


def must_be_strong(password: str, signin_name: str) -> None:
    """Refuse a password that is short, plain, guessable or holds the sign-in name."""
    classes = sum(
        (
            any(c.islower() for c in password),
            any(c.isupper() for c in password),
            any(c.isdigit() for c in password),
            any(not c.isalnum() for c in password),
        )
    )
    if (
        not LEAST_LENGTH <= len(password) <= MOST_LENGTH
        or classes < LEAST_CLASSES
        or signin_name in password.lower()
    ):
        raise WeakPassword
    if pieces(password) < LEAST_PIECES:
        raise GuessedPassword


def pieces(password: str) -> int:
    """Return of how few known pieces and single characters a password is made up."""
    plain = password.lower()
    bare = plain.translate(_DISGUISED)
    fewest = [0]
    for end in range(1, len(plain) + 1):
        starts = (
            at for at in range(end) if _is_piece(plain[at:end]) or _is_piece(bare[at:end])
        )
        fewest.append(1 + min(fewest[at] for at in starts))
    return fewest[-1]


def _is_piece(part: str) -> bool:
    return (
        len(part) == 1
        or part in SYLLABLES
        or (len(part) <= _LONGEST and part in WORDS)
        or _DIGITS.fullmatch(part) is not None
        or (len(part) >= _LEAST_RUN and _is_run(part))
    )


def _is_run(part: str) -> bool:
    """Tell whether a part is one key again and again, or neighbours on the keyboard."""
    if len(set(part)) == 1:
        return True
    return any(part in row or part in row[::-1] for row in KEYBOARD)
