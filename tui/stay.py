"""A stay: from when a terminal is opened until it is closed, whoever sits at it.

Here a person at the terminal is written down as present, passwords typed at it are
counted, and its idle time is kept: it locks the screen, and later ends the session.  What
a locked screen looks like is the screen's.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from core.rules.errors import Refusal
from core.rules.presence import IdleTooLong, Newcomer, PlaceKind, SignedOut
from core.rules.sign_in import Crowded, origin_of
from core.rules.staff_account import WrongPassword
from core.services import seat
from core.services.desk import Desk
from tui.door import limits
from tui.door.log import note
from tui.house import House


@dataclass(frozen=True)
class Window:
    """What a stay may do to its terminal's screen."""

    lock: Callable[[Desk], None]
    close: Callable[[], None]


class Stay:
    """One terminal's people, one after another."""

    def __init__(self, house: House, address: str) -> None:
        self.house = house
        self.address = address
        self.desk: Desk | None = None
        # What to tell when the session is over.
        self.farewell = ""
        self._locked = False
        self._place: UUID | None = None
        self._lingers_for: int | None = None
        self._window: Window | None = None
        self._refused = 0
        self._touched_at = house.rules.seconds()

    async def check(self, name: str, password: str) -> int:
        """Return the account that a name and a password belong to.

        Raises WrongPassword, ShutOut or Crowded; the third refusal ends the session.
        """
        checked = await self.house.checkpoint.check(name, password, self.address)
        if checked.signed_in is not None:
            self._refused = 0
            return checked.signed_in
        account, reason = checked.account_id or 0, checked.outcome
        note("refused", address=self.address, account=account, reason=reason)
        refusal = checked.refusal or WrongPassword()
        # That too many others sign in just now is not this person's doing.
        self._refused += not isinstance(refusal, Crowded)
        if self._refused >= limits.PASSWORD_TRIES:
            self.end(refusal)
        raise refusal

    async def seat_next(self, name: str, password: str) -> Desk:
        """Let the next person in; raises what `check` and `enter` do."""
        account = await self.check(name, password)
        desk = await self.enter(account, "password")
        note("signed in", address=self.address, account=account, by="next person")
        return desk

    async def unlock(self, desk: Desk, password: str) -> None:
        """Let the person whose screen was locked go on; raises what `check` does."""
        await self.check(desk.actor.signin_name, password)
        self._locked = False
        note("unlocked", address=self.address, account=desk.actor.account_id)

    async def enter(self, account_id: int, by: str) -> Desk:
        """Let a person in, instead of whoever was here; return their desk.

        Raises Disabled.
        """
        await self.leave()
        who = Newcomer(
            account_id=account_id,
            address=self.address,
            origin=origin_of(self.address),
            by=by,
            kind=PlaceKind.TERMINAL,
        )
        self.house.presence.watch(self)
        self._place = uuid4()
        await self.house.presence.enter(self._place, who, self)
        age = self.house.rules.age_of(by)
        desk = await seat.seat(self.house.front, account_id, age)
        self.desk = replace(desk, place=self._place)
        self._touched_at = self.house.rules.seconds()
        return self.desk

    async def sign_out(self, desk: Desk) -> None:
        """Let a person out, and wait for the next one, unless too many terminals do.

        Nobody is let out when the next one is here already.
        """
        if self.desk is not desk:
            return
        account = desk.actor.account_id
        if self.house.presence.linger(account):
            self._lingers_for = account
        else:
            self.end(SignedOut())
        await self._let_out()

    async def leave(self) -> None:
        """Let the person out, or wait no longer for the next one."""
        if self._lingers_for is not None:
            self.house.presence.unlinger(self._lingers_for)
            self._lingers_for = None
        await self._let_out()

    async def close(self) -> None:
        """Give everything back: the terminal is closed."""
        self._window = None
        self.house.presence.unwatch(self)
        await self.leave()

    async def _let_out(self) -> None:
        place, desk = self._place, self.desk
        self._place, self.desk, self._locked = None, None, False
        if desk is not None:
            await seat.leave(self.house.front, desk)
        if place is not None:
            await self.house.presence.leave(place)

    def shown_on(self, window: Window) -> None:
        """Know the window, which is there a little later than its person."""
        self._window = window
        if self.farewell:
            window.close()

    def touch(self) -> bool:
        """Remember a key; False where it comes too late, and must do nothing."""
        was_locked = self._locked
        self.glance()
        self._touched_at = self.house.rules.seconds()
        if self._place is not None:
            self.house.presence.touch(self._place)
        return not self.farewell and self._locked == was_locked

    def glance(self) -> None:
        """Lock the screen, or end the session, when no key has come for too long."""
        idle = self.house.rules.seconds() - self._touched_at
        limits_here = self.house.rules.idle
        if self.desk is None:
            if idle >= limits_here.lock_after:
                self.end(IdleTooLong())
        elif idle >= limits_here.end_after:
            self.end(IdleTooLong())
        elif idle >= limits_here.lock_after and not self._locked:
            self._locked = True
            note("locked", address=self.address, account=self.desk.actor.account_id)
            if self._window is not None:
                self._window.lock(self.desk)

    def end(self, why: Refusal) -> None:
        """End the session, telling why; the first reason stands."""
        if not self.farewell:
            self.farewell = str(why)
            if self._window is not None:
                self._window.close()
