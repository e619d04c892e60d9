"""离任: one act passes posts, duties and drafts to a successor, and shuts the account.

Duties belong to posts (duty), so they pass with them.  What somebody signed stays theirs.
"""

from datetime import datetime
from uuid import UUID

import db.leaver as rows
from core.rules.errors import NotYours
from core.rules.initial import initials_of
from core.rules.leaver import (
    Handover,
    HeldPost,
    Holder,
    NoSuccessor,
    NothingHeld,
    OwnLeaving,
    SamePerson,
)
from core.rules.staff import Acting, Post, Role
from core.rules.staff_account import GrantPlace, NoAccount
from core.rules.time import day_of
from core.services import staff
from core.services.desk import Desk
from core.services.presence_list import reach_of
from db.outbox import tell
from db.pool import Conn
from db.staff import disable


async def holders(desk: Desk) -> tuple[Holder, ...]:
    """Return who has a post that this person gives, and may leave or succeed.

    Raises NotYours.
    """
    _must_give_posts(desk)
    async with desk.reading() as (conn, now):
        found = await rows.holders(conn, reach_of(desk.actor), day_of(now))
    return tuple(
        one.model_copy(
            update={"initials": initials_of(one.name), "posts": _labels(one.posts)}
        )
        for one in found
    )


def _must_give_posts(desk: Desk) -> None:
    if reach_of(desk.actor).is_empty:
        raise NotYours(f"{Role.LEADER.label}、{Role.OFFICE.label}、{Role.ADMIN.label}")


def _labels(codes: str) -> str:
    known = {member.value: member.label for kind in (Role, Post) for member in kind}
    return "、".join(known.get(code, code) for code in codes.split())


async def leave(desk: Desk, leaver: str, successor: str, op_id: UUID) -> Handover:
    """Pass everything on today, and shut the leaver's account (staff.must_admit decides).

    Raises NotYours, NoAccount, SamePerson, OwnLeaving, NoSuccessor, NothingHeld, TwoPowers,
    AlreadyDone.
    """
    _must_give_posts(desk)
    if leaver == successor:
        raise SamePerson
    if leaver == desk.actor.signin_name:
        raise OwnLeaving
    async with desk.writing("staff.leave", op_id) as (conn, now):
        day, by = day_of(now), desk.actor.account_id
        going, coming = await _parties(conn, leaver, successor)
        held = await _held(conn, desk, going, now)
        passing = tuple(p for p in held if p.acting is not Acting.SIGNATURE)
        if not passing:
            raise NothingHeld(going.name)
        # First: without a post the leaver would be nobody's to answer for.
        await rows.write_down(conn, op_id, (going.id, coming.id), by, now)
        ids = [post.id for post in passing]
        await rows.hand_on(conn, ids, coming.id, day, (by, now))
        await rows.end_all(conn, going.id, day)
        moved, left = await rows.move_drafts(conn, going.id, coming.id)
        await disable(conn, going.id, now)
        for township_id in sorted({post.township_id for post in held}):
            await tell(conn, township_id, "staff", now)
    return Handover(
        leaver=going.name,
        successor=coming.name,
        at=now,
        posts=tuple(post.called_on(day) for post in passing),
        ended=tuple(p.called_on(day) for p in held if p.acting is Acting.SIGNATURE),
        drafts=moved,
        drafts_left=left,
    )


async def _parties(
    conn: Conn, leaver: str, successor: str
) -> tuple[rows.Party, rows.Party]:
    """Return both accounts, held in one order whoever leaves for whom."""
    found: dict[str, rows.Party] = {}
    for name in sorted((leaver, successor)):
        party = await rows.party(conn, name)
        if party is None:
            raise NoAccount(name)
        found[name] = party
    if found[successor].disabled_at is not None:
        raise NoSuccessor(found[successor].name)
    return found[leaver], found[successor]


async def _held(
    conn: Conn, desk: Desk, going: rows.Party, now: datetime
) -> tuple[HeldPost, ...]:
    """Return what passes, if this person gives every one of these posts."""
    if not await rows.answers_for(conn, going.id):
        # A post that this person does not even see would be left behind.
        raise NotYours(Role.ADMIN.label)
    held = await rows.held(conn, going.id, day_of(now))
    for post in held:
        place = GrantPlace(
            role=post.role,
            post=post.post,
            township_id=post.township_id,
            school_id=post.school_id,
            class_id=post.class_id,
        )
        staff.must_admit(desk.actor, place)
    return held
