"""What a roster may not do: lose a missing child's clock, or bring back who is 休学 or 辍学."""

from datetime import date

import pytest

from core.rules.roll import Mark
from core.services import roster
from core.services.roster import Import
from db.pool import Pool
from tests.hand import hand
from tests.numbers import give_identities
from tests.services.file_town import FOURTH, HAORAN
from tests.services.school_town import (
    DASHAN,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    SchoolTown,
    build,
)

HEADS = "姓名,性别,出生日期,班级,监护人姓名,监护人电话"
XIAOYU_MOVES = "赵小雨,女,2018-03-14,四年级（1）班,李梅,13800000000"
NEW_SCHOOL = f"""
INSERT INTO school (township_id, id, code, name, kind, system, live_on)
VALUES ({TOWNSHIP}, 3, '2199010005', '新开小学', 'primary', '6-3', '2026-11-23')
"""
STANDS = """
SELECT class_id, status, from_on FROM enrolment
 WHERE student_id = $1 AND to_on IS NULL
"""


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    return await build(pool)


async def take_in(
    town: SchoolTown, *rows: str, code: str = "2199010001", who: str = "reg"
) -> Import:
    data = "\n".join((HEADS, *rows)).encode("utf-8-sig")
    return await roster.take_in(await town.desk(who), code, data, dry_run=False)


async def stands(town: SchoolTown, student_id: int = XIAOYU) -> tuple[object, ...]:
    return tuple(await town.pool.fetchrow(STANDS, student_id))


async def test_a_roster_moves_a_child_to_another_class(town):
    done = await take_in(town, XIAOYU_MOVES)
    assert done.plan.summary.startswith("新增 0  变更 1  缺失 1  拒绝 0")
    assert await stands(town) == (FOURTH, "enrolled", date(2026, 11, 23))


async def test_a_missing_child_keeps_its_class_and_its_clock(town):
    town.clock("11-23 08:10")
    await town.roll("11-23 am", _101=Mark.ABSENT)
    (fault,) = (await take_in(town, XIAOYU_MOVES)).plan.refused
    assert (fault.row_number, fault.column) == (2, "班级")
    assert "未到校跟踪" in fault.reason
    town.clock("11-23 14:05")
    await town.roll("11-23 pm", FOURTH, "four")
    assert (await stands(town))[0] == THIRD
    assert await town.run() == "11-23 08:00"


@pytest.mark.parametrize(("status", "label"), [("suspended", "休学"), ("dropped", "辍学")])
async def test_who_is_away_is_not_brought_back_by_a_roster(town, status, label):
    await town.write("UPDATE enrolment SET status = $1 WHERE student_id = 101", status)
    (fault,) = (await take_in(town, XIAOYU_MOVES)).plan.refused
    assert label in fault.reason
    assert (await stands(town))[:2] == (THIRD, status)


async def test_who_is_taught_at_home_stays_so_in_the_new_class(town):
    await town.write("UPDATE enrolment SET status = 'home_teaching' WHERE student_id = 101")
    await take_in(town, XIAOYU_MOVES)
    assert (await stands(town))[:2] == (FOURTH, "home_teaching")


async def test_35_the_first_roster_begins_after_the_last_school_of_a_child(town):
    await town.write("UPDATE enrolment SET to_on = '2026-10-10' WHERE student_id = 201")
    async with hand(town.pool, town.now).writing("test.numbers") as (conn, _):
        await give_identities(conn, {201: NUMBER})
    await town.write(NEW_SCHOOL)
    data = (
        f"姓名,性别,出生日期,班级,身份证件号\n冯浩然,男,2018-07-02,三年级（1）班,{NUMBER}"
    )
    done = await roster.take_in(
        await town.desk("office"), "2199010005", data.encode("utf-8-sig"), dry_run=False
    )
    assert done.plan.summary.startswith("新增 1  变更 0  缺失 0  拒绝 0")
    assert (await stands(town, HAORAN))[1:] == ("enrolled", date(2026, 10, 10))


CHANGED = "SELECT string_agg(name || coalesce(changed_on::text, ''), ' ' ORDER BY ordinal) FROM guardian WHERE student_id = 102"


async def test_another_guardian_is_a_change_and_another_order_is_none(town):
    async with hand(town.pool, town.now).writing("test.numbers") as (conn, _):
        await give_identities(conn, {DASHAN: HIS})
    row = "赵大山,男,2018-06-01,三年级（1）班"
    heads = f"{HEADS},成员2姓名,成员2是否监护人,身份证件号"
    for first, second, found in (
        ("李桂", "赵强", "李桂 赵强"),
        ("赵强", "李桂", "李桂 赵强"),
        ("赵强", "赵国", "李桂 赵强 赵国2026-11-23"),
    ):
        told = f"{row},{first},,{second},是,{HIS}"
        data = f"{heads}\n{told}".encode("utf-8-sig")
        await roster.take_in(await town.desk("reg"), "2199010001", data, dry_run=False)
        assert await town.pool.fetchval(CHANGED) == found


HIS = "990101201806010016"
NUMBER = "990101201807020013"
