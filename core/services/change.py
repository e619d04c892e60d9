"""异动: entering a change, adding its proofs, and who may see the list.

Verification by a second person is in change_verify, arrivals in change_receive.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import db.change as rows
import db.change_enrolment as enrolments
import db.change_list as lists
import db.duty as duties
from core.rules.absence import Ending, ending_by_change
from core.rules.change import (
    CHECKLIST,
    LEAVINGS,
    ChangeDraft,
    ChangeKind,
    ChangeState,
    effective_on,
)
from core.rules.changed import ChangeEntry, Enrolled
from core.rules.duty import DutyKind, Owes
from core.rules.enrolment_step import after, must_fit, must_wait_for_none
from core.rules.errors import Changed, OutOfSight
from core.rules.evidence import EvidenceKind
from core.rules.staff import Actor, Role
from core.rules.time import day_of, school_year
from core.services import case_duty
from core.services.desk import Desk
from db.outbox import tell
from db.pool import Conn, Lock, lock_key

ENTERED_BY: Final = (Role.LEADER, Role.REGISTRAR)
# domain.md 5.3: ten working days to verify.
VERIFY_WITHIN: Final = timedelta(days=14)


def must_keep_roll(
    actor: Actor, township_id: int, school_id: int, class_id: int | None = None
) -> None:
    """Refuse who does not keep the school's 学籍.

    A 教学点's is kept by its 隶属学校 too: those grants reach it when the person is seated.
    """
    actor.must_hold(
        *ENTERED_BY, township_id=township_id, school_id=school_id, class_id=class_id
    )


def locks_of(school_ids: Iterable[int], class_ids: Iterable[int | None]) -> tuple[int, ...]:
    """Return the locks of schools, and of the classes whose rolls must not be under way.

    A roll that began before a change and ended after it would open a run nobody ends.
    """
    return (
        *(lock_key(Lock.SCHOOL, school_id) for school_id in set(school_ids)),
        *(lock_key(Lock.CLASS, one) for one in set(class_ids) if one is not None),
    )


async def standing(conn: Conn, actor: Actor, student_id: int, now: datetime) -> Enrolled:
    """Return where a child stands today; raises OutOfSight for none of this person's."""
    for township_id in actor.scope.reach:
        found = await enrolments.enrolled(conn, township_id, student_id, day_of(now), now)
        if found is not None:
            return found
    raise OutOfSight


async def enter(
    desk: Desk,
    draft: ChangeDraft,
    op_id: UUID,
    proofs: Iterable[EvidenceKind] = (),
    evidence: str = "",
) -> int:
    """Enter a change; return its id.  A claimed departure waits for a second person (R23).

    An arrival (复学、返校、其他增) counts at once: the child is expected at the next roll.
    Raises the refusals of enrolment_step, NotYours or OutOfSight.
    """
    async with desk.reading() as (conn, now):
        seen = await standing(conn, desk.actor, draft.student_id, now)
        school_id = await _school_of(conn, seen, draft)
    must_keep_roll(desk.actor, seen.township_id, school_id, seen.class_id)
    locks = locks_of({school_id}, {seen.class_id, draft.to_class_id})
    async with desk.writing("change.enter", op_id, locks=locks) as (conn, now):
        stands = await standing(conn, desk.actor, draft.student_id, now)
        if (stands.school_id, stands.class_id) != (seen.school_id, seen.class_id):
            raise Changed
        today = day_of(now)
        state = ChangeState.PENDING if CHECKLIST[draft.kind] else ChangeState.VERIFIED
        counts_on = effective_on(draft.kind, state, draft.happened_on, today)
        must_fit(
            draft.kind,
            stands,
            happened_on=draft.happened_on,
            today=today,
            counts=counts_on is not None,
        )
        must_wait_for_none(draft.kind, stands)
        if draft.kind is ChangeKind.CLASS_MOVE:
            counts_on = today  # the rolls until now were the old class's
        begins = None
        if counts_on is not None:
            begins = await carry_out(conn, draft.kind, stands, draft.to_class_id, counts_on)
            how = ending_by_change(draft.kind, state, draft.side)
            await end_run(conn, stands, how, desk.actor.account_id, now)
        if draft.kind is ChangeKind.CLASS_MOVE and draft.to_class_id is not None:
            child = (stands.township_id, stands.student_id)
            to = (school_id, draft.to_class_id)
            signed = (now, desk.actor.account_id)
            await case_duty.follow(conn, child, to, draft.kind.label, signed)
        moved = draft.kind is ChangeKind.CLASS_MOVE
        change = rows.NewChange(
            student_id=draft.student_id,
            school_id=school_id,
            class_id=(stands.class_id if moved else draft.to_class_id)
            or stands.class_id
            or 0,
            to_class_id=draft.to_class_id if moved else None,
            kind=draft.kind,
            state=state,
            happened_on=draft.happened_on,
            other_school=draft.other_school,
            in_township=draft.side == "inside",
            reason=draft.note,
            proofs=tuple(sorted(set(proofs))),
            evidence=evidence,
            effective_on=begins,
            from_status=stands.status,
        )
        change_id = await rows.add(
            conn, stands.township_id, change, desk.actor.account_id, now
        )
        if draft.kind in LEAVINGS:
            kind, by = DutyKind.CHECK_ELSEWHERE, desk.actor.account_id
            await duties.finish(conn, stands.township_id, kind, draft.student_id, now, by)
        if state is ChangeState.PENDING:
            who = f"{stands.student_name}{draft.kind.label}"
            await ask_for_check(conn, stands, change_id, who, now)
        await tell(conn, stands.township_id, "change", now)
        return change_id


async def _school_of(conn: Conn, seen: Enrolled, draft: ChangeDraft) -> int:
    """Return the school whose change it is: the child's, or the class's it comes into."""
    if draft.to_class_id is None:
        if seen.school_id is None:
            raise OutOfSight
        return seen.school_id
    school_id = await enrolments.school_of_class(conn, seen.township_id, draft.to_class_id)
    stays = seen.enrolment_id is None or school_id == seen.school_id
    if school_id is None or not stays:
        raise OutOfSight
    return school_id


async def carry_out(
    conn: Conn,
    kind: ChangeKind,
    stands: Enrolled,
    to_class_id: int | None,
    effective: date,
) -> date:
    """Write the intervals a change makes; return the day from which it counts."""
    then = after(kind, stands, to_class_id, effective)
    township_id = stands.township_id
    if stands.enrolment_id is not None:
        await enrolments.end(conn, township_id, stands.enrolment_id, then.from_on)
    if then.status is not None:
        school_id = await enrolments.school_of_class(conn, township_id, then.class_id)
        if school_id is None:
            raise OutOfSight
        place = enrolments.Place(
            student_id=stands.student_id,
            school_id=school_id,
            class_id=then.class_id,
            seat_no=stands.seat_no if then.class_id == stands.class_id else None,
            boarder=stands.boarder,
            status=then.status,
            from_on=then.from_on,
        )
        await enrolments.begin(conn, township_id, place)
    return then.from_on


async def end_run(
    conn: Conn, stands: Enrolled, how: Ending | None, account_id: int, now: datetime
) -> None:
    """End the child's open run where a change that counts does so (25, 26)."""
    if how is not None and stands.absence_id is not None:
        run = (stands.township_id, stands.student_id, stands.absence_id)
        await enrolments.end_run(conn, run, how, account_id, now)


async def ask_for_check(
    conn: Conn, stands: Enrolled, change_id: int, who: str, now: datetime
) -> None:
    """Owe the verification: 教管组, or for a 教学点 its 隶属学校 (19)."""
    due_at = now + VERIFY_WITHIN
    through_parent = stands.parent_id is not None
    duty = duties.NewDuty(
        kind=DutyKind.VERIFY_CHANGE,
        owed_by=Owes.REGISTRAR if through_parent else DutyKind.VERIFY_CHANGE.owes,
        school_id=stands.parent_id or stands.school_id,
        student_id=stands.student_id,
        subject_id=change_id,
        words=who,
        due_at=due_at,
        climbs_at=due_at,
    )
    await duties.open_all(conn, stands.township_id, (duty,), now)


async def listing(
    desk: Desk, days: tuple[date, date], school_id: int | None = None
) -> tuple[ChangeEntry, ...]:
    """Return the changes in this person's sight of some days (`to` exclusive)."""
    async with desk.reading() as (conn, _):
        return await lists.listed(conn, desk.actor.scope, days, school_id=school_id)


async def this_year(desk: Desk, school_id: int | None = None) -> tuple[ChangeEntry, ...]:
    """Return the changes in sight since this school year began, the waiting ones first."""
    async with desk.reading() as (conn, now):
        first = date(school_year(day_of(now)), 9, 1)
        days = (first, day_of(now) + timedelta(days=1))
        return await lists.listed(conn, desk.actor.scope, days, school_id=school_id)


async def entry(desk: Desk, change_id: int) -> ChangeEntry:
    """Return one change; raises OutOfSight."""
    async with desk.reading() as (conn, _):
        return await entry_in_sight(conn, desk.actor, change_id)


async def entry_in_sight(conn: Conn, actor: Actor, change_id: int) -> ChangeEntry:
    """Return one change; raises OutOfSight."""
    found = await lists.entry(conn, actor.scope, change_id)
    if found is None:
        raise OutOfSight
    return found
