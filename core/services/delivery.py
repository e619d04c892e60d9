"""更正送达: a service that was written down wrongly is put right, with the reason.

The old version stays to be read.  The term runs anew from the day that is right, where it
still is this paper's.
"""

from uuid import UUID

import db.delivery as rows
import db.paper as papers
from core.rules.errors import Changed
from core.rules.notice import (
    SERVED_BY,
    Delivery,
    Notice,
    must_prove,
    must_say_why,
    returns_by,
)
from core.rules.time import day_of
from core.services.case_duty import settle, timetable_of
from core.services.desk import Desk
from core.services.notice_view import of_notice
from db.delivery import Correcting
from db.outbox import tell
from db.pool import Lock, lock_key


async def correct(
    desk: Desk,
    paper: tuple[int, int],
    delivery: Delivery,
    reason: str,
    of_version: int,
    op_id: UUID,
) -> None:
    """Put the service of (township, paper) right; `of_version` is what was read before.

    Raises OutOfSight, NotYours, DeliveryIncomplete, CorrectionReason, Changed.
    """
    township_id, paper_id = paper
    must_say_why(reason)
    found, child = await of_notice(desk, township_id, paper_id)
    place = {"township_id": township_id, "school_id": found.school_id}
    desk.actor.must_hold(*SERVED_BY, **place)
    locks = (lock_key(Lock.CLASS, child.class_id),)
    async with desk.writing("delivery.correct", op_id, locks=locks) as (conn, now):
        said = await papers.content(conn, township_id, paper_id)
        if said is None or found.signed_at is None:
            raise Changed
        must_prove(delivery, day_of(found.signed_at), day_of(now))
        notice = Notice.model_validate_json(said)
        timetable = await timetable_of(conn, township_id, delivery.served_on)
        until = returns_by(delivery.served_on, notice.days, timetable.calendar)
        on = delivery.served_on
        told = (
            f"更正{notice.kind.label}{notice.number}送达记录："
            f"{on.month}月{on.day}日{delivery.way.label}"
        )
        why = f"；原因：{reason.strip()}"
        by = desk.actor.account_id
        made = Correcting(
            delivery=delivery,
            reason=reason.strip(),
            of_version=of_version,
            by=by,
            at=now,
            return_by=until,
            words=(
                f"{told}，限{until.month}月{until.day}日前返校{why}",
                f"{told}{why}",
            ),
        )
        if not await rows.correct(conn, township_id, paper_id, made):
            raise Changed
        await settle(conn, township_id, child.student_id, (now, by))
        await tell(conn, township_id, "duty", now)
