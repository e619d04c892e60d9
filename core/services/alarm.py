"""The end of the clock: the system rings, makes the child 疑似辍学, and tells both.

No person, visit, signature or receipt holds this step (R3).  The report it leaves behind
is signed in `report`.
"""

from collections.abc import Sequence
from datetime import datetime

import db.alarm as rows
import db.duty
from core.rules.attendance import sessions_between
from core.rules.book import ClassBook
from core.rules.clock import climbs_at
from core.rules.duty import DutyKind
from core.rules.time import day_of, moment
from core.services.absence import open_book
from core.services.desk import Desk
from core.services.seat import system_desk, watch_desk
from db.alarm import Rung
from db.duty import NewDuty
from db.pool import Conn

_TOLD = (DutyKind.ALARM_GOVERNMENT, DutyKind.ALARM_BUREAU, DutyKind.ALARM_OFFICE)
_TOLD_EARLY = (DutyKind.OPENED_GOVERNMENT, DutyKind.OPENED_BUREAU, DutyKind.OPENED_OFFICE)


async def townships_due(front: Desk) -> tuple[int, ...]:
    """Return the townships in which an alarm is due."""
    async with watch_desk(front).reading() as (conn, now):
        return await rows.townships_due(conn, now)


async def ring(front: Desk, township_id: int) -> int:
    """Ring every alarm that is due in a township; return how many were rung here."""
    count = 0
    system = await system_desk(front, township_id)
    while True:
        async with system.writing("alarm.ring") as (conn, now):
            account = system.actor.account_id
            rung = await rows.ring(conn, township_id, now, account)
            duties = await _duties(conn, township_id, rung, now)
            await db.duty.open_all(conn, township_id, duties, now)
        count += len(rung)
        if not rung:
            return count


async def _duties(
    conn: Conn, township_id: int, rung: Sequence[Rung], now: datetime
) -> list[NewDuty]:
    """Return who owes what from now on; a class's book is opened once for all of it."""
    books = {
        class_id: await open_book(conn, township_id, class_id, day_of(now))
        for class_id in sorted({one.class_id for one in rung})
    }
    return [duty for one in rung for duty in _of_one(books[one.class_id], one, now)]


def _of_one(book: ClassBook, rung: Rung, now: datetime) -> tuple[NewDuty, ...]:
    """Return the signature that is owed today, and what those owe who were told."""
    about = (rung.school_id, rung.class_id, rung.student_id)
    told = _told(_TOLD, about, (rung.absence_id, rung.student_name), now)
    if rung.paper_id is None:
        return told
    paper = (rung.paper_id, rung.student_name)
    return (signature_owed(book, about, paper, now), *told)


def opened_told(
    about: tuple[int, int, int], case: tuple[int, str], now: datetime
) -> tuple[NewDuty, ...]:
    """Return what government, bureau and 教管组 are told of (case, its words) opened by hand."""
    return _told(_TOLD_EARLY, about, case, now)


def _told(
    kinds: Sequence[DutyKind],
    about: tuple[int, int, int],
    subject: tuple[int, str],
    now: datetime,
) -> tuple[NewDuty, ...]:
    """Return who is told of (subject, its words) today; `about` is (school, class, child)."""
    return tuple(
        NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=about[0],
            class_id=about[1],
            student_id=about[2],
            subject_id=subject[0],
            words=subject[1],
            due_at=_end_of(now),
        )
        for kind in kinds
    )


def signature_owed(
    book: ClassBook, about: tuple[int, int, int], paper: tuple[int, str], now: datetime
) -> NewDuty:
    """Return 校长's duty to sign today: (school, class, child), (report, its words)."""
    kind = DutyKind.SIGN_REPORT
    return NewDuty(
        kind=kind,
        owed_by=kind.owes,
        school_id=about[0],
        class_id=about[1],
        student_id=about[2],
        subject_id=paper[0],
        words=paper[1],
        due_at=_end_of(now),
        climbs_at=_climbs(book, now),
    )


def _end_of(now: datetime) -> datetime:
    """Return the end of the day: the paper follows the same day."""
    return moment(day_of(now), datetime.max.time().replace(microsecond=0))


def _climbs(book: ClassBook, now: datetime) -> datetime:
    """Return when an unsigned report climbs: after two hours of school time (31)."""
    policy = book.policy(day_of(now))
    return climbs_at(
        now, policy.unsigned_climbs_after, lambda day: sessions_between(book, day, day)
    )
