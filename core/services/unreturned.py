"""未返校学生名单: who was missing when the term ended, or has not come when one began (29, 30)."""

from typing import Final
from uuid import UUID

import db.duty
import db.register_unreturned as rows
from core.rules.base import Record
from core.rules.duty import DutyKind
from core.rules.staff import Role
from core.rules.time import Moment, day_of
from core.rules.unreturned import Unreturned
from core.services.desk import Desk
from db.export import Picked
from db.outbox import tell

KINDS: Final = (DutyKind.TERM_END, DutyKind.NOT_REGISTERED)


class UnreturnedList(Record):
    """The children in this person's sight, and whether this person is to look them over."""

    now: Moment
    children: tuple[Unreturned, ...]
    owes_note: bool


async def listing(desk: Desk) -> UnreturnedList:
    """Return who has not come back; no number is in what a screen receives."""
    scope = desk.actor.scope
    # Across the walls of schools: a leaver that another one received is not missing.
    async with desk.reading(across=True) as (conn, now):
        found = await rows.listed(conn, Picked(scope=scope), day_of(now))
        owed = [
            await db.duty.open_subjects(conn, township_id, kind)
            for township_id in scope.townships
            for kind in KINDS
        ]
    return UnreturnedList(
        now=now,
        children=tuple(
            one.model_copy(update={"identity_number": None, "phone": None}) for one in found
        ),
        owes_note=desk.actor.has(Role.OFFICE) and any(owed),
    )


async def take_note(desk: Desk, township_id: int, op_id: UUID) -> None:
    """Say, as 教管组, that the lists of a township have been looked over.

    The children stay on the list, on their clocks and in their cases.  Raises NotYours,
    OutOfSight, AlreadyDone.
    """
    desk.actor.must_hold(Role.OFFICE, township_id=township_id)
    async with desk.writing("unreturned.take_note", op_id) as (conn, now):
        account = desk.actor.account_id
        for kind in KINDS:
            for subject in await db.duty.open_subjects(conn, township_id, kind):
                await db.duty.finish(conn, township_id, kind, subject, now, account)
        await tell(conn, township_id, "duty", now)
