"""What the acts of leave share: the child's book, and what follows from an act."""

from datetime import datetime, timedelta
from typing import Final

import db.leave as rows
from core.rules.book import BookPupil, ClassBook
from core.rules.duty import DutyKind
from core.rules.errors import Changed
from core.rules.file import Child
from core.rules.leave import (
    Approver,
    Leave,
)
from core.rules.leave_entry import (
    CHAIN_WITHIN,
    DueRun,
)
from core.rules.time import day_of
from core.services.absence import open_book, settle
from core.services.desk import Desk
from core.services.leave_judge import Entered
from db.duty import NewDuty, finish, open_all
from db.outbox import tell
from db.pool import Conn

_ABOUT: Final = (
    DutyKind.LEAVE_DECISION,
    DutyKind.LEAVE_LONG,
    DutyKind.LEAVE_ENDING,
    DutyKind.LEAVE_OVERRUN,
)
# Whoever decides has the rest of the school day; the child's clock waits for nobody.
_DECIDE_WITHIN: Final = timedelta(hours=4)


async def book_of(conn: Conn, child: Child, now: datetime) -> tuple[ClassBook, BookPupil]:
    """Return the child's class book and the child in it; raises Changed if moved."""
    book = await open_book(conn, child.township_id, child.class_id, day_of(now))
    pupil = next((p for p in book.pupils if p.student_id == child.student_id), None)
    if pupil is None:
        raise Changed
    return book, pupil


async def others_of(conn: Conn, child: Child, now: datetime) -> tuple[Leave, ...]:
    """Return the child's leaves that a new one may touch or continue."""
    since = now - CHAIN_WITHIN
    return await rows.of_student(conn, child.township_id, child.student_id, since)


async def due_runs(
    conn: Conn, child: Child, since: datetime, now: datetime
) -> tuple[DueRun, ...]:
    """Return the child's runs that were due by now and lasted beyond `since`."""
    return await rows.due_runs(conn, child.township_id, child.student_id, now, since)


async def owe_decision(
    conn: Conn, child: Child, entered: Entered, leave_id: int, now: datetime
) -> None:
    """Owe the decision to 教务 or to the principal, by the leave's length."""
    leader = entered.approver is Approver.LEADER
    kind = DutyKind.LEAVE_LONG if leader else DutyKind.LEAVE_DECISION
    due_at = max(entered.alone_until, now + _DECIDE_WITHIN)
    duty = NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=child.school_id,
        class_id=child.class_id,
        student_id=child.student_id,
        subject_id=leave_id,
        words=child.name,
        due_at=due_at,
        climbs_at=due_at,
    )
    await open_all(conn, child.township_id, (duty,), now)
    await tell(conn, child.township_id, "duty", now, child.school_id)


async def note_on_case(
    desk: Desk, conn: Conn, child: Child, told: str, now: datetime
) -> None:
    """Note on the child's open case what came after the alarm (续报)."""
    held = (child.township_id, child.student_id)
    await rows.note_on_case(conn, held, f"续报：{told}", desk.actor.account_id, now)
    await tell(conn, child.township_id, "case", now)


async def clear_duties(desk: Desk, conn: Conn, held: Leave, now: datetime) -> None:
    """Clear what was owed about a leave, and tell the screens that show it."""
    for kind in _ABOUT:
        await finish(conn, held.township_id, kind, held.id, now, desk.actor.account_id)
    await tell(conn, held.township_id, "leave", now)
    await tell(conn, held.township_id, "duty", now)


async def settle_child(desk: Desk, conn: Conn, child: Child, now: datetime) -> None:
    """Bring the child's run to where its book stands after this act."""
    book, pupil = await book_of(conn, child, now)
    await settle(conn, book, (pupil,), now, desk.actor.account_id)
