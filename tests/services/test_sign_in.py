"""Signing in by password on a real database, by a clock that stands still."""

import asyncio
import importlib.util
from datetime import datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from core.rules.presence import Newcomer, PlaceKind
from core.rules.sign_in import SignInOutcome, origin_of, tally_of
from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount
from core.rules.time import SHANGHAI
from core.services import password, seat, staff, sweep
from core.services.password import PasswordChecker, hash_password
from core.services.presence import Presence
from core.services.sign_in import Checkpoint

RIGHT, WRONG, SHUT, CROWDED = SignInOutcome
SCHOOL = "198.51.100.7"
ELSEWHERE = "203.0.113.{}"


class Standing:
    """A clock that stands, and a wait that moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 8, 0, tzinfo=SHANGHAI)
        self.waited: list[float] = []

    def __call__(self, real: datetime) -> datetime:
        del real
        return self.now

    async def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += timedelta(seconds=seconds)

    def skip(self, **span: float) -> None:
        self.now += timedelta(**span)


class Sitter:
    """Stands in a place and does nothing."""

    def end(self, why):
        self.why = why

    def glance(self):
        pass


class Gateway:
    """A checkpoint of one server process, and who has an account there."""

    def __init__(self, pool, clock: Standing, passwords: PasswordChecker) -> None:
        self.clock = clock
        self.front = seat.front_desk(pool, clock)
        self.passwords = passwords
        self.checkpoint = Checkpoint(self.front, passwords, wait=clock.wait)

    async def tries(self, name: str, password: str, address: str, times: int = 1):
        found = [await self.checkpoint.check(name, password, address) for _ in range(times)]
        return [checked.outcome for checked in found]

    async def comes_in(self, name: str, address: str) -> None:
        account = await seat.account_of(self.front, name)
        presence = Presence(self.front)
        who = Newcomer(
            account_id=account,
            address=address,
            origin=origin_of(address),
            by="password",
            kind=PlaceKind.TERMINAL,
        )
        place = uuid4()
        await presence.enter(place, who, Sitter())
        await presence.leave(place)


@pytest.fixture
async def gateway(pool):
    passwords = PasswordChecker()
    found = Gateway(pool, Standing(), passwords)
    secret = hash_password("Qingshi-2026")
    admin = GrantPlace(role=Role.ADMIN, township_id=0)
    first = NewAccount(signin_name="li", name="李秀英", password_hash=secret)
    await staff.add(found.front, first, admin)
    desk = await seat.seat_by_name(found.front, "li")
    second = NewAccount(signin_name="wang", name="王建国", password_hash=secret)
    await staff.add(desk, second, admin)
    yield found
    passwords.close()


async def test_the_right_password_comes_in_and_leaves_no_trace(gateway, pool):
    assert await gateway.tries("li", "Qingshi-2026", SCHOOL, 40) == [RIGHT] * 40
    assert await pool.fetchval("SELECT max(cardinality(wrong_at)) FROM signin_tally") == 0


async def test_five_wrong_from_elsewhere_shut_the_name_elsewhere_for_fifteen_minutes(
    gateway,
):
    for n in range(5):
        assert await gateway.tries("li", "no", ELSEWHERE.format(n)) == [WRONG]
    assert await gateway.tries("li", "Qingshi-2026", ELSEWHERE.format(9)) == [SHUT]
    gateway.clock.skip(minutes=14, seconds=59)
    assert await gateway.tries("li", "Qingshi-2026", ELSEWHERE.format(9)) == [SHUT]
    gateway.clock.skip(seconds=1)
    assert await gateway.tries("li", "Qingshi-2026", ELSEWHERE.format(9)) == [RIGHT]


async def test_a_township_under_attack_signs_in_from_its_school_at_eight(gateway):
    for name in ("li", "wang"):
        await gateway.comes_in(name, SCHOOL)
    for name in ("li", "wang"):
        for n in range(12):
            await gateway.tries(name, "no", ELSEWHERE.format(n))
        assert await gateway.tries(name, "Qingshi-2026", ELSEWHERE.format(99)) == [SHUT]
        assert await gateway.tries(name, "Qingshi-2026", SCHOOL) == [RIGHT]
    assert gateway.clock.waited == []


async def test_an_attacker_in_the_school_itself_slows_one_name_and_shuts_none(gateway):
    await gateway.comes_in("li", SCHOOL)
    assert await gateway.tries("li", "no", SCHOOL, 5) == [WRONG] * 5
    assert gateway.clock.waited == []
    assert await gateway.tries("li", "no", SCHOOL, 2) == [WRONG] * 2
    assert gateway.clock.waited == [5.0, 5.0]
    assert await gateway.tries("li", "Qingshi-2026", SCHOOL) == [RIGHT]
    assert gateway.clock.waited == [5.0] * 3
    # And nobody else has to wait.
    await gateway.comes_in("wang", SCHOOL)
    assert await gateway.tries("wang", "Qingshi-2026", SCHOOL) == [RIGHT]
    assert gateway.clock.waited == [5.0] * 3


async def test_an_address_is_its_own_for_ninety_days(gateway):
    await gateway.comes_in("li", SCHOOL)
    for n in range(5):
        await gateway.tries("li", "no", ELSEWHERE.format(n))
    gateway.clock.skip(days=90, seconds=-1)
    for n in range(5):
        await gateway.tries("li", "no", ELSEWHERE.format(n))
    assert await gateway.tries("li", "Qingshi-2026", SCHOOL) == [RIGHT]
    gateway.clock.skip(seconds=1)
    assert await gateway.tries("li", "Qingshi-2026", SCHOOL) == [SHUT]


async def test_thirty_wrong_of_an_address_shut_it_for_names_that_are_not_its_own(gateway):
    await gateway.comes_in("li", SCHOOL)
    for n in range(29):
        assert await gateway.tries(f"nobody{n}", "no", SCHOOL) == [WRONG]
    assert await gateway.tries("wang", "Qingshi-2026", SCHOOL) == [RIGHT]
    assert await gateway.tries("nobody29", "no", SCHOOL) == [WRONG]
    assert await gateway.tries("wang", "Qingshi-2026", SCHOOL) == [SHUT]
    assert await gateway.tries("li", "Qingshi-2026", SCHOOL) == [RIGHT]
    assert await gateway.tries("wang", "Qingshi-2026", ELSEWHERE.format(1)) == [RIGHT]


async def test_a_school_that_signs_in_at_once_for_the_first_time_shuts_nobody_out(
    gateway, monkeypatch
):
    checking, waiting = asyncio.Event(), []

    async def slowly(secret, password):
        waiting.append(secret)
        await checking.wait()
        return password != "no"

    monkeypatch.setattr(gateway.passwords, "matches", slowly)
    crowd = [
        asyncio.create_task(gateway.tries(f"teacher{n}", "right", SCHOOL))
        for n in range(60)
    ]
    late = asyncio.create_task(gateway.tries("li", "Qingshi-2026", SCHOOL))
    while len(waiting) + sum(one.done() for one in (*crowd, late)) < 61:
        await asyncio.sleep(0.01)
    checking.set()
    assert await late == [RIGHT]
    assert [await one for one in crowd] == [[RIGHT]] * 60


async def test_a_name_nobody_has_is_shut_like_any_other(gateway):
    for n in range(5):
        assert await gateway.tries("zhao", "no", ELSEWHERE.format(n)) == [WRONG]
    assert await gateway.tries("zhao", "no", ELSEWHERE.format(9)) == [SHUT]


async def test_a_right_one_forgives_itself_and_not_the_attacker(gateway):
    for n in range(4):
        await gateway.tries("li", "no", ELSEWHERE.format(n))
    assert await gateway.tries("li", "Qingshi-2026", ELSEWHERE.format(7)) == [RIGHT]
    assert await gateway.tries("li", "no", ELSEWHERE.format(8)) == [WRONG]
    assert await gateway.tries("li", "Qingshi-2026", ELSEWHERE.format(9)) == [SHUT]


async def test_a_hundred_at_once_on_two_servers_are_looked_at_five_times(gateway, pool):
    passwords = PasswordChecker(2, 200)
    other = Gateway(pool, gateway.clock, passwords)
    both = [
        Checkpoint(gateway.front, passwords, wait=gateway.clock.wait),
        other.checkpoint,
    ]
    found = await asyncio.gather(
        *(both[n % 2].check("li", "no", ELSEWHERE.format(n)) for n in range(100))
    )
    outcomes = [checked.outcome for checked in found]
    assert (outcomes.count(WRONG), outcomes.count(SHUT)) == (5, 95)
    passwords.close()


async def test_a_try_waits_for_the_one_before_it_to_be_counted(gateway, pool, dsn):
    await gateway.tries("li", "Qingshi-2026", ELSEWHERE.format(1))
    other = await asyncpg.connect(dsn)
    key = tally_of("name", "li")
    async with other.transaction():
        await other.fetch("SELECT FROM signin_tally WHERE key = $1 FOR UPDATE", key)
        late = asyncio.create_task(gateway.tries("li", "no", ELSEWHERE.format(2)))
        while not await pool.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            " AND datname = current_database()"
        ):
            await asyncio.sleep(0.01)
        await other.execute(
            "UPDATE signin_tally SET wrong_at = $2 WHERE key = $1",
            key,
            [gateway.clock.now] * 5,
        )
    assert await late == [SHUT]
    await other.close()


async def test_of_forty_at_once_two_are_worked_on_twenty_wait_and_the_rest_are_sent_away(
    gateway,
):
    checks = [gateway.passwords.matches(None, "x") for _ in range(40)]
    found = await asyncio.gather(*checks, return_exceptions=True)
    assert [type(f).__name__ for f in found].count("Crowded") == 18
    assert gateway.passwords._under_way == 0


async def test_who_is_sent_away_for_the_crowd_is_not_counted_as_wrong(gateway, pool):
    none = PasswordChecker(1, -1)
    crowded = Checkpoint(gateway.front, none, wait=gateway.clock.wait)
    for _ in range(9):
        checked = await crowded.check("li", "Qingshi-2026", SCHOOL)
        assert checked.outcome is CROWDED
    assert await gateway.tries("li", "Qingshi-2026", SCHOOL) == [RIGHT]
    none.close()


async def test_an_unknown_name_costs_the_same_work(gateway, monkeypatch):
    worked = []

    async def count(secret, password):
        worked.append(secret is None)
        return False

    monkeypatch.setattr(gateway.passwords, "matches", count)
    await gateway.tries("li", "no", SCHOOL)
    await gateway.tries("zhao", "no", SCHOOL)
    assert worked == [False, True]


def test_a_password_costs_19_mib_and_two_passes_whether_or_not_its_name_is_known():
    """Tests sign in with cheap ones: what is served is read from the file, afresh."""
    served = importlib.util.spec_from_file_location("served", password.__file__)
    afresh = importlib.util.module_from_spec(served)
    served.loader.exec_module(afresh)
    cost = "$argon2id$v=19$m=19456,t=2,p=1$"
    assert afresh.hash_password("Qingshi-2026").startswith(cost)
    assert afresh._NOBODY.startswith(cost)


async def test_the_sweep_forgets_tallies_of_an_hour_ago(gateway, pool):
    await gateway.tries("li", "no", SCHOOL)
    gateway.clock.skip(hours=1)
    await sweep.everything(gateway.front)
    assert await pool.fetchval("SELECT count(*) FROM signin_tally") == 2
    gateway.clock.skip(seconds=1)
    await sweep.everything(gateway.front)
    assert await pool.fetchval("SELECT count(*) FROM signin_tally") == 0
