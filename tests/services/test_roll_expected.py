"""应到: who is called, and who is on the register only (days.md 21)."""

import pytest

from core.rules.month import ReportKind
from core.services import board, month, roll
from db.pool import Pool
from tests.services.school_town import (
    DASHAN,
    RIVER,
    THIRD,
    TOWNSHIP,
    XIAOYU,
    SchoolTown,
    build,
    session,
)


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    return made


async def stands(town: SchoolTown, status: str) -> None:
    await town.write(
        "UPDATE enrolment SET status = $1 WHERE student_id = $2", status, XIAOYU
    )


async def called(town: SchoolTown) -> list[int]:
    sheet = await roll.open_sheet(
        await town.desk("li"), TOWNSHIP, (THIRD,), *session("11-23 am")
    )
    return [pupil.student_id for part in sheet.parts for pupil in part.pupils]


@pytest.mark.parametrize("status", ["enrolled", "guest", "suspected", "long_leave"])
async def test_21_who_is_in_class_that_day_is_called_the_guest_too(town, status):
    await stands(town, status)
    assert await called(town) == [XIAOYU, DASHAN]
    await town.roll("11-23 am")
    assert await town.pool.fetchval("SELECT expected FROM roll") == 2


@pytest.mark.parametrize(
    "status", ["suspended", "home_teaching", "specialized", "studying_out", "dropped"]
)
async def test_21_who_learns_elsewhere_or_not_at_all_is_not_called(town, status):
    await stands(town, status)
    assert await called(town) == [DASHAN]
    (line,) = [
        line
        for line in (await board.rolls(await town.desk("wang"))).lines
        if line.session.session == "am" and line.class_id == THIRD
    ]
    assert line.expected == 1
    await town.roll("11-23 am")
    assert await town.pool.fetchval("SELECT expected FROM roll") == 1
    assert await town.run(XIAOYU) is None


async def test_21_a_child_is_called_from_its_first_day_to_its_last(town):
    await town.write(
        "UPDATE enrolment SET from_on = '2026-11-24' WHERE student_id = $1", XIAOYU
    )
    assert await called(town) == [DASHAN]
    town.clock("11-24 08:10")
    sheet = await roll.open_sheet(
        await town.desk("li"), TOWNSHIP, (THIRD,), *session("11-24 am")
    )
    assert len(sheet.parts[0].pupils) == 2


@pytest.mark.parametrize(
    ("status", "in_school", "on_register"),
    [
        ("enrolled", 2, 2),
        # Taught at home, in a 特校 or elsewhere: a pupil of the school all the same.
        ("home_teaching", 2, 2),
        ("specialized", 2, 2),
        ("studying_out", 2, 2),
        # On the register, and not at school.
        ("suspended", 1, 2),
        ("dropped", 1, 2),
    ],
)
async def test_21_on_the_register_and_at_school_are_two_numbers(
    town, status, in_school, on_register
):
    await stands(town, status)
    seen = await month.view(
        await town.desk("wang"), RIVER, ReportKind.BUREAU, town.now.date().replace(day=1)
    )
    whole = seen.lines[-1]
    assert (whole.closing, whole.on_roll) == (in_school, on_register)
