"""What a test writes by hand: signed like every act, and through no wall of the database."""

from dataclasses import replace
from datetime import datetime

from core.services import seat
from core.services.desk import Desk
from db.pool import Badge, DbRole, Pool

# The role a transaction has when it takes none: in tests, the server's superuser.
UNWALLED = Badge(DbRole.NONE)


def hand(pool: Pool, at: datetime) -> Desk:
    """The program's desk at a moment, with the right to write what no service would."""
    return replace(seat.front_desk(pool, lambda _: at), badge=UNWALLED)
