"""Checking a name and a password, for the door and for the next person at a terminal.

A try counts as a wrong one of its name before it is looked at and is struck out when it
was right, so that a hundred at once, on any number of servers, cannot slip through
together.  Of its address only what was wrong is counted, afterwards: a whole school may
sign in at once, and the porch bounds how many do.
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
    """When a try is looked at, and the tallies it counts in.

    It stands in `counted` as wrong already, and comes into `after` when it was.
    """

    at: datetime
    wait: timedelta
    counted: bytes
    after: bytes | None = None


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
        await self._settle(turn, outcome)
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
        limits = self.limits
        async with self.front.jotting() as (conn, now):
            since = now - OWN_FOR
            if account is not None and await rows.is_own(conn, account, origin, since):
                key = tally_of("own", name, origin)
                (own,) = await rows.take_tallies(conn, (key,), now)
                at = turn_at(own.wrong_at, now, limits)
                turn = None if at is None else _Turn(at, at - now, key)
            else:
                key, address = tally_of("name", name), tally_of("address", origin)
                of_name, of_address = await rows.take_tallies(conn, (key, address), now)
                shut = is_full(of_name.wrong_at, limits.wrong_of_name, now, limits)
                shut |= is_full(of_address.wrong_at, limits.wrong_of_address, now, limits)
                turn = None if shut else _Turn(now, timedelta(0), key, address)
            if turn is not None:
                await rows.count_wrong(conn, turn.counted, turn.at)
            return turn

    async def _settle(self, turn: _Turn, outcome: SignInOutcome) -> None:
        """Leave a wrong try where it is counted; strike any other out."""
        if outcome is not SignInOutcome.WRONG:
            async with self.front.jotting() as (conn, _):
                await rows.forgive(conn, turn.counted, turn.at)
        elif turn.after is not None:
            async with self.front.jotting() as (conn, now):
                await rows.take_tallies(conn, (turn.after,), now)
                await rows.count_wrong(conn, turn.after, now)
