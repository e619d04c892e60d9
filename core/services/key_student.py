"""重点生: a child's file, entering it, letting it leave, the leaders' monthly look (R31, R37).

What is then owed is kept by key_student_duty; who may belong on the list is in risk.
"""

from datetime import datetime
from uuid import UUID

import db.key_student as rows
from core.rules.base import Record
from core.rules.errors import OutOfSight
from core.rules.file import Child, GuardianLine
from core.rules.key_student import (
    ENTERED_BY,
    LED_BY,
    AlreadyKey,
    KeyCheck,
    KeyEntry,
    KeyExit,
    KeySaysNothing,
    KeySource,
    KeyStays,
    NoKeyInClass,
    NotKey,
)
from core.rules.risk import Risk, told
from core.rules.staff import Role
from core.rules.time import Moment
from core.rules.visit_record import VisitLine
from core.services.desk import Desk
from core.services.file import guardians_masked, note_reading, seen
from core.services.key_student_duty import settle
from core.services.risk import known_of
from db.key_student import Entry
from db.outbox import tell
from db.pool import Conn
from db.visit import of_student


class KeyFile(Record):
    """重点生档案 of a child (domain.md 4.12): also of one that is not on the list yet."""

    now: Moment
    child: Child
    guardians: tuple[GuardianLine, ...]
    # 包保教师: who heads the class.
    heads: str | None
    # What is found today.
    why: str
    on_list: bool
    visit_due_at: Moment | None
    entries: tuple[KeyEntry, ...]
    # The newest version of each, and the looks at the class's records, since the first entry.
    visits: tuple[VisitLine, ...]
    checks: tuple[KeyCheck, ...]
    may_enter: bool
    may_leave: bool


async def file(
    desk: Desk, township_id: int, student_id: int, *, again: bool = False
) -> KeyFile:
    """Return a child's file as 重点生; the reading is written down.

    Raises OutOfSight, NotYours.
    """
    desk.actor.must_open_files()
    async with desk.jotting() as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        if not again:
            await note_reading(desk, conn, child, now)
        known = await known_of(conn, child, now)
        entries = await rows.entries(conn, child)
        since = entries[0].entered_at if entries else now
        made = await of_student(conn, child)
        return KeyFile(
            now=now,
            child=child,
            guardians=await guardians_masked(conn, child),
            heads=await rows.heads(conn, child, now),
            why=told(known.reasons),
            on_list=await rows.on_list(conn, child),
            visit_due_at=known.row.visit_due_at,
            entries=entries,
            visits=tuple(v for v in made if v.newest and v.visited_at >= since),
            checks=await rows.checks(conn, child, since) if entries else (),
            may_enter=_holds(desk, child, *ENTERED_BY),
            may_leave=_holds(desk, child, *LED_BY),
        )


async def enter(
    desk: Desk, township_id: int, student_id: int, words: tuple[str, str], op_id: UUID
) -> None:
    """Enter a child, with (why, what is to be done); what is found of it is written too.

    Raises OutOfSight, NotYours, KeySaysNothing where neither the facts nor the person say
    why, AlreadyKey.
    """
    note, measures = words[0].strip(), words[1].strip()
    async with desk.writing("key_student.enter", op_id) as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        _must_hold(desk, child, *ENTERED_BY)
        known = await known_of(conn, child, now)
        why = "；".join(part for part in (told(known.reasons), note) if part)
        if not why:
            raise KeySaysNothing("列入原因")
        source = KeySource.RISK if known.reasons else KeySource.JUDGED
        if any(reason.risk is Risk.SIGN for reason in known.reasons):
            source = KeySource.SIGN
        if known.row.case_open:
            source = KeySource.CASE
        by = desk.actor.account_id
        made = Entry(source=source, reasons=why, measures=measures)
        if not await rows.enter(conn, child, made, by, now):
            raise AlreadyKey
        await _settled(conn, child, (now, by))


async def leave(
    desk: Desk, township_id: int, student_id: int, why: tuple[KeyExit, str], op_id: UUID
) -> None:
    """Let a child leave the list, for (reason, in words).

    Raises OutOfSight, NotYours, KeySaysNothing, NotKey, KeyStays while a case is open or a
    sign unanswered.
    """
    reason, note = why[0], why[1].strip()
    if not note:
        raise KeySaysNothing("退出的依据")
    async with desk.writing("key_student.leave", op_id) as (conn, now):
        child = await seen(desk, conn, student_id, now, township_id)
        _must_hold(desk, child, *LED_BY)
        if not await rows.on_list(conn, child):
            raise NotKey
        if not await rows.owed_here(conn, child):
            raise OutOfSight
        if await rows.is_open(conn, child):
            raise KeyStays("有未销号的个案")
        if await rows.sign_waits(conn, child):
            raise KeyStays("有迹象尚待备案或家访")
        by = desk.actor.account_id
        await rows.leave(conn, child, (reason, note), by, now)
        await _settled(conn, child, (now, by))


async def check(desk: Desk, place: tuple[int, int, int], note: str, op_id: UUID) -> None:
    """Write down the leader's look at the records of (township, school, class) (R37).

    Raises OutOfSight, NotYours, KeySaysNothing, NoKeyInClass.
    """
    township_id, school_id, class_id = place
    must_check(desk, place)
    if not note.strip():
        raise KeySaysNothing("检查情况")
    async with desk.writing("key_student.check", op_id) as (conn, now):
        held = await rows.standing(conn, township_id, school_id, now)
        count = sum(one.class_id == class_id for one in held)
        if not count:
            raise NoKeyInClass
        signed = (now, desk.actor.account_id)
        await rows.check(conn, place, (count, note.strip()), signed)
        await settle(conn, township_id, school_id, signed)
        await tell(conn, township_id, "duty", now)


def must_check(desk: Desk, place: tuple[int, int, int]) -> None:
    """Refuse whoever leads no school of (township, school, class): OutOfSight, NotYours."""
    desk.actor.must_hold(*LED_BY, township_id=place[0], school_id=place[1])


def _holds(desk: Desk, child: Child, *roles: Role) -> bool:
    return desk.actor.holds(
        *roles,
        township_id=child.township_id,
        school_id=child.school_id,
        class_id=child.class_id,
    )


def _must_hold(desk: Desk, child: Child, *roles: Role) -> None:
    desk.actor.must_hold(
        *roles,
        township_id=child.township_id,
        school_id=child.school_id,
        class_id=child.class_id,
    )


async def _settled(conn: Conn, child: Child, signed: tuple[datetime, int]) -> None:
    await settle(conn, child.township_id, child.school_id, signed)
    for noun in ("duty", "key_student"):
        await tell(conn, child.township_id, noun, signed[0])
