"""Who may know, and end, where somebody is signed in."""

from datetime import timedelta
from uuid import uuid4

import pytest

from core.rules.presence import Newcomer, NotSignedIn, PlaceKind
from core.rules.staff import Acting, Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.services import presence_list, seat, staff
from core.services.presence import Presence
from db.pool import DbRole
from tests.services.file_town import CLOUD, MONDAY, PEOPLE, RIVER, TOWNSHIP, Town, build
from tests.services.test_presence import Sitter

DAYS = (MONDAY.date(), MONDAY.date() + timedelta(days=5))


@pytest.fixture
async def town(pool) -> Town:
    """Everybody is signed in once, and the administrator as well."""
    town = await build(pool)
    town.front = seat.front_desk(pool, lambda _: town.now)
    new = NewAccount(signin_name="guanli", name="管理员")
    admin = await staff.add(town.front, new, GrantPlace(role=Role.ADMIN, township_id=0))
    presence = Presence(town.front)
    town.places = {}
    for name, account in {n: p.account_id for n, p in PEOPLE.items()}.items() | {
        ("guanli", admin)
    }:
        who = Newcomer(
            account_id=account, address="10.1.1.9", origin="10.1.1.9", by="key",
            kind=PlaceKind.TERMINAL,
        )  # fmt: skip
        town.places[name] = uuid4()
        await presence.enter(town.places[name], who, Sitter())
    return town


EVERYBODY = set(PEOPLE) | {"guanli"}
OF_RIVER = {"li", "wang", "liu", "reg", "four"}


@pytest.mark.parametrize(
    ("who", "whose"),
    [
        ("guanli", EVERYBODY),
        ("office", {"office", "zhou"} | OF_RIVER),
        ("wang", OF_RIVER),
        ("reg", {"reg"}),
        ("li", {"li"}),
        ("gov", {"gov"}),
        ("bureau", {"bureau"}),
    ],
)
async def test_one_sees_and_ends_the_places_of_whom_one_answers_for(town, who, whose):
    desk = await seat.seat_by_name(town.front, who)
    assert {p.signin_name for p in await presence_list.seated(desk)} == whose
    for name in EVERYBODY - whose:
        with pytest.raises(NotSignedIn):
            await presence_list.sign_out(desk, town.places[name], uuid4())
    for name in whose:
        await presence_list.sign_out(desk, town.places[name], uuid4())
    assert await presence_list.seated(desk) == ()
    said = await town.pool.fetch(
        "SELECT account_id, act, became ->> 'place_id' AS place FROM journal"
        " WHERE relation = 'sign_out'"
    )
    by = desk.actor.account_id
    assert {tuple(row) for row in said} == {
        (by, "presence.sign_out", str(town.places[name])) for name in whose
    }


async def test_who_has_a_post_elsewhere_too_is_no_principal_s_to_sign_out(town):
    there = GrantPlace(role=Role.TEACHER, township_id=TOWNSHIP, school_id=CLOUD)
    await staff.grant(await town.desk("office"), "liu", there, None, DAYS)
    seen = await presence_list.seated(await town.desk("wang"))
    assert {p.signin_name for p in seen} == OF_RIVER - {"liu"}


async def test_who_stands_in_for_the_principal_signs_nobody_out(town):
    signature = GrantPlace(role=Role.LEADER, township_id=TOWNSHIP, school_id=RIVER)
    await staff.grant(await town.desk("wang"), "liu", signature, Acting.SIGNATURE, DAYS)
    seen = await presence_list.seated(await town.desk("liu"))
    assert {p.signin_name for p in seen} == {"liu"}


async def test_the_wall_itself_keeps_another_school_s_places(town):
    """Even a statement that forgets to ask sees no more, and orders no more."""
    desk = await town.desk("wang")
    assert desk.badge.role is DbRole.PEOPLE
    async with desk.reading() as (conn, _):
        rows = await conn.fetch("SELECT account_id FROM signin_session")
    assert {r["account_id"] for r in rows} == {PEOPLE[n].account_id for n in OF_RIVER}
