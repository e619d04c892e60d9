"""恢复跟踪: a review finds that a case was closed wrongly, and it goes on (domain.md 5.3: 18)."""

from uuid import UUID

import db.case
import db.case_reopen as rows
from core.rules.case import REOPENED_BY, reopens_to
from core.rules.case_refused import NotClosed, ProofMissing, StillOpen
from core.rules.errors import Changed
from core.services.case_duty import settle
from core.services.case_leaving import come_back
from core.services.desk import Desk
from core.services.file import seen
from db.outbox import tell
from db.pool import Lock, lock_key


async def reopen(
    desk: Desk, township_id: int, student_id: int, opinion: str, op_id: UUID
) -> None:
    """Take a child's case up again that was closed last, with the review's opinion.

    Raises OutOfSight, NotYours, ProofMissing (no opinion), NotClosed, StillOpen, Changed.
    """
    if not opinion.strip():
        raise ProofMissing
    async with desk.reading() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
    desk.actor.must_hold(*REOPENED_BY, township_id=township_id)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("case.reopen", op_id, locks=locks) as (conn, now):
        if await db.case.facts(conn, township_id, student_id) is not None:
            raise StillOpen
        case = await rows.closed(conn, township_id, student_id)
        if case is None:
            raise NotClosed
        signed = (now, desk.actor.account_id)
        words = f"复核恢复跟踪：{opinion.strip()}"
        key = (township_id, case.case_id)
        if not await rows.reopen(conn, key, reopens_to(case.left), words, signed):
            raise Changed
        await come_back(conn, case, (township_id, student_id), signed)
        await settle(conn, township_id, student_id, signed)
        await tell(conn, township_id, "duty", now)
