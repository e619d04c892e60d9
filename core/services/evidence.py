"""佐证: a file is attached by one person and checked by another (R12, R24; domain.md 5.3).

It comes from this person's 上传, or with a command.  Reading one is evidence_view's.
"""

import asyncio
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

import db.duty as duties
import db.evidence as rows
import db.upload as uploads
from core.rules.base import Record
from core.rules.duty import DutyKind, climbs_to
from core.rules.errors import Changed
from core.rules.evidence import EvidenceKind, EvidenceState
from core.rules.evidence_file import (
    About,
    EvidenceLine,
    NoEvidence,
    NoSubject,
    Subject,
    checked_by,
    must_be_proof,
    must_bring,
    must_check,
    valid_until,
)
from core.rules.file import Child
from core.rules.time import Moment, day_of
from core.services.desk import Desk
from core.services.file import seen
from core.services.upload import fetched
from db.duty import NewDuty
from db.evidence import Attaching
from db.outbox import tell
from db.pool import Conn, Lock, lock_key

# A step that waits is confirmed within a day: its file as well.
_CHECKED_WITHIN: Final = timedelta(days=1)


class Proof(Record):
    """What a file is of, what kind it is, and until when it holds."""

    about: About
    subject_id: int
    kind: EvidenceKind
    valid_until: date | None = None


async def attach_upload(
    desk: Desk, place: tuple[int, int], proof: Proof, file_name: str, op_id: UUID
) -> int:
    """Attach one of this person's uploads, which leaves 上传 with it; as `attach`, NoUpload."""
    data = await fetched(desk, file_name)
    return await attach(desk, place, proof, data, op_id, taken_from=file_name)


async def attach(
    desk: Desk,
    place: tuple[int, int],
    proof: Proof,
    data: bytes,
    op_id: UUID,
    *,
    taken_from: str | None = None,
) -> int:
    """Attach a file to something of a child's, (township, student); return its number.

    Raises OutOfSight, NotYours, NoSubject, NotAProof, NotTaken, NotWhole, LapsedAlready.
    """
    township_id, student_id = place
    # Up to 2 MB are looked through: not on everybody's event loop.
    file_kind = await asyncio.to_thread(must_be_proof, data)
    digest = (await asyncio.to_thread(sha256, data)).hexdigest()
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
    brought_by = must_bring(desk.actor, township_id, child.school_id, child.class_id)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("evidence.attach", op_id, locks=locks) as (conn, now):
        subject = await _subject(conn, child, proof)
        by = desk.actor.account_id
        made = Attaching(
            kind=proof.kind,
            file_kind=file_kind,
            data=data,
            sha256=digest,
            valid_until=valid_until(proof.kind, proof.valid_until, day_of(now)),
            brought_by=brought_by,
            by=by,
            at=now,
        )
        evidence_id = await rows.attach(conn, child, subject, made)
        owes, school_id = checked_by(subject, brought_by)
        duty = _duty(DutyKind.CHECK_EVIDENCE, child, evidence_id, now)
        owed = duty.model_copy(
            update={
                "owed_by": owes,
                "school_id": school_id,
                "climbs_at": duty.due_at if climbs_to(owes) else None,
            }
        )
        await duties.open_all(conn, township_id, (owed,), now)
        about = (subject.about, subject.id)
        for old in await rows.before(conn, township_id, about, proof.kind, evidence_id):
            kind = DutyKind.REDO_EVIDENCE
            await duties.finish(conn, township_id, kind, old, now, by)
        if taken_from is not None:
            await uploads.drop(conn, by, taken_from)
        await _told(conn, township_id, now)
    return evidence_id


async def check(
    desk: Desk, township_id: int, evidence_id: int, reason: str, op_id: UUID, *, ok: bool
) -> None:
    """Say that a file holds, or send it back with a reason; never one's own.

    Raises OutOfSight, NotYours, NoEvidence, SamePerson, CheckedAlready, RejectedWhy, Changed.
    """
    async with desk.reading() as (conn, now):
        found = await in_sight(desk, conn, township_id, evidence_id)
        child = await seen(desk, conn, found.student_id, now, township_id)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("evidence.check", op_id, locks=locks) as (conn, now):
        found = await in_sight(desk, conn, township_id, evidence_id)
        must_check(desk.actor, found, reason, ok=ok)
        by = desk.actor.account_id
        state = EvidenceState.VERIFIED if ok else EvidenceState.REJECTED
        verdict = (state, "" if ok else reason.strip())
        if not await rows.check(conn, found, verdict, (now, by)):
            raise Changed
        kind = DutyKind.CHECK_EVIDENCE
        await duties.finish(conn, township_id, kind, evidence_id, now, by)
        if ok:
            about = (found.about, found.subject_id)
            held = await rows.before(conn, township_id, about, found.kind, evidence_id)
            for old in held:
                kind = DutyKind.RENEW_EVIDENCE
                await duties.finish(conn, township_id, kind, old, now, by)
        else:
            again = _duty(DutyKind.REDO_EVIDENCE, child, evidence_id, now)
            owes = found.brought_by
            owed = again.model_copy(
                update={
                    "owed_by": owes,
                    "climbs_at": again.due_at if climbs_to(owes) else None,
                }
            )
            await duties.open_all(conn, township_id, (owed,), now)
        await _told(conn, township_id, now)


async def in_sight(
    desk: Desk, conn: Conn, township_id: int, evidence_id: int
) -> EvidenceLine:
    """Return a file without its bytes; raises NoEvidence.  Whose child it is, asks `seen`."""
    found = await rows.line(conn, township_id, evidence_id)
    if found is None or township_id not in desk.actor.scope.reach:
        raise NoEvidence
    return found


async def _subject(conn: Conn, child: Child, proof: Proof) -> Subject:
    wanted = (proof.about, proof.subject_id)
    for subject in await rows.subjects(conn, child):
        if (subject.about, subject.id) == wanted:
            return subject
    raise NoSubject


def _duty(kind: DutyKind, child: Child, evidence_id: int, now: datetime) -> NewDuty:
    due_at = now + _CHECKED_WITHIN
    return NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=child.school_id,
        class_id=child.class_id,
        student_id=child.student_id,
        subject_id=evidence_id,
        words=child.name,
        due_at=due_at,
        climbs_at=due_at,
    )


async def _told(conn: Conn, township_id: int, now: Moment) -> None:
    await tell(conn, township_id, "case", now)
    await tell(conn, township_id, "duty", now)
