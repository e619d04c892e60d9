"""核对 and 核定: a child on two townships' rolls, answered from the list by a few keys."""

import pytest

from tests.services.school_town import RIVER, THIRD, TOWNSHIP, XIAOYU, SchoolTown, build
from tests.tui.school_walk import walking
from tui.screens.home import Home

# As county.OWE_CHECK writes it, when another township has received the child.
OWED = f"""
INSERT INTO duty (township_id, kind, owed_by, school_id, class_id, student_id, subject_id,
                  words, opened_at, due_at)
VALUES ({TOWNSHIP}, 'check_elsewhere', 'registrar', {RIVER}, {THIRD}, {XIAOYU}, {XIAOYU},
        '赵小雨已由白水镇小学接收', '2026-11-23 08:00+08', '2026-11-26 08:00+08')
"""
LINE = "赵小雨已由白水镇小学接收，请核对、办理转出"


@pytest.fixture
async def town(pool) -> SchoolTown:
    made = await build(pool)
    await made.write(OWED)
    return made


async def test_the_old_school_enters_the_departure_or_says_that_the_child_is_here(town):
    async with walking(Home(await town.desk("reg")), LINE) as walk:
        await walk.press("1")
        await walk.until("已转走：登记转出")
        await walk.press("1")
        await walk.until("异动登记")
        await walk.until("赵小雨")
        await walk.press("escape")
        await walk.until(LINE)
        await walk.press("1")
        await walk.until("仍在本校就读：由教育局基教科核定")
        await walk.press("3")
        await walk.until(lambda: LINE not in walk.text)
    async with walking(Home(await town.desk("bureau")), "原学校称仍在读") as walk:
        await walk.press("1")
        await walk.until("须办理转出")
        await walk.press("2")
        await walk.until(lambda: "原学校称仍在读" not in walk.text)
    async with walking(Home(await town.desk("reg")), LINE):
        pass
