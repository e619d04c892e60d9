"""Where a child is enrolled, asked by its identity number: the school's name, no more (26)."""

from datetime import datetime

import db.change_enrolment as enrolments
from core.rules.arrival import must_be_number
from core.rules.base import Record
from core.rules.changed import Enrolled
from core.rules.errors import OutOfSight
from core.rules.identity import IdKind
from core.rules.place import School
from core.rules.time import day_of
from core.services.change import must_keep_roll
from core.services.desk import Desk
from db.place import school as school_of
from db.pool import Conn
from db.student import log_read


class Whereabouts(Record):
    """All a number tells: whether a child is on a roll of the township, and of which."""

    here: bool
    school_name: str | None

    @property
    def sentence(self) -> str:
        """Return the answer as it is shown."""
        if self.school_name is None:
            return "镇内没有该证件号的在册学生，将按镇外转入登记。"
        return "该生已在本校在册。" if self.here else f"该生已在{self.school_name}就读。"


async def school_kept(conn: Conn, desk: Desk, school_id: int) -> School:
    """Return a school whose 学籍 this person keeps; raises NotYours or OutOfSight."""
    for township_id in desk.actor.scope.reach:
        found = await school_of(conn, township_id, school_id)
        if found is not None:
            must_keep_roll(desk.actor, township_id, school_id)
            return found
    raise OutOfSight


async def whereabouts(
    desk: Desk, school_id: int, number: str, kind: IdKind = IdKind.RESIDENT
) -> Whereabouts:
    """Tell in which school of the township a child is enrolled; the question is logged.

    Raises BadNumber, NotYours or OutOfSight.
    """
    async with desk.reading(across=True) as (conn, now):
        wanted = must_be_number(kind, number, day_of(now))
        school = await school_kept(conn, desk, school_id)
        stands = await stands_by_number(conn, school.township_id, wanted, now)
    async with desk.jotting() as (conn, now):
        reader = (desk.actor.account_id, now)
        await log_read(conn, school.township_id, reader, "whereabouts", "student", 1)
    if stands is None or stands.enrolment_id is None:
        return Whereabouts(here=False, school_name=None)
    return Whereabouts(here=stands.school_id == school_id, school_name=stands.school_name)


async def stands_by_number(
    conn: Conn, township_id: int, number: str, now: datetime
) -> Enrolled | None:
    """Return where the bearer of a number stands; None for nobody on record."""
    student_id = await enrolments.of_number(conn, township_id, number)
    if student_id is None:
        return None
    return await enrolments.enrolled(conn, township_id, student_id, day_of(now), now)
