"""Announcements: each duty that is announced is carried to each address, at least once.

The duty, written in its act's transaction, is what waits; so nothing that was owed is
forgotten, and nothing is told of an act that was undone.  Any number of processes may
deliver.  How a message travels is its carrier's: announce_mail, announce_robot.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import db.dispatch as rows
from core.rules.announcement import Channel, Letter
from core.services.desk import Desk
from core.services.seat import watch_desk
from db.dispatch import Copy, Undelivered

# Carries one message, blocking; raises NotCarried.
Carry: TypeAlias = Callable[[Letter], None]


class NotCarried(Exception):
    """A message was not accepted; its words name no address, no secret and no child."""


@dataclass(frozen=True)
class Carrier:
    """One address: which townships it is told of, by their codes' beginning, and how."""

    channel: Channel
    target: str
    carry: Carry
    prefix: str = ""


async def deliver(front: Desk, carriers: Sequence[Carrier]) -> int:
    """Carry what waits to every address; return how many messages were accepted.

    An address that fails is left until the next call: the others do not wait for it.
    """
    if not carriers:
        return 0
    watch = watch_desk(front)
    async with watch.jotting() as (conn, now):
        await rows.tidy(conn, now)
        await rows.plan(conn, [(c.channel, c.target, c.prefix) for c in carriers], now)
    addresses = {(one.channel, one.target): one for one in carriers}
    return sum(await asyncio.gather(*(_carry(watch, c) for c in addresses.values())))


async def _carry(watch: Desk, carrier: Carrier) -> int:
    """Carry what waits for one address, until nothing does or one fails."""
    carried = 0
    while True:
        async with watch.jotting() as (conn, now):
            found = await rows.claim(conn, carrier.channel, carrier.target, now)
        if found is None:
            return carried
        copy = Copy(
            township_id=found.township_id,
            duty_id=found.duty_id,
            occasion=found.occasion,
            channel=carrier.channel,
            target=carrier.target,
        )
        try:
            # No transaction is open meanwhile: whoever is slow holds nobody up.
            await asyncio.to_thread(carrier.carry, found.letter(now))
        except NotCarried as failure:
            async with watch.jotting() as (conn, now):
                await rows.failed(conn, copy, str(failure), now)
            return carried
        async with watch.jotting() as (conn, now):
            await rows.sent(conn, copy, now)
        carried += 1


async def undelivered(front: Desk) -> Undelivered:
    """Return what could not be delivered anywhere."""
    async with watch_desk(front).reading() as (conn, _):
        return await rows.undelivered(conn)


async def revive(front: Desk) -> int:
    """Let what was given up be tried from the beginning; return how many."""
    async with watch_desk(front).jotting() as (conn, now):
        return await rows.revive(conn, now)
