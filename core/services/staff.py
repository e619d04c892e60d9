"""Giving people accounts, passwords, keys and grants.  Signing in is in `seat`."""

from datetime import date, datetime
from uuid import UUID

import db.staff as rows
from core.rules.acting import signs_over
from core.rules.errors import NotYours, Refusal
from core.rules.password import must_be_strong
from core.rules.staff import (
    SCHOOL_ROLES,
    WHOLE_TOWNSHIP,
    Acting,
    Actor,
    Post,
    Role,
    covers,
)
from core.rules.staff_account import (
    GrantPlace,
    NameTaken,
    NewAccount,
    NoAccount,
    OsUserTaken,
    StaffLine,
    WrongPassword,
)
from core.rules.time import day_of
from core.services import seat
from core.services.desk import Desk
from core.services.password import PasswordChecker
from db.pool import Conn


class NoAdmin(Refusal):
    """Nothing may be done before the first 系统管理员 exists."""

    def __init__(self) -> None:
        super().__init__(
            "还没有系统管理员，请先执行：./baoxue staff add 登录名 姓名 --role 系统管理员"
        )


async def change_password(
    desk: Desk, old: str | None, new: str, checker: PasswordChecker
) -> None:
    """Replace this person's own password.

    `old` is None at the first sign-in, when the old one has just been checked.
    Raises WrongPassword, WeakPassword or GuessedPassword.
    """
    must_be_strong(new, desk.actor.signin_name)
    async with desk.reading() as (conn, _):
        found = await rows.password_of(conn, desk.actor.signin_name)
    current = None if found is None else found.secret
    if old is not None and not await checker.matches(current, old):
        raise WrongPassword
    if await checker.matches(current, new):
        raise Refusal("新密码与原密码相同，请换一个。")
    secret = await checker.hash(new)
    async with desk.writing("staff.change_password") as (conn, now):
        await rows.set_password(conn, desk.actor.account_id, secret, now, must_change=False)


def must_admit(actor: Actor, place: GrantPlace, acting: Acting | None = None) -> None:
    """Refuse unless this person may give a role, or a stand-in's, at a place.

    系统管理员 anywhere; 教管组 the posts of its schools; 校领导, not their stand-ins, those of
    the own school.  Who signs for a school is appointed above it, or by its 校长 (31).
    """
    if actor.holds(Role.ADMIN):
        return
    if place.school_id is None or place.role not in SCHOOL_ROLES:
        raise NotYours(Role.ADMIN.label)
    where = {"township_id": place.township_id, "school_id": place.school_id}
    if actor.holds(Role.OFFICE, **where):
        return
    signs = place.post is Post.PRINCIPAL or acting is Acting.SIGNATURE
    if signs and not (acting is not None and signs_over(actor, place.school_id)):
        raise NotYours(Role.OFFICE.label)
    own = [g for g in actor.grants if g.acting is None and g.role is Role.LEADER]
    if place.school_id not in {g.school_id for g in own}:
        raise NotYours(Role.ADMIN.label)


async def add(
    desk: Desk, new: NewAccount, place: GrantPlace, to_on: date | None = None
) -> int:
    """Make an account with its first grant; return its id.

    Raises NameTaken, OsUserTaken, NotYours, TwoPowers, or NoAdmin while there is no
    系统管理员 to make it.
    """
    async with desk.writing("staff.add") as (conn, now):
        if seat.is_program(desk):
            if place.role is not Role.ADMIN or await rows.admin_exists(conn):
                raise NoAdmin
        else:
            must_admit(desk.actor, place)
        account = await rows.add_account(conn, new, now, must_change=True, system_of=None)
        if account is None:
            if new.os_user and await rows.account_id(conn, new.signin_name) is None:
                raise OsUserTaken(new.os_user)
            raise NameTaken(new.signin_name)
        if new.password_hash is not None:
            await rows.set_password(conn, account, new.password_hash, now, must_change=True)
        days = (day_of(now), to_on)
        _must_last(*days)
        await rows.add_grant(conn, account, place, None, days, desk.actor.account_id, now)
        return account


def _must_last(from_on: date, to_on: date | None) -> None:
    """Refuse days that are over before they begin."""
    if to_on is not None and to_on <= from_on:
        raise Refusal("截止日期（不含）须晚于起始日期，请核对后重填。")


async def grant(
    desk: Desk,
    signin_name: str,
    place: GrantPlace,
    acting: Acting | None,
    days: tuple[date, date | None],
    op_id: UUID | None = None,
) -> None:
    """Give an account another role from `days[0]` until before `days[1]` (代班, 代签).

    Raises NoAccount, NotYours, TwoPowers or AlreadyDone.
    """
    must_admit(desk.actor, place, acting)
    _must_last(*days)
    if acting is not None and days[1] is None:
        raise Refusal("代班、代签须写明截止日期，请补填后再办理。")
    async with desk.writing("staff.grant", op_id) as (conn, now):
        account = await rows.account_id(conn, signin_name, of_person=True)
        if account is None:
            raise NoAccount(signin_name)
        given_by = desk.actor.account_id
        await rows.add_grant(conn, account, place, acting, days, given_by, now)


async def _administered(desk: Desk, signin_name: str) -> int:
    """Return the account's id if this person may administer it.

    The system's own accounts are nobody's: disabled, a township's alarms would be silent.
    """
    if not desk.actor.holds(Role.ADMIN):
        raise NotYours(Role.ADMIN.label)
    async with desk.reading() as (conn, _):
        account = await rows.account_id(conn, signin_name, of_person=True)
    if account is None:
        raise NoAccount(signin_name)
    return account


async def set_password(desk: Desk, signin_name: str, secret: str) -> None:
    """Give an account a new first password (its hash); it must be changed at sign-in."""
    account = await _administered(desk, signin_name)
    async with desk.writing("staff.set_password") as (conn, now):
        await rows.set_password(conn, account, secret, now, must_change=True)


async def pass_first_sign_in(desk: Desk, signin_name: str) -> None:
    """Let a demonstration's account in without a new password first."""
    account = await _administered(desk, signin_name)
    async with desk.writing("staff.pass_first_sign_in") as (conn, _):
        await rows.must_change(conn, account, must_change=False)


async def add_key(desk: Desk, signin_name: str, public_key: str) -> None:
    """Let an SSH key open the door for an account."""
    account = await _administered(desk, signin_name)
    async with desk.writing("staff.add_key") as (conn, now):
        await rows.add_key(conn, account, public_key, now)


async def disable(desk: Desk, signin_name: str) -> None:
    """Shut an account out; everything it signed stays."""
    account = await _administered(desk, signin_name)
    if account == desk.actor.account_id:
        # The last 系统管理员 would shut everybody out, themselves included.
        raise Refusal("不能停用自己的账号，请由另一名系统管理员办理。")
    async with desk.writing("staff.disable") as (conn, now):
        await rows.disable(conn, account, now)


async def listing(desk: Desk) -> tuple[StaffLine, ...]:
    """Return the accounts this person may know of."""
    townships: set[int] | None = {
        g.township_id
        for g in desk.actor.grants
        if g.role in WHOLE_TOWNSHIP | {Role.LEADER, Role.REGISTRAR}
    }
    if desk.actor.holds(Role.ADMIN):
        townships = None
    async with desk.reading() as (conn, now):
        return await rows.listing(conn, townships, day_of(now))


def reaches(actor: Actor, township_id: int) -> bool:
    """Tell whether any grant of this person lies in a township."""
    return any(covers(g.township_id, township_id) for g in actor.grants)


async def make_system(
    conn: Conn, township_id: int, township_name: str, now: datetime
) -> None:
    """Make the account that signs what the system does by itself in a township."""
    new = NewAccount(signin_name=f"system-{township_id}", name=f"系统（{township_name}）")
    account = await rows.add_account(
        conn, new, now, must_change=False, system_of=township_id
    )
    if account is not None:
        place = GrantPlace(role=Role.SYSTEM, township_id=township_id)
        days = (day_of(now), None)
        await rows.add_grant(conn, account, place, None, days, seat.PROGRAM_ID, now)
