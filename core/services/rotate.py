"""Changing the keys of numbers, papers, files and drafts, while everybody works on (ADR 16).

The new key is in the file before it closes anything, and the old one stays there: a killed
change is gone on with by the next, and nothing is unreadable meanwhile.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeAlias

import db.rotate as numbers
import db.rotate_drafts as drafts
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

# Takes the ring, the last row of the batch before and how many; as db/rotate.close_anew.
_CloseAnew: TypeAlias = Callable[
    [Conn, Keyring, Row, int], Awaitable[tuple[int, Row | None]]
]
# Of each kind how it is closed anew, how many at a time (a file has up to two megabytes), and
# whether across the walls: a draft is its writer's own.
KINDS: Final[tuple[tuple[_CloseAnew, int, bool], ...]] = (
    *((partial(numbers.close_anew, column), 500, False) for column in numbers.COLUMNS),
    *((partial(files.close_anew, held), 10, False) for held in files.TAKES),
    (drafts.close_anew, 100, True),
)


class Rotated(Record):
    """What a change of keys did: whether it went on with an older one, and how far it came."""

    resumed: bool
    closed: int
    # Held by somebody's act while it passed.
    left: int


async def rotate(desk: Desk, keys: KeyFile, tell: Callable[[int, int], None]) -> Rotated:
    """Close everything that is kept closed under a new key, or go on with a change that was cut off.

    Tells `tell` (how many are done, of how many).  Raises NotYours or BadKeyFile.
    """
    if not desk.actor.has(Role.ADMIN):
        raise NotYours(Role.ADMIN.label)
    resumed = await _left(desk, keys.look()) > 0
    ring = keys.look() if resumed else keys.add_key()
    async with desk.writing("key.rotate") as (conn, _):
        await prove(conn, ring)
    whole = await _left(desk, ring)
    closed = 0
    for close_anew, most, across in KINDS:
        last: Row | None = FIRST
        while last is not None:
            async with desk.writing("key.rotate", across=across) as (conn, _):
                count, last = await close_anew(conn, ring, last, most)
            closed += count
            if count:
                tell(closed, whole)
    return Rotated(resumed=resumed, closed=closed, left=await _left(desk, ring))


async def _left(desk: Desk, ring: Keyring) -> int:
    async with desk.reading() as (conn, _):
        found = await numbers.left(conn, ring) + await files.left(conn, ring)
    async with desk.reading(across=True) as (conn, _):
        return found + await drafts.left(conn, ring)
