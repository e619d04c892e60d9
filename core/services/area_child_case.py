"""立案 for a child in no school: the same case, ladder and papers as of any other (R28, R48).

The case hangs on a file of the child in its 责任学校, and in the class of its age there; on
that school's rolls and in its figures the child stands only once it is enrolled.
"""

from uuid import UUID

import db.area_child as registered
import db.area_child_case as rows
import db.change_enrolment as enrolments
import db.file
from core.rules.area_child import AreaChild, InSchoolHere
from core.rules.arrival import NameDiffers
from core.rules.base import Note
from core.rules.case_open import (
    OPENED_BY,
    NoClassYet,
    OpenCause,
    first_grade_in,
    must_be_to_enrol,
)
from core.rules.case_refused import ProofMissing
from core.rules.errors import Changed, OutOfSight
from core.rules.file import Child
from core.rules.identity import IdKind
from core.rules.pinyin import readings
from core.rules.staff import Scope
from core.rules.student import GuardianRelation
from core.rules.time import Moment, day_of
from core.services import area_child_duty
from core.services.case_open import begin
from core.services.desk import Desk
from db.outbox import tell
from db.pool import Conn


def must_open_for(desk: Desk, child: AreaChild, now: Moment) -> None:
    """Refuse a case by the wrong hand, or of a child that it cannot be opened for.

    Raises NotYours, OutOfSight, NotToEnrol, NobodyAnswers.
    """
    place = {"township_id": child.township_id, "school_id": child.school_id}
    desk.actor.must_hold(*OPENED_BY, **place)
    must_be_to_enrol(child, day_of(now))


async def open_case(desk: Desk, child_id: int, note: Note, op_id: UUID) -> str:
    """Open the case of a child of the register for what was found out; return its number.

    Raises NotYours, OutOfSight, NotToEnrol, NobodyAnswers, NoClassYet, ProofMissing,
    InSchoolHere, NameDiffers, StillOpen, Changed.
    """
    why = (OpenCause.NEVER_ENROLLED, note.strip())
    async with desk.reading() as (conn, now):
        child = await registered.child(conn, desk.actor.scope, child_id)
    if child is None:
        raise OutOfSight
    must_open_for(desk, child, now)
    if not why[1]:
        raise ProofMissing
    # Across the wall: a child is written down before anybody's school has it (db.walls).
    async with desk.writing("area_child.case", op_id, across=True) as (conn, now):
        signed = (now, desk.actor.account_id)
        filed = await _filed(conn, child, now)
        number = await begin(conn, filed, why, signed)
        await rows.point(conn, (child.township_id, child.id), filed.student_id)
        await area_child_duty.settle(conn, child.township_id, signed)
        await tell(conn, child.township_id, "area_child", now)
    return number


async def _filed(conn: Conn, child: AreaChild, now: Moment) -> Child:
    """Return the child with its file in the 责任学校, made where there was none."""
    township_id, school_id, day = child.township_id, child.school_id or 0, day_of(now)
    cohort = first_grade_in(child.born_on)
    class_id = await rows.class_of_age(conn, (township_id, school_id), cohort, day)
    if class_id is None:
        raise NoClassYet
    student_id = child.student_id or await _known(conn, child, now)
    if student_id is None:
        student_id = await _written(conn, child)
    key, days = (township_id, student_id), (child.born_on, day)
    if not await rows.place(conn, key, (school_id, class_id), days):
        raise Changed
    here = Scope(reach=(township_id,), schools=(school_id,))
    found = await db.file.child(conn, here, student_id, day)
    if found is None:
        raise OutOfSight
    return found


async def _known(conn: Conn, child: AreaChild, now: Moment) -> int | None:
    """Return the file of who was in a school here once."""
    if child.identity_number is None:
        return None
    township_id, number = child.township_id, child.identity_number
    student_id = await enrolments.of_number(conn, township_id, number)
    if student_id is None:
        return None
    stands = await enrolments.enrolled(conn, township_id, student_id, day_of(now), now)
    if stands is not None and stands.enrolment_id is not None:
        raise InSchoolHere
    if stands is not None and stands.student_name != child.name:
        raise NameDiffers
    return student_id


async def _written(conn: Conn, child: AreaChild) -> int:
    read = readings(child.name)
    made = enrolments.NewStudent(
        name=child.name,
        sex=child.sex,
        born_on=child.born_on,
        pinyin=read.initials,
        pinyin_key=read.key,
        identity_kind=IdKind.RESIDENT,
        identity_number=child.identity_number,
        address=child.address,
    )
    township_id = child.township_id
    student_id = await enrolments.add_student(conn, township_id, made)
    guardian = (child.guardian or "", GuardianRelation.UNKNOWN.value)
    await enrolments.add_guardian(conn, township_id, student_id, guardian, child.phone)
    return student_id
