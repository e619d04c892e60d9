"""The walls between schools and townships stand in the database itself (P11)."""

import re
from datetime import date, datetime
from uuid import uuid4

import asyncpg
import pytest

from core.rules.errors import OutOfSight
from core.rules.time import SHANGHAI
from core.services import seat, staff, sweep
from core.services.desk import Desk
from db import seat as sittings
from db import walls
from db.pool import Badge, DbRole
from db.signature import SittingOver
from db.transaction import reading_transaction, unsigned_transaction
from tests.hand import hand
from tests.services.export_township import NOW, build

TOWNSHIP, NEXT, FAR = 990101100, 990101101, 990202100
DAY = date(2026, 11, 23)


@pytest.fixture
async def town(pool):
    await build(pool)
    return pool


def front(pool, at: datetime = NOW) -> Desk:
    return seat.front_desk(pool, lambda _: at)


async def seen(pool, badge: Badge, sql: str) -> list[object]:
    async with reading_transaction(pool, badge) as (conn, _):
        return [row[0] for row in await conn.fetch(sql)]


async def bare(pool, badge: Badge, sql: str) -> list[object]:
    """What the walls alone show, whether or not the program would ask at all."""
    show = "SELECT set_config('role', $1, true), set_config('ledger.token', $2, true)"
    async with pool.acquire() as conn, conn.transaction():
        await conn.fetchrow(show, *badge.arguments)
        return [row[0] for row in await conn.fetch(sql)]


async def test_no_table_is_left_open_and_nothing_belongs_to_a_login(pool):
    async with pool.acquire() as conn:
        assert await walls.gaps(conn) == ()


@pytest.mark.parametrize(
    ("breach", "told"),
    [
        ("ALTER TABLE leave NO FORCE ROW LEVEL SECURITY", "leave（未设行级权限）"),
        ("ALTER TABLE leave DISABLE ROW LEVEL SECURITY", "leave（未设行级权限）"),
        ("ALTER TABLE leave OWNER TO baoxue_door", "leave（属主可登录）"),
        ("CREATE VIEW pupils AS SELECT * FROM student", "pupils（视图越权）"),
        ("CREATE MATERIALIZED VIEW pupils AS SELECT 1", "pupils（视图越权）"),
        ("ALTER FUNCTION seat.reach() RESET ALL", "reach（函数未限定搜索路径）"),
    ],
)
async def test_a_breach_is_told(pool, breach, told):
    async with pool.acquire() as conn:
        await conn.execute(breach)
        assert told in await walls.gaps(conn)


async def test_without_a_role_the_program_s_login_may_do_nothing(pool, dsn):
    door = await asyncpg.connect(re.sub(r"//[^@]*@", "//baoxue_door@", dsn))
    try:
        for sql in (
            "SELECT * FROM student",
            "SELECT * FROM account",
            "SELECT seat.reach()",
        ):
            if "seat." in sql:
                assert await door.fetchval(sql) is None
                continue
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await door.fetch(sql)
        assert (await walls.login(door)).above_walls is False
    finally:
        await door.close()


async def test_without_a_sitting_people_see_nothing(town):
    for token in (None, uuid4()):
        badge = Badge(DbRole.PEOPLE, token)
        for table in (
            "student",
            "enrolment",
            "student_identity",
            "duty",
            "school",
            "class",
        ):
            assert await bare(town, badge, f"SELECT 1 FROM {table}") == []


async def test_whose_sitting_is_over_is_told_so_and_is_not_shown_an_empty_list(town):
    """Else a person signed in for long reads 今日没有待办 while a child is missing."""
    li = await seat.seat(front(town), 1)
    async with li.reading(), li.jotting(), li.writing("test.seated"):
        pass
    await seat.leave(front(town), li)
    for opening in (li.reading(), li.jotting(), li.writing("test.unseated")):
        with pytest.raises(SittingOver, match="请按 F10 退出后重新登录"):
            async with opening:
                pass
    assert await town.fetchval("SELECT 1 FROM act WHERE name = 'test.unseated'") is None


async def test_a_person_who_stays_signed_in_overnight_still_sees(town):
    li = await seat.seat(front(town), 1)
    next_evening = datetime(2026, 11, 24, 22, tzinfo=SHANGHAI)
    await sweep._forget(front(town, next_evening))
    assert await seen(town, li.badge, "SELECT name FROM student WHERE id = 3") == ["冯浩然"]


async def test_a_token_is_nobody_s_to_read_or_to_write(town):
    li = (await seat.seat(front(town), 1)).badge
    for sql in (
        "SELECT token FROM seat.sitting",
        "UPDATE seat.sitting SET everywhere = true",
        f"SELECT seat.open(3, '{DAY}', now())",
        f"SELECT * FROM seat.sight(3, '{DAY}')",
    ):
        for badge in (li, Badge(DbRole.SWEEP), Badge(DbRole.AUDITOR)):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with unsigned_transaction(town, badge) as (conn, _):
                    await conn.fetch(sql)


async def test_the_role_and_the_token_end_with_the_transaction(town):
    badge = (await seat.seat(front(town), 1)).badge
    async with town.acquire() as conn:
        async with conn.transaction():
            await conn.fetchval("SELECT set_config('role', $1, true)", badge.role)
            await conn.fetchval(
                "SELECT set_config('ledger.token', $1, true)", str(badge.token)
            )
            assert await conn.fetchval("SELECT current_user") == "baoxue_people"
        assert await conn.fetchval("SELECT current_user") != "baoxue_people"
        assert not await conn.fetchval("SELECT current_setting('ledger.token', true)")


async def sight(pool, account: int, day: date = DAY) -> tuple[object, ...]:
    row = await pool.fetchrow("SELECT * FROM seat.sight($1, $2)", account, day)
    return row["everywhere"], *(sorted(row[name]) for name in ("reach", "whole", "schools"))


GRANT = """
    INSERT INTO account_grant (account_id, role, post, township_id, school_id, class_id,
                               from_on, to_on, given_by, given_at)
    VALUES (3, $1, $2, $3, $4, $5, $6, $7, 0, $8)
"""


async def give(pool, role: str, township: int, school=None, klass=None, **days: date):
    async with hand(pool, NOW).writing("test.grant") as (conn, _):
        from_on = days.get("from_on", date(2026, 9, 1))
        to_on = days.get("to_on")
        await conn.execute(GRANT, role, None, township, school, klass, from_on, to_on, NOW)


@pytest.mark.parametrize(
    ("grant", "expected"),
    [
        # What a grant shows, written by hand: (everywhere, reach, whole, schools).
        (("admin", 0), (True, [0], [], [])),
        (("office", TOWNSHIP), (False, [TOWNSHIP], [TOWNSHIP], [])),
        (("government", TOWNSHIP), (False, [TOWNSHIP], [TOWNSHIP], [])),
        (("bureau", 990101000), (False, [990101000, TOWNSHIP, NEXT], [TOWNSHIP, NEXT], [])),
        (("supervision", 990202000), (False, [990202000, FAR], [FAR], [])),
        (("auditor", TOWNSHIP), (False, [TOWNSHIP], [], [])),
        (("village_cadre", TOWNSHIP), (False, [TOWNSHIP], [], [])),
        (("leader", TOWNSHIP, 2), (False, [TOWNSHIP], [], [2])),
        # 隶属学校: the school that 云岭教学点 (5) belongs to leads it too.
        (("leader", TOWNSHIP, 1), (False, [TOWNSHIP], [], [1, 5])),
        (("registrar", TOWNSHIP, 1), (False, [TOWNSHIP], [], [1, 5])),
        (("duty_teacher", TOWNSHIP, 1), (False, [TOWNSHIP], [], [1])),
        (("class_teacher", TOWNSHIP, 1, 31), (False, [TOWNSHIP], [], [1])),
        (("office", TOWNSHIP, 1), (False, [TOWNSHIP], [], [1])),
    ],
)
async def test_what_a_grant_shows(town, grant, expected):
    await give(town, *grant)
    assert await sight(town, 3) == expected


@pytest.mark.parametrize(("day", "schools"), [(22, []), (23, [2]), (24, [2]), (25, [])])
async def test_a_grant_shows_from_its_first_day_until_before_its_last(town, day, schools):
    days = {"from_on": date(2026, 11, 23), "to_on": date(2026, 11, 25)}
    await give(town, "leader", TOWNSHIP, 2, **days)
    assert (await sight(town, 3, date(2026, 11, day)))[3] == schools


async def test_a_grant_taken_back_closes_the_wall_at_once(town):
    await give(town, "office", TOWNSHIP)
    desk = await seat.seat(front(town), 3)
    names = "SELECT name FROM student ORDER BY id"
    everybody = ["赵小雨", "罗子涵", "冯浩然", "陈雨桐"]
    assert await seen(town, desk.badge, names) == everybody
    async with hand(town, NOW).writing("test.end") as (conn, _):
        await conn.execute("UPDATE account_grant SET to_on = $1 WHERE account_id = 3", DAY)
    assert await seen(town, desk.badge, names) == []


async def test_an_account_shut_out_sees_nothing_from_then_on(town):
    await give(town, "admin", 0)
    admin = await seat.seat(front(town), 3)
    li = await seat.seat(front(town), 1)
    names = "SELECT name FROM student WHERE id = 3"
    assert await seen(town, li.badge, names) == ["冯浩然"]
    await staff.disable(admin, "li")
    assert await bare(town, li.badge, names) == []
    with pytest.raises(OutOfSight):
        await seat.seat(front(town), 1)


async def test_leaving_ends_the_sitting_and_old_ones_are_forgotten(town):
    li = await seat.seat(front(town), 1)
    await seat.leave(front(town), li)
    assert await bare(town, li.badge, "SELECT 1 FROM school") == []
    for at in ("22:00:01", "22:00:00", "21:59:59"):
        opened = datetime.fromisoformat(f"2026-11-22T{at}+08:00")
        await seat.seat(front(town, opened.astimezone(SHANGHAI)), 1)
    limit = datetime.fromisoformat("2026-11-22T22:00:00+08:00")
    async with seat.watch_desk(front(town)).jotting() as (conn, _):
        await sittings.forget(conn, limit)
    count = "SELECT count(*) FROM seat.sitting WHERE day = '2026-11-22'"
    assert await town.fetchval(count) == 2
