"""Where a child is enrolled, asked by its identity number: the school's name, no more (26).

Of the own township first; then, when a child is received, of the county's other townships,
whose school then owes a look (change_elsewhere says how it answers).
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

import db.change_enrolment as enrolments
from core.rules.arrival import StudiesInCounty, must_be_number
from core.rules.base import Record
from core.rules.changed import Enrolled
from core.rules.duty import DutyKind
from core.rules.errors import OutOfSight
from core.rules.identity import IdKind
from core.rules.mask import mask_number
from core.rules.place import School, with_township
from core.rules.roster_record import Fault, Pupil
from core.rules.time import day_of
from core.services.change import VERIFY_WITHIN, must_keep_roll
from core.services.desk import Desk
from db.county import Elsewhere, elsewhere, owe_check
from db.place import school as school_of
from db.pool import Conn
from db.student import log_read

# As a transfer within the township waits for the old school's word (26).
_CHECKED_WITHIN: Final = timedelta(days=3)


class Whereabouts(Record):
    """All a number tells: whether a child is on a roll of the county, and of which.

    `township_name` is told where it is another one.
    """

    here: bool
    school_name: str | None
    township_name: str | None = None

    @property
    def sentence(self) -> str:
        """Return the answer as it is shown."""
        if self.school_name is None:
            return "县内没有该证件号的在册学生，将按县外转入登记。"
        if self.township_name is not None:
            where = with_township(self.township_name, self.school_name)
            return f"该生已在{where}就读，须由原学校办理转出。"
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
    """Tell in which school of the county a child is enrolled; the question is logged.

    Raises BadNumber, NotYours or OutOfSight.
    """
    async with desk.reading(across=True) as (conn, now):
        wanted = must_be_number(kind, number, day_of(now))
        school = await school_kept(conn, desk, school_id)
        stands = await stands_by_number(conn, school.township_id, wanted, now)
        far = None
        if stands is None or stands.enrolment_id is None:
            far = await in_county(conn, school.township_id, wanted, now)
    async with desk.jotting() as (conn, now):
        reader = (desk.actor.account_id, now)
        await log_read(conn, school.township_id, reader, "whereabouts", "student", 1)
    if far is not None:
        return Whereabouts(
            here=False, school_name=far.school_name, township_name=far.township_name
        )
    if stands is None or stands.enrolment_id is None:
        return Whereabouts(here=False, school_name=None)
    return Whereabouts(here=stands.school_id == school_id, school_name=stands.school_name)


async def in_county(
    conn: Conn, township_id: int, number: str, now: datetime
) -> Elsewhere | None:
    """Return where in another township of the county a number is enrolled today."""
    found = await elsewhere(conn, township_id, (number,), day_of(now))
    return found[0] if found else None


async def enrolled_twice(
    conn: Conn, township_id: int, newcomers: Iterable[tuple[int, Pupil]], day: date
) -> tuple[Fault, ...]:
    """Return a warning for each newcomer of a roster who is on another township's roll.

    `newcomers` are rows of the file with their pupils.
    """
    asked = [
        (row, pupil.identity.number)
        for row, pupil in newcomers
        if pupil.identity is not None
    ]
    if not asked:
        return ()
    found = await elsewhere(conn, township_id, [number for _, number in asked], day)
    return tuple(
        Fault(
            row_number=asked[one.asked][0],
            column="身份证件号",
            reason=f"该生已在{one.where}就读，请核实，并请原学校办理转出",
            value_masked=mask_number(asked[one.asked][1]),
        )
        for one in found
    )


async def tell_old_schools(
    conn: Conn, to: School, numbers: Iterable[str], now: datetime
) -> None:
    """Let each school of another township that has these children on its roll owe a look.

    Their record there is not touched: only that school knows whether it is the same child.
    """
    asked = tuple(numbers)
    if asked:
        owed = (DutyKind.CHECK_ELSEWHERE, now, _CHECKED_WITHIN, VERIFY_WITHIN)
        await owe_check(conn, (to.township_id, to.id), asked, day_of(now), owed)


async def must_not_study_in_county(
    conn: Conn, township_id: int, number: str, now: datetime
) -> None:
    """Refuse a child who is on another township's roll; raises StudiesInCounty."""
    found = await in_county(conn, township_id, number, now)
    if found is not None:
        raise StudiesInCounty(found.where)


async def stands_by_number(
    conn: Conn, township_id: int, number: str, now: datetime
) -> Enrolled | None:
    """Return where the bearer of a number stands; None for nobody on record."""
    student_id = await enrolments.of_number(conn, township_id, number)
    if student_id is None:
        return None
    return await enrolments.enrolled(conn, township_id, student_id, day_of(now), now)
