"""适龄儿童登记: children in no school of the township, entered, verified, struck off (R11, R13).

Numbers leave masked.  Who is found on a roster here is struck off by the sweep, by number.
"""

from datetime import datetime
from uuid import UUID

import db.area_child as rows
import db.duty
import db.place as places
from core.rules.area_child import (
    ENTERED_BY,
    AreaChild,
    AreaEntry,
    InSchoolHere,
    Strike,
    may_strike,
    must_be_told,
    must_enter,
    must_verify,
    told_of,
)
from core.rules.base import Record
from core.rules.errors import BadInput, Changed, OutOfSight
from core.rules.identity import number_of
from core.rules.mask import mask_number, mask_phone
from core.rules.place import School, Village
from core.rules.school_age import Counted, ages_of
from core.rules.time import Moment, day_of, school_year
from core.services import area_child_duty
from core.services.desk import Desk
from db import school_age
from db.outbox import tell
from db.pool import Conn


class AreaList(Record):
    """The children in sight; how all of age stand, where one township is seen whole."""

    now: Moment
    children: tuple[AreaChild, ...]
    counted: tuple[Counted, ...] | None
    may_enter: bool


class AreaPlaces(Record):
    """What a form chooses from, and the township a new child belongs to."""

    now: Moment
    township_id: int
    schools: tuple[School, ...]
    villages: tuple[Village, ...]


def masked(child: AreaChild) -> AreaChild:
    """Return a child as a screen receives it."""
    number, phone = child.identity_number, child.phone
    return child.model_copy(
        update={
            "identity_number": None if number is None else mask_number(number),
            "phone": None if phone is None else mask_phone(phone),
        }
    )


async def listing(desk: Desk) -> AreaList:
    """Return the register as far as this person sees it."""
    scope = desk.actor.scope
    async with desk.reading() as (conn, now):
        children = await rows.listed(conn, scope)
        whole = scope.townships[0] if len(scope.townships) == 1 else None
        return AreaList(
            now=now,
            children=tuple(masked(one) for one in children),
            counted=None if whole is None else await counts(conn, whole, now),
            may_enter=desk.actor.has(*ENTERED_BY),
        )


async def counts(conn: Conn, township_id: int, now: Moment) -> tuple[Counted, ...]:
    """Return how the children of age of a township stand today."""
    day = day_of(now)
    year = school_year(day)
    return await school_age.counts(conn, township_id, day, ages_of(year), year)


async def one_child(desk: Desk, child_id: int) -> tuple[AreaChild, Moment]:
    """Return a child of the register and the time it is; raises OutOfSight."""
    async with desk.reading() as (conn, now):
        return masked(await _seen(desk, conn, child_id)), now


async def place_of(desk: Desk, township_id: int | None) -> AreaPlaces:
    """Return what the form of a new child, or of one of a township, chooses from.

    Raises OutOfSight, or BadInput where it is not clear which township is meant.
    """
    scope = desk.actor.scope
    ours = scope.reach if township_id is None else (township_id,)
    if len(ours) != 1:
        raise BadInput("所辖不止一个乡镇，请由乡镇（街道）登记。")
    async with desk.reading() as (conn, now):
        found = await places.schools(conn, scope)
        return AreaPlaces(
            now=now,
            township_id=ours[0],
            schools=tuple(one for one in found if one.township_id == ours[0]),
            villages=await places.villages(conn, ours[0]),
        )


async def enter(
    desk: Desk, entry: AreaEntry, op_id: UUID, child_id: int | None = None
) -> int:
    """Enter a child, or write what is now known of one; return its id.

    Raises NotYours, OutOfSight, AreaRefused, BadNumber, InSchoolHere, AlreadyListed,
    Changed.
    """
    must_enter(desk.actor, entry.township_id, entry.school_id)
    async with desk.writing("area_child.enter", op_id) as (conn, now):
        day, signed = day_of(now), (now, desk.actor.account_id)
        if child_id is not None:
            before = await _seen(desk, conn, child_id)
            must_enter(desk.actor, before.township_id, before.school_id)
            if before.school_id != entry.school_id:
                # Another school owes it from now on.
                for kind in area_child_duty.KINDS:
                    await db.duty.finish(
                        conn, before.township_id, kind, child_id, now, signed[1]
                    )
            if not entry.identity_number and before.identity_number:
                known = {"born_on": before.born_on, "sex": before.sex}
                entry = entry.model_copy(update=known)
        told = told_of(entry, day)
        must_be_told(entry, day)
        if entry.identity_number:
            number = number_of(entry.identity_number)
            entry = entry.model_copy(update={"identity_number": number})
            if await rows.in_school(conn, entry.township_id, number, day):
                raise InSchoolHere
        if child_id is None:
            child_id = await rows.enter(conn, entry, told, signed)
        elif not await rows.update(conn, child_id, entry, told, signed):
            raise Changed
        await _told(conn, entry.township_id, signed)
    return child_id


async def verify(desk: Desk, read: AreaChild, op_id: UUID) -> None:
    """Say, as a second person, that what was read of a child is proved.

    Raises NotYours, OutOfSight, SamePerson, NothingClaimed, Changed.
    """
    async with desk.writing("area_child.verify", op_id) as (conn, now):
        child = await _seen(desk, conn, read.id)
        must_verify(desk.actor, child)
        signed = (now, desk.actor.account_id)
        if not await rows.verify(conn, read, signed):
            raise Changed
        await _told(conn, child.township_id, signed)


async def strike(desk: Desk, child_id: int, why: tuple[Strike, str], op_id: UUID) -> None:
    """Strike a child off for (reason, in words).

    Raises NotYours, OutOfSight, BadInput without words, Changed.
    """
    may_strike(why[0])
    note = why[1].strip()
    if not note:
        raise BadInput("请写明依据，再提交。")
    async with desk.writing("area_child.strike", op_id) as (conn, now):
        child = await _seen(desk, conn, child_id)
        must_enter(desk.actor, child.township_id, child.school_id)
        key, signed = (child.township_id, child.id), (now, desk.actor.account_id)
        if not await rows.strike(conn, key, (why[0], note), signed):
            raise Changed
        await _told(conn, child.township_id, signed)


async def watch(system: Desk, township_id: int) -> int:
    """Strike off who is on a roster of the township now; return how many.

    What the others ask for is owed.
    """
    await area_child_duty.watch(system, township_id)
    async with system.reading() as (conn, now):
        if not await rows.found(conn, township_id, day_of(now)):
            return 0
    async with system.writing("area_child.found") as (conn, now):
        here = await rows.found(conn, township_id, day_of(now))
        why, signed = (
            (Strike.ENROLLED, "按证件号与在册学生比对"),
            (now, system.actor.account_id),
        )
        for child_id in here:
            await rows.strike(conn, (township_id, child_id), why, signed)
        await tell(conn, township_id, "area_child", now)
    return len(here)


async def _told(conn: Conn, township_id: int, signed: tuple[datetime, int]) -> None:
    """Owe what follows from an act on the register, and tell of it."""
    await area_child_duty.settle(conn, township_id, signed)
    await tell(conn, township_id, "area_child", signed[0])
    await tell(conn, township_id, "duty", signed[0])


async def _seen(desk: Desk, conn: Conn, child_id: int) -> AreaChild:
    child = await rows.child(conn, desk.actor.scope, child_id)
    if child is None:
        raise OutOfSight
    return child
