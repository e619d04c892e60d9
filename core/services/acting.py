"""代班 and 代签: dated stand-ins, given by 校领导 on one screen (15, 31).

A roll prints 代点名, a paper prints 校长授权; the grant itself is made in `staff`.
"""

from datetime import timedelta
from uuid import UUID

import db.acting as rows
import db.place
from core.rules.acting import (
    ActingDraft,
    Colleague,
    GrantBoard,
    NotOfSchool,
    OwnClass,
    must_give,
    must_last,
    signs_over,
)
from core.rules.errors import NotYours
from core.rules.initial import initials_of
from core.rules.staff import Acting, Post, Role
from core.rules.staff_account import GrantPlace
from core.rules.time import day_of
from core.services import staff
from core.services.desk import Desk
from db.outbox import tell


def _school(desk: Desk) -> tuple[int, int]:
    """Return the (township, school) a person leads; raises NotYours."""
    for grant in desk.actor.grants:
        if grant.role is Role.LEADER and grant.school_id and grant.acting is None:
            return grant.township_id, grant.school_id
    raise NotYours(Role.LEADER.label)


def _labels(codes: str) -> str:
    known = {member.value: member.label for kind in (Role, Post) for member in kind}
    return "、".join(known.get(code, code) for code in codes.split())


async def board(desk: Desk) -> GrantBoard:
    """Return the school's classes, its people and the stand-ins given; raises NotYours."""
    key = _school(desk)
    async with desk.reading() as (conn, now):
        day = day_of(now)
        school = await db.place.school(conn, *key)
        return GrantBoard(
            now=now,
            township_id=key[0],
            school_id=key[1],
            school_name="" if school is None else school.name,
            may_sign_over=signs_over(desk.actor, key[1]),
            classes=await rows.classes(conn, key, day),
            colleagues=tuple(
                _named(one)
                for one in await rows.colleagues(conn, key, day)
                if one.account_id != desk.actor.account_id
            ),
            grants=await rows.grants(conn, key, day),
        )


def _named(one: Colleague) -> Colleague:
    found = {"initials": initials_of(one.name), "posts": _labels(one.posts)}
    return one.model_copy(update=found)


async def give(desk: Desk, draft: ActingDraft, op_id: UUID) -> None:
    """Let a colleague stand in from a day to a day, both included.

    Raises NotYours, NoClass, BadDays, NotOfSchool, OwnClass, NoAccount, AlreadyDone.
    """
    must_give(desk.actor, draft)
    key = (draft.township_id, draft.school_id)
    async with desk.reading() as (conn, now):
        must_last(draft, day_of(now))
        people = await rows.colleagues(conn, key, day_of(now))
        classes = await rows.classes(conn, key, day_of(now))
    held = next((c for c in classes if c.class_id == draft.class_id), None)
    person = next((one for one in people if one.signin_name == draft.signin_name), None)
    if person is None or (held is None and draft.class_id is not None):
        raise NotOfSchool
    if held is not None and person.account_id in held.teacher_ids:
        raise OwnClass(person.name)
    signature = draft.acting is Acting.SIGNATURE
    place = GrantPlace(
        role=Role.LEADER if signature else Role.CLASS_TEACHER,
        township_id=draft.township_id,
        school_id=draft.school_id,
        class_id=None if signature else draft.class_id,
    )
    days = (draft.from_on, draft.last_on + timedelta(days=1))
    await staff.grant(desk, draft.signin_name, place, draft.acting, days, op_id)
    async with desk.jotting() as (conn, now):
        await tell(conn, draft.township_id, "staff", now)


async def end(desk: Desk, grant_id: int, op_id: UUID) -> None:
    """Take a stand-in back at once; raises NotYours, AlreadyDone."""
    key = _school(desk)
    async with desk.writing("staff.end_grant", op_id) as (conn, now):
        await rows.end(conn, key, grant_id, day_of(now))
        await tell(conn, key[0], "staff", now)
