"""核验: a second person says whether a change holds; the old school confirms a transfer.

Until a claimed departure is verified the child stays in 应到 and on the clock (R23); a
verified one ends the run and erases no alarm.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import db.change as rows
import db.change_enrolment as enrolments
import db.duty as duties
import db.evidence as files
from core.rules.absence import ending_by_change
from core.rules.change import DECREASES, ChangeKind, ChangeState, effective_on, must_verify
from core.rules.changed import ChangeEntry, Enrolled
from core.rules.duty import DutyKind
from core.rules.enrolment_step import RunOpen, must_fit
from core.rules.errors import BadInput, Changed
from core.rules.evidence import EvidenceKind, must_be_second_person
from core.rules.staff import Actor, Role
from core.rules.student import EnrolmentStatus
from core.rules.time import day_of
from core.services.change import (
    ENTERED_BY,
    VERIFY_WITHIN,
    carry_out,
    end_run,
    entry_in_sight,
    locks_of,
    must_keep_roll,
    standing,
)
from core.services.desk import Desk
from db.outbox import tell
from db.pool import Conn


class NothingWaits(BadInput):
    """The change waits for nobody."""

    def __init__(self) -> None:
        super().__init__("该异动已办结，无需再办理，请刷新列表。")


class FileWaits(BadInput):
    """A file that proves the change is still to be checked."""

    def __init__(self) -> None:
        super().__init__("该异动有佐证待核验，请先在个案页按F8核验佐证。")


class NeedsReason(BadInput):
    """A refusal without a reason cannot be put right."""

    def __init__(self) -> None:
        super().__init__("不予认可须写明原因，请填写后再提交。")


def must_check(actor: Actor, change: ChangeEntry) -> None:
    """Refuse who is not the second person: 教管组, or a 教学点's 隶属学校 (19).

    Raises NotYours or OutOfSight.
    """
    if change.parent_id is not None and actor.holds(
        *ENTERED_BY, township_id=change.township_id, school_id=change.parent_id
    ):
        return
    actor.must_hold(Role.OFFICE, township_id=change.township_id, school_id=change.school_id)


async def prove(
    desk: Desk,
    change_id: int,
    proofs: Iterable[EvidenceKind],
    evidence: str,
    op_id: UUID,
) -> None:
    """Add proofs to a change that waits (补充材料); `evidence` says where they are kept."""
    change = await _seen(desk, change_id)
    must_keep_roll(desk.actor, change.township_id, change.school_id)
    locks = locks_of({change.school_id}, ())
    async with desk.writing("change.prove", op_id, locks=locks) as (conn, now):
        given = sorted(set(proofs))
        if not await rows.prove(conn, change.township_id, change_id, given, evidence):
            raise NothingWaits
        await tell(conn, change.township_id, "change", now)


async def verify(desk: Desk, change_id: int, *, ok: bool, reason: str, op_id: UUID) -> None:
    """Verify a change, or not; `reason` is asked for when it does not hold.

    Raises SamePerson, EvidenceLacking, FileWaits, AlarmFirst, NeedsReason, NotYours or
    OutOfSight.
    """
    seen = await _seen(desk, change_id)
    must_check(desk.actor, seen)
    async with desk.reading() as (conn, now):
        stood = await standing(conn, desk.actor, seen.student_id, now)
    locks = locks_of({seen.school_id}, {stood.class_id})
    async with desk.writing("change.verify", op_id, locks=locks) as (conn, now):
        change = await entry_in_sight(conn, desk.actor, change_id)
        if change.state is not ChangeState.PENDING:
            raise NothingWaits
        stands = await standing(conn, desk.actor, change.student_id, now)
        if stands.class_id != stood.class_id:
            raise Changed
        account_id = desk.actor.account_id
        if ok:
            must_verify(
                change.kind, frozenset(change.proofs), change.entered_by, account_id
            )
            if await files.waits_for_change(conn, change.township_id, change_id):
                raise FileWaits
            verdict = await _accept(conn, desk.actor, change, stands, now)
        else:
            must_be_second_person(change.entered_by, account_id)
            if not reason.strip():
                raise NeedsReason
            why = reason.strip()
            verdict = await _reject(conn, desk.actor, (change, stands), why, now)
        township_id = change.township_id
        if not await rows.verify(conn, township_id, change_id, verdict, account_id, now):
            raise Changed
        kind = DutyKind.VERIFY_CHANGE
        for about_id in {change_id, change.paired_id or change_id}:
            # A transfer's other half may be what the old school objected to.
            await duties.finish(conn, township_id, kind, about_id, now, account_id)
        await tell(conn, township_id, "change", now)


async def _accept(
    conn: Conn, actor: Actor, change: ChangeEntry, stands: Enrolled, now: datetime
) -> rows.Verdict:
    """Let a departure take effect, from today at the earliest."""
    if change.effective_on is not None:
        return rows.Verdict(state=ChangeState.VERIFIED)
    today = day_of(now)
    if stands.school_id != change.school_id:
        raise Changed
    must_fit(change.kind, stands, happened_on=change.happened_on, today=today, counts=True)
    day = effective_on(change.kind, ChangeState.VERIFIED, change.happened_on, today)
    begins = await carry_out(conn, change.kind, stands, None, day or today)
    how = ending_by_change(change.kind, ChangeState.VERIFIED, change.side)
    await end_run(conn, stands, how, actor.account_id, now)
    return rows.Verdict(
        state=ChangeState.VERIFIED, effective_on=begins, from_status=stands.status
    )


async def _reject(
    conn: Conn,
    actor: Actor,
    about: tuple[ChangeEntry, Enrolled],
    reason: str,
    now: datetime,
) -> rows.Verdict:
    """Leave a claimed departure without effect; take an arrival back from today on.

    An arrival that has counted is not wiped out: a 其他减 stands against it, so that no
    report loses it.
    """
    change, stands = about
    verdict = rows.Verdict(state=ChangeState.REJECTED, reason=reason)
    stays = DECREASES | {ChangeKind.CLASS_MOVE}
    if change.effective_on is None or change.kind in stays:
        return verdict
    if stands.absence_id is not None:
        raise RunOpen
    if stands.class_id != change.class_id:
        raise Changed
    today = day_of(now)
    begins = await carry_out(conn, ChangeKind.OTHER_OUT, stands, None, today)
    before = {
        ChangeKind.RESUMPTION: EnrolmentStatus.SUSPENDED,
        ChangeKind.RETURN: EnrolmentStatus.DROPPED,
    }.get(change.kind)
    if before is not None:
        place = enrolments.Place(
            student_id=change.student_id,
            school_id=change.school_id,
            class_id=change.class_id,
            seat_no=stands.seat_no,
            boarder=stands.boarder,
            status=before,
            from_on=begins,
        )
        await enrolments.begin(conn, change.township_id, place)
    against = rows.NewChange(
        student_id=change.student_id,
        school_id=change.school_id,
        class_id=change.class_id,
        kind=ChangeKind.OTHER_OUT,
        state=ChangeState.VERIFIED,
        happened_on=today,
        reason=f"原登记{change.kind.label}不予认可：{reason}",
        effective_on=begins,
        from_status=stands.status,
        verified_by=actor.account_id,
        paired_id=change.id,
    )
    await rows.add(conn, change.township_id, against, actor.account_id, now)
    return verdict


async def confirm(
    desk: Desk, change_id: int, *, ok: bool, reason: str, op_id: UUID
) -> None:
    """Confirm, as the old school, that its pupil went to the other one (26).

    Not so: `reason` goes to 教管组, who settles it between the two schools.
    """
    change = await _seen(desk, change_id)
    must_keep_roll(desk.actor, change.township_id, change.school_id)
    if change.paired_id is None or change.kind is not ChangeKind.TRANSFER_OUT:
        raise NothingWaits
    if not ok and not reason.strip():
        raise NeedsReason
    locks = locks_of({change.school_id}, ())
    async with desk.writing("change.confirm", op_id, locks=locks) as (conn, now):
        township_id, account_id = change.township_id, desk.actor.account_id
        if not await rows.confirm(conn, township_id, change_id, account_id, now):
            raise NothingWaits
        kind = DutyKind.CONFIRM_TRANSFER
        await duties.finish(conn, township_id, kind, change_id, now, account_id)
        if not ok:
            told = f"{change.student_name}镇内转学，原学校异议（{reason.strip()}）"[:90]
            disputed = duties.NewDuty(
                kind=DutyKind.VERIFY_CHANGE,
                owed_by=DutyKind.VERIFY_CHANGE.owes,
                school_id=change.school_id,
                student_id=change.student_id,
                subject_id=change_id,
                words=told,
                due_at=now + VERIFY_WITHIN,
            )
            await duties.open_all(conn, township_id, (disputed,), now)
        await tell(conn, township_id, "change", now)


async def _seen(desk: Desk, change_id: int) -> ChangeEntry:
    async with desk.reading() as (conn, _):
        return await entry_in_sight(conn, desk.actor, change_id)
