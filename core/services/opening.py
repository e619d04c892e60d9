"""期初数: entered once per class by the school, confirmed by 教管组 (days.md 42)."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import db.duty as duties
import db.opening as rows
from core.rules.duty import DutyKind
from core.rules.errors import BadInput
from core.rules.evidence import SamePerson
from core.rules.opening import ClassOpening, OpeningFigure
from core.rules.staff import Role
from core.rules.time import day_of, school_year
from core.services.change import must_keep_roll
from core.services.desk import Desk
from core.services.month_context import school_in_sight
from db.outbox import tell
from db.pool import Lock, lock_key


class AlreadyConfirmed(BadInput):
    """Confirmed figures are final."""

    def __init__(self) -> None:
        super().__init__("期初数已由教管组确认，不能再改；确有差错的请登记其他增、其他减。")


class NothingEntered(BadInput):
    """There is nothing to confirm."""

    def __init__(self) -> None:
        super().__init__("该校没有待确认的期初数。")


async def listing(desk: Desk, school_id: int) -> tuple[ClassOpening, ...]:
    """Return a school's classes with this school year's 期初数.  Raises OutOfSight."""
    async with desk.reading() as (conn, now):
        school = await school_in_sight(conn, desk.actor, school_id)
        year = school_year(day_of(now))
        return await rows.of_school(conn, school.township_id, school_id, year)


async def enter(
    desk: Desk, school_id: int, figures: Sequence[OpeningFigure], op_id: UUID
) -> None:
    """Enter a school's 期初数; they count once confirmed.

    Raises AlreadyConfirmed, NotYours or OutOfSight.
    """
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("opening.enter", op_id, locks=locks) as (conn, now):
        school = await school_in_sight(conn, desk.actor, school_id)
        must_keep_roll(desk.actor, school.township_id, school.id)
        place = (school.township_id, school.id, school_year(day_of(now)))
        account_id = desk.actor.account_id
        if await rows.enter(conn, place, figures, account_id, now) < len(figures):
            raise AlreadyConfirmed
        owed = DutyKind.OPENING_FIGURES
        duty = duties.NewDuty(
            kind=owed,
            owed_by=owed.owes,
            school_id=school.id,
            subject_id=school.id,
            words=school.name,
            due_at=now + timedelta(days=5),
        )
        await duties.open_all(conn, school.township_id, (duty,), now)
        await tell(conn, school.township_id, "month", now)


async def confirm(desk: Desk, school_id: int, op_id: UUID) -> int:
    """Confirm a school's 期初数; return of how many classes.

    Raises NothingEntered, SamePerson, NotYours or OutOfSight.
    """
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("opening.confirm", op_id, locks=locks) as (conn, now):
        school = await school_in_sight(conn, desk.actor, school_id)
        township_id = school.township_id
        desk.actor.must_hold(Role.OFFICE, township_id=township_id, school_id=school.id)
        year, account_id = school_year(day_of(now)), desk.actor.account_id
        entered = await rows.of_school(conn, school.township_id, school.id, year)
        if any(one.entered_by == account_id and not one.confirmed_at for one in entered):
            raise SamePerson
        place = (school.township_id, school.id, year)
        done = await rows.confirm(conn, place, account_id, now)
        if not done:
            raise NothingEntered
        kind = DutyKind.OPENING_FIGURES
        await duties.finish(conn, school.township_id, kind, school.id, now, account_id)
        await tell(conn, school.township_id, "month", now)
        return done
