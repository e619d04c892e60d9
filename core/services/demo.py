"""The demonstration township, made by calling the services: it shows nothing they forbid."""

import csv
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Final, TypeAlias
from uuid import uuid4

from core.rules import demo, demo_days
from core.rules.calendar import SessionCode
from core.rules.demo import DemoPerson, DemoSchool
from core.rules.roll import PupilMark
from core.rules.sheet import Submission, SubmittedPart, current_marks
from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.rules.time import moment
from core.services import board, place, roll, roster, seat, staff, sweep
from core.services.demo_clock import Hands
from core.services.demo_deeds import REPORTED_ON, file_october, follow_up
from core.services.desk import Desk
from db.pool import Pool

# Told what is being done while the demonstration is built.
Say: TypeAlias = Callable[[str], None]


_TO_THE_LIMIT: Final = timedelta(minutes=22)


@asynccontextmanager
async def _admin(pool: Pool, hands: Hands) -> AsyncIterator[Desk]:
    front = seat.front_desk(pool, hands)
    new = NewAccount(signin_name="guanli", name="系统管理员")
    await staff.add(front, new, GrantPlace(role=Role.ADMIN, township_id=0))
    yield await seat.seat_by_name(front, "guanli")


async def build(pool: Pool, until: datetime, say: Say) -> None:
    """Build the township up to the moment `until`; `say` is told what is being done."""
    hands = Hands(moment(demo.LIVE_ON, time(7)))
    front = seat.front_desk(pool, hands)
    async with _admin(pool, hands) as admin:
        say("建立乡镇、学校、名册")
        await _places(admin)
        await _people(admin)
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


def _named(person: DemoPerson) -> place.Named:
    if person.school is not None:
        return place.Named(school=person.school, class_name=person.class_name)
    if person.role in {Role.BUREAU, Role.SUPERVISION}:
        return place.Named(county=demo.TOWNSHIP // 1000)
    return place.Named(township=demo.TOWNSHIP)


async def _people(admin: Desk) -> None:
    for person in demo.PEOPLE:
        new = NewAccount(signin_name=person.signin, name=person.name)
        where = await place.grant_place(admin, person.role, person.post, _named(person))
        await staff.add(admin, new, where)
        await staff.pass_first_sign_in(admin, person.signin)


async def _days(front: Desk, hands: Hands, until: datetime, say: Say) -> None:
    """Take every roll of every school day as it fell due, and sweep at its end."""
    day = demo.LIVE_ON
    while day <= until.date():
        say(f"{day:%m-%d} 点名")
        for session in (SessionCode.AM, SessionCode.PM, SessionCode.NIGHT):
            await _session(front, hands, day, session, until)
            # The limit of the session just held is where its alarms ring.
            hands.now = max(hands.now, min(until, hands.now + _TO_THE_LIMIT))
            await sweep.everything(front)
        if day == REPORTED_ON:
            await file_october(front, hands)
        if day < until.date():
            await follow_up(front, hands, day, until)
        hands.now = min(until, moment(day, time(22)))
        await sweep.everything(front)
        day += timedelta(days=1)


async def _session(
    front: Desk, hands: Hands, day: date, code: SessionCode, until: datetime
) -> None:
    for signin in ("zhaoxiaozhang", "chenxiaozhang"):
        desk = await seat.seat_by_name(front, signin)
        for line in (await board.rolls(desk, day)).lines:
            at = line.session.starts_at + timedelta(minutes=8)
            if line.session.session is not code or at > until:
                continue
            if demo_days.skipped(line.class_name, day, code):
                continue
            hands.now = at
            await _take(desk, line.class_id, day, code)


async def _take(desk: Desk, class_id: int, day: date, code: SessionCode) -> None:
    sheet = await roll.open_sheet(desk, demo.TOWNSHIP, (class_id,), day, code)
    part = sheet.parts[0]
    base = current_marks(part)
    wanted = tuple(
        PupilMark(
            student_id=pupil.student_id,
            mark=demo_days.mark_of(part.class_name, pupil.seat_no or 0, day, code),
        )
        for pupil in part.pupils
    )
    sent = SubmittedPart(class_id=class_id, base=base, wanted=wanted)
    submission = Submission(township_id=demo.TOWNSHIP, day=day, session=code, parts=(sent,))
    await roll.submit(desk, submission, uuid4())
