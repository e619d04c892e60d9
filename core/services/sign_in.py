"""Checking a name and a password, for the door and for the next person at a terminal.

Every try is counted as wrong before it is looked at and struck out when it was right, so
that a hundred at once, on any number of servers, cannot slip through together.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import db.sign_in as rows
from core.rules.sign_in import (
    OWN_FOR,
    Checked,
    Crowded,
    SignInLimits,
    SignInOutcome,
    is_full,
    origin_of,
    tally_of,
    turn_at,
)
from core.services.desk import Desk
from core.services.password import PasswordChecker
from db.staff import Credential, password_of


@dataclass(frozen=True)
class _Turn:
    """When a try is looked at, and the tallies it stands in as wrong until then."""

    at: datetime
    wait: timedelta
    keys: tuple[bytes, ...]


@dataclass(frozen=True)
class Checkpoint:
    """What one process checks passwords with; holds nobody's data."""

    front: Desk
    passwords: PasswordChecker
    limits: SignInLimits = field(default_factory=SignInLimits)
    wait: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def check(self, name: str, password: str, address: str) -> Checked:
        """Tell whether a password opens an account from an address.

        Takes the same work for a name that nobody has.  A try that is not looked at, for
        too many before it were wrong or too many wait, is not counted.
        """
        async with self.front.reading() as (conn, _):
            found = await password_of(conn, name)
        account = None if found is None else found.account_id
        try:
            turn = await self._begin(account, name, origin_of(address))
            if turn is None:
                return Checked(
                    outcome=SignInOutcome.SHUT,
                    account_id=account,
                    shut_for=self.limits.shut_for,
                )
            if turn.wait > timedelta(0):
                await self.wait(turn.wait.total_seconds())
            outcome = await self._look(found, password)
        except Crowded:
            return Checked(outcome=SignInOutcome.CROWDED, account_id=account)
        if outcome is not SignInOutcome.WRONG:
            async with self.front.jotting() as (conn, _):
                await rows.forgive(conn, turn.keys, turn.at)
        return Checked(outcome=outcome, account_id=account)

    async def _look(self, found: Credential | None, password: str) -> SignInOutcome:
        secret = None if found is None else found.secret
        try:
            right = await self.passwords.matches(secret, password)
        except Crowded:
            return SignInOutcome.CROWDED
        return SignInOutcome.RIGHT if right else SignInOutcome.WRONG

    async def _begin(self, account: int | None, name: str, origin: str) -> _Turn | None:
        """Count a try as wrong; return when it is looked at, or None where it is not."""
        async with self.front.jotting() as (conn, now):
            since = now - OWN_FOR
            if account is not None and await rows.is_own(conn, account, origin, since):
                keys: tuple[bytes, ...] = (tally_of("own", name, origin),)
                (own,) = await rows.take_tallies(conn, keys, now)
                at = turn_at(own.wrong_at, now, self.limits)
            else:
                keys = (tally_of("name", name), tally_of("address", origin))
                of_name, of_address = await rows.take_tallies(conn, keys, now)
                shut = is_full(
                    of_name.wrong_at, self.limits.wrong_of_name, now, self.limits
                ) or is_full(
                    of_address.wrong_at, self.limits.wrong_of_address, now, self.limits
                )
                at = None if shut else now
            if at is None:
                return None
            await rows.count_wrong(conn, keys, at)
            return _Turn(at, at - now, keys)
