"""Seats: the desk each person, command or sweep works at.

Checking a password is sign_in's.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Final

import db.key as keys
import db.seat as sittings
import db.staff as rows
from core.rules.errors import OutOfSight
from core.rules.password import PasswordAge
from core.rules.staff import Actor, Grant, Role
from core.rules.staff_account import NoAccount
from core.rules.time import Clock, day_of
from core.rules.trouble import Away, Lost
from core.services.desk import Desk, database_time
from db.pool import Badge, DbRole, Pool

PROGRAM_ID: Final = 0
_PROGRAM: Final = Actor(
    account_id=PROGRAM_ID,
    signin_name="baoxue",
    name="系统",
    grants=(Grant(id=0, role=Role.SYSTEM, township_id=0, from_on=date(2026, 9, 1)),),
)


def front_desk(pool: Pool, clock: Clock = database_time) -> Desk:
    """Return the program's own desk: it checks sign-ins and makes the first admin."""
    return Desk(_PROGRAM, pool, clock, Badge(DbRole.FRONT))


def watch_desk(front: Desk) -> Desk:
    """Return the program's desk for what it watches in every township."""
    return replace(front, badge=Badge(DbRole.SWEEP))


def is_program(desk: Desk) -> bool:
    """Tell whether this is the program's own desk rather than a person's."""
    return desk.actor.account_id == PROGRAM_ID


async def keys_of(front: Desk, name: str) -> tuple[tuple[int, str], ...]:
    """Return the SSH public keys that open the door for a name, each with its account."""
    async with front.reading() as (conn, _):
        return await keys.keys_of(conn, name)


async def owner_of_key(front: Desk, kind: str, key: str) -> int | None:
    """Return the account that an SSH key opens; of a key that two share, none."""
    async with front.reading() as (conn, _):
        owners = await keys.owners_of_key(conn, kind, key)
    return owners[0] if len(owners) == 1 else None


async def account_of(front: Desk, name: str) -> int | None:
    """Return the id behind a sign-in name."""
    async with front.reading() as (conn, _):
        return await rows.account_id(conn, name)


async def seat(front: Desk, account_id: int, age: PasswordAge | None = None) -> Desk:
    """Return the desk of a person, with the grants in force today.

    `age` is given where a password was: it may have grown old.  Raises OutOfSight when
    the account is disabled.
    """
    async with front.jotting() as (conn, now):
        day = day_of(now)
        person = await rows.actor(conn, account_id, day)
        token = (
            None if person is None else await sittings.open_one(conn, account_id, day, now)
        )
    if person is None or token is None:
        raise OutOfSight
    if age is not None:
        held = person.grants, person.password_set_at, now
        told = {
            "password_is_old": age.is_over(*held),
            "password_ends_on": age.told_of(*held),
        }
        person = person.model_copy(update=told)
    badge = Badge(DbRole.PEOPLE, token)
    return Desk(
        person, front.pool, front.clock, badge, room=front.room, upkeep=front.upkeep
    )


async def leave(front: Desk, desk: Desk) -> None:
    """End a person's sitting: its token opens nothing any more.

    While the database is away the sitting stays; a later sweep forgets it.
    """
    if desk.badge.token is None:
        return
    with suppress(Away, Lost):
        async with front.jotting() as (conn, _):
            await sittings.close(conn, desk.badge.token)


async def seat_by_name(front: Desk, signin_name: str) -> Desk:
    """Return the desk of a sign-in name (`--as`); raises NoAccount."""
    account = await account_of(front, signin_name)
    if account is None:
        raise NoAccount(signin_name)
    return await seat(front, account)


async def seat_of_os_user(front: Desk, os_user: str) -> Desk | None:
    """Return the desk bound to an operating-system user, or None."""
    async with front.reading() as (conn, _):
        account = await rows.account_of_os_user(conn, os_user)
    return None if account is None else await seat(front, account)


async def system_desk(front: Desk, township_id: int) -> Desk:
    """Return the desk of a township's system account, which signs sweeps."""
    async with front.reading() as (conn, now):
        account = await rows.system_of(conn, township_id)
        system = account and await rows.actor(conn, account, day_of(now))
    if not system:
        raise OutOfSight
    return Desk(system, front.pool, front.clock, Badge(DbRole.SWEEP), room=front.room)


async def an_admin(front: Desk) -> int | None:
    """Return an account that administers this server today."""
    async with front.reading() as (conn, now):
        return await sittings.an_admin(conn, day_of(now))


async def has_admin(front: Desk) -> bool:
    """Tell whether this server has a 系统管理员 yet."""
    async with front.reading() as (conn, _):
        return await rows.admin_exists(conn)
