"""未返校名单 on the screen, and the graduation of a class by one answer (days.md 29, 30)."""

from datetime import datetime

import pytest

from core.rules.roll import Mark
from core.rules.time import SHANGHAI
from core.services import seat, sweep
from tests.services.school_town import RIVER, TOWNSHIP, SchoolTown, build
from tests.tui.school_walk import walking
from tui.screens.home import Home
from tui.screens.unreturned import UnreturnedScreen

SIXTH = f"""
INSERT INTO class (township_id, id, school_id, cohort, number)
VALUES ({TOWNSHIP}, 61, {RIVER}, 2020, 1);
UPDATE enrolment SET class_id = 61 WHERE student_id = 102
"""


@pytest.fixture
async def town(pool) -> SchoolTown:
    """The term is over since midnight; 赵小雨 was missing on its last day."""
    made = await build(pool)
    await made.write("UPDATE term SET to_on = '2026-11-24'")
    made.clock("11-23 08:10")
    await made.roll("11-23 am", _101=Mark.ABSENT)
    made.clock("11-24 08:00")
    return made


async def swept(town: SchoolTown) -> None:
    await sweep.everything(seat.front_desk(town.pool, lambda _: town.now))


async def test_29_the_office_opens_the_list_from_its_duty_and_looks_it_over(town):
    await swept(town)
    async with walking(Home(await town.desk("office")), "河湾小学：1人未到") as walk:
        row = next(line for line in walk.lines if "河湾小学：1人未到" in line)
        await walk.press(row.split()[1].strip("|>") if row.split()[1].isdigit() else "1")
        await walk.until("期末未返1")
        assert any("赵小雨" in line and "三年级（1）班" in line for line in walk.lines)
        await walk.press("f9")
        await walk.until("已核对，待办办结")
        await walk.press("f9")
        await walk.until("没有待您核对的名单")
        # Looked over, and still there.
        assert "赵小雨" in walk.text


async def test_a_class_teacher_reads_the_list_and_has_nothing_to_look_over(town):
    await swept(town)
    async with walking(UnreturnedScreen(await town.desk("li")), "期末未返1") as walk:
        await walk.press("f9")
        await walk.until("没有待您核对的名单")
        await walk.press("enter")
        await walk.until("个案")


async def test_an_empty_list_says_what_will_stand_there(town):
    async with walking(UnreturnedScreen(await town.desk("zhou")), "没有未返校的学生"):
        pass


async def test_a_class_leaves_by_one_answer(town):
    await town.write("UPDATE school SET live_on = '2026-12-01'")
    await town.write(SIXTH)
    town.now = datetime(2026, 11, 25, 9, tzinfo=SHANGHAI)
    await swept(town)
    async with walking(Home(await town.desk("reg")), "学年期满，待登记毕业") as walk:
        assert "六年级（1）班1人学年期满" in walk.text
        await walk.press("1")
        await walk.until("登记毕业？")
        await walk.press("enter")
        await walk.until("已登记毕业 1 人")
