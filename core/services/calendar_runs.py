"""Clocks after an entry in the calendar: reckoned again, class by class.

What rang is not looked at: no entry in the calendar takes an alarm back (23).
"""

from collections.abc import Iterable
from datetime import datetime

import db.calendar as rows
from core.rules.time import day_of
from core.services.absence import open_book, settle
from core.services.desk import Desk
from db.pool import Conn, Lock, lock_key


async def running(desk: Desk, township_id: int) -> tuple[int, ...]:
    """Return the classes of a township with a child whose clock runs."""
    async with desk.reading() as (conn, now):
        return await rows.running_classes(conn, township_id, day_of(now))


def locks_of(class_ids: Iterable[int]) -> tuple[int, ...]:
    """Return the locks of classes, to be held while their clocks are reckoned again."""
    return tuple(lock_key(Lock.CLASS, class_id) for class_id in class_ids)


async def reckon_again(
    desk: Desk,
    conn: Conn,
    key: tuple[int, Iterable[int]],
    now: datetime,
    *,
    closed: bool,
) -> None:
    """Bring the running clocks of a township's classes to what the calendar says now.

    `key` is (township, classes whose locks are held); `closed` never puts one off.
    """
    township_id, class_ids = key
    found = await rows.running_classes(conn, township_id, day_of(now))
    for class_id in sorted(set(found) & set(class_ids)):
        book = await open_book(conn, township_id, class_id, day_of(now))
        ids = {run.student_id for run in book.runs if not run.rung}
        pupils = [pupil for pupil in book.pupils if pupil.student_id in ids]
        await settle(conn, book, pupils, now, desk.actor.account_id, closed=closed)
