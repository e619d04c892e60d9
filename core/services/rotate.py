"""Changing the keys of children's numbers, while everybody works on (ADR 16).

The new key is in the file before it closes anything, and the old one stays there: a killed
change is gone on with by the next, and nothing is unreadable meanwhile.
"""

from collections.abc import Callable
from typing import Final

import db.rotate as rows
from core.rules.base import Record
from core.rules.cipher import Held
from core.rules.errors import NotYours
from core.rules.staff import Role
from core.services.desk import Desk
from db.key_proof import prove
from db.keys import KeyFile

BATCH: Final = 500
KINDS: Final = (
    Held.IDENTITY,
    Held.NATIONAL_NO,
    Held.AUX_NO,
    Held.PHONE,
    Held.GUARDIAN_PHONE,
)


class Rotated(Record):
    """What a change of keys did: whether it went on with an older one, and how far it came."""

    resumed: bool
    closed: int
    # Held by somebody's act while it passed.
    left: int


async def rotate(desk: Desk, keys: KeyFile, tell: Callable[[int, int], None]) -> Rotated:
    """Close every number under a new key, or go on with a change that was cut off.

    Tells `tell` (how many are done, of how many).  Raises NotYours or BadKeyFile.
    """
    if not desk.actor.has(Role.ADMIN):
        raise NotYours(Role.ADMIN.label)
    async with desk.reading() as (conn, _):
        resumed = await rows.left(conn, keys.look()) > 0
    ring = keys.look() if resumed else keys.add_key()
    async with desk.writing("key.rotate") as (conn, _):
        await prove(conn, ring)
        whole = await rows.left(conn, ring)
    closed = 0
    for held in KINDS:
        last: rows.Row | None = rows.FIRST
        while last is not None:
            async with desk.writing("key.rotate") as (conn, _):
                count, last = await rows.close_anew(conn, ring, held, last, BATCH)
            closed += count
            tell(closed, whole)
    async with desk.reading() as (conn, _):
        return Rotated(resumed=resumed, closed=closed, left=await rows.left(conn, ring))
