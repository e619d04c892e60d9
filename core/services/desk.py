"""The desk: one signed-in person's seat.  Every service takes one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from core.rules.backup import Upkeep
from core.rules.staff import Actor
from core.rules.time import SHANGHAI, Clock
from core.rules.trouble import NoRoom, Patience, Room
from db.draft import drop
from db.pool import Badge, Conn, DbRole, Pool
from db.signature import Signature
from db.transaction import reading_transaction, signed_transaction, unsigned_transaction

# The acts that look over a school's wall are few, and named in docs/safety.md.
ACROSS: Final = Badge(DbRole.SWEEP)


def database_time(at: datetime) -> datetime:
    """Keep the database's own time: what everyone but tests and the demo uses."""
    return at


@dataclass(frozen=True)
class Desk:
    """Who acts, on which database; `clock` turns database time into the time it is.

    `badge` is what the database's walls ask for (P11); `seat` gives it.  `patience` is how
    long an act waits for a database that is away, and who is told; `room`, whether its disk
    has any; `upkeep`, what 系统管理员 is to be told of its backups.
    """

    actor: Actor
    pool: Pool
    clock: Clock = database_time
    badge: Badge = field(default=Badge(DbRole.PEOPLE), repr=False)
    # Where this person is signed in now, to be known again in the list of such places.
    place: UUID | None = None
    # The draft (form, subject) an act is made of: it goes in the act's own transaction.
    forgets: tuple[str, str] | None = None
    patience: Patience = field(default_factory=Patience, repr=False, compare=False)
    room: Room = field(default_factory=Room, repr=False, compare=False)
    upkeep: Upkeep = field(default_factory=Upkeep, repr=False, compare=False)

    @asynccontextmanager
    async def writing(
        self,
        act: str,
        op_id: UUID | None = None,
        *,
        locks: tuple[int, ...] = (),
        across: bool = False,
    ) -> AsyncIterator[tuple[Conn, datetime]]:
        """Open a service's one transaction, signed by this person; yield it with `now`.

        `act` names the service ("roll.submit") in the journal.  `op_id` is made by the
        client and kept in its draft; the same one twice raises AlreadyDone.  `locks` (see
        db.pool.lock_key) are held from before the first look until the end.  `across`: the
        act reaches other schools of the township and has asked for permission itself.
        Raises NoRoom for people while the disk is nearly full: what is left is for the
        alarms, and for what is being typed (P8).
        """
        if self.room.is_short and self.badge.role is DbRole.PEOPLE:
            raise NoRoom
        badge = ACROSS if across else self.badge
        at = None
        if self.clock is not database_time:
            async with reading_transaction(self.pool, badge, self.patience) as (_, real):
                at = self.clock(real)
        signature = Signature(
            account_id=self.actor.account_id,
            op_id=op_id or uuid4(),
            act=act,
            badge=badge,
            at=at,
            locks=locks,
        )
        async with signed_transaction(self.pool, signature, self.patience) as (conn, now):
            yield conn, now.astimezone(SHANGHAI)
            if self.forgets is not None:
                await drop(conn, self.actor.account_id, *self.forgets)

    @asynccontextmanager
    async def reading(
        self, *, across: bool = False
    ) -> AsyncIterator[tuple[Conn, datetime]]:
        """Borrow a connection for questions that change nothing; yield it with `now`."""
        badge = ACROSS if across else self.badge
        async with reading_transaction(self.pool, badge, self.patience) as (conn, now):
            yield conn, self.clock(now).astimezone(SHANGHAI)

    @asynccontextmanager
    async def auditing(self) -> AsyncIterator[tuple[Conn, datetime]]:
        """Borrow a connection that reads the logs of this person's reach, and nothing else."""
        badge = Badge(DbRole.AUDITOR, self.badge.token)
        async with reading_transaction(self.pool, badge, self.patience) as (conn, now):
            yield conn, self.clock(now).astimezone(SHANGHAI)

    @asynccontextmanager
    async def jotting(self) -> AsyncIterator[tuple[Conn, datetime]]:
        """Open a transaction for what is no act: drafts and the read log."""
        async with unsigned_transaction(self.pool, self.badge, self.patience) as (
            conn,
            now,
        ):
            yield conn, self.clock(now).astimezone(SHANGHAI)
