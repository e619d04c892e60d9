"""Accounts: which of them nobody may give, shut out or sign in as."""

from datetime import date

import pytest

from core.rules.errors import NotYours
from core.rules.staff import Acting, Post, Role
from core.rules.staff_account import GrantPlace, NewAccount, NoAccount
from core.services import seat, staff
from core.services.desk import Desk
from db.pool import Pool
from tests.services.school_town import RIVER, TOWNSHIP, SchoolTown, build

SYSTEM = f"system-{TOWNSHIP}"


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


@pytest.fixture
async def admin(town: SchoolTown) -> Desk:
    front = seat.front_desk(town.pool, lambda _: town.now)
    new = NewAccount(signin_name="guanli", name="管理员")
    await staff.add(front, new, GrantPlace(role=Role.ADMIN, township_id=0))
    return await seat.seat_by_name(front, "guanli")


@pytest.mark.parametrize("name", [SYSTEM, "baoxue"])
async def test_the_system_s_own_accounts_are_nobody_s(town, admin, name):
    for act in (
        staff.disable(admin, name),
        staff.set_password(admin, name, "x"),
        staff.add_key(admin, name, "ssh-ed25519 x"),
    ):
        with pytest.raises(NoAccount):
            await act
    # The township's alarms go on.
    assert await town.ring() == 0


async def test_a_person_s_account_is_shut_out(town, admin):
    await staff.disable(admin, "li")
    with pytest.raises(seat.OutOfSight):
        await town.desk("li")


def place_of(post: Post | None, role: Role = Role.LEADER) -> GrantPlace:
    return GrantPlace(role=role, post=post, township_id=TOWNSHIP, school_id=RIVER)


DAYS = (date(2026, 11, 23), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("own", "place", "acting", "may"),
    [
        ("vice", place_of(Post.VICE), None, True),
        ("vice", place_of(Post.PRINCIPAL), None, False),
        ("vice", place_of(None), Acting.SIGNATURE, False),
        ("principal", place_of(None), Acting.SIGNATURE, True),
        ("principal", place_of(Post.PRINCIPAL), None, False),
        ("principal", place_of(None, Role.OFFICE), None, False),
        ("principal", place_of(None, Role.ADMIN), None, False),
    ],
)
async def test_31_who_signs_is_appointed_above_or_by_the_principal(
    town, own, place, acting, may
):
    await town.write("UPDATE account_grant SET post = $1 WHERE account_id = 8", own)
    desk = await town.desk("wang")
    if may:
        await staff.grant(desk, "reg", place, acting, DAYS)
    else:
        with pytest.raises(NotYours):
            await staff.grant(desk, "reg", place, acting, DAYS)


async def test_31_who_stands_in_gives_no_post(town):
    place, who = place_of(None, Role.TEACHER), "reg"
    await staff.grant(await town.desk("wang"), who, place_of(None), Acting.SIGNATURE, DAYS)
    with pytest.raises(NotYours):
        await staff.grant(await town.desk(who), "liu", place, None, DAYS)
