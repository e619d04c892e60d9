"""接收: a child comes to a school, from outside the township or from a school of it (26).

By identity number, which tells no more than in which school a child is.  The receiving
school's 接收 moves the child at once and ends its run; the old school confirms.
"""

from datetime import datetime, timedelta
from uuid import UUID

import db.change as rows
import db.change_enrolment as enrolments
import db.duty as duties
from core.rules.absence import Ending
from core.rules.arrival import (
    AlreadyHere,
    Arrival,
    NameDiffers,
    StudiesElsewhere,
)
from core.rules.change import ChangeKind, ChangeState
from core.rules.changed import Enrolled
from core.rules.duty import DutyKind
from core.rules.enrolment_step import AlarmFirst, ChangeAhead, NotYet
from core.rules.errors import Changed, OutOfSight
from core.rules.pinyin import readings
from core.rules.place import School
from core.rules.time import day_of
from core.services import case_duty
from core.services.change import (
    VERIFY_WITHIN,
    ask_for_check,
    carry_out,
    end_run,
    locks_of,
)
from core.services.change_whereabouts import (
    must_not_study_in_county,
    school_kept,
    stands_by_number,
    tell_old_schools,
)
from core.services.desk import Desk
from db.outbox import tell
from db.pool import Conn


async def receive(
    desk: Desk, arrival: Arrival, op_id: UUID, *, from_school: bool = False
) -> int:
    """Receive a child into a class; return the id of its 转入.

    A child on another school's roll is refused (StudiesElsewhere, or StudiesInCounty) until
    the person says so by `from_school`.  Raises AlreadyHere, NameDiffers, AlarmFirst,
    ChangeAhead, NotYet.
    """
    async with desk.reading(across=True) as (conn, now):
        school = await school_kept(conn, desk, arrival.school_id)
        seen = await stands_by_number(conn, school.township_id, arrival.number, now)
    held, classes = _places(arrival, seen)
    locks = locks_of(held, classes)
    async with desk.writing("change.receive", op_id, locks=locks, across=True) as (
        conn,
        now,
    ):
        if arrival.happened_on > day_of(now):
            raise NotYet
        of_class = await enrolments.school_of_class(
            conn, school.township_id, arrival.class_id
        )
        if of_class != arrival.school_id:
            raise OutOfSight
        stands = await _bearer(conn, school, arrival, now)
        if stands.enrolment_id is None:
            if not from_school:
                number = arrival.number
                await must_not_study_in_county(conn, school.township_id, number, now)
            await tell_old_schools(conn, school, (arrival.number,), now)
        if stands.has_later:
            raise ChangeAhead
        out_id = None
        if stands.enrolment_id is not None:
            if stands.school_id == arrival.school_id:
                raise AlreadyHere
            if stands.school_id not in held or stands.class_id not in classes:
                raise Changed
            if not from_school:
                raise StudiesElsewhere(stands.school_name or "")
            out_id, stands = await _leave(conn, desk, school, stands, now)
        in_id = await _arrive(conn, desk, (school, arrival), stands, out_id, now)
        await tell(conn, school.township_id, "change", now)
        return in_id


def _places(arrival: Arrival, seen: Enrolled | None) -> tuple[set[int], set[int]]:
    """Return the schools and classes that an arrival touches, the child's own included."""
    schools, classes = {arrival.school_id}, {arrival.class_id}
    if seen is not None and seen.school_id is not None and seen.class_id is not None:
        schools.add(seen.school_id)
        classes.add(seen.class_id)
    return schools, classes


async def _bearer(conn: Conn, school: School, arrival: Arrival, now: datetime) -> Enrolled:
    """Return where the bearer of the number stands, on record from now on."""
    stands = await stands_by_number(conn, school.township_id, arrival.number, now)
    if stands is None:
        return await _register(conn, school, arrival, now)
    if stands.student_name != arrival.name:
        raise NameDiffers
    return stands


async def _register(
    conn: Conn, school: School, arrival: Arrival, now: datetime
) -> Enrolled:
    """Write a child the township has never had on record."""
    read = readings(arrival.name)
    child = enrolments.NewStudent(
        name=arrival.name,
        sex=arrival.is_a,
        born_on=arrival.birthday,
        pinyin=read.initials,
        pinyin_key=read.key,
        identity_kind=arrival.identity_kind,
        identity_number=arrival.number,
    )
    township_id = school.township_id
    student_id = await enrolments.add_student(conn, township_id, child)
    if arrival.guardian_name is not None:
        guardian = (arrival.guardian_name, arrival.guardian_relation)
        phone = arrival.guardian_phone
        await enrolments.add_guardian(conn, township_id, student_id, guardian, phone)
    found = await enrolments.enrolled(conn, township_id, student_id, day_of(now), now)
    if found is None:
        raise OutOfSight
    return found


async def _leave(
    conn: Conn, desk: Desk, to: School, stands: Enrolled, now: datetime
) -> tuple[int, Enrolled]:
    """Write the old school's half: it counts from today, whose rolls still expect the child.

    The receiving school has seen the child, so nothing waits; the old school confirms.
    """
    if stands.alarm_waits:
        raise AlarmFirst
    account_id, township_id = desk.actor.account_id, stands.township_id
    today = day_of(now)
    kind = ChangeKind.TRANSFER_OUT
    begins = await carry_out(conn, kind, stands, None, today)
    out = rows.NewChange(
        student_id=stands.student_id,
        school_id=stands.school_id or 0,
        class_id=stands.class_id or 0,
        kind=kind,
        state=ChangeState.VERIFIED,
        happened_on=today,
        other_school_id=to.id,
        other_school=to.name,
        in_township=True,
        reason="对方学校已接收",
        effective_on=begins,
        from_status=stands.status,
        verified_by=account_id,
    )
    out_id = await rows.add(conn, township_id, out, account_id, now)
    await end_run(conn, stands, Ending.TRANSFER, account_id, now)
    if stands.pending_id is not None:
        # What the old school had claimed is settled by the child being here.
        verdict = rows.Verdict(state=ChangeState.REJECTED, reason=f"已由{to.name}接收")
        await rows.verify(conn, township_id, stands.pending_id, verdict, account_id, now)
        check = DutyKind.VERIFY_CHANGE
        await duties.finish(conn, township_id, check, stands.pending_id, now, account_id)
    confirm = DutyKind.CONFIRM_TRANSFER
    duty = duties.NewDuty(
        kind=confirm,
        owed_by=confirm.owes,
        school_id=stands.school_id,
        student_id=stands.student_id,
        subject_id=out_id,
        words=stands.student_name,
        due_at=now + timedelta(days=3),
        climbs_at=now + VERIFY_WITHIN,
    )
    await duties.open_all(conn, township_id, (duty,), now)
    gone = stands.model_copy(
        update={"enrolment_id": None, "from_on": None, "last_on": begins, "status": None}
    )
    return out_id, gone


async def _arrive(
    conn: Conn,
    desk: Desk,
    into: tuple[School, Arrival],
    stands: Enrolled,
    out_id: int | None,
    now: datetime,
) -> int:
    """Write the receiving school's half: the child is expected from its first day here."""
    school, arrival = into
    account_id, township_id = desk.actor.account_id, stands.township_id
    earliest = max(arrival.happened_on, stands.last_on or arrival.happened_on)
    place = enrolments.Place(
        student_id=stands.student_id,
        school_id=arrival.school_id,
        class_id=arrival.class_id,
        boarder=arrival.boarder,
        from_on=earliest,
    )
    await enrolments.begin(conn, township_id, place)
    # Whose child it is now owes what the case owes (R18): the old school sees it no more.
    child, to = (township_id, stands.student_id), (school.id, arrival.class_id)
    words, signed = f"随学生转入{school.name}", (now, account_id)
    await case_duty.follow(conn, child, to, words, signed)
    inside = out_id is not None
    change = rows.NewChange(
        student_id=stands.student_id,
        school_id=arrival.school_id,
        class_id=arrival.class_id,
        kind=ChangeKind.TRANSFER_IN,
        state=ChangeState.PENDING,
        happened_on=arrival.happened_on,
        other_school_id=stands.school_id if inside else None,
        other_school=stands.school_name if inside else arrival.other_school,
        in_township=inside,
        reason=arrival.note,
        proofs=arrival.proofs,
        evidence=arrival.evidence,
        effective_on=earliest,
        paired_id=out_id,
    )
    in_id = await rows.add(conn, township_id, change, account_id, now)
    if out_id is not None:
        await rows.pair(conn, township_id, out_id, in_id)
    here = stands.model_copy(update={"school_id": school.id, "parent_id": school.parent_id})
    who = f"{stands.student_name}{ChangeKind.TRANSFER_IN.label}"
    await ask_for_check(conn, here, in_id, who, now)
    return in_id
