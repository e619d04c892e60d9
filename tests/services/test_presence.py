"""Who is signed in where: three a person over all processes, and shut accounts end."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

import db.presence as rows
from core.rules.presence import (
    Disabled,
    Newcomer,
    NotSignedIn,
    PlaceKind,
    PushedOut,
    SignedOutByOther,
    SignedOutElsewhere,
    TooManyPlaces,
)
from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.rules.trouble import Away
from core.services import presence_list, seat, staff, sweep
from core.services.presence import Presence
from db.signature import SittingOver
from tests.services.test_sign_in import Standing

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


class Sitter:
    """Stands in a place, and remembers why it had to go."""

    def __init__(self) -> None:
        self.why = None
        self.glances = 0

    def end(self, why):
        self.why = why

    def glance(self):
        self.glances += 1


class Server:
    """One process."""

    def __init__(self, front):
        self.presence = Presence(front)

    async def seats(self, account, kind=PlaceKind.TERMINAL):
        sitter = Sitter()
        sitter.place = uuid4()
        who = Newcomer(
            account_id=account, address="a", origin="a", by="password", kind=kind
        )
        await self.presence.enter(sitter.place, who, sitter)
        return sitter


@pytest.fixture
async def office(pool):
    """Two processes of one server, an administrator and a teacher, a clock that stands."""

    class Office:
        clock = Standing()

    found = Office()
    found.front = seat.front_desk(pool, found.clock)
    admin = GrantPlace(role=Role.ADMIN, township_id=0)
    new = NewAccount(signin_name="guanli", name="管理员")
    await staff.add(found.front, new, admin)
    found.admin = await seat.seat_by_name(found.front, "guanli")
    new = NewAccount(signin_name="li", name="李秀英")
    found.li = await staff.add(found.admin, new, admin)
    found.one, found.two = Server(found.front), Server(found.front)
    return found


async def test_three_places_are_held_and_the_fourth_ends_the_one_left_longest(office):
    first = await office.one.seats(office.li)
    office.clock.skip(minutes=1)
    second = await office.two.seats(office.li)
    office.clock.skip(minutes=1)
    third = await office.one.seats(office.li)
    office.one.presence.touch(first.place)
    office.clock.skip(minutes=1)
    await office.one.presence.look()  # writes down that the first was touched
    fourth = await office.two.seats(office.li)
    for server in (office.one, office.two):
        await server.presence.look()
    assert [type(s.why) for s in (first, second, third, fourth)] == [
        type(None),
        PushedOut,
        type(None),
        type(None),
    ]


async def test_another_persons_places_do_not_count(office):
    sitters = [await office.one.seats(office.li) for _ in range(3)]
    sitters += [await office.one.seats(office.admin.actor.account_id) for _ in range(3)]
    await office.one.presence.look()
    assert [s.why for s in sitters] == [None] * 6


async def test_a_fourth_command_is_refused(office):
    for _ in range(3):
        await office.one.seats(office.li)
    with pytest.raises(TooManyPlaces):
        await office.two.seats(office.li, PlaceKind.COMMAND)


async def test_whoever_leaves_makes_room(office):
    sitters = [await office.one.seats(office.li) for _ in range(3)]
    await office.one.presence.leave(sitters[0].place)
    await office.two.seats(office.li, PlaceKind.COMMAND)
    await office.one.presence.look()
    assert [s.why for s in sitters] == [None] * 3


async def test_a_dead_process_holds_nobodys_place(office, pool):
    for _ in range(3):
        await office.one.seats(office.li)
    office.clock.skip(seconds=29)
    with pytest.raises(TooManyPlaces):
        await office.two.seats(office.li, PlaceKind.COMMAND)
    office.clock.skip(seconds=1)
    await office.two.seats(office.li, PlaceKind.COMMAND)
    # Later its people are written down as gone when it was last heard of, though none
    # was pushed out: were it alive after all, nobody there would notice.
    office.clock.skip(minutes=10)
    await office.two.presence.look()
    await sweep.everything(office.front)
    ended = "SELECT count(*) FROM signin_session WHERE ended_at IS NOT NULL"
    assert await pool.fetchval(ended) == 3
    assert await pool.fetchval("SELECT count(*) FROM door_process") == 1


async def test_whoever_was_taken_for_dead_and_is_not_stays(office):
    sitter = await office.one.seats(office.li)
    office.clock.skip(hours=3)
    await office.two.presence.look()
    await sweep.everything(office.front)
    await office.one.presence.look()
    assert sitter.why is None


async def test_a_process_that_was_only_away_is_back_at_its_next_look(office):
    sitters = [await office.one.seats(office.li) for _ in range(3)]
    office.clock.skip(minutes=5)
    await office.one.presence.look()
    with pytest.raises(TooManyPlaces):
        await office.two.seats(office.li, PlaceKind.COMMAND)
    assert [s.why for s in sitters] == [None] * 3


async def test_a_disabled_account_ends_at_the_next_look_in_every_process(office):
    here, there = await office.one.seats(office.li), await office.two.seats(office.li)
    admin = await office.one.seats(office.admin.actor.account_id)
    await staff.disable(office.admin, "li")
    for server in (office.one, office.two):
        await server.presence.look()
    assert [type(s.why) for s in (here, there, admin)] == [Disabled, Disabled, type(None)]
    with pytest.raises(Disabled):
        await office.one.seats(office.li)


async def test_a_disabled_account_writes_nothing_from_that_very_moment(office):
    li = await seat.seat_by_name(office.front, "li")
    await staff.disable(office.admin, "li")
    with pytest.raises((Disabled, SittingOver), match="账号已停用"):
        async with li.writing("test.act"):
            pass


async def test_a_place_whose_leaving_was_not_written_down_is_ended_later(
    office, pool, monkeypatch
):
    sitter = await office.one.seats(office.li)

    async def away(*told):
        raise Away

    with monkeypatch.context() as patch:
        patch.setattr(rows, "end_place", away)
        await office.one.presence.leave(sitter.place)
    await office.one.presence.look()
    assert (
        await pool.fetchval("SELECT count(*) FROM signin_session WHERE ended_at IS NULL")
        == 0
    )


async def test_who_comes_in_while_a_look_is_under_way_is_not_taken_for_gone(
    office, pool, monkeypatch
):
    """Ended in the table but not on the screen: nobody would see or count them."""
    look, came = rows.look, []

    async def late(*told):
        came.append(await office.one.seats(office.li))
        return await look(*told)

    with monkeypatch.context() as patch:
        patch.setattr(rows, "look", late)
        await office.one.presence.look()
    await office.one.presence.look()
    assert came[0].why is None
    assert (
        await pool.fetchval("SELECT count(*) FROM signin_session WHERE ended_at IS NULL")
        == 1
    )


async def test_every_watched_terminal_glances_at_its_clock_at_each_look(office):
    sitter = Sitter()
    office.one.presence.watch(sitter)
    await office.one.presence.look()
    await office.one.presence.look()
    office.one.presence.unwatch(sitter)
    await office.one.presence.look()
    assert sitter.glances == 2


def test_three_terminals_of_a_person_may_wait_for_the_next_one(office):
    presence = office.one.presence
    assert [presence.linger(office.li) for _ in range(4)] == [True] * 3 + [False]
    presence.unlinger(office.li)
    assert presence.linger(office.li)


async def test_a_sweep_and_a_look_never_wait_for_one_another_in_a_ring(office, pool):
    here = await Server(office.front).seats(office.li)
    process = await pool.fetchval("SELECT id FROM door_process")
    seen_at = await pool.fetchval("SELECT seen_at FROM door_process")

    async def sweep_over() -> None:
        async with pool.acquire() as sweeping, sweeping.transaction():
            await rows.clear(sweeping, seen_at + timedelta(minutes=1))

    async with pool.acquire() as looking, looking.transaction():
        # The first half of a look, then a sweep that takes the process for dead ...
        await rows.beat(looking, process, seen_at + timedelta(hours=1))
        cleared = asyncio.create_task(sweep_over())
        while not await pool.fetchval(WAITING):
            await asyncio.sleep(0.01)
        # ... and its second half, which needs what the sweep must not hold meanwhile.
        await rows.touch(looking, (here.place,), seen_at)
    await cleared
    assert await pool.fetchval("SELECT count(*) FROM door_process") == 1
    assert (
        await pool.fetchval("SELECT count(*) FROM signin_session WHERE ended_at IS NULL")
        == 1
    )


async def test_a_place_that_is_ended_by_order_leaves_at_the_next_look_of_its_process(
    office,
):
    mine = await office.one.seats(office.admin.actor.account_id)
    here, there = await office.one.seats(office.li), await office.two.seats(office.li)
    li = await seat.seat_by_name(office.front, "li")
    told = await presence_list.seated(li)
    assert {(p.name, p.address, p.how) for p in told} >= {("李秀英", "a", "密码")}
    assert {p.id for p in told} >= {here.place, there.place}
    await presence_list.sign_out(li, there.place, uuid4())
    assert there.place not in {p.id for p in await presence_list.seated(li)}
    with pytest.raises(NotSignedIn):
        await presence_list.sign_out(li, there.place, uuid4())
    assert await presence_list.sign_out_all(office.admin, "li") == 1
    for server in (office.one, office.two):
        await server.presence.look()
    assert [type(s.why) for s in (mine, here, there)] == [
        type(None),
        SignedOutByOther,
        SignedOutElsewhere,
    ]
    # The account is not shut: its person may come in again.
    again = await office.one.seats(office.li)
    await office.one.presence.look()
    assert again.why is None
