"""What the sweep does at the edges of a term: the lists to 教管组, and whose time is over.

Each list is told once a school and term; what it names is read live (29, 30).
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Final

import db.duty
import db.graduation as leavers
import db.register_unreturned as rows
from core.rules.calendar import Term
from core.rules.duty import DutyKind
from core.rules.place import class_name
from core.rules.roll_board import RollLine, Timetable, lines_of
from core.rules.sheet import EXPECTED
from core.rules.staff import Scope
from core.rules.time import day_of, moment
from core.rules.unreturned import SchoolCount, Unreturned, Why
from core.services.absence_watch import timetable_of
from core.services.desk import Desk
from core.services.graduation import turned_on
from db.board import classes_today
from db.duty import NewDuty
from db.export import Picked
from db.outbox import tell
from db.pool import Conn

# A server that stood still tells the lists late rather than never.
_TOLD_WITHIN: Final = timedelta(days=30)
_DAY_IS_OVER: Final = time(23, 59)
_MIDNIGHT: Final = time()


async def watch(system: Desk, township_id: int) -> None:
    """Owe the lists of a term's edges, and the graduation of who is beyond the last grade."""
    async with system.reading() as (conn, now):
        timetable = await timetable_of(conn, township_id, now)
        if timetable is None:
            return
        fresh = await _lists(conn, township_id, timetable, now)
        graduates = await _graduates(conn, township_id, now)
        about = {(duty.subject_id, duty.words) for duty in graduates}
        kind = DutyKind.GRADUATES
        changed = about != await db.duty.open_about(conn, township_id, kind)
    if not fresh and not changed:
        return
    account = system.actor.account_id
    async with system.writing("term.watch") as (conn, now):
        await db.duty.open_all(conn, township_id, fresh, now)
        await db.duty.keep(conn, township_id, kind, graduates, (now, account))
        await tell(conn, township_id, "duty", now)


async def _lists(
    conn: Conn, township_id: int, timetable: Timetable, now: datetime
) -> list[NewDuty]:
    today = day_of(now)
    begun = [term for term in timetable.terms if term.from_on <= today]
    if not begun:
        return []
    term = max(begun, key=lambda term: term.from_on)
    running = today < term.to_on
    kind = DutyKind.NOT_REGISTERED if running else DutyKind.TERM_END
    edge = term.from_on if running else term.to_on
    if today > edge + _TOLD_WITHIN:
        return []
    known = await db.duty.told_since(conn, township_id, kind, moment(edge, _MIDNIGHT))
    scope = Scope(reach=(township_id,), townships=(township_id,))
    lines: tuple[RollLine, ...] = ()
    if running:
        lines = await _first_rolls(conn, scope, timetable, term, now)
    found = await rows.listed(conn, Picked(scope=scope), today)
    return [
        NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=one.school_id,
            subject_id=one.school_id,
            words=one.words,
            due_at=moment(today, _DAY_IS_OVER),
        )
        for one in _counts(found, lines)
        if one.school_id not in known
    ]


async def _first_rolls(
    conn: Conn, scope: Scope, timetable: Timetable, term: Term, now: datetime
) -> tuple[RollLine, ...]:
    """Return the first roll of each class in a term, where its limit has gone by."""
    day = term.from_on
    while day <= day_of(now):
        classes = await classes_today(conn, scope, day, sorted(EXPECTED))
        lines = lines_of(classes, (timetable,), day)
        if lines:
            firsts: dict[int, RollLine] = {}
            for line in sorted(lines, key=lambda line: line.session.starts_at):
                firsts.setdefault(line.class_id, line)
            return tuple(one for one in firsts.values() if now >= one.session.limit_at)
        day += timedelta(days=1)
    return ()


def _counts(
    found: Iterable[Unreturned], lines: Iterable[RollLine]
) -> tuple[SchoolCount, ...]:
    """Count by school; a list of a beginning waits for the limit of the first roll."""
    names: dict[int, str] = {}
    missing: Counter[int] = Counter()
    gone: Counter[int] = Counter()
    untaken: Counter[int] = Counter()
    called = {line.school_id for line in lines}
    for line in lines:
        names[line.school_id] = line.school_name
        untaken[line.school_id] += line.taken is None
    for one in found:
        if one.why is Why.START and one.school_id not in called:
            continue
        names[one.school_id] = one.school_name
        (gone if one.why is Why.LEAVER else missing)[one.school_id] += 1
    return tuple(
        SchoolCount(
            school_id=school_id,
            school_name=name,
            missing=missing[school_id],
            leavers=gone[school_id],
            untaken=untaken[school_id],
        )
        for school_id, name in names.items()
        if missing[school_id] or gone[school_id] or untaken[school_id]
    )


async def _graduates(conn: Conn, township_id: int, now: datetime) -> list[NewDuty]:
    """Return what schools owe for classes beyond their last grade."""
    kind, turned = DutyKind.GRADUATES, turned_on(day_of(now))
    found: dict[int, list[leavers.Leaving]] = {}
    for one in await leavers.leaving(conn, (township_id,), turned):
        found.setdefault(one.school_id, []).append(one)
    duties = []
    for school_id, classes in found.items():
        first = classes[0]
        # Called as they were called until the year turned.
        name = class_name(first.cohort, first.number, turned - timedelta(days=1))
        others = f"等{len(classes)}个班" if len(classes) > 1 else ""
        duty = NewDuty(
            kind=kind,
            owed_by=kind.owes,
            school_id=school_id,
            subject_id=school_id,
            words=f"{name}{others}{sum(len(c.enrolment_ids) for c in classes)}人",
            due_at=moment(turned + timedelta(days=14), _MIDNIGHT),
        )
        duties.append(duty)
    return duties
