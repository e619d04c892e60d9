"""系统管理, 审计 and 业务 are three people's: at the grant, and in the database itself."""

from datetime import date

import asyncpg
import pytest

from core.rules.staff import Role
from core.rules.staff_account import GrantPlace, NewAccount, TwoPowers
from core.services import seat, staff
from tests.services.school_town import RIVER, TOWNSHIP, build

WORK = GrantPlace(role=Role.TEACHER, township_id=TOWNSHIP, school_id=RIVER)
AUDIT = GrantPlace(role=Role.AUDITOR, township_id=TOWNSHIP)
ADMIN = GrantPlace(role=Role.ADMIN, township_id=0)
MONDAY, FRIDAY, NEVER = date(2026, 11, 23), date(2026, 11, 27), None
GIVE = """
    INSERT INTO account_grant (account_id, role, township_id, from_on, to_on, given_by, given_at)
    SELECT a.id, $2, $3, $4, $5, 0, '2026-11-23 08:00+08' FROM account a WHERE signin_name = $1
"""


@pytest.fixture
async def town(pool):
    town = await build(pool)
    front = seat.front_desk(pool, lambda _: town.now)
    await staff.add(front, NewAccount(signin_name="guanli", name="管理员"), ADMIN)
    town.admin = await seat.seat_by_name(front, "guanli")
    return town


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (WORK, AUDIT),
        (WORK, ADMIN),
        (AUDIT, WORK),
        (AUDIT, ADMIN),
        (ADMIN, WORK),
        (ADMIN, AUDIT),
    ],
)
async def test_no_account_is_given_a_second_power(town, held, wanted):
    new = NewAccount(signin_name="xin", name="新老师")
    await staff.add(town.admin, new, held)
    with pytest.raises(TwoPowers, match="须由不同账号担任"):
        await staff.grant(town.admin, "xin", wanted, None, (MONDAY, NEVER))
    await staff.grant(town.admin, "xin", held, None, (MONDAY, NEVER))


@pytest.mark.parametrize(
    ("role", "from_on", "to_on", "may"),
    [
        ("auditor", FRIDAY, NEVER, True),  # the work is over before this day
        ("admin", FRIDAY, NEVER, True),
        ("auditor", date(2026, 11, 26), NEVER, False),  # its last day
        ("admin", date(2026, 11, 26), NEVER, False),
        ("auditor", date(2026, 11, 20), MONDAY, True),
        ("auditor", date(2026, 11, 20), date(2026, 11, 24), False),
        ("auditor", MONDAY, MONDAY, True),  # taken back before it began: no day at all
        ("office", MONDAY, NEVER, True),
    ],
)
async def test_the_database_refuses_two_powers_on_one_day(town, role, from_on, to_on, may):
    new = NewAccount(signin_name="xin", name="新老师")
    await staff.add(town.admin, new, WORK, FRIDAY)
    giving = town.write(GIVE, "xin", role, TOWNSHIP, from_on, to_on)
    if may:
        await giving
    else:
        with pytest.raises(asyncpg.ExclusionViolationError):
            await giving
