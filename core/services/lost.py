"""去向不明: nobody knows where the child is, and nothing waits for the 48 hours (12).

Both a contact and a visit may find it; principal, 乡镇政府 and 基教科 are told in the same
transaction, and each takes note for themselves.
"""

from typing import Final

import db.duty_lost as rows
from core.rules.duty import Owes
from core.rules.file import Child, owes_as
from core.rules.staff import Actor
from core.rules.time import Moment
from db.pool import Conn

TOLD_AT_ONCE: Final = (Owes.PRINCIPAL, Owes.GOVERNMENT, Owes.BUREAU)
# 教管组 hears of every alarm by a copy, and takes note of it.
_TAKE_NOTE: Final = (*TOLD_AT_ONCE, Owes.OFFICE)


async def ring(conn: Conn, child: Child, absence_id: int | None, now: Moment) -> None:
    """Raise 紧急 to principal, township government and bureau, once; any act may repeat it."""
    await rows.ring_lost(conn, child, absence_id, TOLD_AT_ONCE, now)


def owed_by_actor(actor: Actor, child: Child) -> tuple[Owes, ...]:
    """Return in whose name this person takes note of what was raised about a child."""
    return tuple(owes for owes in owes_as(actor, child) if owes in _TAKE_NOTE)
