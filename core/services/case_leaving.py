"""A closing takes effect: the child leaves its class's rolls, and its clock ends (21, 25)."""

from datetime import date, datetime, timedelta
from typing import Final

import db.change as changes
import db.change_enrolment as enrolments
from core.rules.absence import Ending
from core.rules.case_guard import CaseFacts
from core.rules.case_leaving import Leaving, leaving_of, taken_back
from core.rules.change import ChangeState
from core.rules.changed import Enrolled
from core.rules.enrolment_step import AlarmFirst, ChangeWaits
from core.rules.sheet import EXPECTED
from core.rules.student import EnrolmentStatus
from core.rules.time import day_of
from core.services.change import ask_for_check, end_run
from db.case_reopen import ClosedCase
from db.pool import Conn

_A_DAY: Final = timedelta(days=1)
_LONGEST: Final = 200


async def leave(conn: Conn, case: CaseFacts, signed: tuple[datetime, int]) -> None:
    """Let a child whose step is confirmed leave its class; `signed` is (now, by whom).

    Who is expected at no roll already stays as it stands.  Raises AlarmFirst, ChangeWaits.
    """
    if case.step is None or (how := leaving_of(case.step, case.step_as)) is None:
        return
    now, by = signed
    key = (case.township_id, case.student_id)
    stands = await enrolments.enrolled(conn, *key, day_of(now), now)
    if stands is None:
        return
    if stands.status in EXPECTED and (how.change or how.status):
        if stands.alarm_waits:
            raise AlarmFirst
        if stands.pending_id is not None:
            raise ChangeWaits
        begins = await _stand(conn, stands, how.status, day_of(now))
        await _note(conn, case, stands, (how, begins), signed)
    await end_run(conn, stands, Ending.LEFT, by, now)


async def come_back(
    conn: Conn, case: ClosedCase, child: tuple[int, int], signed: tuple[datetime, int]
) -> None:
    """Let (township, child) be called again that a wrong closing had taken off the rolls.

    Whoever stands otherwise by now, in another school or in class again, stays as it stands.
    """
    how = None if case.step is None else leaving_of(case.step, case.settled_as)
    if how is None or not (how.change or how.status):
        return
    now, by = signed
    stands = await enrolments.enrolled(conn, *child, day_of(now), now)
    if stands is None or stands.has_later or stands.status is not how.status:
        return
    begins = await _stand(conn, stands, EnrolmentStatus.ENROLLED, day_of(now))
    kind = taken_back(how)
    if kind is None or stands.school_id is None or stands.class_id is None:
        return
    change = changes.NewChange(
        student_id=stands.student_id,
        school_id=stands.school_id,
        class_id=stands.class_id,
        kind=kind,
        state=ChangeState.PENDING,
        happened_on=day_of(now),
        reason=f"复核恢复跟踪，个案{case.number}",
        effective_on=begins,
        from_status=stands.status,
    )
    change_id = await changes.add(conn, stands.township_id, change, by, now)
    who = f"{stands.student_name}{kind.label}"
    await ask_for_check(conn, stands, change_id, who, now)


async def _stand(
    conn: Conn, stands: Enrolled, status: EnrolmentStatus | None, today: date
) -> date:
    """End the child's interval, and begin the next where it stays; return from which day on.

    A day that an interval has begun with is never taken back: its rolls expected the child.
    """
    begun = stands.from_on
    begins = today if begun is None else max(today, begun + _A_DAY)
    if stands.enrolment_id is not None:
        await enrolments.end(conn, stands.township_id, stands.enrolment_id, begins)
    if status is not None and stands.school_id and stands.class_id:
        place = enrolments.Place(
            student_id=stands.student_id,
            school_id=stands.school_id,
            class_id=stands.class_id,
            seat_no=stands.seat_no,
            boarder=stands.boarder,
            status=status,
            from_on=begins,
        )
        await enrolments.begin(conn, stands.township_id, place)
    return begins


async def _note(
    conn: Conn,
    case: CaseFacts,
    stands: Enrolled,
    what: tuple[Leaving, date],
    signed: tuple[datetime, int],
) -> None:
    """Write the 异动 that the closing is, entered by who claimed it, verified by who confirms."""
    (how, begins), (now, by) = what, signed
    if how.change is None or case.step is None:
        return
    called = case.step_as.label if case.step_as else case.step.label
    change = changes.NewChange(
        student_id=stands.student_id,
        school_id=stands.school_id or case.school_id,
        class_id=stands.class_id or case.class_id,
        kind=how.change,
        state=ChangeState.VERIFIED,
        happened_on=day_of(now),
        reason=f"个案{case.number}{called}：{case.step_note or ''}"[:_LONGEST],
        evidence=f"见个案{case.number}佐证",
        effective_on=begins,
        from_status=stands.status,
        verified_by=by,
    )
    await changes.add(conn, case.township_id, change, case.step_by or by, now)
