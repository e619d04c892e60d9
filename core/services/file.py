"""A child's file: reading it, and showing one whole number for a purpose.

Every reading is written down.  What happens to the child is recorded by contact, visit,
leave and the other nouns.
"""

from datetime import datetime

import db.file as rows
from core.rules.errors import OutOfSight
from core.rules.file import (
    Child,
    ChildFile,
    GuardianLine,
    NoIdentity,
    NoPhone,
    may_write,
    must_have_purpose,
    owes_as,
)
from core.rules.file_event import event_of
from core.rules.mask import mask_number, mask_phone
from core.rules.staff import Scope
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from core.services.lost import owed_by_actor
from db.duty_lost import owes_note
from db.file_events import events
from db.pool import Conn
from db.student import log_read


async def seen(
    desk: Desk, conn: Conn, student_id: int, now: Moment, township_id: int | None = None
) -> Child:
    """Return a child in this person's sight, in the class of today.

    Raises OutOfSight, in the same words whether or not the child exists.
    """
    scope = desk.actor.scope
    if township_id is not None:
        scope = _narrowed(scope, township_id)
    found = await rows.child(conn, scope, student_id, day_of(now))
    if found is None:
        raise OutOfSight
    return found


def _narrowed(scope: Scope, township_id: int) -> Scope:
    kept = tuple(t for t in scope.reach if t == township_id)
    return scope.model_copy(update={"reach": kept})


async def guardians_masked(conn: Conn, child: Child) -> tuple[GuardianLine, ...]:
    """Return who answers for a child; no number leaves here whole (safety.md 1.7)."""
    return tuple(
        line.model_copy(
            update={"phone": None if line.phone is None else mask_phone(line.phone)}
        )
        for line in await rows.guardians(conn, child)
    )


async def note_reading(desk: Desk, conn: Conn, child: Child, now: datetime) -> None:
    """Write down that this person read a child's file."""
    account, subject = desk.actor.account_id, f"student:{child.student_id}"
    await log_read(conn, child.township_id, (account, now), "file", subject, 1)


async def timeline(
    desk: Desk, township_id: int, student_id: int, *, again: bool = False
) -> ChildFile:
    """Return a child's file: who it is, its clock, its case, and all that happened.

    Raises OutOfSight.  The reading is written down, unless a page that is open already
    reads it `again`.
    """
    async with desk.jotting() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        identity = (await rows.numbers(conn, child)).identity
        happened = await events(conn, child)
        mine = owed_by_actor(desk.actor, child)
        file = ChildFile(
            now=now,
            child=child,
            identity=None if identity is None else mask_number(identity),
            guardians=await guardians_masked(conn, child),
            clock=await rows.clock(conn, child),
            case=await rows.open_case(conn, child),
            next_duty=await rows.next_duty(conn, child, owes_as(desk.actor, child)),
            events=tuple(event_of(row) for row in happened),
            may_write=may_write(desk.actor, child),
            owes_note=bool(mine) and await owes_note(conn, child, mine),
        )
        if not again:
            await note_reading(desk, conn, child, now)
    return file


async def phone(desk: Desk, township_id: int, guardian_id: int, purpose: str) -> str:
    """Return a guardian's whole telephone number, and write down what for.

    Raises OutOfSight, PurposeMissing, NoPhone.
    """
    must_have_purpose(purpose)
    async with desk.jotting() as (conn, now):
        student_id = await rows.guarded_by(conn, township_id, guardian_id)
        if student_id is None:
            raise OutOfSight
        child = await seen(desk, conn, student_id, now, township_id)
        line = next(
            g for g in await rows.guardians(conn, child) if g.guardian_id == guardian_id
        )
        if line.phone is None:
            raise NoPhone
        reader, number = (desk.actor.account_id, now), ("phone", f"guardian:{guardian_id}")
        await rows.log_whole(conn, child.township_id, reader, number, purpose.strip())
    return line.phone


async def identity(desk: Desk, township_id: int, student_id: int, purpose: str) -> str:
    """Return a child's whole identity number, and write down what for.

    Raises OutOfSight, PurposeMissing, NoIdentity.
    """
    must_have_purpose(purpose)
    async with desk.jotting() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        whole = (await rows.numbers(conn, child)).identity
        if whole is None:
            raise NoIdentity
        reader, number = (desk.actor.account_id, now), ("identity", f"student:{student_id}")
        await rows.log_whole(conn, child.township_id, reader, number, purpose.strip())
    return whole
