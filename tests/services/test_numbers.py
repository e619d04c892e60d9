"""Numbers of a year's cases and leaves, when there are more than their width was made for."""

import pytest

from core.rules.roll import Mark
from db.pool import Pool
from tests.services.school_town import TOWNSHIP, SchoolTown, build


@pytest.fixture
async def town(pool: Pool) -> SchoolTown:
    made = await build(pool)
    made.clock("11-23 08:10")
    return made


@pytest.mark.parametrize(
    ("last", "number"), [(998, "2026-999"), (999, "2026-1000"), (12344, "2026-12345")]
)
async def test_the_thousandth_case_of_a_year_has_a_number_of_its_own(town, last, number):
    await town.write(
        "INSERT INTO number_series VALUES ($1, 'case-2026', $2)", TOWNSHIP, last
    )
    await town.roll("11-23 am", _101=Mark.ABSENT)
    town.clock("11-25 08:30")
    assert await town.ring() == 1
    assert await town.pool.fetchval("SELECT number FROM dropout_case") == number


@pytest.mark.parametrize(
    ("last", "number"), [(9998, "2026-9999"), (9999, "2026-10000"), (10000, "2026-10001")]
)
async def test_the_ten_thousandth_leave_of_a_year_has_a_number_of_its_own(
    town, last, number
):
    await town.write(
        "INSERT INTO number_series VALUES ($1, 'leave-1-2026', $2)", TOWNSHIP, last
    )
    assert (await town.leave("11-23 am", "11-23 pm")).number == number
    await town.roll("11-23 am", _102=Mark.SICK)
    numbers = await town.pool.fetch("SELECT number FROM leave ORDER BY id")
    assert [row["number"] for row in numbers] == [number, f"2026-{last + 2}"]
