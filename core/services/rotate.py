"""Changing the keys of children's numbers, papers and files, while everybody works on (ADR 16).

The new key is in the file before it closes anything, and the old one stays there: a killed
change is gone on with by the next, and nothing is unreadable meanwhile.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

import db.rotate as numbers
import db.rotate_files as files
from core.rules.base import Record
from core.rules.cipher import Keyring
from core.rules.errors import NotYours
from core.rules.staff import Role
from core.services.desk import Desk
from db.key_proof import prove
from db.keys import KeyFile
from db.pool import Conn
from db.rotate import FIRST, Row

# Of each kind how it is closed anew, and how many at a time: a file has up to two megabytes.
KINDS: Final = (
    *((partial(numbers.close_anew, column), 500) for column in numbers.COLUMNS),
    *((partial(files.close_anew, held), 10) for held in files.TAKES),
)


class Rotated(Record):
    """What a change of keys did: whether it went on with an older one, and how far it came."""

    resumed: bool
    closed: int
    # Held by somebody's act while it passed.
    left: int


async def rotate(desk: Desk, keys: KeyFile, tell: Callable[[int, int], None]) -> Rotated:
    """Close every number, paper and file under a new key, or go on with a change that was cut off.

    Tells `tell` (how many are done, of how many).  Raises NotYours or BadKeyFile.
    """
    if not desk.actor.has(Role.ADMIN):
        raise NotYours(Role.ADMIN.label)
    async with desk.reading() as (conn, _):
        resumed = await _left(conn, keys.look()) > 0
    ring = keys.look() if resumed else keys.add_key()
    async with desk.writing("key.rotate") as (conn, _):
        await prove(conn, ring)
        whole = await _left(conn, ring)
    closed = 0
    for close_anew, most in KINDS:
        last: Row | None = FIRST
        while last is not None:
            async with desk.writing("key.rotate") as (conn, _):
                count, last = await close_anew(conn, ring, last, most)
            closed += count
            tell(closed, whole)
    async with desk.reading() as (conn, _):
        return Rotated(resumed=resumed, closed=closed, left=await _left(conn, ring))


async def _left(conn: Conn, ring: Keyring) -> int:
    return await numbers.left(conn, ring) + await files.left(conn, ring)
