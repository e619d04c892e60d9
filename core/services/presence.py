"""Presence: who is signed in here, kept in step with every other process of the server.

One look every two seconds serves a whole process: it says that the process lives, and
finds who must go: shut accounts, who has signed in once too often elsewhere, and whose
place somebody has ended (`presence_list`).
"""

import asyncio
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, Protocol
from uuid import UUID, uuid4

import db.presence as rows
from core.rules.errors import Refusal
from core.rules.presence import DEAD_AFTER, Disabled, Newcomer, to_end
from core.rules.trouble import Away, Lost
from core.services.desk import Desk

EVERY: Final = 2.0  # seconds; a disabled account's sessions end within five
PLACES_PER_PERSON: Final = 3
# How often what was touched is written down.
_TOUCHES_EVERY: Final = timedelta(minutes=1)


class Tenant(Protocol):
    """Whatever stands in a place: a terminal, or a command."""

    def end(self, why: Refusal) -> None:
        """Leave soon, telling why; another call changes nothing."""

    def glance(self) -> None:
        """Look at one's own clock: called at every look."""


class Presence:
    """The places of one process."""

    def __init__(self, front: Desk, most: int = PLACES_PER_PERSON) -> None:
        self._front = front
        self._most = most
        self._id = uuid4()
        self._watched: set[Tenant] = set()
        self._tenants: dict[UUID, Tenant] = {}
        # Named one by one: who is in no list may also have come since it was written.
        self._left: set[UUID] = set()
        self._lingering: Counter[int] = Counter()
        self._touched: set[UUID] = set()
        self._written_at: datetime | None = None

    def __len__(self) -> int:
        """Return how many places are taken here."""
        return len(self._tenants)

    def watch(self, tenant: Tenant) -> None:
        """Have a terminal glance at its clock at every look, whoever sits there."""
        self._watched.add(tenant)

    def unwatch(self, tenant: Tenant) -> None:
        """Know a terminal no longer."""
        self._watched.discard(tenant)

    def linger(self, account_id: int) -> bool:
        """Let a person's terminal stay open for the next one, unless too many do."""
        if self._lingering[account_id] >= self._most:
            return False
        self._lingering[account_id] += 1
        return True

    def unlinger(self, account_id: int) -> None:
        """Know that the next one is there, or the terminal closed."""
        self._lingering[account_id] -= 1
        if not self._lingering[account_id]:
            del self._lingering[account_id]

    async def enter(self, place: UUID, who: Newcomer, tenant: Tenant) -> None:
        """Give a person a place, whose id the caller makes and gives back by `leave`.

        Ends the one the person left longest when they have too many.  Raises Disabled, or
        TooManyPlaces for a command.
        """
        async with self._front.jotting() as (conn, now):
            if not await rows.hold_account(conn, who.account_id):
                raise Disabled
            await rows.beat(conn, self._id, now)
            held = await rows.places(conn, who.account_id, now - DEAD_AFTER)
            if ending := to_end(held, who.kind, self._most):
                await rows.push_out(conn, ending, now)
            # Before it is committed, so that no look misses it.
            self._tenants[place] = tenant
            await rows.take_place(conn, place, who, self._id, now)

    async def leave(self, place: UUID) -> None:
        """Give a place back; a database that is away learns it at a later look."""
        self._tenants.pop(place, None)
        self._touched.discard(place)
        self._left.add(place)
        with suppress(Away, Lost):
            async with self._front.jotting() as (conn, now):
                await rows.end_place(conn, place, now)
            self._left.discard(place)

    def touch(self, place: UUID) -> None:
        """Remember that a key was pressed there."""
        self._touched.add(place)

    async def look(self) -> None:
        """Say that this process lives, and end the places that must end."""
        for tenant in tuple(self._watched):
            tenant.glance()
        async with self._front.jotting() as (conn, now):
            here, left = tuple(self._tenants), tuple(self._left)
            over = await rows.look(conn, self._id, here, left, now)
            if self._written_at is None or now - self._written_at >= _TOUCHES_EVERY:
                touched, self._touched = self._touched, set()
                if touched:
                    await rows.touch(conn, tuple(touched), now)
                self._written_at = now
        self._left.difference_update(left)
        for place in over:
            if (leaving := self._tenants.get(place.id)) is not None:
                leaving.end(place.cause.refusal)

    async def run(self) -> None:
        """Look for ever; a database that is away for a while is asked again."""
        while True:
            with suppress(Away, Lost):
                await self.look()
            await asyncio.sleep(EVERY)
