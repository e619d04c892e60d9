"""The demonstration township, made by calling the services: it shows nothing they forbid."""

import csv
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Final, TypeAlias
from uuid import uuid4

from core.rules import demo, demo_days
from core.rules.calendar import SessionCode
from core.rules.demo import DemoSchool
from core.rules.demo_people import (
    ADMIN,
    COMBINED,
    OTHERS,
    PEOPLE,
    DemoPerson,
    keeper,
)
from core.rules.roll import PupilMark
from core.rules.roll_board import RollLine
from core.rules.session import Session
from core.rules.sheet import Submission, SubmittedPart, current_marks
from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.rules.time import moment
from core.services import board, combined, place, roll, roster, seat, staff, sweep
from core.services.demo_clock import Hands
from core.services.demo_deeds import (
    FILED_ON,
    REPORTED_ON,
    file_november,
    file_october,
    follow_up,
    register_children,
)
from core.services.desk import Desk
from db.pool import Pool

# Told what is being done while the demonstration is built.
Say: TypeAlias = Callable[[str], None]


_SUBMITTED_AFTER: Final = timedelta(minutes=8)
_TO_THE_LIMIT: Final = timedelta(minutes=22)
# Who signs in as one of these finds the latest roll of the day still to be taken.
_LEFT_TO_TRY: Final = frozenset({"lixiuying", "wangjianguo", "chenfang"})


@asynccontextmanager
async def _admin(pool: Pool, hands: Hands) -> AsyncIterator[Desk]:
    front = seat.front_desk(pool, hands)
    new = NewAccount(signin_name=ADMIN.signin, name=ADMIN.name)
    await staff.add(front, new, GrantPlace(role=ADMIN.role, township_id=0))
    yield await seat.seat_by_name(front, ADMIN.signin)


async def build(pool: Pool, until: datetime, say: Say) -> None:
    """Build the township up to the moment `until`; `say` is told what is being done."""
    hands = Hands(moment(demo.LIVE_ON, time(7)))
    front = seat.front_desk(pool, hands)
    async with _admin(pool, hands) as admin:
        say("建立乡镇、学校、名册")
        await _places(admin)
        await _people(admin, demo.LIVE_ON)
        await _days(front, hands, until, say)
    hands.now = until
    await sweep.everything(front)


async def _places(admin: Desk) -> None:
    await place.add_township(admin, demo.TOWNSHIP, demo.TOWNSHIP_NAME)
    number = 1
    for school in demo.SCHOOLS:
        await place.add_school(
            admin, school.code, school.name, demo.TOWNSHIP, school.kind, school.parent
        )
        await roster.take_in(admin, school.code, _csv(school, number), dry_run=False)
        number += school.pupils * len(school.classes)


def _csv(school: DemoSchool, first: int) -> bytes:
    out = StringIO()
    csv.writer(out).writerows(demo.roster_of(school, first))
    return out.getvalue().encode("utf-8-sig")


def _named(person: DemoPerson, class_name: str | None) -> place.Named:
    if person.school is not None:
        return place.Named(school=person.school, class_name=class_name)
    if person.role in {Role.BUREAU, Role.SUPERVISION, Role.AUDITOR}:
        return place.Named(county=demo.TOWNSHIP // 1000)
    return place.Named(township=demo.TOWNSHIP)


async def _people(admin: Desk, today: date) -> None:
    await staff.pass_first_sign_in(admin, ADMIN.signin)
    for person in (*PEOPLE, *OTHERS):
        if person is ADMIN:
            continue
        new = NewAccount(signin_name=person.signin, name=person.name)
        first, *more = person.classes or (None,)
        role, post = person.role, person.post
        where = await place.grant_place(admin, role, post, _named(person, first))
        await staff.add(admin, new, where)
        for name in more:
            also = await place.grant_place(admin, role, post, _named(person, name))
            await staff.grant(admin, person.signin, also, None, (today, None))
        await staff.pass_first_sign_in(admin, person.signin)
    await combined.combine(admin, demo.POINT, *COMBINED)


async def _days(front: Desk, hands: Hands, until: datetime, say: Say) -> None:
    """Take every roll of every school day as it fell due, and sweep at its end."""
    day = demo.LIVE_ON
    while day <= until.date():
        say(f"{day:%m-%d} 点名")
        for session in SessionCode:
            await _session(front, hands, day, session, until)
            # The limit of the session just held is where its alarms ring.
            hands.now = max(hands.now, min(until, hands.now + _TO_THE_LIMIT))
            await sweep.everything(front)
        if day == REPORTED_ON:
            await file_october(front, hands)
            await register_children(front, hands)
        if day < until.date():
            await follow_up(front, hands, day, until)
        if day == FILED_ON:
            await file_november(front, hands)
        hands.now = min(until, moment(day, time(22)))
        await sweep.everything(front)
        day += timedelta(days=1)


async def _session(
    front: Desk, hands: Hands, day: date, code: SessionCode, until: datetime
) -> None:
    for leader in ("zhaoxiaozhang", "chenxiaozhang"):
        desk = await seat.seat_by_name(front, leader)
        lines = (await board.rolls(desk, day)).lines
        for group in _sheets(lines, code):
            line = group[0]
            at = line.session.starts_at + _SUBMITTED_AFTER
            where = (line.school_name, line.class_name)
            if at > until or demo_days.skipped(*where, day, code):
                continue
            teacher = keeper(*where)
            if teacher in _LEFT_TO_TRY and line.session == _latest(lines, line, until):
                continue
            hands.now = at
            who = "sushe" if line.session.boarders_only else teacher or leader
            await _take(await seat.seat_by_name(front, who), group, day, code)


def _sheets(lines: Sequence[RollLine], code: SessionCode) -> list[tuple[RollLine, ...]]:
    """Return the rolls of a session, the classes of a 复式班 together."""
    groups: dict[int, list[RollLine]] = {}
    for line in lines:
        if line.session.session is code:
            groups.setdefault(line.combined_id or -line.class_id, []).append(line)
    return [tuple(group) for group in groups.values()]


def _latest(lines: Sequence[RollLine], of: RollLine, until: datetime) -> Session | None:
    """Return the last lesson of a class that has begun on the day the demonstration is built."""
    begun = [
        line.session
        for line in lines
        if line.class_id == of.class_id
        and not line.session.boarders_only
        and line.session.day == until.date()
        and line.session.starts_at + _SUBMITTED_AFTER <= until
    ]
    return max(begun, key=lambda session: session.starts_at, default=None)


async def _take(
    desk: Desk, group: Sequence[RollLine], day: date, code: SessionCode
) -> None:
    class_ids = tuple(line.class_id for line in group)
    sheet = await roll.open_sheet(desk, demo.TOWNSHIP, class_ids, day, code)
    parts = tuple(
        SubmittedPart(
            class_id=part.class_id,
            base=current_marks(part),
            wanted=tuple(
                PupilMark(
                    student_id=pupil.student_id,
                    mark=demo_days.mark_of(
                        group[0].school_name, part.class_name, pupil.seat_no or 0, day, code
                    ),
                )
                for pupil in part.pupils
            ),
        )
        for part in sheet.parts
    )
    submission = Submission(township_id=demo.TOWNSHIP, day=day, session=code, parts=parts)
    await roll.submit(desk, submission, uuid4())
