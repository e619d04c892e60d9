"""去向不明: nobody knows where the child is, and nothing waits for the 48 hours (12).

Both a contact and a visit may find it; principal, 乡镇政府 and 基教科 are told in the same
transaction, and each takes note for themselves.
"""

from typing import Final

import db.duty_lost as rows
from core.rules.duty import Owes
from core.rules.file import Child
from core.rules.staff import Actor, Role
from core.rules.time import Moment
from db.pool import Conn

TOLD_AT_ONCE: Final = (Owes.PRINCIPAL, Owes.GOVERNMENT, Owes.BUREAU)
_ROLE_OF: Final = (
    (Owes.PRINCIPAL, Role.LEADER),
    (Owes.GOVERNMENT, Role.GOVERNMENT),
    (Owes.BUREAU, Role.BUREAU),
    # Hears of every alarm by a copy, and takes note of it.
    (Owes.OFFICE, Role.OFFICE),
)


async def ring(conn: Conn, child: Child, absence_id: int | None, now: Moment) -> None:
    """Raise 紧急 to principal, township government and bureau, once; any act may repeat it."""
    await rows.ring_lost(conn, child, absence_id, TOLD_AT_ONCE, now)


def owed_by_actor(actor: Actor, child: Child) -> tuple[Owes, ...]:
    """Return in whose name this person takes note of what was raised about a child."""
    return tuple(
        owes
        for owes, role in _ROLE_OF
        if actor.holds(role, township_id=child.township_id, school_id=child.school_id)
    )
