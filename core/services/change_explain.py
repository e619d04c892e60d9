"""其他增、其他减: a pupil the month's figures cannot account for, explained (days.md 35).

The enrolment is there, or gone, and no change says why: the change is written, the class
list is left as it is, and a second person checks the explanation afterwards.
"""

from datetime import date
from uuid import UUID

import db.change as rows
import db.duty as duties
from core.rules.change import ChangeKind, ChangeState, NeedsNote
from core.rules.duty import DutyKind
from core.rules.errors import BadInput
from core.rules.evidence import EvidenceKind
from core.rules.month import ReportKind
from core.rules.time import day_of
from core.services.change import VERIFY_WITHIN, must_keep_roll
from core.services.desk import Desk
from core.services.month import counted_now
from core.services.month_context import context, school_in_sight
from db.balance_pupil import PupilGap
from db.outbox import tell
from db.pool import Lock, lock_key


class Balanced(BadInput):
    """There is nothing to explain."""

    def __init__(self) -> None:
        super().__init__("该生的在册情况与异动相符，无需补登。")


def changes_for(gaps: tuple[PupilGap, ...], note: str, day: date) -> list[rows.NewChange]:
    """Return the changes that account for one pupil: a move, 其他增 or 其他减."""
    came = [gap for gap in gaps if gap.closed - gap.opened > gap.flow]
    left = [gap for gap in gaps if gap.closed - gap.opened < gap.flow]
    found = []
    while came or left:
        here, there = came.pop() if came else None, left.pop() if left else None
        one = there or here
        if one is None:
            break
        kind = ChangeKind.OTHER_OUT if here is None else ChangeKind.OTHER_IN
        if here is not None and there is not None:
            kind = ChangeKind.CLASS_MOVE
        found.append(
            rows.NewChange(
                student_id=one.student_id,
                school_id=one.school_id,
                class_id=one.class_id,
                to_class_id=here.class_id if here and there else None,
                kind=kind,
                state=ChangeState.PENDING,
                happened_on=day,
                reason=note,
                proofs=(EvidenceKind.STATEMENT,),
                effective_on=day,
            )
        )
    return found


async def explain(
    desk: Desk,
    school_id: int,
    report: tuple[ReportKind, date],
    student_id: int,
    note: str,
    op_id: UUID,
) -> None:
    """Write the change a pupil's enrolment lacks, with its 说明; it counts at once.

    Raises NeedsNote, Balanced, NotYours or OutOfSight.
    """
    if not note.strip():
        raise NeedsNote(ChangeKind.OTHER_IN)
    locks = (lock_key(Lock.SCHOOL, school_id),)
    async with desk.writing("change.explain", op_id, locks=locks) as (conn, now):
        school = await school_in_sight(conn, desk.actor, school_id)
        township_id, account_id = school.township_id, desk.actor.account_id
        must_keep_roll(desk.actor, township_id, school.id)
        about = await context(conn, school, *report, now)
        counted = await counted_now(conn, about)
        gaps = tuple(gap for gap in counted.gaps if gap.student_id == student_id)
        if not gaps:
            raise Balanced
        day = min(counted.span.closing_on, day_of(now))
        for change in changes_for(gaps, note.strip(), day):
            change_id = await rows.add(conn, township_id, change, account_id, now)
            owed = DutyKind.VERIFY_CHANGE
            duty = duties.NewDuty(
                kind=owed,
                owed_by=owed.owes,
                school_id=school.id,
                student_id=student_id,
                subject_id=change_id,
                words=f"{gaps[0].student_name}{change.kind.label}",
                due_at=now + VERIFY_WITHIN,
            )
            await duties.open_all(conn, township_id, (duty,), now)
        await tell(conn, township_id, "change", now)
